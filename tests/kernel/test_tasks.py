"""Tasks that go on beside their flow, in real kernels: every kind of cell, questions, interrupts, kernels that die."""

from __future__ import annotations

import time

import pytest

from tests.kernel.conftest import SETUP
from tests.kernel.notebook import Notebook

TABLE = "interrupt and cancel: what the cell waits for x what happened"

TASKS = """
from hitl_jupyter.futures import as_completed, wait

@task
def double(n):
    return 2 * n

@task
async def adouble(n):
    await asyncio.sleep(0.01)
    return 2 * n

@task
def asks(n):
    return pause_flow_run(int, key=f"q{n}")

@task
async def aasks(n):
    return await pause_flow_run(int, key=f"q{n}")

@flow
def many():
    first = double.map(range(3))
    second = adouble.map(first)
    done = sorted(future.result() for future in as_completed([*first, *second]))
    return done, [len(some) for some in wait(second)], adouble.submit(double.submit(1)).result()

@flow
async def amany():
    first = double.map(range(3))
    second = adouble.map(first)
    done = sorted(future.result() for future in as_completed([*first, *second]))
    return done, [len(some) for some in wait(second)], await adouble.submit(double.submit(1))

@flow
def asks_many():
    return asks.map(range(5)).result()

@flow
async def aasks_many():
    return aasks.map(range(5)).result()

@flow
def asks_both():
    return asks.map(range(2)).result() + [future.result() for future in as_completed(aasks.map([2, 3, 4]))]
"""
VALUE = "([0, 0, 2, 4, 4, 8], [3, 0], 4)"


@pytest.fixture(scope="module")
def shared(shared):
    """A kernel with these tasks."""
    cell = shared.run(TASKS)
    assert cell.status == "ok", cell.traceback
    return shared


# -- every kind of cell -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["many()", "await amany()", "many.start().result()", "await amany.start()"])
def test_tasks_in_the_cell_that_imports_the_package(notebook, call):
    """Sync and async tasks are submitted, mapped and waited for in the first cell of a fresh kernel."""
    assert VALUE == notebook.run(SETUP + TASKS + call).result
    assert VALUE == notebook.run(call).result


CALLS = {
    "sync": "many()",
    "async": "await amany()",
    "background sync": "many.start().result()",
    "background sync, awaited": "await many.start()",
    "background async": "amany.start().result()",
    "background async, awaited": "await amany.start()",
    "in a thread": "await asyncio.to_thread(many)",
    "%%time": "%%time\nmany()",
    "state": "state = many(return_state=True)\nstate.result()",
    "async state": "state = await amany(return_state=True)\nawait state.result()",
    "in an ordinary executor": "with ThreadPoolExecutor() as pool:\n    value = pool.submit(many).result()\nvalue",
}


@pytest.mark.parametrize("kind", CALLS)
def test_tasks_in_every_kind_of_cell(ready, kind):
    """However the flow is reached, its tasks go on and their values come back; nothing is said on the way."""
    cell = ready.run(CALLS[kind])
    assert VALUE == cell.result
    assert "%%time" in kind or "" == cell.text


def test_run_all_waits_for_tasks(ready):
    """Cells queued behind one that waits for futures run after it, in order."""
    first = ready.start("got = many()")
    second = ready.start("got[2]")
    assert "4" == ready.finish(second).result
    assert "ok" == first.status


# -- questions --------------------------------------------------------------------------------------------------------

ASKING = {
    "sync": "asks_many()",
    "async": "await aasks_many()",
    "both kinds of task": "asks_both()",
    "background": "run = asks_many.start()\nrun.result()",
    "background async": "await aasks_many.start()",
    "%%time": "%%time\nasks_many()",
}


