"""`task.map` over ten thousand numbers: how long it takes and how much memory it holds, and Prefect's beside it.

Each in a process of its own, with its log lines going where nobody looks. Prefect runs against its own server on this
machine, whose memory is not counted; what takes it longer than five minutes is stopped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import bench_prefect
from tests.benchmarks.table import heading, row

COUNTS = (1_000, 10_000)
KINDS = ("sync", "async")
PROGRAM = Path(__file__).with_name("map_program.py")
CAP = 300.0
"""Seconds after which a program is stopped."""


def main() -> None:
    """Print the rows."""
    heading(f"task.map over {COUNTS[-1]} numbers, a process for each row")
    for kind in KINDS:
        for count in COUNTS:
            with tempfile.TemporaryDirectory() as home:
                environment = {"HITL_STORE": str(Path(home, "hitl.db"))}
                row(title(kind, count), *measured(sys.executable, "hitl_jupyter", kind, count, environment))
    if os.environ.get("HITL_BENCH_PREFECT") == "1" and bench_prefect.install():
        heading(f"the same with Prefect {bench_prefect.VERSION}")
        for kind in KINDS:
            for count in COUNTS:
                with tempfile.TemporaryDirectory() as home, bench_prefect.server(home) as environment:
                    environment["PREFECT_LOGGING_LEVEL"] = "INFO"
                    row(title(kind, count), *measured(str(bench_prefect.PYTHON), "prefect", kind, count, environment))


def title(kind: str, count: int) -> str:
    """Name what is measured."""
    a = "an async" if kind == "async" else "a sync"
    return f"{a} task in {a} flow, {count} calls"


def measured(python: str, library: str, kind: str, count: int, environment: dict[str, str]) -> tuple[str, str]:
    """Run the program, and say how long it took and what it held."""
    try:
        done = subprocess.run(
            [python, str(PROGRAM), library, kind, str(count)],
            env={**os.environ, **environment},
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=CAP,
        )
    except subprocess.TimeoutExpired:
        return f"more than {CAP:.0f} s", "stopped"
    seen = json.loads(done.stdout)
    held = f"{seen['peak']:.0f} MB at most, {seen['before']:.0f} before"
    return f"{seen['mapped']:.2f} s to map, {seen['results']:.2f} s to results", held


if __name__ == "__main__":
    main()
