"""Sending and receiving in a real kernel: a cell receives while other runs send, and can be interrupted (item 30)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FLOWS = """
from hitl_jupyter.input import receive_input, send_input

@flow
def collect(count=3):
    handler = receive_input(int, timeout=None)
    return [handler.next() for _ in range(count)]

@flow
async def acollect(count=3):
    handler = receive_input(int, timeout=None)
    return [await handler.next() for _ in range(count)]

@flow
async def sending(receiver, numbers):
    for number in numbers:
        await asyncio.sleep(0.05)
        await send_input(number, receiver)

async def send_to_the_next(*numbers):
    # To the run that the next cell calls.
    from hitl_jupyter import _session
    before = set(_session.current().runs)
    while not (new := [run for run in _session.current().runs if run not in before]):
        await asyncio.sleep(0.01)
    await sending(new[0], numbers)
"""


@pytest.fixture
def flows(ready):
    """The shared kernel with flows that send and receive."""
    cell = ready.run(FLOWS)
    assert cell.status == "ok", cell.traceback
    return ready


@pytest.mark.parametrize("call", ["collect()", "await acollect()"])
def test_a_cell_receives_while_another_run_sends(flows, call):
    """The cell waits, the loop goes on: a run in the background sends three numbers, and they are the cell's value."""
    flows.run("later = asyncio.create_task(send_to_the_next(7, 8, 9))")
    cell = flows.run(call)
    assert ("[7, 8, 9]", None) == (cell.result, cell.error)


def test_a_cell_sends_to_a_run_that_it_has_just_started(flows):
    """In one cell, with `await`; the background run has everything by then."""
    cell = flows.run("run = collect.start()\nfor n in (1, 2, 3):\n    await send_input(n, run.id)\nawait run")
    assert ("[1, 2, 3]", None) == (cell.result, cell.error)


def test_a_cell_goes_through_what_a_run_is_sent(flows):
    """Outside any flow: `for` and `async for` in a cell, while that run goes on."""
    flows.run("run = acollect.start(99)\nlater = asyncio.create_task(sending(run.id, (1, 2)))")
    sync = "[n for _, n in zip(range(2), receive_input(int, flow_run_id=run.id))]"
    assert "[1, 2]" == flows.run(sync).result
    assert "[1, 2]" == flows.run("[n async for n in receive_input(int, flow_run_id=run.id, timeout=0)]").result
    flows.run("run.cancel()")


RECEIVER = "receive_input(int, flow_run_id=other.id, timeout=None)"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("collect()", "KeyboardInterrupt"),
        ("await acollect()", "KeyboardInterrupt"),
        (f"list({RECEIVER})", "KeyboardInterrupt"),
        (f"{RECEIVER}.next(_sync=True)", "KeyboardInterrupt"),
        (f"await {RECEIVER}.next()", "CancelledError"),
    ],
)
def test_an_interrupt_ends_it(flows, code, error):
    """As it ends a pause, in a flow and outside any; the next cell runs."""
    flows.run("other = acollect.start()\nwhile not other.state or other.state.is_pending(): await asyncio.sleep(0.01)")
    cell = flows.begun(code)
    # A page is told what there is once the kernel's loop goes on, which is while the cell waits.
    flows.comms()
    assert cell.status is None
    flows.interrupt()
    flows.finish(cell)
    assert error in cell.error
    assert "2" == flows.run("other.cancel()\n1 + 1").result


def test_another_process_sends(notebook, tmp_path):
    """What a program sends through the store arrives in the cell that waits."""
    notebook.run("from hitl_jupyter import flow\nfrom hitl_jupyter.input import receive_input")
    notebook.run("@flow\ndef hear():\n    return receive_input(str, timeout=None).next()")
    notebook.run("run = hear.start()")
    run_id = notebook.run("str(run.id)").result.strip("'")
    code = f"from hitl_jupyter.input import send_input; send_input('hello', {run_id!r})"
    env = {**os.environ, "HITL_STORE": str(tmp_path / "hitl.db")}
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
    assert "'hello'" == notebook.run("await run").result
