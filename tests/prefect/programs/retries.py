"""Retries and timeouts: what is tried again, when, how often, and what is too slow."""

import asyncio
import time
from collections import Counter

from prefect import flow, task
from prefect.runtime import flow_run, task_run
from prefect.tasks import exponential_backoff

tries = Counter()


def flaky(name: str, good_at: int) -> str:
    """Fail until it is called for the so manieth time."""
    tries[name] += 1
    if tries[name] < good_at:
        raise ConnectionError(f"{name} failed {tries[name]}")
    return f"{name} after {tries[name]}"


@task(retries=2)
def at_once() -> str:
    return flaky("at once", 3)


@task(retries=2, retry_delay_seconds=0.1)
def after_a_while() -> str:
    return flaky("after a while", 2) + f" in run {task_run.run_count}"


@task(retries=3, retry_delay_seconds=[0.1, 0.2])
async def by_a_list() -> str:
    await asyncio.sleep(0)
    return flaky("by a list", 4)


@task(retries=2, retry_delay_seconds=lambda retries: [0.1] * retries)
def by_a_function() -> str:
    return flaky("by a function", 3)


@task(retries=1, retry_delay_seconds=0.1)
def hopeless() -> str:
    return flaky("hopeless", 100)


def if_the_network(task, task_run, state) -> bool:
    """Tell whether another try may help."""
    try:
        state.result()
    except ConnectionError:
        return True
    except ValueError:
        return False
    raise AssertionError


@task(retries=3, retry_condition_fn=if_the_network)
def choosy() -> str:
    tries["choosy"] += 1
    if tries["choosy"] == 1:
        raise ConnectionError("the network")
    raise ValueError("a mistake")


def broken(task, task_run, state) -> bool:
    """Be of no help."""
    raise RuntimeError("no idea")


@task(retries=3, retry_condition_fn=broken)
def without_advice() -> str:
    return flaky("without advice", 2)


@task(timeout_seconds=0.3)
async def too_slow() -> None:
    await asyncio.sleep(5)


@task(timeout_seconds=0.3, retries=1)
async def twice_too_slow() -> None:
    await asyncio.sleep(5)


@task(timeout_seconds=10)
async def in_time() -> str:
    await asyncio.sleep(0)
    return "in time"


@flow
def of_tasks() -> list[str]:
    found = [at_once(), after_a_while(), by_a_list.submit().result(), by_a_function()]
    for one in (hopeless, choosy, without_advice):
        state = one(return_state=True)
        found.append(f"{state} {state.result(raise_on_failure=False)!r}")
    return found


@flow(retries=2, log_prints=True)
def flow_at_once() -> str:
    print("run", flow_run.run_count)
    hopeful()
    return flaky("flow at once", 3)


@task
def hopeful() -> int:
    tries["hopeful"] += 1
    return tries["hopeful"]


@flow(retries=1, retry_delay_seconds=0.1)
def hopeless_flow() -> str:
    return flaky("hopeless flow", 100)


@flow
async def slow_tasks() -> list[str]:
    found = [await in_time()]
    for one in (too_slow, twice_too_slow):
        state = await one(return_state=True)
        found.append(f"{state} {state.name}")
    return found


@flow(timeout_seconds=0.5)
async def slow_flow() -> None:
    await asyncio.sleep(5)


@flow(timeout_seconds=0.5)
def slow_sync_flow() -> None:
    time.sleep(1)
    hopeful()


def attempt(name, call):
    """Print what a call gives or raises."""
    try:
        print(f"{name}: {call()!r}")
    except Exception as error:
        print(f"{name} raises {type(error).__name__} (a TimeoutError: {isinstance(error, TimeoutError)}): {error}")


def main():
    attempt("of tasks", of_tasks)
    attempt("flow at once", flow_at_once)
    attempt("hopeless flow", hopeless_flow)
    attempt("slow tasks", lambda: asyncio.run(slow_tasks()))
    attempt("slow flow", lambda: asyncio.run(slow_flow()))
    attempt("slow state", lambda: str(asyncio.run(slow_flow(return_state=True))))
    attempt("slow sync flow", slow_sync_flow)
    attempt("backoff", lambda: exponential_backoff(backoff_factor=2)(4))
    attempt("a list of delays that is too long", lambda: task(retries=60, retry_delay_seconds=[1.0] * 60)(flaky))
    attempt("a delay of the wrong type", lambda: task(retries=1, retry_delay_seconds="soon")(flaky))
    attempt("a condition of the wrong type", lambda: task(retries=1, retry_condition_fn="always")(flaky))


if __name__ == "__main__":
    main()
