"""Cells that wait for a person, in a real kernel: every kind of cell, and what goes on meanwhile."""

from __future__ import annotations

import pytest

SYNC = """
from hitl_jupyter import flow, get_run_logger, pause_flow_run

@flow
def greet():
    name = pause_flow_run(str)
    get_run_logger().info(f"Hello, {name}!")
    return name

greet()
"""
ASYNC = """
from hitl_jupyter import flow, get_run_logger, pause_flow_run
from hitl_jupyter.input import RunInput

class UserNameInput(RunInput):
    name: str

@flow
async def greet():
    user_input = await pause_flow_run(UserNameInput.with_initial_data(name="anonymous"))
    get_run_logger().info(f"Hello, {user_input.name}!" if user_input.name != "anonymous" else "Hello, stranger!")
    return user_input.name

await greet()
"""
LOG = [
    "Pausing flow, execution will continue when this flow run is resumed.",
    "Resuming flow run execution!",
]


def test_a_sync_flow_waits_in_the_cell_that_imports_the_package(notebook):
    """The first cell of a fresh kernel waits, its value is the flow's, and the log lines are Prefect's in order."""
    cell = notebook.start(SYNC)
    [(card, question)] = notebook.asked()
    assert {"is": "absent"} == question["document"]["value"]["value"]
    assert card.comm_id in notebook.comms()
    assert "accepted" == notebook.answer(card, question, value="Jeff")["status"]
    assert "'Jeff'" == notebook.finish(cell).result
    notebook.until(lambda: len(card.log) >= 5, "the log is short")
    assert [*LOG, "Hello, Jeff!", "Finished in state Completed()"] == card.log[1:]


def test_an_async_flow_waits_in_the_cell_that_imports_the_package(notebook):
    """As above with await; an untouched form gives the initial data."""
    cell = notebook.start(ASYNC)
    [(card, question)] = notebook.asked()
    assert {"is": "value", "value": "anonymous"} == question["document"]["value"]["name"]
    notebook.answer(card, question)
    assert "'anonymous'" == notebook.finish(cell).result
    assert "Hello, stranger!" in card.log


def test_several_sync_waits_in_the_importing_cell_one_after_the_other(notebook):
    """The loop that is stepped by hand is stepped again, and the next cell works as ever."""
    cell = notebook.start(SYNC + "\n[greet(), greet()]")
    for name in ("a", "b", "c"):
        [(card, question)] = notebook.asked()
        notebook.answer(card, question, value=name)
    assert "['b', 'c']" == notebook.finish(cell).result
    assert "2" == notebook.run("1 + 1").result
    again = notebook.start("greet()")
    [(card, question)] = notebook.asked()
    notebook.answer(card, question, value="later")
    assert "'later'" == notebook.finish(again).result


def test_run_all_waits(notebook):
    """Cells queued behind a waiting one run after it, in order."""
    first = notebook.start(SYNC)
    second = notebook.start("seen = 'second'; seen")
    [(card, question)] = notebook.asked()
    assert second.status is None
    notebook.answer(card, question, value="x")
    assert "'second'" == notebook.finish(second).result
    assert "ok" == first.status