@pytest.mark.parametrize("kind", ASKING)
def test_mapped_tasks_ask_at_the_same_time_and_are_answered_in_any_order(ready, kind):
    """One card shows all their questions; answered last first, each task gets its own answer."""
    cell = ready.start(ASKING[kind])
    answered = set()
    while len(answered) < 5:
        card, question = ready.asked()[-1]
        several = {q["key"] for _, q in ready.open()}
        assert {card.comm_id} == {one.comm_id for one, _ in ready.open()}
        ready.answer(card, question, value=int(question["key"][1:]) * 10)
        answered.add(question["key"])
    assert 1 <= len(several)
    assert [0, 10, 20, 30, 40] == sorted(eval(ready.finish(cell).result))


def test_all_questions_of_a_map_are_on_its_card(ready):
    """Five tasks ask: five forms in one card, each with its key, and the run is Paused until the last is answered."""
    cell = ready.start("asks_many()")
    waiting = ready.asked(5)
    assert ["q0", "q1", "q2", "q3", "q4"] == sorted(question["key"] for _, question in waiting)
    [card] = {one.comm_id: one for one, _ in waiting}.values()
    for number, (_, question) in enumerate(reversed(waiting)):
        assert "PAUSED" == card.run["state"]["type"]
        ready.answer(card, question, value=number)
    ready.finish(cell)


def test_a_task_that_asks_does_not_block_the_kernel(ready):
    """While a sync flow waits for its tasks' answers, a question of another run is answered and that run goes on."""
    ready.run("other = ask.start()")
    [(other, its)] = ready.asked()
    cell = ready.start("asks_many()")
    ready.asked(6)
    ready.answer(other, its, value="meanwhile")
    ready.until(lambda: other.run["ended"], "the other run did not end")
    assert cell.status is None
    for card, question in ready.asked(5):
        ready.answer(card, question, value=1)
    assert "[1, 1, 1, 1, 1]" == ready.finish(cell).result
    assert "'meanwhile'" == ready.run("other.result()").result


# -- prints and log lines ---------------------------------------------------------------------------------------------

PRINTS = """
@task
def says(n):
    print("task", n)

@task
async def asays(n):
    print("async task", n)

@flow
def prints():
    # One after the other: Python's own print, called in two threads at once, mixes its pieces.
    for one in (says, asays):
        one.submit(1).wait()
        one.submit(2).wait()
    print("flow")
"""


def test_prints_of_submitted_tasks_are_where_their_run_prints(ready):
    """Below a cell that waits; of a background run on its card, whichever cell runs then."""
    ready.run(PRINTS + "gate = threading.Event()")
    expected = ["task 1", "task 2", "async task 1", "async task 2", "flow"]
    assert expected == ready.run("prints()").text.splitlines()
    ready.run("@flow\ndef later():\n    gate.wait()\n    prints()\n")
    begun = ready.run("run = later.start()")
    card = ready.cards[-1]
    other = ready.run("gate.set()\nawait run")

    def printed():
        return "".join(one.get("text", "") for one in ready.printed(card))

    ready.until(lambda: "flow" in printed(), "nothing was printed")
    assert expected == printed().splitlines()
    assert ["", ""] == [begun.text, other.text]


def test_log_prints_of_submitted_tasks_are_in_the_card(ready):
    """Each line under the name of its task run; none in the cell."""
    ready.run(PRINTS)
    cell = ready.run("prints.with_options(log_prints=True)()")
    card = ready.cards[-1]
    ready.until(lambda: card.log and card.log[-1].startswith("Finished in state"), "the log is short")
    lines = [line for message in card.messages if message["kind"] == "log" for line in message["lines"]]
    printed = [(line["message"], line["name"].split("-")[0]) for line in lines if "task " in line["message"]]
    assert [
        ("task 1", "Task run 'says"),
        ("task 2", "Task run 'says"),
        ("async task 1", "Task run 'asays"),
        ("async task 2", "Task run 'asays"),
    ] == printed
    assert ["flow"] == [line["message"] for line in lines if line["message"] == "flow"]
    assert "" == cell.text


# -- interrupt and cancel ---------------------------------------------------------------------------------------------

