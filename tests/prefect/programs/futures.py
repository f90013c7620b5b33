"""`submit`, `map` and futures: many pieces of work at a time, and what becomes of the rest when one of them fails."""

import asyncio
import threading

from prefect import allow_failure, flow, task, unmapped
from prefect.exceptions import MappingLengthMismatch, MappingMissingIterable, UnfinishedRun
from prefect.futures import as_completed, wait


@task(task_run_name="add {a} {b}")
def add(a: int, b: int) -> int:
    return a + b


@task(task_run_name="fail at {number}")
def fail(number: int) -> int:
    raise ValueError(f"{number} is no good")


@task(task_run_name="pass gate {number}")
def pass_gate(number: int) -> int:
    begun[number].set()
    if not gates[number].wait(60):
        raise AssertionError
    return number


gates, begun = ({number: threading.Event() for number in range(1, 6)} for _ in range(2))


@task(task_run_name="double {number}")
async def double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


@task
def step(name: str, given=None) -> str:
    return f"{name} of {given!r}"


def attempt(name, call):
    """Print what a call gives or raises."""
    try:
        print(f"{name}: {call()!r}")
    except Exception as error:
        print(f"{name} raises {type(error).__name__}: {error}")


@flow
def submitting() -> int:
    first = add.submit(1, 2)
    second = add.submit(first, b=10)
    second.wait()
    print("state", second.state, second.state.is_completed())
    return second.result()


@flow
def mapping() -> list[int]:
    sums = add.map([1, 2, 3], unmapped(10))
    more = add.map(sums, [1, 1, 1])
    keyed = add.map(range(2), b=100)
    print("sums", sums.result(), more.result(), keyed.result())
    print("none", add.map([], 1).result())
    return [future.result() for future in double.map([1, 2])]


@flow
def mapping_badly():
    for name, error, call in (
        ("lengths", MappingLengthMismatch, lambda: add.map([1, 2], [1, 2, 3])),
        ("nothing to map", MappingMissingIterable, lambda: add.map(1, 2)),
        ("text", MappingMissingIterable, lambda: step.map("abc")),
    ):
        try:
            call()
        except error as raised:
            print(name, "raises", type(raised).__name__, raised)


@flow
def waiting() -> list[int]:
    futures, order = pass_gate.map([1, 2, 3]), []
    gates[2].set()
    for future in as_completed(futures):
        order.append(future.result())
        gates[{2: 3, 3: 1, 1: 4}[order[-1]]].set()
    late = pass_gate.submit(5)
    attempt("too early", lambda: late.result(timeout=0.1))
    late.wait(timeout=0.1)
    begun[5].wait(60)
    print("state", late.state)
    done, open_ = wait([late, *futures], timeout=0.1)
    print("done", len(done), "open", len(open_))
    gates[5].set()
    return [*order, late.result()]


@flow
def upstream() -> str:
    failed = fail.submit(1)
    by_argument = step.submit("by argument", failed)
    by_waiting = step.submit("by waiting", wait_for=[failed])
    allowed = step.submit("allowed", allow_failure(failed))
    after = step.submit("after", by_argument)
    for future in (by_argument, by_waiting, after):
        future.wait()
        print("state", future.state.name, future.state.type.value, future.state.is_final())
        try:
            future.result()
        except UnfinishedRun as error:
            print("raises UnfinishedRun", error)
    attempt("failed", failed.result)
    attempt("as a value", lambda: failed.result(raise_on_failure=False))
    attempt("allowed", allowed.result)
    return "the flow goes on"


@flow
def collecting():
    futures = add.map([1, 2], 1)
    futures.append(fail.submit(2))
    attempt("one failed", futures.result)
    return futures


@flow
def giving_futures():
    return [add.submit(1, 1), add.submit(2, 2)]


@flow
def giving_a_failed_one():
    return fail.submit(3)


@flow
def forgetting() -> str:
    pass_gate.submit(4)
    fail.submit(4)
    return "done"


@flow
async def concurrently() -> list[int]:
    doubled = await asyncio.gather(double(1), double(2), double(3))
    more = [future.result() for future in double.map(doubled)]
    return [*more, add.submit(1, 1).result(), add(2, 2)]


@task(task_run_name="outer {number}")
def outer(number: int) -> int:
    return add.submit(number, 1).result() + add(number, 2)


@flow
def nesting() -> int:
    return outer.submit(5).result()


def values(state):
    """Give the values behind a state that holds states."""
    found = state.result(raise_on_failure=False)
    return [one.result(raise_on_failure=False) for one in found] if isinstance(found, list) else found


def main():
    attempt("submitting", submitting)
    attempt("mapping", mapping)
    mapping_badly()
    attempt("waiting", waiting)
    attempt("upstream", upstream)
    state = collecting(return_state=True)
    print("collecting", state, values(state))
    state = giving_futures(return_state=True)
    print("giving futures", state, values(state))
    attempt("giving a failed one", giving_a_failed_one)
    attempt("forgetting", forgetting)
    attempt("concurrently", lambda: asyncio.run(concurrently()))
    attempt("nesting", nesting)
    attempt("outside a flow", lambda: add.submit(1, 2))
    attempt("mapped outside a flow", lambda: add.map([1], [2]))


if __name__ == "__main__":
    main()
