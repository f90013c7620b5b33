"""Options of @flow and @task: wrong ones are told when the decorator runs, Prefect's own are taken."""

from __future__ import annotations

import math
from datetime import timedelta
from uuid import uuid4

import pytest

import hitl_jupyter
from hitl_jupyter import FlowRun, flow, get_run_logger, pause_flow_run, resume_flow_run, runtime, store, tags, task
from hitl_jupyter.context import get_run_context
from hitl_jupyter.exceptions import (
    FlowRunTimeoutError,
    FlowRunWaitTimeout,
    InvalidNameError,
    MissingContextError,
    NotHere,
    ObjectNotFound,
    ParameterBindError,
    ReservedArgumentError,
    TaskRunTimeoutError,
)
from hitl_jupyter.flow_runs import wait_for_flow_run
from hitl_jupyter.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner
from hitl_jupyter.tasks import exponential_backoff

BOTH = [
    ({"name": 5}, TypeError, "'name' must be a text, got 5"),
    ({"name": "a/b"}, InvalidNameError, "contains one of the characters"),
    ({"description": b"x"}, TypeError, "'description' must be a text"),
    ({"version": 1}, TypeError, "'version' must be a text"),
    ({"retries": "a"}, TypeError, "'retries' must be a whole number, got 'a'"),
    ({"retries": True}, TypeError, "'retries' must be a whole number"),
    ({"retries": -1}, ValueError, "'retries' must not be negative, got -1"),
    (
        {"retry_delay_seconds": "1"},
        TypeError,
        "'retry_delay_seconds' must be a number, a list of numbers or a function",
    ),
    ({"retry_delay_seconds": ["1"]}, TypeError, "must be a number of seconds, got '1'"),
    ({"retry_delay_seconds": -1}, ValueError, "must not be negative, got -1"),
    ({"retry_delay_seconds": math.nan}, ValueError, "must not be negative"),
    ({"retry_delay_seconds": [1] * 51}, ValueError, "takes at most 50 delays, got 51"),
    ({"retry_delay_seconds": hex}, TypeError, "'retry_delay_seconds' must be a number"),
    ({"timeout_seconds": "a"}, TypeError, "'timeout_seconds' must be a number of seconds, got 'a'"),
    ({"timeout_seconds": 0}, ValueError, "'timeout_seconds' must be positive, got 0"),
    ({"persist_result": 1}, TypeError, "'persist_result' must be True, False or None"),
    ({"log_prints": "yes"}, TypeError, "'log_prints' must be True, False or None"),
    ({"result_serializer": "pickle"}, ValueError, "pickle"),
    ({"on_completion": 5}, TypeError, "'on_completion' takes a list of functions"),
    ({"retires": 3}, TypeError, "has no option 'retires'. Did you mean 'retries'?"),
    ({"nonsense": 3}, TypeError, "has no option 'nonsense'."),
]
FLOW = [
    ({"flow_run_name": 5}, TypeError, "'flow_run_name' must be a text or a function"),
    ({"validate_parameters": 1}, TypeError, "'validate_parameters' must be True, False or None"),
    ({"task_runner": 4}, TypeError, "'task_runner' must be a ThreadPoolTaskRunner"),
    ({"idempotency_key": ""}, ValueError, "'idempotency_key' must not be empty"),
    ({"idempotency_key": 5}, TypeError, "'idempotency_key' must be a text"),
    ({"on_paused": ["x"]}, TypeError, "'on_paused' takes a list of functions"),
]
TASK = [
    ({"task_run_name": 5}, TypeError, "'task_run_name' must be a text or a function"),
    ({"tags": "one"}, TypeError, "'tags' must be a list of texts, got 'one'"),
    ({"tags": [1]}, TypeError, "'tags' must be a list of texts, and 1 is none"),
    ({"cache_policy": "INPUTS"}, TypeError, "'cache_policy' must be a policy of hitl_jupyter.cache_policies"),
    ({"cache_key_fn": "x"}, TypeError, "'cache_key_fn' must be a function"),
    ({"cache_expiration": 60}, TypeError, "'cache_expiration' must be a timedelta, got 60"),
    ({"cache_expiration": timedelta(0)}, ValueError, "'cache_expiration' must be positive"),
    ({"refresh_cache": 1}, TypeError, "'refresh_cache' must be True, False or None"),
    ({"retry_jitter_factor": -1}, ValueError, "'retry_jitter_factor' must not be negative, got -1"),
    ({"retry_jitter_factor": "x"}, TypeError, "'retry_jitter_factor' must be a number"),
    ({"retry_condition_fn": 5}, TypeError, "'retry_condition_fn' must be a function, got 5"),
]


