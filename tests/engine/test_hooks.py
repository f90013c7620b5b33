"""Functions that are called when a run enters a state."""

from __future__ import annotations

import pytest

from hitl_jupyter import flow, pause_flow_run, resume_flow_run, task
from hitl_jupyter.states import Crashed

FLOW_HOOKS = (
    *("on_running", "on_paused", "on_resumed", "on_completion", "on_failure", "on_cancellation", "on_crashed"),
)


def noting(called):
    """Give all hooks of a flow, each of which notes its option, the run and the state."""

    def hook(option):
        return lambda flow, run, state: called.append((option, flow.name, run.name, state.name))

    return {option: [hook(option)] for option in FLOW_HOOKS}


def options_of(called):
    return [option for option, *_ in called]


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_the_hooks_of_a_run_that_pauses(desk, colour):
    """Running, paused, resumed, completed: each once, with the flow, the run and its state."""
    called = []
    if colour == "sync":

        @flow(name="asks", **noting(called))
        def asks():
            return pause_flow_run(int)
    else:

        @flow(name="asks", **noting(called))
        async def asks():
            return await pause_flow_run(int)

    run = asks.start()
    desk.next_question()
    resume_flow_run(run.id, {"value": 1})
    assert 1 == run.result()
    expected = [
        ("on_running", "Running"),
        ("on_paused", "Paused"),
        ("on_resumed", "Running"),
        ("on_completion", "Completed"),
    ]
    assert [(option, "asks", run.name, state) for option, state in expected] == called


def test_a_run_with_several_questions_is_paused_once(desk):
    """From the first question that is open to the last answer: one call each, however many there are."""
    called = []

    @task
    def asks(n: int) -> int:
        return pause_flow_run(int, key=f"q{n}")

    @flow(**noting(called))
    def several():
        return sum(asks.map([1, 2, 3]).result())

    run = several.start()
    questions = [desk.next_question() for _ in range(3)]
    for question in questions:
        resume_flow_run(run.id, {"value": 1}, key=question.key)
    assert 3 == run.result()
    assert ["on_running", "on_paused", "on_resumed", "on_completion"] == options_of(called)


def test_hooks_of_other_ends(desk):
    """A failure, a cancellation and a crash call theirs, and no other."""
    called = []

    @flow(**noting(called))
    def fails():
        raise ValueError("no")

    @flow(**noting(called))
    def asks():
        return pause_flow_run(int)

    @flow(**noting(called))
    def crashes():
        return Crashed(message="over")

    with pytest.raises(ValueError, match="no"):
        fails()
    run = asks.start()
    desk.next_question()
    run.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        run.result()
    crashes(return_state=True)
    expected = ["on_running", "on_failure", "on_running", "on_paused", "on_cancellation", "on_running", "on_crashed"]
    assert expected == options_of(called)


def test_what_the_log_says_of_hooks(desk):
    """Prefect's two lines for each; one that raises is told with its traceback, and the others are called."""
    called = []

    def broken(flow, run, state):
        raise ValueError("in the hook")

    async def fine(flow, run, state):
        called.append(state.result(raise_on_failure=False) if state.is_final() else None)

    @flow(on_completion=[broken, fine])
    def runs():
        return 5

    run = runs.start()
    assert 5 == run.result()
    # What was written before is committed once this is.
    desk.session.store.write(lambda conn: None).result()
    log = desk.log(run)
    assert "Running hook 'broken' in response to entering state 'Completed'" in log
    assert any(line.startswith("An error was encountered while running hook 'broken'\nTraceback") for line in log)
    assert "Hook 'fine' finished running successfully" in log
    assert 1 == len(called)


def test_hooks_of_tasks(desk):
    """Running on each try, failure only at the end; hook(task, task_run, state)."""
    called = []

    def note(task, task_run, state):
        called.append((task.name, task_run.name.startswith("work"), state.name, task_run.run_count))

    tries = []

    @task(retries=1, on_running=[note], on_completion=[note], on_failure=[note])
    def work(fail: bool) -> int:
        tries.append(1)
        if fail or len(tries) == 1:
            raise ValueError("again")
        return 1

    @flow
    def runs():
        work(False)
        work(True, return_state=True)

    runs()
    assert [
        ("work", True, "Running", 1),
        ("work", True, "Retrying", 2),
        ("work", True, "Completed", 2),
        ("work", True, "Running", 1),
        ("work", True, "Retrying", 2),
        ("work", True, "Failed", 2),
    ] == called


def test_hooks_by_decorator(desk):
    """@flow.on_failure and its like add one, and give the function back; with_options keeps them."""
    called = []

    @flow
    def fails():
        raise ValueError("no")

    @fails.on_failure
    def told(flow, run, state):
        called.append(state.message)

    @task
    def work() -> int:
        return 1

    @work.on_completion
    def done(task, task_run, state):
        called.append("done")

    @flow
    def works():
        work()

    assert "told" == told.__name__
    with pytest.raises(ValueError, match="no"):
        fails.with_options(name="other")()
    works()
    assert ["Flow run encountered an exception: ValueError: no", "done"] == called


def test_hooks_are_called_before_anybody_who_waits_goes_on(desk):
    """await run and run.result() come after them."""
    called = []

    def slow(flow, run, state):
        import time

        time.sleep(0.1)
        called.append(1)

    @flow(on_completion=[slow])
    def runs():
        return 1

    run = runs.start()
    run.result()
    assert [1] == called


def test_a_retry_calls_no_failure_hook(desk):
    """Only the last failure is one; each attempt is running."""
    called = []

    @flow(retries=1, **noting(called))
    def fails():
        raise ValueError("no")

    fails(return_state=True)
    assert ["on_running", "on_running", "on_failure"] == options_of(called)


def test_hooks_of_a_run_that_is_taken_up_are_not_called_again(kernels):
    """What it entered before its kernel died is told once."""
    called = []

    @flow(idempotency_key="k", **noting(called))
    def asks():
        return pause_flow_run(int)

    desk = kernels.start()
    asks.start()
    desk.next_question()
    desk = kernels.start()
    run = asks.start()
    desk.next_question()
    resume_flow_run(run.id, {"value": 1})
    assert 1 == run.result()
    assert 1 == options_of(called).count("on_running")
    assert ["on_resumed", "on_completion"] == options_of(called)[-2:]


@pytest.mark.parametrize("wrong", [5, "name", [5], ["name"]])
def test_a_hook_that_is_no_function(wrong):
    """The decorator says so."""
    with pytest.raises(TypeError, match="'on_failure' takes a list of functions"):
        flow(on_failure=wrong)(lambda: None)
