"""Make `observed/` anew: ``python -m tests.prefect.observe [program ...]``. It takes about half a minute for each.

Prefect is installed into an environment of its own, once, as for the benchmarks.
"""

from __future__ import annotations

import sys

from tests.benchmarks.bench_prefect import VERSION, install
from tests.prefect import there
from tests.prefect.observation import PROGRAMS, fingerprint, observed, text


def main() -> int:
    """Run those that were asked for, or all."""
    if not install():
        return 1
    for name in sys.argv[1:] or PROGRAMS:
        seen = there.observe(name)
        observed(name).write_text(text({"prefect": VERSION, "program": fingerprint(name), **seen}))
        print(f"{name}: {len(seen['runs'])} flow runs, {sum(len(run['tasks']) for run in seen['runs'])} task runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
