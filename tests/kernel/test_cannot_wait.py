"""The places where nobody could answer: each says in one sentence what to write instead, and never hangs."""

from __future__ import annotations

import pytest

from tests.kernel.conftest import SETUP
from tests.kernel.notebook import Notebook

TABLE = "places that cannot wait"


def said(cell, table, place):
    line = next((l for l in cell.error.splitlines() if l), "") if cell.error else cell.text.strip()
    table(TABLE, f"{place}: {line}")
    return line


def test_a_widget_callback(ready, table):
    """A button's callback cannot wait; it is told to start the flow in the background, which works there."""
    ready.run(
        "import ipywidgets\nproblem = None\ndef clicked(_):\n    global problem\n    try:\n        ask()\n"
        "    except Exception as error:\n        problem = error\n\nb = ipywidgets.Button()\nb.on_click(clicked)\n"
        "async def press():\n    b.click()\nasyncio.get_running_loop().call_soon(b.click)"
    )
    cell = ready.run("await asyncio.sleep(0.1)\nprint(f'{type(problem).__name__}: {problem}')")
    line = said(cell, table, "a widget's callback")
    assert "CannotWait" in line
    assert "flow.start()" in line
    ready.run("asyncio.get_running_loop().call_soon(lambda: globals().update(run=ask.start()))")
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="from a callback")
    assert "'from a callback'" == ready.run("run.result()").result


def test_a_repr(ready, table):
    """A _repr_html_ cannot ask; the display shows the sentence and the cell goes on."""
    cell = ready.run("class R:\n    def _repr_html_(self):\n        return ask()\n\nR()")
    text = cell.traceback + cell.text + (cell.error or "")
    assert "cannot ask while a value is being displayed" in text
    table(TABLE, "_repr_html_: " + next(l for l in text.splitlines() if "cannot ask" in l and "CannotWait" in l))
    assert "2" == ready.run("1 + 1").result


def test_voilas_page_execution(tmp_path, table):
    """In a Voila kernel a cell cannot wait; start() works. (Voila itself is in the browser tests.)"""
    notebook = Notebook(tmp_path / "hitl.db", VOILA_BASE_URL="/")
    try:
        notebook.run(SETUP)
        for call in ("ask()", "await aask()"):
            line = said(notebook.run(call), table, f"Voila, {call}")
            assert "Voila" in line
            assert "flow.start()" in line
        notebook.run("run = ask.start()")
        [(card, question)] = notebook.asked()
        for call in ("run.result()", "await run"):
            assert "Voila" in said(notebook.run(call), table, f"Voila, {call}")
        notebook.answer(card, question, value="v")
        notebook.until(lambda: card.run["ended"], "the run did not end")
        assert "'v'" == notebook.run("run.result()").result
    finally:
        notebook.close()


@pytest.mark.parametrize("call", ["ask()", "await aask()"])
def test_an_older_ipykernel(ready, table, call):
    """Before 7.4 a waiting cell hears no widget message: the cell is told so and does not hang.

    The version is pretended: one environment holds one ipykernel.
    """
    cell = ready.run(
        "import ipykernel\nreal = ipykernel.version_info\nipykernel.version_info = (7, 3, 0)\ntry:\n    "
        + call
        + "\nfinally:\n    ipykernel.version_info = real"
    )
    line = said(cell, table, f"ipykernel 7.3, {call}")
    assert "ipykernel 7.4" in line
    assert "flow.start()" in line


def test_a_thread_whose_cell_blocks_says_so(ready, table):
    """A cell that blocks in future.result() for a thread's flow: after some seconds the notebook says why."""
    cell = ready.start("with ThreadPoolExecutor() as pool:\n    pool.submit(ask).result()")
    ready.until(lambda: "blocks the notebook" in cell.text, "nothing was said")
    assert "to_thread" in cell.text
    table(TABLE, "a cell that blocks in future.result(): " + cell.text.strip().splitlines()[0])
    ready.interrupt()
    assert "KeyboardInterrupt" in ready.finish(cell).error
    assert "2" == ready.run("1 + 1").result


def test_a_pause_outside_a_flow(ready, table):
    """pause_flow_run in a plain cell: Prefect's sentence and what to write."""
    line = said(ready.run("pause_flow_run(str)"), table, "outside a flow")
    assert "Flow runs can only be paused from within a flow run." in line


def test_two_questions_that_cannot_be_told_apart(ready, table):
    """Two threads of one run asking without keys: an error that asks for a key, before the second is shown."""
    cell = ready.start(
        "@flow\nasync def f():\n    await asyncio.gather(*[asyncio.to_thread(t) for _ in range(2)])\n\n"
        "@task\ndef t():\n    pause_flow_run(str)\n\n@flow\ndef g():\n    from contextvars import copy_context\n"
        "    with ThreadPoolExecutor() as pool:\n"
        "        fs = [pool.submit(copy_context().run, pause_flow_run, str, 5) for _ in range(2)]\n"
        "        return [f.exception() for f in fs]\n\nawait asyncio.to_thread(g)"
    )
    cell = ready.finish(cell)
    assert "AmbiguousPause" in (cell.result or cell.error)
    assert "key='...'" in (cell.result or cell.error)
    table(
        TABLE, "two unnamed questions at once: " + next(p for p in cell.result.split("AmbiguousPause") if "key=" in p)
    )
