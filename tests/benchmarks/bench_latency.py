"""From the click to the flow's next line, inside a real kernel, every commit included.

The clock starts where the card's message reaches its handler and stops on the line after `pause_flow_run`. After each
click the flow also does one bare commit on the same disk, so that the figures can be read on any machine: an answer is
one commit, two where a validator of the user's judges it in between, and what is above them is ours.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import heading, milliseconds, row
from tests.kernel.notebook import Notebook

PROBE = """
import json, time
from pydantic import AfterValidator
from typing import Annotated
from hitl_jupyter import flow, pause_flow_run
from hitl_jupyter.widgets.card import RunCard
from tests.benchmarks.bench_store import bare

clicks, lines, commits = [], [], []
receive = RunCard._receive

def stamped(card, widget, content, buffers):
    if content["kind"] == "submit":
        clicks.append(time.perf_counter())
    receive(card, widget, content, buffers)

RunCard._receive = stamped
commit = bare({disk!r})

def next_line():
    lines.append(time.perf_counter())
    commit()
    commits.append(time.perf_counter() - lines[-1])

@flow
def sync(rounds, kind=str):
    for _ in range(rounds):
        pause_flow_run(kind)
        next_line()

@flow
async def asynchronous(rounds):
    for _ in range(rounds):
        await pause_flow_run(str)
        next_line()

Judged = Annotated[str, AfterValidator(str.strip)]
"""
FIGURES = "print(json.dumps([[b - a for a, b in zip(clicks, lines, strict=True)], commits]))"


def main(rounds: int) -> None:
    """Print the rows."""
    heading(f"click handler to next line of the flow, {rounds} clicks, in a kernel")
    for kind, call in (
        ("sync flow, one commit", "sync({})"),
        ("async flow, one commit", "await asynchronous({})"),
        ("sync flow, a validator of the user's, two commits", "sync({}, Judged)"),
    ):
        latencies, commits = measure(call.format(rounds), rounds)
        row(kind, milliseconds(latencies), "p50 < 2 ms, p99 < 10 ms")
        row("  one bare commit of this disk, meanwhile", milliseconds(commits))


def measure(call: str, rounds: int) -> tuple[list[float], list[float]]:
    """Give the latencies and the bare commits, in seconds."""
    with tempfile.TemporaryDirectory() as directory:
        notebook = Notebook(Path(directory) / "hitl.db")
        try:
            prepared = notebook.run(PROBE.format(disk=f"{directory}/bare.db"))
            assert prepared.status == "ok", prepared.traceback
            cell = notebook.start(call)
            for _ in range(rounds):
                [(card, question)] = notebook.asked()
                # Nobody answers within a millisecond, and a processor that had nothing to do is a little slower.
                time.sleep(random.uniform(0.005, 0.04))
                notebook.answer(card, question, value="Ada")
            notebook.finish(cell)
            latencies, commits = json.loads(notebook.run(FIGURES).text)
            return latencies, commits
        finally:
            notebook.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
