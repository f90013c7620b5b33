"""What Prefect's own tests claim of pausing, tried here where no other test of ours does.

The names are those of Prefect's tests; `docs/from_prefect.md` says which test of ours stands for each of the others.
"""

from __future__ import annotations

import asyncio
import inspect
from datetime import timedelta
from uuid import uuid4

import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run, store, task
from hitl_jupyter.exceptions import FlowPauseTimeout, SubmissionRefused
from tests.engine.conftest import desk, empty_store  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("desk")


class FlowInput(RunInput):
    x: int


@task
async def foo() -> int:
    return 42


def finished(scene, run):
    """How many task runs of a run are over."""
    return sum(one.state.is_completed() for one in scene.read(store.tasks.of_run, run.id_text))


def test_paused_flows_block_execution_in_sync_flows():
    """What comes after a pause that nobody answers is not executed; the state says so, and nothing is raised."""
    completed = []

    @flow
    def pausing_flow():
        pause_flow_run(timeout=0.1)
        completed.append(True)

    state = pausing_flow(return_state=True)
    assert ([], "Failed") == (completed, state.name)
    with pytest.raises(FlowPauseTimeout):
        state.result()


def test_paused_flows_block_execution_in_async_flows(desk):  # noqa: F811 - the fixture
    """Of three tasks, the two before the pause are run."""

    @flow
    async def pausing_flow():
        await foo()
        await foo()
        await pause_flow_run(timeout=0.1)
        await foo()

    run = pausing_flow.start()
    with pytest.raises(FlowPauseTimeout):
        run.result()
    assert 2 == finished(desk, run)


def test_paused_flows_can_be_resumed(desk):  # noqa: F811
    """A key pauses once: asked a second time the flow goes on, and all five tasks are run."""

    @flow
    async def pausing_flow():
        await foo()
        await foo()
        await pause_flow_run(key="do-not-repeat")
        await foo()
        await pause_flow_run(key="do-not-repeat")
        await foo()
        await foo()

    run = pausing_flow.start()
    desk.next_question()
    resume_flow_run(run.id)
    run.result()
    assert 5 == finished(desk, run)
    assert ["Pending", "Running", "Paused", "Running", "Completed"] == desk.states(run)


def test_paused_flows_can_receive_input_and_give_a_state(desk):  # noqa: F811
    """Asked for its state, the flow gives one whose result is the answer."""

    @flow
    async def pausing_flow():
        return await pause_flow_run(FlowInput)

    async def resumed():
        waiting = asyncio.create_task(pausing_flow(return_state=True))
        question = await asyncio.to_thread(desk.next_question)
        await resume_flow_run(question.run.id, {"x": 42})
        return await waiting

    state = asyncio.run(resumed())
    assert state.is_completed()
    assert 42 == state.result().x


async def test_resume_flow_run_dispatches_to_async_in_async_context():
    """In a running loop it gives a coroutine; `aio` and ``_sync=False`` do so everywhere."""
    for given in (resume_flow_run(uuid4()), resume_flow_run.aio(uuid4()), resume_flow_run(uuid4(), _sync=False)):
        assert inspect.iscoroutine(given)
        given.close()


async def test_pause_flow_run_dispatches_to_async_in_async_context():
    """In an async flow it gives a coroutine. Outside any flow it says so at once, which Prefect does when awaited."""

    @flow
    async def pausing_flow():
        given = pause_flow_run(str), pause_flow_run.aio(str), pause_flow_run(str, _sync=False)
        for one in given:
            one.close()
        return [inspect.iscoroutine(one) for one in given]

    assert [True, True, True] == await pausing_flow()
    with pytest.raises(RuntimeError, match="Flow runs can only be paused from within a flow run"):
        pause_flow_run(str)


def test_pause_flow_run_dispatches_to_sync_in_sync_context():
    """Outside a loop it is executed, and says at once that there is no flow run to pause."""
    for options in ({}, {"_sync": True}):
        with pytest.raises(RuntimeError, match="Flow runs can only be paused from within a flow run"):
            pause_flow_run(**options)


@pytest.mark.parametrize(
    "wrapped",
    [
        {"__prefect_kind": "json", "value": "3"},
        {"__prefect_kind": "jinja", "template": "{{ 2 + 2 }}"},
        {"__prefect_kind": "workspace_variable", "variable_name": "my_variable"},
    ],
)
def test_a_wrapped_value_is_no_value(desk, wrapped):  # noqa: F811
    """Prefect's server resolves these; here an answer is data, and what is in them is not executed."""

    @flow
    def pausing_flow():
        return pause_flow_run(FlowInput)

    run = pausing_flow.start()
    desk.next_question()
    with pytest.raises(SubmissionRefused, match="is not of type 'integer'"):
        resume_flow_run(run.id, {"x": wrapped})
    assert run.state.is_paused()
    resume_flow_run(run.id, {"x": 4})
    assert 4 == run.result().x


def test_fails_multiple_expired_pauses(desk):  # noqa: F811
    """Each overdue run fails by itself, and one that has time left goes on waiting."""

    @flow
    def pausing_flow(timeout: float):
        return pause_flow_run(str, timeout=timeout)

    overdue, active = [pausing_flow.start(0.1) for _ in range(3)], pausing_flow.start(3600)
    for run in overdue:
        with pytest.raises(FlowPauseTimeout):
            run.result()
    assert ["Failed"] * 3 == [run.state.name for run in overdue]
    for _ in range(4):
        desk.next_question()
    assert active.state.is_paused()
    resume_flow_run(active.id, {"value": "in time"})
    assert "in time" == active.result()


def test_ignores_non_paused_flow_run(desk):  # noqa: F811
    """A deadline that passes after the answer does nothing to the run."""

    now = desk.session.source.now

    @flow
    def pausing_flow():
        answer = pause_flow_run(str, timeout=600)
        desk.session.source.now = lambda: now() + timedelta(hours=1)
        desk.session.keeper._beat()
        return answer

    run = pausing_flow.start()
    desk.next_question()
    resume_flow_run(run.id, {"value": "x"})
    assert "x" == run.result()
    assert ["Pending", "Running", "Paused", "Running", "Completed"] == desk.states(run)