SLOW = """
marks = []

@task
def sleeps(n):
    time.sleep(60)

@task
async def asleeps(n):
    await asyncio.sleep(60)

@task
def works(n):
    for step in range(600):
        double(step)
        marks.append(step)
        time.sleep(0.05)

@flow
def waits(*kinds):
    for future in as_completed([future for kind in kinds for future in kind.map(range(2))]):
        future.result()

@flow
async def awaits(*kinds):
    wait([future for kind in kinds for future in kind.map(range(2))])

@flow
def leaves(*kinds):
    for kind in kinds:
        kind.map(range(2))
"""
WAITING = [
    "waits(sleeps)",
    "await awaits(sleeps)",
    "waits(asleeps)",
    "await awaits(asleeps)",
    "waits(asks)",
    "await awaits(aasks)",
    "waits(works)",
    "leaves(asks, asleeps, works)",
    "waits(asks, asleeps, works)",
    "await awaits(asks, asleeps, works)",
    "await asyncio.to_thread(waits, asks, asleeps, works)",
    "await asyncio.gather(awaits(aasks), awaits(asleeps))",
]


@pytest.fixture
def slow(ready):
    """The kernel with slow tasks, and a background run that asks."""
    ready.run(SLOW + "other = ask.start()")
    [(card, question)] = ready.asked()
    yield ready, (card, question)
    ready.request(card, kind="cancel")
    ready.until(lambda: card.run["ended"], "the background run was not cancelled")


def ended(notebook, cards):
    """Wait until the runs of some cards are over and their forms closed, and nothing goes on working."""
    notebook.until(lambda: all(not c.questions and c.run.get("ended") for c in cards), "forms stayed open")
    # One that computes has a moment until its next task, and is not left to come to its end.
    notebook.run("a = None\nwhile a != len(marks): a = len(marks); time.sleep(0.3)")
    assert "False" == notebook.run("599 in marks").result


@pytest.mark.parametrize("how", ["interrupt", "cancel"])
@pytest.mark.parametrize("call", WAITING)
def test_a_cell_that_waits_for_tasks_is_ended(slow, table, call, how):
    """The cell ends, the run is final, forms close, no thread works on; the next cell and a background run go on."""
    ready, (other, question) = slow
    before = len(ready.cards)
    runs = 2 if "gather" in call else 1
    cell = ready.start(call)
    ready.until(lambda: len(ready.cards) == before + runs, "nothing began")
    ready.asked(1 + 2 * call.count("asks"))
    time.sleep(0.3)
    began = time.monotonic()
    if how == "interrupt":
        ready.interrupt()
    else:
        for card in ready.cards[before:]:
            ready.request(card, kind="cancel")
    ready.finish(cell)
    seconds = time.monotonic() - began
    table(TABLE, f"{how:9} {call:52} {cell.error.split(':')[0]:18} cell {seconds * 1e3:4.0f} ms")
    mine = ready.cards[before:]
    ended(ready, mine)
    assert "error" == cell.status
    assert {"Crashed" if how == "interrupt" else "Cancelled"} == {card.run["state"]["name"] for card in mine}
    assert "PAUSED" == other.run["state"]["type"]
    ready.answer(other, question, value="on")
    assert "'on'" == ready.run("other.result()").result


@pytest.mark.parametrize("call", ["waits(asks)", "await awaits(aasks)", "waits(asleeps)", "waits(sleeps)"])
def test_an_interrupt_of_tasks_in_the_importing_cell(notebook, call):
    """The same in the one cell that has no portal: it ends, its forms close, and the kernel lives."""
    cell = notebook.start(SETUP + TASKS + SLOW + call)
    notebook.until(lambda: notebook.cards and notebook.cards[0].run.get("started"), "nothing began")
    notebook.asked(2 * call.count("asks"))
    time.sleep(0.3)
    notebook.interrupt()
    assert "KeyboardInterrupt" in notebook.finish(cell).error
    ended(notebook, notebook.cards)
    assert VALUE == notebook.run("many()").result


