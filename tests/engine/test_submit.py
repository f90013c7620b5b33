"""Tasks that go on beside their flow: submit, map, futures, and what waits for them."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from hitl_jupyter import allow_failure, flow, pause_flow_run, recover, resume_flow_run, store, task, unmapped
from hitl_jupyter.exceptions import (
    MappingLengthMismatch,
    MappingMissingIterable,
    MissingContextError,
    ParameterBindError,
    UnfinishedRun,
)
from hitl_jupyter.futures import as_completed, wait
from hitl_jupyter.task_runners import ThreadPoolTaskRunner


@task
def add(a: int, b: int) -> int:
    return a + b


@task
async def slowly(value: int, seconds: float = 0.0) -> int:
    await asyncio.sleep(seconds)
    return value


@task
def fails(*_):
    raise ValueError("boom")


def task_states(desk, run):
    return {one.name: desk.read(store.tasks.history, one.id) for one in desk.read(store.tasks.of_run, run.id_text)}


def names_of(desk, run):
    return [[state.name for state in states] for states in task_states(desk, run).values()]


def test_a_sync_flow_submits_and_goes_on(desk):
    """submit() gives a future at once; its result is the value, its state the final one."""
    gate = threading.Event()

    @task
    def waits() -> str:
        assert gate.wait(60)
        return "done"

    @flow
    def submits():
        future = waits.submit()
        before = future.state.name
        gate.set()
        return before, future.result(), future.state.name, str(future.task_run_id)

    before, value, after, task_run_id = submits()
    assert before in {"Pending", "Running"}
    assert ("done", "Completed") == (value, after)
    assert 36 == len(task_run_id)


async def test_an_async_flow_waits_without_await(desk):
    """In an async flow `future.result()` is called plainly, and the event loop goes on meanwhile."""
    ticked = threading.Event()

    async def tick():
        for _ in range(5):
            await asyncio.sleep(0.01)
        ticked.set()

    @task
    def waits():
        return ticked.wait(60)

    @flow
    async def submits():
        ticking = asyncio.create_task(tick())
        values = waits.submit().result(), add.submit(1, 1).result(), await slowly.submit(3)
        await ticking
        return values

    assert (True, 2, 3) == await submits()


def test_an_async_task_of_a_sync_flow(desk):
    """It runs in a loop of its own; several of them go on at the same time."""

    met = []

    @task
    async def meets(n):
        met.append(n)
        while len(met) < 20:
            await asyncio.sleep(0.01)
        return n

    @flow
    def submits():
        return [future.result() for future in [meets.submit(n) for n in range(20)]]

    assert list(range(20)) == submits()


def test_futures_among_the_arguments_are_waited_for(desk):
    """Alone, in lists, dicts and tuples; the task gets their values."""

    @task
    def total(first, rest, named) -> int:
        return first + sum(rest) + named["x"][0]

    @flow
    def chain():
        one = add.submit(1, 0)
        return total.submit(one, [add.submit(1, 1), 3], {"x": (add.submit(2, 2),)}).result(), add(one, 9)

    assert (10, 10) == chain()


def test_what_failed_before_keeps_a_task_from_beginning(desk):
    """By argument and by wait_for: NotReady, never run; its result is UnfinishedRun, in Prefect's words."""

    @flow
    def chain():
        bad = fails.submit()
        after = [add.submit(bad, 1), add.submit(1, 1, wait_for=[bad])]
        wait(after)
        with pytest.raises(UnfinishedRun, match="Run is in PENDING state, its result is not available"):
            after[0].result()
        return [future.state.name for future in after], after[1].state.message, str(bad.task_run_id)

    run = chain.start()
    states, message, upstream = run.result()
    assert ["NotReady", "NotReady"] == states
    assert f"Upstream task run '{upstream}' did not reach a 'COMPLETED' state." == message
    assert [["Pending", "NotReady"]] * 2 == [names for names in names_of(desk, run) if "Failed" not in names]


def test_allow_failure_gives_the_exception(desk):
    """A task that says so gets the exception in place of a value."""

    @task
    def look(error) -> str:
        return repr(error)

    @flow
    def chain():
        return look.submit(allow_failure(fails.submit())).result()

    assert "ValueError('boom')" == chain()


def test_a_failed_future(desk):
    """Its result raises the task's exception, or gives it; a plain call and the flow are as they were."""

    @flow
    def looks():
        future = fails.submit()
        with pytest.raises(ValueError, match="boom"):
            future.result()
        return future.result(raise_on_failure=False)

    assert "boom" == str(looks())


def test_a_flow_ends_after_what_it_submitted(desk):
    """Nobody waits for the task, and the flow does; that it failed does not fail the flow."""
    done = []

    @task
    def late():
        time.sleep(0.2)
        done.append(1)

    @flow
    def leaves():
        late.submit()
        fails.submit()
        return "left"

    assert "left" == leaves()
    assert [1] == done


