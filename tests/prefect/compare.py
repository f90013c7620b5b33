"""Show what Prefect does beside what we do: ``python -m tests.prefect.compare [--all] [program ...]``.

The named differences are applied to what Prefect did, so that only what nobody has named is shown; with ``--all`` they
are shown too.
"""

from __future__ import annotations

import argparse
import copy
import difflib
import json
import sys

from tests.prefect import here
from tests.prefect.differences import DIFFERENCES, Difference
from tests.prefect.observation import PROGRAMS, Observation, observed, ordered, text


def of_prefect(name: str) -> Observation:
    """Give what Prefect did with a program."""
    seen = json.loads(observed(name).read_text())
    return {"printed": seen["printed"], "runs": seen["runs"]}


def with_difference(seen: Observation, difference: Difference) -> Observation:
    """Give what Prefect would have done if it were different from itself in this."""
    changed = copy.deepcopy(seen)
    difference.change(changed)
    return ordered(changed)


def expected(name: str) -> Observation:
    """Give what we are to do with a program: what Prefect did, but for the differences that have a name."""
    seen = of_prefect(name)
    for difference in DIFFERENCES:
        seen = with_difference(seen, difference)
    return seen


def apart(theirs: Observation, ours: Observation) -> list[str]:
    """Give the lines in which two observations differ, with some around them."""
    lines = difflib.unified_diff(text(theirs).splitlines(), text(ours).splitlines(), "Prefect", "here", "", "", 4, "")
    return list(lines)


def main() -> int:
    """Print what is different."""
    parser = argparse.ArgumentParser(prog="python -m tests.prefect.compare", description="Prefect beside us.")
    parser.add_argument("programs", nargs="*", metavar="program", help=f"which: {', '.join(PROGRAMS)} (default: all)")
    parser.add_argument("--all", action="store_true", help="the differences that have a name too")
    options = parser.parse_args()
    found = False
    for name in options.programs or PROGRAMS:
        lines = apart(of_prefect(name) if options.all else expected(name), here.observe(name))
        print(f"{name}: {'different' if lines else 'the same'}", *lines, sep="\n")
        found = found or bool(lines)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