def test_interrupting_twice_ends_what_does_not_hear(slow):
    """Tasks that sleep in threads notice nothing; a second interrupt ends the short wait for them, and all is final."""
    ready, _ = slow
    before = len(ready.cards)
    cell = ready.start("await awaits(sleeps)")
    ready.until(lambda: len(ready.cards) > before and ready.cards[-1].run.get("started"), "nothing began")
    time.sleep(0.3)
    ready.interrupt()
    time.sleep(0.1)
    ready.interrupt()
    assert "error" == ready.finish(cell).status
    ended(ready, ready.cards[before:])
    assert "Crashed" == ready.cards[-1].run["state"]["name"]


def test_an_error_of_the_flow_ends_its_tasks(slow):
    """The flow raises while its tasks ask, sleep and work: it fails at once, and none of them goes on."""
    ready, _ = slow
    before = len(ready.cards)
    ready.run(
        "@flow\ndef fails():\n    leaves.fn(asks, asleeps, works)\n    time.sleep(0.3)\n    raise ValueError('no')"
    )
    assert "ValueError: no" == ready.run("fails()").error
    ended(ready, ready.cards[before:])
    assert "Failed" == ready.cards[-1].run["state"]["name"]


@pytest.mark.parametrize(
    "call", ["run.result()", "await run", "future.result()", "wait([future])", "list(as_completed([future]))"]
)
def test_interrupting_the_wait_for_a_background_run_leaves_it_alone(ready, call):
    """The cell ends; the run and its question go on and can be answered."""
    ready.run(
        "@flow\ndef holds():\n    global future\n    future = asks.submit(1)\n    return future.result()\n\n"
        "run = holds.start()"
    )
    [(card, question)] = ready.asked()
    cell = ready.begun(call)
    time.sleep(0.3)
    ready.interrupt()
    assert "error" == ready.finish(cell).status
    assert "PAUSED" == card.run["state"]["type"]
    ready.answer(card, question, value=5)
    assert "(5, 5)" == ready.run("(run.result(), future.result())").result


# -- kernels that die -------------------------------------------------------------------------------------------------

DYING = """
@task
def counts(n: int) -> int:
    print("counting", n)
    return n * n

@task
def asks_for(n: int) -> int:
    return counts(n) + pause_flow_run(int, key=f"q{n}")

@flow(idempotency_key="k")
def survives():
    return counts.map(range(10)).result()[-1], asks_for.map(range(10, 14)).result()
"""


@pytest.mark.parametrize("how", ["killed", "restarted"])
def test_what_mapped_tasks_have_kept_is_not_done_again(tmp_path, how):
    """A kernel dies when two of a map's four questions are answered; the same cell in the next asks the others only."""
    first = Notebook(tmp_path / "hitl.db")
    first.run(SETUP + DYING)
    cell = first.start("survives()")
    waiting = first.asked(4)
    for card, question in waiting[:2]:
        first.answer(card, question, value=1000)
    kept = {question["key"] for _, question in waiting[:2]}
    first.until(lambda: 14 == cell.text.count("counting"), "not all have counted")
    first.until(lambda: 2 == len(first.open()), "the forms did not close")
    if how == "restarted":
        first.interrupt()
        first.until(lambda: not first.open(), "the forms stayed open")
    first.manager.provisioner.process.kill()
    first.close()
    second = Notebook(tmp_path / "hitl.db")
    try:
        second.run(SETUP + DYING)
        cell = second.start("survives()")
        again = second.asked(2)
        assert {"q10", "q11", "q12", "q13"} - kept == {question["key"] for _, question in again}
        for card, question in again:
            second.answer(card, question, value=2000)
        expected = [n * n + (1000 if f"q{n}" in kept else 2000) for n in range(10, 14)]
        assert (81, expected) == eval(second.finish(cell).result)
        assert "" == cell.text
    finally:
        second.close()