@pytest.mark.parametrize(("options", "error", "match"), [*BOTH, *FLOW], ids=str)
def test_a_wrong_option_of_a_flow(options, error, match):
    """The decorator names the option, what it takes and what it got."""
    with pytest.raises(error) as raised:
        flow(**options)(lambda: None)
    assert match in str(raised.value)


@pytest.mark.parametrize(("options", "error", "match"), [*BOTH, *TASK], ids=str)
def test_a_wrong_option_of_a_task(options, error, match):
    """The decorator names the option, what it takes and what it got; with_options does the same."""
    for make in (lambda: task(**options)(lambda: None), lambda: task(lambda: None).with_options(**options)):
        with pytest.raises(error) as raised:
            make()
        assert match in str(raised.value)


@pytest.mark.parametrize("decorator", [flow, task])
def test_what_can_be_no_flow_or_task(decorator):
    """No function, one that yields, one with a parameter that calling it means otherwise, a static method."""

    def yields():
        yield 1

    def reserved(return_state):
        pass

    for wrong, error, match in [
        (5, TypeError, "takes a function, got 5"),
        (yields, TypeError, "'yields' yields. Return a list"),
        (reserved, ReservedArgumentError, "'return_state' is a reserved argument name"),
    ]:
        with pytest.raises(error, match=match):
            decorator(wrong)
    with pytest.raises(TypeError, match="goes below @staticmethod"):
        decorator(staticmethod(yields))


def test_options_of_prefect_that_do_nothing_here():
    """They are taken, with a warning that says why where they would do something there."""
    with pytest.warns(
        UserWarning, match="'result_storage' of @flow does nothing here: values are kept beside the store"
    ):
        flow(result_storage="local-file-system/x")(lambda: None)
    with pytest.warns(UserWarning, match="there are no transactions here; use on_failure"):
        task(on_rollback=[print])(lambda: None)
    flow(cache_result_in_memory=True, result_storage=None)(lambda: None)


def test_delays(desk):
    """A number, a list whose last serves on, a function of the retries; chance changes them by the jitter's part."""
    assert [2, 4, 8] == exponential_backoff(2)(3)
    waited, tries = [], []
    desk.session.source.monotonic = lambda: 0.0

    async def sleep(run, seconds):
        waited.append(seconds)

    import hitl_jupyter.engine.engine as engine

    before, engine.sleep = engine.sleep, sleep
    try:

        @task(retries=3, retry_delay_seconds=[0.5, 1])
        def listed():
            tries.append(1)
            raise ValueError("no")

        @task(retries=2, retry_delay_seconds=exponential_backoff(3), retry_jitter_factor=0.5)
        def jittered():
            raise ValueError("no")

        @flow
        def runs():
            listed(return_state=True)
            jittered(return_state=True)

        runs()
    finally:
        engine.sleep = before
    assert [0.5, 1.0, 1.0] == waited[:3]
    assert 4 == len(tries)
    assert 1.5 <= waited[3] <= 4.5
    assert 3.0 <= waited[4] <= 9.0


def test_a_condition_decides_whether_to_try_again(desk):
    """It gets the task, the run and the proposed state; one that raises means no, and the log says so."""
    asked = []

    def worth_it(task, task_run, state):
        asked.append((task.name, task_run.run_count, repr(state.result(raise_on_failure=False))))
        return task_run.run_count < 2

    @task(retries=5, retry_condition_fn=worth_it)
    def work():
        raise ValueError("no")

    @task(retries=5, retry_condition_fn=lambda *_: 1 / 0)
    def other():
        raise ValueError("no")

    @flow
    def runs():
        work(return_state=True)
        other(return_state=True)

    run = runs.start()
    run.result()
    assert [("work", 1, "ValueError('no')"), ("work", 2, "ValueError('no')")] == asked
    log = desk.log(run)
    assert any("An error was encountered while running `retry_condition_fn`" in line for line in log)


def test_log_lines_of_a_task_that_fails(desk):
    """Prefect's words: each retry, and that they are exhausted."""

    @task(retries=1)
    def work():
        raise ValueError("no")

    @flow
    def runs():
        work(return_state=True)

    run = runs.start()
    run.result()
    log = [line.partition("\n")[0] for line in desk.log(run)]
    assert [
        "Task run failed with exception: ValueError('no') - Retry 1/1 will start immediately",
        "Task run failed with exception: ValueError('no') - Retries are exhausted",
        "Finished in state Failed('Task run encountered an exception ValueError: no')",
    ] == log[1:4]


