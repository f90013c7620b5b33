"""Interrupting and cancelling what waits, in a real kernel, with a real SIGINT."""

from __future__ import annotations

import time

import pytest

from tests.kernel.conftest import SETUP

TABLE = "interrupt: waits open x kind of cell x what happened"

CELLS = {
    "sync cell": "ask()",
    "async cell": "await aask()",
    "gathered async flows": "await asyncio.gather(*[aask() for _ in range({n})])",
    "gathered sync flows": "await asyncio.gather(*[wrapped() for _ in range({n})])",
    "one run, gathered pauses": "@flow\nasync def f():\n"
    "    await asyncio.gather(*[pause_flow_run(str) for _ in range({n})])\n\nawait f()",
    "sync flows in threads": "await asyncio.gather(*[asyncio.to_thread(ask) for _ in range({n})])",
    "%%time": "%%time\nask()",
    "subflow": "@flow\ndef f():\n    ask()\n\nf()",
}
CASES = [
    *(("1", cell) for cell in CELLS),
    *(("3", cell) for cell in CELLS if "{n}" in CELLS[cell]),
    *(("100", cell) for cell in CELLS if "{n}" in CELLS[cell] and "threads" not in cell),
]


@pytest.mark.parametrize(("count", "kind"), CASES)
def test_an_interrupt_ends_the_waits_the_runs_and_the_forms_of_its_cell(ready, table, count, kind):
    """SIGINT: the cell ends, every form closes, every run is final, the next cell runs; a background run goes on."""
    background = len(ready.cards)
    ready.run("other = ask.start()")
    [(other, _)] = ready.asked()
    cards = len(ready.cards)
    cell = ready.start(CELLS[kind].format(n=count))
    ready.asked(int(count) + 1)
    time.sleep(0.1)
    began = time.monotonic()
    ready.interrupt()
    ready.finish(cell)
    ended = time.monotonic() - began
    mine = ready.cards[cards:]
    ready.until(lambda: all(not c.questions and c.run["ended"] for c in mine), "forms stayed open")
    closed = time.monotonic() - began
    states = {card.run["state"]["name"] for card in mine}
    alive = "2" == ready.run("1 + 1").result
    table(
        TABLE,
        f"{count:>3} x {kind:26} {(cell.error or '?').split(':')[0]:20} cell {ended * 1e3:4.0f} ms, "
        f"forms and runs {closed * 1e3:4.0f} ms, {'/'.join(states)}, next cell {'runs' if alive else 'DEAD'}",
    )
    assert alive
    assert "error" == cell.status
    assert {"Crashed"} == states
    assert "PAUSED" == other.run["state"]["type"]
    assert "ok" == ready.request(other, kind="cancel")["status"]
    ready.until(lambda: ready.cards[background].run["ended"], "the background run was not cancelled")


@pytest.mark.parametrize("call", ["ask()", "await aask()", "await asyncio.sleep(0); ask()"])
def test_an_interrupt_in_the_importing_cell(notebook, table, call):
    """The same in the one cell that has no portal: KeyboardInterrupt, and the kernel lives."""
    cell = notebook.start(SETUP + "\n" + call)
    notebook.asked()
    time.sleep(0.1)
    began = time.monotonic()
    notebook.interrupt()
    notebook.finish(cell)
    ended = time.monotonic() - began
    table(TABLE, f"  1 x importing cell, {call:13} {(cell.error or '?').split(':')[0]:20} cell {ended * 1e3:4.0f} ms")
    assert "KeyboardInterrupt" in cell.error
    assert "2" == notebook.run("1 + 1").result
    again = notebook.start("ask()")
    [(card, question)] = notebook.asked()
    notebook.answer(card, question, value="again")
    assert "'again'" == notebook.finish(again).result


@pytest.mark.parametrize(
    "code",
    [
        "@flow\ndef f():\n    pause_flow_run()\n    while True:\n        pass\n\nf()",
        "@flow\nasync def f():\n    await pause_flow_run()\n    while True:\n        pass\n\nawait f()",
        (
            "@flow\nasync def f():\n    await pause_flow_run()\n    while True:\n        pass\n\n"
            "await asyncio.gather(f(), aask())"
        ),
        "@flow\ndef f():\n    pause_flow_run()\n    time.sleep(60)\n\nf()",
        "@flow\nasync def f():\n    await pause_flow_run()\n    await asyncio.sleep(60)\n\nawait f()",
    ],
    ids=["sync loop", "async loop", "async loop in a gathered task", "sync sleep", "async sleep"],
)
def test_the_users_own_code_between_pauses_stays_interruptible(ready, code):
    """SIGINT ends code that computes or sleeps after a resume, and the run is recorded as crashed."""
    cards = len(ready.cards)
    cell = ready.start(code)
    card, question = next((c, q) for c, q in ready.asked(code.count("aask()") + 1) if q["plan"] is None)
    ready.answer(card, question)
    time.sleep(0.3)
    ready.interrupt()
    cell = ready.finish(cell)
    assert "error" == cell.status
    assert "2" == ready.run("1 + 1").result
    ready.until(lambda: all(c.run["ended"] for c in ready.cards[cards:]), "a run never ended")
    assert {"Crashed"} == {c.run["state"]["name"] for c in ready.cards[cards:]}


def test_finally_blocks_run_and_except_exception_does_not_eat_an_interrupt(ready):
    """The interrupt passes through the user's error handling and reaches the clean-up."""
    cell = ready.start(
        "seen = []\n@flow\ndef f():\n    try:\n        pause_flow_run(str)\n    except Exception:\n"
        "        seen.append('eaten')\n    finally:\n        seen.append('cleaned')\n\nf()"
    )
    ready.asked()
    ready.interrupt()
    ready.finish(cell)
    assert "['cleaned']" == ready.run("seen").result


@pytest.mark.parametrize("call", ["ask()", "await aask()", "ask.start().result()", "await aask.start()"])
def test_cancel_ends_one_run_at_once(ready, table, call):
    """The card's Cancel: the run is Cancelled, the caller is told, other runs wait on."""
    ready.run("other = ask.start()")
    [(other, _)] = ready.asked()
    cell = ready.start(call)
    card, _ = next((c, q) for c, q in ready.asked(2) if c is not other)
    began = time.monotonic()
    assert "ok" == ready.request(card, kind="cancel")["status"]
    cell = ready.finish(cell)
    table(
        TABLE,
        f"  1 x Cancel of {call:24} {(cell.error or '?').split(':')[0]:20} {(time.monotonic() - began) * 1e3:4.0f} ms",
    )
    assert "error" == cell.status
    assert "Cancelled" == card.run["state"]["name"]
    assert [] == card.questions
    assert "PAUSED" == other.run["state"]["type"]
    ready.request(other, kind="cancel")
    ready.until(lambda: other.run["ended"], "the other run was not cancelled")


def test_an_interrupt_while_nothing_waits_is_pythons_own(ready):
    """A cell without flows is interrupted as ever, sync and async."""
    for code in ("while True: pass", "time.sleep(60)", "await asyncio.sleep(60)"):
        cell = ready.begun(code)
        time.sleep(0.3)
        ready.interrupt()
        assert "error" == ready.finish(cell).status
    assert "2" == ready.run("1 + 1").result
