"""Run the benchmarks: ``python -m tests.benchmarks [--prefect] [name ...]``, each in a process of its own.

With ``--prefect`` (or HITL_BENCH_PREFECT=1) Prefect is measured beside them: it is installed into an environment of its
own, once. The names are those of the files: ``latency`` runs ``bench_latency.py``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run those that were asked for, or all."""
    found = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Print what things cost.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which: {', '.join(found)} (default: all)")
    parser.add_argument("--prefect", action="store_true", help="measure Prefect too; installs it, once")
    options = parser.parse_args()
    unknown = set(options.names) - set(found)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    beside = options.prefect or os.environ.get("HITL_BENCH_PREFECT") == "1"
    names = options.names or [name for name in found if name != "prefect" or beside]
    # `map` measures Prefect in the same run.
    environment = {**os.environ, "HITL_BENCH_PREFECT": "1" if beside else "0"}
    commands = [[sys.executable, "-m", f"tests.benchmarks.bench_{name}"] for name in names]
    done = [subprocess.run(command, env=environment, check=False) for command in commands]
    return max(one.returncode for one in done)


if __name__ == "__main__":
    sys.exit(main())
