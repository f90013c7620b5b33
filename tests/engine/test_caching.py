"""Cache policies: when an equal call gives the result of another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hitl_jupyter import flow, store, task
from hitl_jupyter.cache_policies import (
    DEFAULT,
    FLOW_PARAMETERS,
    INPUTS,
    NO_CACHE,
    NONE,
    RUN_ID,
    TASK_SOURCE,
    CompoundCachePolicy,
    Inputs,
)
from hitl_jupyter.tasks import task_input_hash


def counted(**options):
    """Give a task with these options, and the list of what it was really called with."""
    calls = []

    @task(**options)
    def square(x: int, note: str = "") -> int:
        calls.append(x)
        return x * x

    return square, calls


def names(desk, run):
    return [one.state.name for one in desk.read(store.tasks.of_run, run.id_text)]


def test_an_equal_call_is_cached_across_runs(desk):
    """INPUTS: the second call has the state Cached, the value, and its own record; other inputs are computed."""
    square, calls = counted(cache_policy=INPUTS)

    @flow
    def twice():
        return square(3), square(3), square(4)

    run = twice.start()
    assert (9, 9, 16) == run.result()
    assert (9, 9, 16) == twice()
    assert [3, 4] == calls
    assert ["Completed", "Cached", "Completed"] == names(desk, run)
    history = desk.read(store.tasks.history, desk.read(store.tasks.of_run, run.id_text)[1].id)
    assert ["Pending", "Running", "Cached"] == [state.name for state in history]
    assert "Finished in state Cached(type=COMPLETED)" in desk.log(run)


@pytest.mark.parametrize(
    ("options", "again_in_run", "again_in_next"),
    [
        ({}, 2, 4),
        ({"persist_result": True}, 1, 2),
        ({"cache_policy": DEFAULT}, 1, 2),
        ({"cache_policy": RUN_ID}, 1, 2),
        ({"cache_policy": NO_CACHE}, 2, 4),
        ({"cache_policy": TASK_SOURCE}, 1, 1),
        ({"cache_policy": INPUTS, "persist_result": False}, 2, 4),
        ({"cache_policy": INPUTS, "refresh_cache": True}, 2, 4),
        ({"cache_key_fn": lambda context, parameters: f"{context.task.name}-{parameters['x']}"}, 1, 1),
        ({"cache_key_fn": lambda context, parameters: None}, 2, 4),
        ({"cache_key_fn": task_input_hash}, 1, 1),
    ],
)
def test_what_each_policy_goes_by(desk, options, again_in_run, again_in_next):
    """How often the function is called after two equal calls of one run, and after two more of the next."""
    square, calls = counted(**options)

    @flow
    def twice():
        return square(2), square(2)

    assert (4, 4) == twice()
    assert again_in_run == len(calls)
    assert (4, 4) == twice()
    assert again_in_next == len(calls)


def test_two_tasks_with_equal_inputs_do_not_share(desk):
    """With Prefect's INPUTS they would: there one gets the other's value."""

    @task(cache_policy=INPUTS)
    def double(x: int) -> int:
        return 2 * x

    @task(cache_policy=INPUTS)
    def treble(x: int) -> int:
        return 3 * x

    @flow
    def both():
        return double(1), treble(1)

    assert (2, 3) == both()


def test_a_parameter_that_does_not_count(desk):
    """INPUTS - "note" leaves it out."""
    square, calls = counted(cache_policy=INPUTS - "note")

    @flow
    def notes():
        return square(2, note="a"), square(2, note="b")

    assert (4, 4) == notes()
    assert [2] == calls


def test_a_result_expires(desk):
    """After cache_expiration the task is run again, and its new result is cached."""
    square, calls = counted(cache_policy=INPUTS, cache_expiration=timedelta(hours=1))
    now = [datetime(2026, 11, 26, 12, 0, tzinfo=UTC)]
    desk.session.source.now = lambda: now[0]

    @flow
    def once():
        return square(2)

    once()
    now[0] += timedelta(minutes=59)
    once()
    assert [2] == calls
    now[0] += timedelta(minutes=2)
    once()
    once()
    assert [2, 2] == calls


def test_what_has_no_key_is_run(desk):
    """Inputs without a form that lasts, and a key function that raises: said in the log, run as always."""

    @task(cache_policy=INPUTS)
    def takes(thing) -> int:
        return 1

    def broken(context, parameters):
        raise ValueError("no key today")

    square, calls = counted(cache_key_fn=broken)

    @flow
    def runs():
        return takes(iter([])), takes(iter([])), square(2), square(2)

    run = runs.start()
    assert (1, 1, 4, 4) == run.result()
    assert [2, 2] == calls
    log = "\n".join(desk.log(run))
    assert "No cache key can be made of 'thing' of task 'takes'" in log
    assert "Error encountered when computing cache key - result will not be persisted." in log


def test_what_cannot_be_kept_is_not_cached(desk):
    """A value without a form that lasts is computed each time, and the log says why."""
    calls = []

    @task(cache_policy=INPUTS)
    def makes(x: int):
        calls.append(x)
        return object()

    @flow
    def runs():
        makes(1), makes(1)

    run = runs.start()
    run.result()
    assert [1, 1] == calls
    assert any("cannot be kept, so it is not cached" in line for line in desk.log(run))


def test_a_failed_call_is_not_cached(desk):
    """It is tried again."""
    calls = []

    @task(cache_policy=INPUTS)
    def fails(x: int) -> int:
        calls.append(x)
        raise ValueError("no")

    @flow
    def runs():
        fails(1, return_state=True)
        fails(1, return_state=True)

    runs()
    assert [1, 1] == calls


def test_a_cached_result_outlives_what_it_came_from(kernels):
    """A run that is taken up has its cached results in its own record, whatever became of the cache."""
    from hitl_jupyter import pause_flow_run, resume_flow_run

    square, calls = counted(cache_policy=INPUTS, cache_expiration=timedelta(milliseconds=1))

    @flow(idempotency_key="k")
    def runs():
        value = square(2), square(2)
        pause_flow_run(key="stop")
        return value

    desk = kernels.start()
    runs.start()
    desk.next_question()
    before = list(calls)
    desk = kernels.start()
    run = runs.start()
    desk.next_question()
    resume_flow_run(run.id, key="stop")
    assert (4, 4) == run.result()
    assert before == calls


def test_the_arithmetic_of_policies():
    """As Prefect's: sums are flat, NO_CACHE adds nothing, only names can be taken out."""
    assert INPUTS == INPUTS + NO_CACHE == NONE + INPUTS
    assert CompoundCachePolicy((TASK_SOURCE, RUN_ID, Inputs())) == DEFAULT
    assert CompoundCachePolicy((TASK_SOURCE, RUN_ID, Inputs(("x",)))) == DEFAULT - "x"
    assert TASK_SOURCE == TASK_SOURCE - "x"
    assert FLOW_PARAMETERS == FLOW_PARAMETERS + FLOW_PARAMETERS
    with pytest.raises(TypeError, match="The name of a parameter can be taken out"):
        INPUTS - ["x"]
