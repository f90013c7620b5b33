"""Hooks, states that are asked for or given, caching, and prints that are logged."""

import asyncio
from datetime import timedelta
from functools import partial

from prefect import flow, get_run_logger, task
from prefect.cache_policies import INPUTS, NO_CACHE, RUN_ID, TASK_SOURCE
from prefect.exceptions import CancelledRun, CrashedRun, FailedRun
from prefect.states import Cancelled, Completed, Crashed, Failed
from prefect.tasks import task_input_hash

calls: list = []


def note(what, run, state):
    """Print what a hook is told."""
    print("hook of", what.name, type(what).__name__, type(run).__name__, state, state.name)


def also(what, run, state):
    """Print that it comes after the other."""
    print("also", state.name)


async def later(what, run, state):
    """Be a hook that waits."""
    await asyncio.sleep(0)
    print("later", state.name)


def broken(what, run, state):
    """Be a hook with a mistake."""
    raise RuntimeError("the hook is broken")


@task(on_running=[note], on_completion=[note, also], on_failure=[note])
def divide(a: int, b: int) -> float:
    return a / b


@flow(on_running=[note], on_completion=[note, also], on_failure=[note], on_crashed=[note], on_cancellation=[note])
def hooked(b: int) -> float:
    return divide(6, b)


@task(on_completion=[broken, later])
def mishooked() -> int:
    return 1


@flow(on_completion=[broken, later])
def with_broken_hooks() -> int:
    return mishooked()


@flow
def decorated() -> int:
    return noticed()


@decorated.on_completion
def flow_is_done(what, run, state):
    print("done", what.name, state.name)


@task
def noticed() -> int:
    return 2


@noticed.on_completion
def task_is_done(what, run, state):
    print("done", what.name, state.name)


@task(retries=1, on_running=[also], on_failure=[note])
def second_time() -> int:
    calls.append("second time")
    if len(calls) == 1:
        raise ValueError("not yet")
    return len(calls)


@flow
async def retried() -> int:
    return second_time()


@flow(on_crashed=[note], on_failure=[note])
def interrupted():
    raise KeyboardInterrupt


@flow(on_crashed=[note])
def leaving():
    raise SystemExit(3)


@flow(on_failure=[note])
def by_word(what: str):
    return {
        "failed": Failed(message="it is no good"),
        "completed": Completed(message="it is good", data=5),
        "named": Completed(name="Skipped", message="nothing to do"),
        "crashed": Crashed(message="it is gone"),
        "cancelled": Cancelled(message="never mind"),
    }[what]


@task
def state_of_a_task() -> int:
    return Failed(message="the task says no")


@flow
def states() -> list[str]:
    good, bad = divide(1, 2, return_state=True), divide(1, 0, return_state=True)
    said = state_of_a_task(return_state=True)
    found = [str(good), good.result(), str(bad), repr(bad.result(raise_on_failure=False)), str(said)]
    found += [good.is_completed(), bad.is_failed(), bad.is_final(), bad.name, bad.type.value, bad.message]
    try:
        bad.result()
    except ZeroDivisionError as error:
        found.append(str(error))
    return found


@flow
def gives_states():
    return divide(1, 1, return_state=True), divide(1, 0, return_state=True)


@task(cache_policy=INPUTS)
def by_inputs(a: int, b: int = 0) -> int:
    calls.append(("inputs", a, b))
    return a + b


@task(cache_policy=INPUTS - "note")
def but_the_note(kind: str, note: str) -> str:
    calls.append(("note", kind, note))
    return f"{kind} {note}"


@task(cache_key_fn=task_input_hash, cache_expiration=timedelta(hours=1))
def by_hash(text: str) -> str:
    calls.append(("hash", text))
    return text.upper()


@task(
    cache_key_fn=lambda context, parameters: f"{context.task.name} {parameters['a'] % 2}",
    cache_expiration=timedelta(hours=1),
)
def by_function(a: int) -> int:
    calls.append(("function", a))
    return a


@task(cache_policy=INPUTS, cache_expiration=timedelta(microseconds=1))
def forgotten(a: str) -> str:
    calls.append(("forgotten", a))
    return a


@task(cache_policy=INPUTS, refresh_cache=True)
def refreshed(a: float) -> float:
    calls.append(("refreshed", a))
    return a


@task(cache_policy=RUN_ID + TASK_SOURCE)
def once_a_run(a: int) -> int:
    calls.append(("run", a))
    return a


@task(cache_policy=NO_CACHE)
def never(a: int) -> int:
    calls.append(("never", a))
    return a


@task(cache_policy=INPUTS, retries=0)
def failing(a: str) -> str:
    calls.append(("failing", a))
    raise ValueError(a)


def no_key(context, parameters):
    """Be a key function with a mistake."""
    raise RuntimeError("no key")


@task(cache_key_fn=no_key)
def without_key(a: int) -> int:
    calls.append(("no key", a))
    return a


@flow
def caching() -> list:
    calls.clear()
    found = [by_inputs(1), by_inputs(1), by_inputs(a=1, b=0), by_inputs(2)]
    found += [but_the_note("x", "first"), but_the_note("x", "second"), but_the_note("y", "third")]
    found += [by_hash("a"), by_hash("a"), refreshed(0.5), refreshed(0.5)]
    found += [by_function(1), by_function(3), by_function(2), forgotten("once"), forgotten("once")]
    found += [once_a_run(1), once_a_run(2), never(1), never(1), without_key(1), without_key(1)]
    found += [str(failing("f", return_state=True)), str(failing("f", return_state=True))]
    found.append(by_inputs(1, return_state=True).name)
    return found


@flow
def caching_again() -> list:
    calls.clear()
    return [by_inputs(1), once_a_run(5), by_hash("a"), by_hash.with_options(refresh_cache=True)("a")]


@flow(log_prints=True)
def printing() -> None:
    print("one", "two", sep="-")
    get_run_logger().debug("not at this level")
    get_run_logger().info("%s of %s", 1, 2)
    get_run_logger().warning("careful")
    get_run_logger().error("wrong", exc_info=False)
    loud()
    quiet()


@task
def loud() -> None:
    print("loud")


@task(log_prints=False)
def quiet() -> None:
    print("quiet")


def attempt(name, call):
    """Print what a call gives or raises."""
    try:
        print(f"{name}: {call()!r}")
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        known = isinstance(error, FailedRun | CrashedRun | CancelledRun)
        print(f"{name} raises {type(error).__name__} (of a run: {known}): {error}")


def main():
    attempt("hooked", lambda: hooked(2))
    attempt("hooked and failed", lambda: hooked(0))
    attempt("with broken hooks", with_broken_hooks)
    attempt("decorated", decorated)
    attempt("retried", lambda: asyncio.run(retried()))
    attempt("interrupted", interrupted)
    attempt("leaving", leaving)
    for what in ("failed", "completed", "named", "crashed", "cancelled"):
        attempt(what, partial(by_word, what))
        print(what, by_word(what, return_state=True))
    attempt("states", states)
    attempt("gives states", lambda: str(gives_states(return_state=True)))
    attempt("caching", caching)
    print("called", calls)
    attempt("caching again", caching_again)
    print("called", calls)
    printing()
    attempt("hooks that are none", lambda: flow(on_completion=[5])(len))
    attempt("a hook that is no list", lambda: task(on_failure=len)(len))


if __name__ == "__main__":
    main()
