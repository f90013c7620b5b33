"""From a flow's call to its form on the way to the page, inside a real kernel.

The clock starts at the call and stops when the card's state with the question has been handed to the comm. The first
form of a kernel is a figure of its own: there the cell imports the package, and the store is opened, or made.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import heading, milliseconds, row, spread
from tests.kernel.notebook import Notebook

IMPORTS = """
import time
began = time.perf_counter()
from hitl_jupyter import flow, pause_flow_run
"""
PROBE = """
import json
from hitl_jupyter.widgets.card import RunCard

calls, shown = [], {}
send = RunCard.send_state

def stamped(card, key=None):
    send(card, key)
    for question in card.questions:
        shown.setdefault(question["pause_id"], time.perf_counter())

RunCard.send_state = stamped

@flow
def sync():
    return pause_flow_run(str)

@flow
async def asynchronous():
    return await pause_flow_run(str)

def call(function):
    calls.append(time.perf_counter())
    return function()
"""
FIGURES = "print(json.dumps([b - a for a, b in zip(calls, shown.values(), strict=True)]))"
FIRST_FIGURE = "print(json.dumps([next(iter(shown.values())) - began]))"


def main(rounds: int) -> None:
    """Print the rows."""
    heading(f"flow call to form shown, {rounds} runs, in a kernel")
    for kind, code in (
        ("sync", f"for _ in range({rounds}):\n    call(sync)"),
        ("async", f"for _ in range({rounds}):\n    await call(asynchronous)"),
    ):
        row(f"{kind} flow", milliseconds(usual(code, rounds)), "p50 < 15 ms")
    fresh, existing = first()
    heading("the first form of a fresh kernel, from its import line on")
    row("no store yet: import, migration", spread(fresh), "< 1.5 s")
    row("the store is there", spread(existing), "< 1.5 s")


def usual(code: str, rounds: int) -> list[float]:
    """Give the times of calls in a kernel where flows have run before."""
    with tempfile.TemporaryDirectory() as directory:
        return asked(
            Path(directory) / "hitl.db", [IMPORTS + PROBE, "sync()", "calls.clear(); shown.clear()", code], rounds
        )


def first(kernels: int = 10) -> tuple[list[float], list[float]]:
    """Give the times of first calls, without a store and with one."""
    fresh, existing = [], []
    for _ in range(kernels):
        with tempfile.TemporaryDirectory() as directory:
            for times in (fresh, existing):
                cells = [IMPORTS + PROBE + "\ncall(sync)"]
                times += asked(Path(directory) / "hitl.db", cells, 1, FIRST_FIGURE)
    return fresh, existing


def asked(store: Path, cells: list[str], rounds: int, figures: str = FIGURES) -> list[float]:
    """Run cells in a fresh kernel, answer what they ask, and give the figures."""
    notebook = Notebook(store)
    try:
        for code in cells:
            cell = notebook.start(code)
            while not over(notebook, cell):
                notebook.answer(*notebook.open()[0], value="Ada")
            assert notebook.finish(cell).status == "ok", cell.traceback
        return json.loads(notebook.run(figures).text)
    finally:
        notebook.close()


def over(notebook, cell) -> bool:
    """Wait until the cell asks or ends, and tell whether it has ended."""
    notebook.until(lambda: notebook.open() or cell.status is not None, "the cell neither asks nor ends")
    return not notebook.open()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