KINDS = {
    "sync": "ask()",
    "async": "await aask()",
    "sync in async": "await wrapped()",
    "deep in the stack": "(lambda: [ask() for _ in range(1)][0])()",
    "in a generator": "next(ask() for _ in range(1))",
    "in a for loop over a generator": "def g():\n    yield ask()\n\nfor x in g():\n    pass\nx",
    "in a context manager": "import contextlib\n@contextlib.contextmanager\ndef cm():\n    yield ask()\n\n"
    "with cm() as x:\n    y = x\ny",
    "in exec": "ns = {'ask': ask}\nexec('x = ask()', ns)\nns['x']",
    "nested cell": "get_ipython().run_cell('inner = ask()')\ninner",
    "async in nested task": "await asyncio.create_task(aask())",
    "sync in nested task": "await asyncio.create_task(wrapped())",
    "in a thread": "await asyncio.to_thread(ask)",
    "background async": "r = aask.start()\nawait r",
    "background sync": "r = ask.start()\nr.result()",
    "%%time": "%%time\nx = ask()\nx",
    "%time": "%time ask()",
    "in a task of the flow": "@task\ndef t():\n    return pause_flow_run(str)\n\n@flow\ndef f():\n"
    "    return t()\n\nf()",
    "in an async task of the flow": "@task\nasync def t():\n    return await pause_flow_run(str)\n\n@flow\n"
    "async def f():\n    return await t()\n\nawait f()",
    "in a subflow": "@flow\ndef f():\n    return ask()\n\nf()",
    "sync subflow of an async flow": "@flow\nasync def f():\n    return ask()\n\nawait f()",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_flow_waits_in_every_kind_of_cell(ready, kind):
    """However the flow is reached, the cell waits and goes on with the answer."""
    cell = ready.start(KINDS[kind])
    [(card, question)] = ready.asked()
    assert cell.status is None
    assert "accepted" == ready.answer(card, question, value=kind)["status"]
    cell = ready.finish(cell)
    assert "ok" == cell.status, cell.traceback
    assert kind in ((cell.result or "") + cell.text + str(ready.run("x if 'x' in globals() else ''").result))


@pytest.mark.parametrize("call", ["ask()", "await aask()"])
def test_a_page_finds_the_widgets_of_a_cell_that_waits(ready, call):
    """It asks for them all where its first question was lost, and must not wait for the cell that waits for it."""
    cell = ready.start(call)
    [(card, question)] = ready.asked()
    assert "jupyter.widget" == ready.comms()[card.comm_id]["target_name"]
    ready.answer(card, question, value="found")
    assert "'found'" == ready.finish(cell).result


@pytest.mark.parametrize("kind", ["aask()", "wrapped()", "asyncio.to_thread(ask)"])
def test_gathered_flows_are_answered_in_any_order(ready, kind):
    """Three runs wait at once in one cell; each gets its own answer."""
    cell = ready.start(f"await asyncio.gather({kind}, {kind}, {kind})")
    waiting = ready.asked(3)
    by_run = {}
    for number, (card, question) in enumerate(reversed(waiting)):
        by_run[question["run_name"]] = str(number)
        ready.answer(card, question, value=str(number))
    cell = ready.finish(cell)
    assert sorted(by_run.values()) == sorted(eval(cell.result))


def test_several_pauses_of_one_run_at_once(ready):
    """One card holds both forms; the values come back in the order of the call, not of the answers."""
    cell = ready.start(
        "@flow\nasync def both():\n    return await asyncio.gather(pause_flow_run(int), pause_flow_run(bool))\n\n"
        "await both()"
    )
    (card, first), (same, second) = ready.asked(2)
    assert card is same
    assert "PAUSED" == card.run["state"]["type"]
    ready.answer(card, second, value=True)
    assert "PAUSED" == card.run["state"]["type"]
    ready.answer(card, first, value=3)
    assert "[3, True]" == ready.finish(cell).result


def test_the_loop_and_other_flows_go_on_while_a_sync_cell_waits(ready):
    """A ticker ticks and a background flow is answered and finishes during the wait."""
    ready.run(
        "ticks = 0\nasync def tick():\n    global ticks\n    while True:\n        ticks += 1\n"
        "        await asyncio.sleep(0.01)\n\nticker = asyncio.create_task(tick())\nother = ask.start()"
    )
    [(other_card, other)] = ready.asked()
    cell = ready.start(
        "before = ticks\nasync def seen():\n    while ticks - before <= 5:\n        await asyncio.sleep(0.01)\n"
        "    print('ticked')\n\nwatcher = asyncio.get_running_loop().create_task(seen())\nask()\n"
        "(ticks - before > 5, other.state.name, other.result())"
    )
    waiting = [(c, q) for c, q in ready.asked(2) if c is not other_card]
    ready.answer(other_card, other, value="background")
    ready.until(lambda: other_card.run["state"]["type"] == "COMPLETED", "the background flow did not finish")
    ready.until(lambda: "ticked" in cell.text, "the ticker did not tick")
    ready.answer(*waiting[0], value="cell")
    assert "(True, 'Completed', 'background')" == ready.finish(cell).result
    ready.run("ticker.cancel()")


def test_capture_does_not_swallow_the_question_or_hang(ready):
    """Under %%capture the form is shown all the same; prints are captured, the next cell runs."""
    cell = ready.start("%%capture out\nprint('captured')\ngot = ask()\nprint('after')")
    [(card, question)] = ready.asked()
    assert 1 == len(cell.views)
    ready.answer(card, question, value="c")
    assert "" == ready.finish(cell).text
    assert "('captured\\nafter\\n', 'c')" == ready.run("out.stdout, got").result


def test_prints_and_displays_after_a_resume_stay_in_their_cell(ready):
    """What the flow prints or displays after the answer lands under the cell that called it."""
    cell = ready.start("@flow\ndef f():\n    pause_flow_run()\n    print('printed')\n    display('shown')\n\nf()")
    [(card, question)] = ready.asked()
    assert question["plan"] is None
    ready.answer(card, question)
    cell = ready.finish(cell)
    assert "printed\n" == cell.text
    assert "'shown'" == cell.displays[-1]["text/plain"]


def test_percent_run_waits(ready, tmp_path):
    """A script run by %run waits too."""
    script = tmp_path / "script.py"
    script.write_text(
        "from hitl_jupyter import flow, pause_flow_run\n\n@flow\ndef f():\n"
        "    return pause_flow_run(str)\n\nprint(f())\n"
    )
    cell = ready.start(f"%run {script}")
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="scripted")
    assert "scripted\n" == ready.finish(cell).text