def test_a_task_has_a_time_limit(desk):
    """An async task at once, a sync one at its end or its next question: TimedOut, and tried again like any failure."""
    import asyncio

    @task(timeout_seconds=0.05)
    async def sleeps():
        await asyncio.sleep(10)

    tries, monotonic = [], desk.session.source.monotonic
    # With the first try an hour passes.
    desk.session.source.monotonic = lambda: monotonic() + (3600 if tries else 0)

    @task(timeout_seconds=60, retries=1)
    def computes() -> int:
        tries.append(1)
        return 1

    @task(timeout_seconds=0.1)
    def asks():
        return pause_flow_run(int)

    @flow
    async def runs():
        state = await sleeps(return_state=True)
        with pytest.raises(TaskRunTimeoutError, match=r"Scope timed out after 0.05 second\(s\)"):
            await state.result()
        return state.name, state.message, computes(), asks(return_state=True).name

    run = runs.start()
    assert ("TimedOut", "Task run exceeded timeout of 0.05 second(s)", 1, "TimedOut") == run.result()
    assert "Task run exceeded timeout of 0.05 second(s)" in desk.log(run)


def test_the_time_of_a_task_within_another(desk):
    """A task that asks inside another has no more time than that one, and neither is heard of later."""

    @task
    def asks():
        return pause_flow_run(int)

    @task(timeout_seconds=0.1)
    def outer():
        return asks()

    @flow
    def runs():
        return outer(return_state=True).name

    assert "TimedOut" == runs()


def test_a_flow_that_waits_for_futures_has_a_time_limit(desk):
    """It ends while it waits, and its tasks with it."""
    import asyncio

    @task
    async def sleeps():
        await asyncio.sleep(60)

    @flow(timeout_seconds=0.1)
    def waits():
        return sleeps.submit().result()

    with pytest.raises(FlowRunTimeoutError):
        waits()


def test_names_of_runs(desk):
    """Templates and functions, with the parameters and their defaults; what is wrong with one is raised."""

    @task(task_run_name="greet {who} {n:03d}")
    def greet(who, n: int = 7):
        return runtime.task_run.name

    @task(task_run_name=lambda parameters: f"of {parameters['who']}")
    def named(who):
        return runtime.task_run.name

    @flow(flow_run_name="hello-{who}")
    def hello(who: str):
        return runtime.flow_run.name, greet(who), greet.submit(who, 1).result(), named(who)

    assert ("hello-Ada", "greet Ada 007", "greet Ada 001", "of Ada") == hello("Ada")
    assert "fixed" == flow(flow_run_name=lambda: "fixed")(lambda: runtime.flow_run.name)()
    with pytest.raises(KeyError, match="missing"):
        flow(flow_run_name="{missing}")(lambda: None)()
    with pytest.raises(TypeError, match="'flow_run_name' must give a text"):
        flow(flow_run_name=lambda: 5)(lambda: None)()


def test_tags(desk):
    """The context's go to flows and tasks that begin inside, beside a task's own; subflows and their tasks too."""

    @task(tags=["own"])
    def work():
        return runtime.task_run.tags

    @flow
    def child():
        return runtime.flow_run.tags

    @flow
    def parent():
        with tags("inner"):
            return runtime.flow_run.tags, work(), work.submit().result(), child()

    with tags("a", "b"):
        run = parent.start()
    inner = ["a", "b", "inner"]
    assert (["a", "b"], [*inner, "own"], [*inner, "own"], inner) == run.result()
    assert ("a", "b") == desk.read(store.runs.get, run.id_text).tags
    assert ("a", "b", "inner", "own") == desk.read(store.tasks.of_run, run.id_text)[0].tags
    assert {"a", "b"} == wait_for_flow_run(run.id).tags
    with pytest.raises(TypeError, match="A tag is a text, got 5"), tags(5):
        pass


def test_the_runtime(desk):
    """Plain values inside a run, empty outside, and a sentence for what there is not."""

    @task
    def look(x, y=2):
        here = runtime.task_run
        return here.task_name, here.parameters, here.run_count, runtime.flow_run.flow_name

    @flow
    def child():
        return runtime.flow_run.parent_flow_run_id, runtime.flow_run.root_flow_run_id

    @flow(version="7")
    def parent(n: int, name: str = "x"):
        here = runtime.flow_run
        known = here.flow_name, here.flow_version, here.parameters, here.run_count, here.parent_flow_run_id
        return here.id, known, look(1), child()

    run_id, known, task_run, of_child = parent(n=1)
    assert ("parent", "7", {"n": 1, "name": "x"}, 1, None) == known
    assert ("look", {"x": 1, "y": 2}, 1, "parent") == task_run
    assert (run_id, run_id) == of_child
    outside = runtime.flow_run
    assert (None, None, [], {}, 0) == (outside.id, outside.name, outside.tags, outside.parameters, outside.run_count)
    assert (None, {}) == (runtime.task_run.id, runtime.task_run.parameters)
    assert runtime.deployment.id is None
    with pytest.raises(AttributeError, match="has no attribute 'foo'; here are"):
        _ = runtime.flow_run.foo


