"""Runs that leave the kernel until somebody answers."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from hitl_jupyter import flow, pause_flow_run, recover, resume_flow_run, store, suspend_flow_run, task
from hitl_jupyter.engine import inbox as door
from hitl_jupyter.exceptions import FlowPauseTimeout, RunSuspended
from tests.engine.test_takeup import answer


@flow
def both():
    return pause_flow_run(int) + suspend_flow_run(int, key="later")


def left(desk, *runs):
    """Wait until no run is executed here, and these have no thread."""
    for _ in range(1000):
        threads = [thread for thread in threading.enumerate() if any(run.name in thread.name for run in runs)]
        if not (desk.session.runs or threads):
            return
        threading.Event().wait(0.01)
    raise AssertionError((desk.session.runs, threads))


def test_a_suspended_run_comes_back_when_it_is_answered(kernels):
    """It leaves no thread and no task, its question stays, and its handle gives the value."""
    kernels.flows["both"] = both
    desk = kernels.start()
    run = both.start()
    answer(desk, value=1)
    question = desk.next_question()
    left(desk, run)
    assert "Suspended" == desk.read(store.runs.get, run.id_text).state.name
    resume_flow_run(run.id, {"value": 2}, key=question.key)
    assert 3 == run.result()
    assert ["Suspended", "Resuming", "Running", "Completed"] == desk.states(run)[-4:]


def test_an_async_run_is_suspended_too(kernels):
    """Awaited in the background; branches that ask beside it keep their questions."""

    @flow
    async def beside():
        return await asyncio.gather(pause_flow_run(int, key="a"), suspend_flow_run(int, key="b"))

    kernels.flows["beside"] = beside
    desk = kernels.start()
    run = beside.start()
    assert {"a", "b"} == {desk.next_question().key, desk.next_question().key}
    left(desk)
    resume_flow_run(run.id, {"value": 1}, key="a")
    assert {"b"} == {desk.next_question().key}
    left(desk)
    resume_flow_run(run.id, {"value": 2}, key="b")
    assert [1, 2] == run.result()


def test_who_called_it_is_told(kernels):
    """In the foreground the call raises, so that nothing goes on without the value; recover() gives the handle."""
    kernels.flows["both"] = both
    desk = kernels.start()
    raised = []

    def call():
        with pytest.raises(RunSuspended) as told:
            both()
        raised.append(told.value)

    called = threading.Thread(target=call)
    called.start()
    question = answer(desk, value=1)
    desk.next_question()
    called.join(timeout=60)
    assert question.run.name in str(raised[0])
    resume_flow_run(question.run.id, {"value": 5}, key="later")
    assert 6 == recover(question.run.name).result()


def test_it_comes_back_in_another_kernel(kernels):
    """Suspended in a kernel that ends, answered while none lives: taken up, the run has its answer."""
    made = both.with_options(idempotency_key="k")
    desk = kernels.start()
    run = made.start()
    answer(desk, value=1)
    desk.next_question()
    left(desk)
    kernels.kill()
    beside = kernels.beside()
    beside.bridge.wait(door.resume(beside, run.id, {"value": 4}, "later"))
    kernels.start()
    assert 5 == made()


def test_its_deadline_holds(kernels):
    """Nobody answers in time: the run comes back to fail."""

    @flow
    def short():
        return suspend_flow_run(int, timeout=600)

    kernels.flows["short"] = short
    desk = kernels.start()
    run = short.start()
    desk.next_question()
    left(desk)
    now = desk.session.source.now
    desk.session.source.now = lambda: now() + timedelta(hours=1)
    desk.session.keeper._beat()
    with pytest.raises(FlowPauseTimeout):
        run.result()


def test_a_run_is_suspended_from_outside_at_its_next_task(kernels):
    """By id: it leaves before its next task begins, and recover() brings it back."""
    begun, go_on, calls = threading.Event(), threading.Event(), []

    @task
    def step(n) -> int:
        calls.append(n)
        return n

    @flow
    def steps():
        first = step(1)
        begun.set()
        go_on.wait(60)
        return first + step(2)

    kernels.flows["steps"] = steps
    desk = kernels.start()
    run = steps.start()
    begun.wait(60)
    suspend_flow_run(flow_run_id=run.id)
    go_on.set()
    left(desk)
    assert "Suspended" == desk.states(run)[-1]
    assert 3 == recover(run.name).result()
    assert [1, 2] == calls


def test_subflows_cannot_be_suspended(desk):
    """Prefect's refusal, in its words."""

    @flow
    def child():
        return suspend_flow_run(int)

    @flow
    def parent():
        return child()

    with pytest.raises(RuntimeError, match="Cannot suspend subflows"):
        parent()