def test_a_loop_of_questions_leaves_one_card_and_opens_no_comm(ready):
    """Fifty questions in one run: one card, and no comm is opened after the first question."""
    cards = len(ready.cards)
    cell = ready.start(
        "@flow\ndef many():\n    return [pause_flow_run(int) for _ in range(50)]\n\nmany() == list(range(50))"
    )
    ready.asked()
    comms = ready.comms_opened
    for number in range(50):
        [(card, question)] = ready.asked()
        ready.answer(card, question, value=number)
    assert "True" == ready.finish(cell).result
    assert 1 == len(ready.cards) - cards
    assert comms == ready.comms_opened


def test_a_wrong_answer_stays_open_with_its_error_beside_the_field(ready):
    """What the type refuses never reaches the flow; the form says why and takes a second answer."""
    cell = ready.start("@flow\ndef f():\n    return pause_flow_run(int)\n\nf()")
    [(card, question)] = ready.asked()
    reply = ready.answer(card, question, value="12.7")
    assert "refused" == reply["status"]
    assert [["value"]] == [e["path"] for e in reply["errors"]]
    assert cell.status is None
    ready.answer(card, question, value="12")
    assert "12" == ready.finish(cell).result


def test_messages_that_are_malformed_stale_or_late_change_nothing(ready):
    """Nonsense, a wrong pause and a second answer leave the run as it was, and the kernel works on."""
    cell = ready.start("ask()")
    [(card, question)] = ready.asked()
    for content in (
        {"kind": "submit"},
        {"kind": "nonsense", "id": "1"},
        {"kind": "submit", "id": "2", "pause_id": 7, "document": {}},
        {"id": "3"},
        {},
    ):
        ready.send(card, content)
    gone = ready.request(card, kind="submit", pause_id="no such pause", document=None)
    assert "gone" == gone["status"]
    misfit = ready.request(card, kind="submit", pause_id=question["pause_id"], document={"is": "value", "value": [1]})
    assert "failed" == misfit["status"]
    assert "ok" == ready.request(card, kind="hello")["status"]
    assert [(card, question)] == ready.open()
    ready.answer(card, question, value="fine")
    assert "'fine'" == ready.finish(cell).result
    late = ready.answer(card, question, value="late")
    assert "gone" == late["status"]