async def test_an_async_flow_ends_after_what_it_submitted(desk):
    """In async flows too, where Prefect crashes such a task."""
    done = []

    @task
    async def late():
        await asyncio.sleep(0.1)
        done.append(1)

    @flow
    async def leaves():
        late.submit()

    await leaves()
    assert [1] == done


def test_map_goes_over_iterables_together(desk):
    """One call for each item; texts, numbers and what is unmapped go to each; results are in order."""

    @task
    def three(a, b, c="c"):
        return a, b, c

    @flow
    def maps():
        return (
            three.map([1, 2], unmapped([0]), c="text").result(),
            three.map((n for n in range(2)), b={"x": 1, "y": 2}).result(),
            three.map(add.submit(1, 1), [add.submit(1, 0), 5]).result(),
            three.map([], 2).result(),
        )

    first, second, third, fourth = maps()
    assert [(1, [0], "text"), (2, [0], "text")] == first
    assert [(0, "x", "c"), (1, "y", "c")] == second
    assert [(2, 1, "c"), (2, 5, "c")] == third
    assert [] == fourth


def test_what_map_refuses(desk):
    """Different lengths and nothing to map over, in Prefect's words; a wrong call before anything is submitted."""

    @flow
    def maps():
        with pytest.raises(MappingLengthMismatch, match=r"Got lengths: \{'a': 2, 'b': 3\}"):
            add.map([1, 2], [1, 2, 3])
        with pytest.raises(MappingMissingIterable, match=r"Parameters: \{'a': 1, 'b': 2\}"):
            add.map(1, 2)
        with pytest.raises(ParameterBindError, match="missing a required argument: 'b'"):
            add.map([1, 2])
        return "fine"

    assert "fine" == maps()


def test_map_can_give_states(desk):
    """return_state waits for all and gives their states; submit does the same for one."""

    @flow
    def maps():
        return [state.name for state in add.map([1, 2], 1, return_state=True)], fails.submit(return_state=True).name

    assert (["Completed", "Completed"], "Failed") == maps()


@pytest.fixture
def held():
    """A task that ends when its `go_on` is set."""

    @task
    def held(value: int) -> int:
        assert held.go_on.wait(60)
        return value

    held.go_on = threading.Event()
    return held


def test_as_completed_gives_the_quick_ones_first(desk, held):
    """In the order in which they come to their end, each once; a timeout says how many are left."""

    @flow
    def races():
        slow, quick = held.submit(1), add.submit(1, 1)
        order = []
        for future in as_completed([slow, quick, slow]):
            order.append(future.result())
            held.go_on.set()
        held.go_on.clear()
        with pytest.raises(TimeoutError, match=r"1 \(of 1\) futures unfinished"):
            list(as_completed([held.submit(3)], timeout=0.05))
        held.go_on.set()
        return order

    assert [2, 1] == races()


def test_waiting_no_longer_than_a_timeout(desk, held):
    """wait() and Future.wait() simply go on, result() raises; the task goes on all the same."""

    @flow
    def waits():
        slow, quick = held.submit(1), add.submit(1, 1)
        quick.wait()
        done, not_done = wait([slow, quick], timeout=0.2)
        assert ({quick}, {slow}) == (done, not_done)
        slow.wait(timeout=0.01)
        with pytest.raises(TimeoutError, match=r"did not complete within 0.01 seconds"):
            slow.result(timeout=0.01)
        with pytest.raises(ValueError, match="non-negative"):
            slow.wait(timeout=-1)
        held.go_on.set()
        return slow.result()

    assert 1 == waits()


def test_done_callbacks(desk):
    """Each is called with the future, also one that is added when it is over."""
    called = []

    @flow
    def calls():
        future = add.submit(1, 1)
        future.add_done_callback(lambda it: called.append(it.result()))
        future.wait()
        future.add_done_callback(lambda it: called.append(it.result()))

    calls()
    assert [2, 2] == called


def test_submitting_outside_a_flow(desk):
    """One sentence says where to do it."""
    with pytest.raises(MissingContextError, match=r"Call add.submit\(...\) inside a function decorated with @flow"):
        add.submit(1, 2)
    with pytest.raises(MissingContextError, match=r"add.map"):
        add.map([1], 2)


def test_paused_tasks_leave_room_for_others(desk):
    """With one worker, ten tasks ask at the same time: a thread that waits for a person does not count."""

    @task
    def asks(n: int) -> int:
        return n * pause_flow_run(int, key=f"q{n}")

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def ten():
        return asks.map(range(10)).result()

    run = ten.start()
    questions = [desk.next_question() for _ in range(10)]
    for question in questions:
        resume_flow_run(run.id, {"value": 2}, key=question.key)
    assert [2 * n for n in range(10)] == run.result()


def test_a_task_that_waits_for_another_leaves_room_for_it(desk):
    """With one worker, a task submits another and waits for it."""

    @task
    def outer() -> int:
        return add.submit(1, 1).result() + 1

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def nested():
        return outer.submit().result()

    assert 3 == nested()


