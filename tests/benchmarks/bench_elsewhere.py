"""Answers from another process: how long until the flow goes on, and what it costs a kernel to look for them.

The clock starts where the other process calls `resume_flow_run` and stops at the line after the pause; both read the
monotonic clock, which the processes of one machine share. What waiting costs is the processor's time that a kernel with
open questions takes while nobody does anything, beside that of a kernel without any.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.benchmarks.table import heading, quantile, row
from tests.kernel.notebook import Notebook

ASKED = 100
SECONDS = 20.0
LOOPS = """
import json, time
from hitl_jupyter import flow, pause_flow_run

lines = []

@flow
def sync(rounds):
    for _ in range(rounds):
        pause_flow_run(str)
        lines.append(time.monotonic())

@flow
async def asynchronous(rounds):
    for _ in range(rounds):
        await pause_flow_run(str)
        lines.append(time.monotonic())

@flow
async def ask():
    await pause_flow_run(str)
"""


def main(rounds: int) -> None:
    """Print the rows."""
    heading(f"answered in another process to the next line of the flow, {rounds} answers, in a kernel")
    for kind in ("sync", "asynchronous"):
        row(f"{kind} flow", spread(answered(kind, rounds)), "p95 < 250 ms")
    heading(f"a kernel that nobody uses, processor time over {SECONDS:.0f} s")
    for asked in (0, ASKED):
        row(f"{asked} open questions", f"{idle(asked) * 100:.2f} % of a core", "< 0.5 % more" if asked else "")


def answered(kind: str, rounds: int) -> list[float]:
    """Give the seconds from each answer to the line after its question."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "hitl.db"
        notebook = Notebook(path)
        try:
            assert notebook.run(LOOPS).status == "ok"
            cell = notebook.run(f"run = {kind}.start({rounds}); print(run.id)")
            run = cell.text.strip()
            command = [sys.executable, "-m", "tests.benchmarks.bench_elsewhere", "answer", run, str(rounds)]
            other = subprocess.run(
                command, env={**os.environ, "HITL_STORE": str(path)}, capture_output=True, text=True, check=False
            )
            assert other.returncode == 0, other.stderr
            lines = json.loads(notebook.run("print(json.dumps(lines))").text)
        finally:
            notebook.close()
    return [line - began for began, line in zip(json.loads(other.stdout), lines, strict=True)]


def answer(run: str, rounds: int) -> None:
    """Answer as another process, at moments that have nothing to do with when anybody looks."""
    from hitl_jupyter import resume_flow_run
    from hitl_jupyter.exceptions import NotPausedError

    times = []
    while len(times) < rounds:
        time.sleep(random.uniform(0.05, 0.25))
        began = time.monotonic()
        try:
            resume_flow_run(run, {"value": "Ada"})
        except NotPausedError:
            # The next question is on its way.
            continue
        times.append(began)
    print(json.dumps(times))


def idle(asked: int) -> float:
    """Give the share of a core that a kernel takes with open questions."""
    with tempfile.TemporaryDirectory() as directory:
        notebook = Notebook(Path(directory) / "hitl.db")
        try:
            assert notebook.run(LOOPS).status == "ok"
            notebook.run(f"runs = [ask.start() for _ in range({asked})]")
            notebook.until(lambda: len(notebook.open()) == asked, "they are not all asked")
            time.sleep(3)
            kernel = psutil.Process(notebook.manager.provisioner.pid)
            began, before = time.monotonic(), sum(kernel.cpu_times()[:2])
            time.sleep(SECONDS)
            return (sum(kernel.cpu_times()[:2]) - before) / (time.monotonic() - began)
        finally:
            notebook.close()


def spread(times: list[float]) -> str:
    """Give the middle and the tail of some seconds."""
    ordered = sorted(times)
    return f"p50 {quantile(ordered, 0.5) * 1000:.0f} ms, p95 {quantile(ordered, 0.95) * 1000:.0f} ms"


if __name__ == "__main__":
    if sys.argv[1:2] == ["answer"]:
        answer(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