def test_the_run_context(desk):
    """get_run_context gives the task run's, else the flow run's; outside it says where to call it."""

    @task
    def inside(x):
        context = get_run_context()
        return context.task.name, context.parameters

    @flow
    def runs(n: int):
        context = get_run_context()
        return context.flow.name, context.flow_run.name == runtime.flow_run.name, context.parameters, inside(5)

    assert ("runs", True, {"n": 1}, ("inside", {"x": 5})) == runs(1)
    with pytest.raises(MissingContextError, match="No run context available"):
        get_run_context()


def test_a_call_that_does_not_fit(desk):
    """A flow or task that is called with what it does not take records nothing and says what it takes."""

    @task
    def work(x):
        return x

    @flow
    def runs(n: int):
        with pytest.raises(ParameterBindError, match="Error binding parameters for function 'work'"):
            work()
        with pytest.raises(ParameterBindError, match="got an unexpected keyword argument 'y'"):
            work.submit(1, y=2)

    with pytest.raises(ParameterBindError, match="missing a required argument: 'n'"):
        runs()
    run = runs.start(1)
    run.result()
    assert [] == desk.read(store.tasks.of_run, run.id_text)


def test_waiting_for_a_run(desk):
    """wait_for_flow_run gives the handle of a run that is over, whoever executes it, or says that it is not."""

    @flow
    def asks():
        return pause_flow_run(int)

    run = asks.start()
    desk.next_question()
    with pytest.raises(FlowRunWaitTimeout, match=r"exceeded watch timeout of 0.05 seconds. It goes on"):
        wait_for_flow_run(run.id, timeout=0.05)
    resume_flow_run(run.id, {"value": 1})
    found = wait_for_flow_run(run.id, log_states=True)
    assert isinstance(found, FlowRun)
    assert ("Completed", run.id) == (found.state.name, found.id)
    with pytest.raises(ObjectNotFound):
        wait_for_flow_run(uuid4())


async def test_the_three_forms(desk):
    """f, af, f.aio and f(_sync=...): the same pause in every form, in the code of either colour."""

    @flow
    async def awaits():
        return (
            await hitl_jupyter.pause_flow_run(int, key="a"),
            await hitl_jupyter.apause_flow_run(int, key="b"),
            await hitl_jupyter.pause_flow_run.aio(int, key="c"),
            hitl_jupyter.pause_flow_run(int, key="d", _sync=True),
        )

    run = awaits.start()
    import asyncio

    for number, key in enumerate("abcd"):
        question = await asyncio.to_thread(desk.next_question)
        assert key == question.key
        form = [resume_flow_run, hitl_jupyter.aresume_flow_run, resume_flow_run.aio][number % 3]
        await form(run.id, {"value": number}, key=key)
    assert (0, 1, 2, 3) == await run


@pytest.mark.parametrize("name", ["serve", "aserve", "deploy", "get_client", "Transaction"])
def test_what_has_no_place_here_says_what_has(name):
    """One sentence each: what to use instead."""
    with pytest.raises(NotHere, match=rf"{name}\(\) is not available in hitl_jupyter, where a flow runs in the kernel"):
        getattr(hitl_jupyter, name)()


def test_methods_that_have_no_place_here():
    """Flow.serve and its like, Task.delay, processes."""
    for call in (flow(lambda: None).serve, flow(lambda: None).deploy, task(lambda: None).delay, ProcessPoolTaskRunner):
        with pytest.raises(NotHere, match="is not available in hitl_jupyter"):
            call()


def test_the_task_runner_is_checked():
    """A number of workers that is none, or not positive."""
    with pytest.raises(TypeError, match="'max_workers' must be a whole number or None"):
        ThreadPoolTaskRunner(max_workers="4")
    with pytest.raises(ValueError, match="'max_workers' must be at least 1"):
        ThreadPoolTaskRunner(max_workers=0)


def test_submodules_are_there_without_an_import():
    """`hitl_jupyter.runtime.flow_run.id`, as with Prefect."""
    assert hitl_jupyter.runtime.flow_run.id is None
    with pytest.raises(AttributeError, match="has no attribute 'blocks'"):
        _ = hitl_jupyter.blocks


def test_the_logger_of_a_task(desk):
    """Its lines stand under the task run's name."""

    @task(task_run_name="the task")
    def work():
        get_run_logger().info("from the task")

    @flow
    def runs():
        work.submit().wait()

    run = runs.start()
    run.result()
    (line,) = [one for one in desk.read(store.logs.of_run, run.id_text) if one.message == "from the task"]
    assert "Task run 'the task'" == line.name
