"""A loop of ten thousand answers in one run, through the card's messages: what the kernel holds as it goes on.

Memory is the kernel's resident set as the system sees it; whatever grows with the number of answers shows here.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.benchmarks.table import heading, row
from tests.kernel.notebook import Notebook

LOOP = """
from hitl_jupyter import flow, pause_flow_run

@flow
def many():
    for _ in range({rounds}):
        pause_flow_run(int)

many()
"""


def main(rounds: int) -> None:
    """Print the rows."""
    heading(f"a loop of {rounds} answers in one run, in a kernel")
    marks = [mark for mark in (1, 100, 1_000, 3_000, 10_000) if mark <= rounds]
    with tempfile.TemporaryDirectory() as directory:
        notebook = Notebook(Path(directory) / "hitl.db")
        try:
            measure(notebook, rounds, marks)
        finally:
            notebook.close()


def measure(notebook: Notebook, rounds: int, marks: list[int]) -> None:
    """Answer, and print what is seen at the marks."""
    kernel = psutil.Process(notebook.manager.provisioner.pid)
    cell = notebook.start(LOOP.format(rounds=rounds))
    began, before = time.perf_counter(), 0
    for number in range(1, rounds + 1):
        [(card, question)] = notebook.asked()
        assert notebook.answer(card, question, value=number)["status"] == "accepted"
        # Ours, not the kernel's: the harness looks through all the messages that it keeps.
        card.messages.clear()
        if number in marks:
            each = (time.perf_counter() - began) / (number - before) * 1000
            seen = f"RSS {kernel.memory_info().rss / 2**20:.1f} MB, comms {notebook.comms_opened}"
            row(f"after {number} answers", seen, "flat after 100" if number > 100 else "")
            row("  each, from the driver's answer to the next question", f"{each:.1f} ms")
            began, before = time.perf_counter(), number
    assert notebook.finish(cell).status == "ok", cell.traceback
    assert len(notebook.cards) == 1


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
