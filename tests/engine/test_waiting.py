"""Waiting in a way that cannot end, and what of a run is left when it ends: each is said or ended."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from hitl_jupyter import flow, pause_flow_run, task
from hitl_jupyter.exceptions import CannotWait
from hitl_jupyter.futures import as_completed, wait


@task
def quick():
    return 1


def refused(work):
    with pytest.raises(CannotWait) as error:
        work()
    return str(error.value)


def test_a_run_that_waits_for_its_own_end(desk):
    """In its flow and in a task, from sync code: CannotWait says where its value is known."""
    box, placed = [], threading.Event()

    @task
    def inner():
        return refused(box[0].result)

    @flow
    def waits():
        placed.wait(60)
        return [refused(box[0].result), inner(), inner.submit().result()]

    box.append(waits.start())
    placed.set()
    said = box[0].result()
    assert [f"Run {box[0].name!r} cannot wait for its own end"] * 3 == [text.split(":")[0] for text in said]


async def test_an_async_run_that_awaits_its_own_end(desk):
    """Awaited, in its flow and in a branch: CannotWait, and no deadlock."""
    box = []

    async def branch():
        with pytest.raises(CannotWait, match="cannot wait for its own end"):
            await box[0]

    @flow
    async def waits():
        await asyncio.gather(branch(), branch())
        return "fine"

    box.append(waits.start())
    assert "fine" == await box[0]


@pytest.mark.parametrize("option", ["on_running", "on_completion"])
def test_a_hook_that_waits_for_its_run(desk, option):
    """The run is over only after its hooks: CannotWait names the state that the hook is given."""
    said = []

    def hook(_, run, __):
        said.append(refused(run.result))

    @flow(**{option: [hook]})
    def hooked():
        return 1

    assert 1 == hooked()
    assert "a hook finds it in the state that it is given" in said[0]


@pytest.mark.parametrize("how", ["result", "wait", "several"])
def test_a_task_that_waits_for_its_own_future(desk, how):
    """Itself, or the task in which it is called: CannotWait, and the flow goes on."""
    box, placed = [], threading.Event()
    ways = {
        "result": lambda future: future.result(),
        "wait": lambda future: future.wait(),
        "several": lambda future: list(as_completed([future])),
    }

    @task
    def inner():
        return refused(lambda: ways[how](box[0]))

    @task
    def outer():
        placed.wait(60)
        return [refused(lambda: ways[how](box[0])), inner()]

    @flow
    def runs():
        box.append(outer.submit())
        placed.set()
        return box[0].result()

    assert all("cannot wait for task run 'outer-" in text for text in runs())


def test_two_tasks_that_wait_for_each_other(desk):
    """One of them gets CannotWait; nothing hangs."""
    box, placed, both = {}, threading.Event(), threading.Barrier(2, timeout=60)

    @task
    def waits_for(name):
        placed.wait(60)
        both.wait()
        return box[name].result()

    @flow
    def runs():
        box["a"], box["b"] = waits_for.submit("b"), waits_for.submit("a")
        placed.set()
        return [future.result(raise_on_failure=False) for future in box.values()]

    assert CannotWait in {type(one) for one in runs()}


def test_a_task_that_waits_for_one_which_comes_after_it(desk):
    """It submits a task with itself in `wait_for`: fine, unless it waits for that or returns its future."""
    box, placed = [], threading.Event()

    @task
    def outer(then):
        placed.wait(60)
        after = quick.submit(wait_for=box)
        box.append(after)
        return refused(after.result) if then == "waits" else after if then == "returns" else None

    @flow
    def runs(then):
        placed.clear()
        box[:] = [outer.submit(then)]
        placed.set()
        wait(box[:1])
        return box[0].state, box[1].result(raise_on_failure=False)

    assert "cannot wait for task run" in runs("waits")[0].data
    returned, _ = runs("returns")
    assert "cannot wait for task run" in returned.message + str(returned.data)
    left, value = runs("leaves it")
    assert ("Completed", 1) == (left.name, value)


def test_waiting_for_ones_own_future_with_a_timeout(desk):
    """That ends, so it is allowed: as with any other task, time is up."""
    box, placed = [], threading.Event()

    @task
    def own():
        placed.wait(60)
        with pytest.raises(TimeoutError):
            box[0].result(timeout=0.05)
        return len(wait(box, timeout=0.05).not_done)

    @flow
    def runs():
        box.append(own.submit())
        placed.set()
        return box[0].result()

    assert 1 == runs()


@pytest.mark.parametrize("end", ["error", "cancel"])
def test_tasks_end_with_their_flow(desk, end):
    """A sync task is in the middle of calling others when its flow fails or is cancelled: it calls no more."""
    begun, steps = threading.Event(), []

    @task
    def works():
        for step in range(2000):
            quick()
            steps.append(step)
            begun.set()
            time.sleep(0.005)

    @flow
    def fails():
        works.submit()
        begun.wait(60)
        if end == "error":
            raise ValueError("enough")
        pause_flow_run(key="stop")

    run = fails.start()
    if end == "cancel":
        desk.next_question()
        run.cancel()
    with pytest.raises(Exception, match=r"enough|Cancelled"):
        run.result()
    # One more it may have been in the middle of.
    before = len(steps)
    time.sleep(0.3)
    assert len(steps) <= before + 1


def test_a_flow_that_is_tried_again_has_its_tasks_anew(desk):
    """What the first attempt has left behind ends; the tasks of the second are not touched by that."""
    tries, begun, ended = [], threading.Event(), threading.Event()

    @task
    def works(attempt):
        try:
            for _ in range(400):
                quick()
                begun.set()
                if attempt == 2:
                    return attempt
                time.sleep(0.005)
        finally:
            if attempt == 1:
                ended.set()

    @flow(retries=1)
    def runs():
        tries.append(1)
        future = works.submit(len(tries))
        if len(tries) == 1:
            assert begun.wait(60)
            raise ValueError("again")
        return future.result()

    assert 2 == runs()
    assert ended.wait(60)


@pytest.mark.parametrize("what", ["flow", "task"])
def test_cancel_while_the_next_try_is_awaited(desk, what):
    """A run that waits for its next try is Cancelled at once, and whoever waits for it is told."""

    @task(retries=1, retry_delay_seconds=60)
    def failing():
        raise ValueError("no")

    @flow(retries=1, retry_delay_seconds=60)
    def fails():
        raise ValueError("no")

    @flow
    def calls():
        failing.submit().result()

    run = (fails if what == "flow" else calls).start()
    for _ in range(6000):
        if any("Retry 1/1" in line for line in desk.log(run)) if run.state else False:
            break
        time.sleep(0.01)
    assert run.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        run.result()
    assert "Cancelled" == desk.states(run)[-1]
