"""What `import hitl_jupyter` costs a program over what pydantic alone costs it, in fresh processes, in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

from tests.benchmarks.table import heading, row

PROGRAM = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"
WRITES = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Without bytecode each import would compile the package anew, which no user's does."""
IMPORTS = ("import pydantic", "from pydantic import BaseModel, TypeAdapter, create_model", "import hitl_jupyter")


def main(rounds: int) -> None:
    """Print the rows."""
    times: dict[str, list[float]] = {each: [] for each in IMPORTS}
    for number in range(rounds + 1):
        for each, some in times.items():
            command = [sys.executable, "-c", PROGRAM.format(each)]
            took = float(subprocess.run(command, env=WRITES, capture_output=True, text=True, check=True).stdout)
            # The first of each reads from the disk and writes bytecode.
            some += [took] if number else []
    heading(f"import, {rounds} fresh processes each")
    for each, some in times.items():
        row(each, f"least {min(some):.3f} s, p50 {statistics.median(some):.3f} s")
    ours, pydantic = times["import hitl_jupyter"], times["import pydantic"]
    over = f"least {min(ours) - min(pydantic):.3f} s, p50 {statistics.median(ours) - statistics.median(pydantic):.3f} s"
    row("import hitl_jupyter over import pydantic", over, "<= 0.15 s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
