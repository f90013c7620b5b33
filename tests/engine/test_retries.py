"""Retries: a flow that fails begins again as its next attempt, a task is tried again where it stands."""

from __future__ import annotations

import asyncio

import pytest

from hitl_jupyter import flow, pause_flow_run, task
from hitl_jupyter.exceptions import RunSuperseded
from tests.engine.test_takeup import answer


def test_a_failed_flow_begins_again_and_asks_again(desk):
    """A retry is a new attempt: what was asked and done in the one before is asked and done anew."""
    calls = []

    @task
    def work(n) -> int:
        calls.append(n)
        return n

    @flow(retries=2)
    def fails():
        value = work(pause_flow_run(int))
        if value < 2:
            raise ValueError(f"{value} is too small")
        return value

    run = fails.start()
    for value in range(3):
        answer(desk, value=value)
    assert 2 == run.result()
    assert [0, 1, 2] == calls
    assert 2 == desk.states(run).count("Retrying")
    assert any("Retry 2/2 will start immediately" in line for line in desk.log(run))


def test_a_pause_uses_up_no_retry(desk):
    """Ten pauses and one retry: the retry is still there."""

    @flow(retries=1)
    def asks():
        total = sum(pause_flow_run(int) for _ in range(3))
        if not tries:
            tries.append(1)
            raise ValueError("once")
        return total

    tries = []
    run = asks.start()
    for _ in range(6):
        answer(desk, value=1)
    assert 3 == run.result()


def test_a_flow_fails_when_its_retries_are_used_up(desk):
    """The last exception is the run's."""

    @flow(retries=1, retry_delay_seconds=0.05)
    async def fails():
        tries.append(1)
        raise ValueError(len(tries))

    tries = []
    run = fails.start()
    with pytest.raises(ValueError, match="2"):
        run.result()
    assert ["Running", "AwaitingRetry", "Retrying", "Failed"] == desk.states(run)[1:]


def test_a_failed_task_is_tried_again(desk):
    """In its place, with questions of its own each time."""

    @task(retries=2, retry_delay_seconds=0.01)
    def ask(limit):
        value = pause_flow_run(int)
        if value < limit:
            raise ValueError(f"{value} is too small")
        return value

    @flow
    def asks():
        return ask(2)

    run = asks.start()
    for value in range(3):
        answer(desk, value=value)
    assert 2 == run.result()


def test_taken_up_a_task_is_where_it_was(kernels):
    """It had failed once and waited in its second try: that is the one that goes on."""
    tries = []

    @task(retries=1)
    def ask():
        tries.append(1)
        value = pause_flow_run(int)
        if value == 0:
            raise ValueError("zero")
        return value

    @flow(idempotency_key="k")
    def asks():
        return ask()

    desk = kernels.start()
    asks.start()
    answer(desk, value=0)
    waiting = desk.next_question()
    desk = kernels.start()
    run = asks.start()
    assert waiting.id == answer(desk, value=4).id
    assert 4 == run.result()
    assert 3 == len(tries)


def test_taken_up_a_flow_is_in_its_attempt(kernels):
    """The answers of the attempt that failed are not those of the one that waits."""

    @flow(idempotency_key="k", retries=1)
    def asks():
        first, second = pause_flow_run(int), pause_flow_run(int)
        if first == 0:
            raise ValueError("zero")
        return first, second

    desk = kernels.start()
    asks.start()
    for value in (0, 1, 2):
        answer(desk, value=value)
    desk.next_question()
    desk = kernels.start()
    run = asks.start()
    answer(desk, value=3)
    assert (2, 3) == run.result()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"retries": -1}, ValueError),
        ({"retries": 1.5}, TypeError),
        ({"retries": True}, TypeError),
        ({"retry_delay_seconds": -1}, ValueError),
        ({"retry_delay_seconds": "1"}, TypeError),
        ({"result_serializer": "pickle"}, ValueError),
    ],
)
def test_wrong_options_are_refused_where_they_are_written(options, error):
    """When the decorator runs, for flows and tasks alike."""
    for decorator in (flow, task):
        with pytest.raises(error):
            decorator(**options)(lambda: None)


def test_what_a_failed_attempt_left_behind_is_not_of_the_next(desk):
    """A task that the flow never awaited comes to its pause in the next attempt: nobody is asked for it."""
    stray, go = [], asyncio.Event()

    async def lags():
        await go.wait()
        await pause_flow_run(str)

    @flow(retries=1)
    async def fails():
        if not stray:
            stray.append(asyncio.create_task(lags()))
            raise ValueError("once")
        go.set()
        await asyncio.wait(stray)
        return await pause_flow_run(int)

    run = fails.start()
    answer(desk, value=4)
    assert 4 == run.result()
    assert isinstance(stray[0].exception() if not stray[0].cancelled() else RunSuperseded(), RunSuperseded)
    assert desk.session.presenter.opened.empty()