def test_no_more_work_at_once_than_the_task_runner_says(desk):
    """Two workers: never more than two bodies at the same time."""
    at_once, most, two = [], [], threading.Barrier(2, timeout=60)

    @task
    def works():
        at_once.append(1)
        two.wait()
        most.append(len(at_once))
        time.sleep(0.02)
        at_once.pop()

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
    def several():
        wait([works.submit() for _ in range(10)])

    several()
    assert 2 == max(most)


def test_a_task_that_waits_for_itself_says_so(desk):
    """It would wait for ever: a ValueError names the task instead."""

    @task
    def look(_) -> int:
        return 1

    @flow
    def knot():
        box = []
        future = look.submit(box, wait_for=[slowly.submit(1, 0.1)])
        box.append(future)
        return future.result(raise_on_failure=False)

    with pytest.raises(ValueError, match="depends on itself and would wait for ever"):
        raise knot()


def test_a_cancelled_run_ends_its_tasks(desk):
    """Sync ones that ask, async ones that sleep, and the flow that waits for them: all at once."""

    @task
    def asks() -> int:
        return pause_flow_run(int, key="q")

    @flow
    def runs():
        return [asks.submit(), slowly.submit(1, 3600)][0].result()

    run = runs.start()
    desk.next_question()
    assert run.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        run.result()
    assert run.state.is_cancelled()
    assert {"Cancelled"} == {names[-1] for names in names_of(desk, run)}


def test_a_flow_that_fails_asks_nobody_any_more(desk):
    """What its tasks still ask is closed; what nobody has begun is not begun."""
    begun, working = [], threading.Event()

    @task
    def asks(n):
        begun.append(n)
        return pause_flow_run(int, key=f"q{n}")

    @task
    def works():
        begun.append("work")
        working.set()
        while desk.session.presenter.closed.empty():
            time.sleep(0.01)

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def runs():
        asks.submit(1)
        desk.next_question()
        works.submit()
        works.submit()
        assert working.wait(60)
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        runs()
    question, _, _ = desk.next_closed()
    assert "q1" == question.key
    assert [1, "work"] == begun
    assert {} == desk.session.questions


def test_submitted_tasks_are_recalled_in_any_order(kernels):
    """A run whose kernel dies goes on: what is kept is not done again, however the tasks came to their end."""
    done, asked = [], threading.Event()

    @task
    def work(n: int) -> int:
        time.sleep(0.02 * abs(5 - n))
        done.append(n)
        return n * n

    @task
    async def work_async(n: int) -> int:
        done.append(-n)
        return n

    def define():
        @flow(idempotency_key="k")
        def runs():
            values = work.map(range(5)).result()
            more = [future.result() for future in work_async.map([1, 2])]
            last = add.submit(work.submit(9), 1)
            last.wait()
            pause_flow_run(key="stop")
            asked.set()
            return values, more, last.result()

        return runs

    desk = kernels.start()
    define().start()
    desk.next_question()
    first = sorted(done)
    desk = kernels.start()
    run = define().start()
    desk.next_question()
    resume_flow_run(run.id, key="stop")
    assert ([0, 1, 4, 9, 16], [1, 2], 82) == run.result()
    assert first == sorted(done)


def test_a_mapped_task_that_failed_is_tried_again_when_the_run_is(kernels):
    """recover() of a failed run runs what failed, and only that."""
    done, broken = [], [True]

    @task
    def work(n: int) -> int:
        done.append(n)
        if n == 2 and broken:
            raise ValueError("not yet")
        return n

    @flow
    def runs():
        return sum(work.map([1, 2, 3]).result())

    kernels.start()
    kernels.flows["runs"] = runs
    run = runs.start()
    with pytest.raises(ValueError, match="not yet"):
        run.result()
    broken.clear()
    assert 6 == recover(run.id).result()
    assert [1, 2, 2, 3] == sorted(done)


def test_a_cancel_that_comes_when_a_run_is_all_but_over(desk):
    """While its value is being kept, or what it returned is waited for: it ends as cancelled, and is gone from here."""
    import hitl_jupyter.engine.values as values

    keeping, cancelled, before = threading.Event(), threading.Event(), values.keep_aside

    async def slowly_kept(*args):
        keeping.set()
        while not cancelled.is_set():
            await asyncio.sleep(0.01)
        return await before(*args)

    @flow
    async def gives() -> int:
        return 1

    @flow
    async def gives_future():
        return slowly.submit(1, 60)

    values.keep_aside = slowly_kept
    try:
        run = gives.start()
        assert keeping.wait(60)
        run.cancel()
        cancelled.set()
        with pytest.raises(Exception, match="Cancelled"):
            run.result()
    finally:
        values.keep_aside = before
    other = gives_future.start()
    while not desk.read(store.tasks.of_run, other.id_text):
        time.sleep(0.01)
    other.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        other.result()
    assert {"Cancelled"} == {run.state.name, other.state.name}
    assert {} == desk.session.runs
