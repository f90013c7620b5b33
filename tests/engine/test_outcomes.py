"""States: what a flow or task that returns them ends in, and what they give (conformance items 26 and 34)."""

from __future__ import annotations

import asyncio

import pytest

from hitl_jupyter import flow, pause_flow_run, resume_flow_run, store, task
from hitl_jupyter.exceptions import (
    CancelledRun,
    CrashedRun,
    FailedRun,
    MissingResult,
    ParameterTypeError,
    PausedRun,
    UnfinishedRun,
)
from hitl_jupyter.states import (
    Cancelled,
    Completed,
    Crashed,
    Failed,
    Paused,
    Running,
    get_state_exception,
    raise_state_exception,
)


@task
def good(value: int = 1) -> int:
    return value


@task
def bad():
    raise ValueError("boom")


def run_states(desk, flow_run):
    return desk.read(store.runs.get, flow_run.id_text).state


def test_26_return_state_gives_the_final_state(desk):
    """With its value or its exception; nothing is raised, not even for parameters that are refused."""

    @flow
    def divides(by: int):
        return 6 / by

    state = divides(2, return_state=True)
    assert ("Completed", 3) == (state.name, state.result())
    state = divides(0, return_state=True)
    assert "Flow run encountered an exception: ZeroDivisionError: division by zero" == state.message
    assert isinstance(state.result(raise_on_failure=False), ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        state.result()
    state = divides("x", return_state=True)
    assert state.is_failed()
    with pytest.raises(ParameterTypeError):
        state.result()


async def test_26_return_state_of_async_flows(desk):
    """Its result is awaited, as in Prefect's examples; that of a sync flow is there at once, even beside a loop."""

    @flow
    async def gives():
        await asyncio.sleep(0)
        return 5

    @flow
    async def inside():
        state = await gives(return_state=True)
        return await state.result(), await state.aresult()

    state = await gives(return_state=True)
    assert 5 == await state.result()
    assert (5, 5) == await inside()

    @flow
    def sync():
        return 6

    assert 6 == sync(return_state=True).result()


def test_34_the_result_of_a_paused_state(desk):
    """PausedRun while it waits, UnfinishedRun while it runs; the handle's state has the value in the end."""

    @flow
    def asks():
        return pause_flow_run(int)

    run = asks.start()
    desk.next_question()
    with pytest.raises(PausedRun, match="Run is paused, its result is not available"):
        run.state.result()
    resume_flow_run(run.id, {"value": 7})
    run.result()
    assert 7 == run.state.result()
    with pytest.raises(UnfinishedRun, match="Run is in RUNNING state"):
        Running().result()
    with pytest.raises(MissingResult, match="was read from the store"):
        run_states(desk, run).result()


@pytest.mark.parametrize(
    ("returned", "type_", "name", "message"),
    [
        (lambda: Completed(message="I am done"), "COMPLETED", "Completed", "I am done"),
        (lambda: Completed(name="Fancy", data=3), "COMPLETED", "Fancy", None),
        (lambda: Failed(message="no good"), "FAILED", "Failed", "no good"),
        (lambda: Cancelled(message="stop"), "CANCELLED", "Cancelled", "stop"),
        (lambda: Crashed(message="cr"), "CRASHED", "Crashed", "cr"),
        (lambda: [good.submit(), good.submit()], "COMPLETED", "Completed", "All states completed."),
        (lambda: [good.submit(), bad.submit(), bad.submit()], "FAILED", "Failed", "2/3 states failed."),
        (bad.submit, "FAILED", "Failed", "1/1 states failed."),
        (lambda: good(return_state=True), "COMPLETED", "Completed", "All states completed."),
        (lambda: (good(return_state=True), bad(return_state=True)), "FAILED", "Failed", "1/2 states failed."),
        (lambda: [good.submit(bad.submit())], "FAILED", "Failed", "1/1 states are not final."),
        (list, "COMPLETED", "Completed", None),
        (lambda: [good.submit(), 5], "COMPLETED", "Completed", None),
    ],
)
def test_what_a_returned_value_makes_of_the_run(desk, returned, type_, name, message):
    """A state made by hand is the run's; futures and states of others are aggregated; all else completes it."""

    @flow
    def gives():
        return returned()

    state = gives(return_state=True)
    assert (type_, name, message) == (state.type.value, state.name, state.message)


def test_what_a_plain_call_gives_for_returned_states(desk):
    """As with Prefect: the data or exception of a single one, and a list of states as it is, failed ones too."""

    def gives(returned):
        @flow
        def flow_():
            return returned()

        return flow_()

    assert 3 == gives(lambda: Completed(data=3))
    assert gives(Completed) is None
    assert "Completed" == gives(good.submit).name
    assert ["Completed", "Failed"] == [state.name for state in gives(lambda: [good.submit(), bad.submit()])]
    for returned, error, match in [
        (lambda: Failed(message="no good"), FailedRun, "no good"),
        (lambda: Failed(data=KeyError("k")), KeyError, "k"),
        (lambda: Cancelled(message="stop"), CancelledRun, "stop"),
        (Crashed, CrashedRun, "Run crashed"),
        (bad.submit, ValueError, "boom"),
        (Paused, ValueError, "ends in a final state"),
    ]:
        with pytest.raises(error, match=match):
            gives(returned)


def test_tasks_return_states_too(desk):
    """The call raises what a failed one means, where Prefect gives the state; a future does as Prefect's."""

    @task
    def says(kind):
        return Failed(message="task says no") if kind == "no" else Completed(name="Fancy", data=3)

    @flow
    def asks():
        with pytest.raises(FailedRun, match="task says no"):
            says("no")
        with pytest.raises(FailedRun, match="task says no"):
            says.submit("no").result()
        return says("yes"), says("no", return_state=True).message, says("yes", return_state=True).name

    assert (3, "task says no", "Fancy") == asks()


def test_the_exception_of_a_state(desk):
    """raise_state_exception and get_state_exception, for those that did not end well."""
    with pytest.raises(FailedRun, match="no"):
        raise_state_exception(Failed(message="no"))
    raise_state_exception(Completed())
    assert isinstance(get_state_exception(Crashed()), CrashedRun)
    with pytest.raises(ValueError, match="Expected failed or crashed state"):
        get_state_exception(Completed())


def test_states_write_themselves_as_prefects_log_lines(desk):
    """The type stands beside a name that is not its own."""
    assert "Completed()" == repr(Completed())
    assert "Failed('no')" == repr(Failed(message="no"))
    assert "Fancy('hm', type=COMPLETED)" == repr(Completed(name="Fancy", message="hm"))


def test_a_subflow_gives_its_state(desk):
    """The parent goes on over a failed one."""

    @flow
    def child():
        raise ValueError("child")

    @flow
    def parent():
        return child(return_state=True).name

    assert "Failed" == parent()


def test_a_complete_run_called_again_gives_its_state(kernels):
    """Under its idempotency key, in the next kernel: the recorded value, in a state."""

    @flow(idempotency_key="k")
    def gives() -> int:
        return 5

    kernels.start()
    assert 5 == gives(return_state=True).result()
    kernels.start()
    state = gives(return_state=True)
    assert ("Completed", 5) == (state.name, state.result())
