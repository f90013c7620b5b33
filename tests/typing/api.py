"""Uses of the public names, checked by mypy and never run: the types are part of the API."""

from __future__ import annotations

from typing import assert_type

from hitl_jupyter import Flow, FlowRun, State, Task, flow, task
from hitl_jupyter.progress import track
from hitl_jupyter.widgets import Form


@flow
def greet(name: str, times: int = 1) -> str:
    return name * times


@flow(name="other", timeout_seconds=5, log_prints=True)
async def slow(name: str) -> int:
    return len(name)


@task
def add(a: int, b: int) -> int:
    return a + b


async def uses() -> None:
    assert_type(greet("x", times=2), str)
    assert_type(await slow("x"), int)
    assert_type(add(1, 2), int)
    run = greet.start("x")
    assert_type(run, FlowRun[str])
    assert_type(run.result(), str)
    assert_type(await run, str)
    for number in track([1, 2], description="Count"):
        assert_type(number, int)
    async for letter in track("ab"):
        assert_type(letter, str)
    form = Form(int, 5)
    assert_type(form.submit(), int | None)
    assert_type(form.errors, dict[str, str])

    @form.on_submit
    def got(answer: int) -> str:
        return str(answer)

    assert_type(got(1), str)
    flows: list[Flow[[str, int], str]] = []
    tasks: list[Task[[int, int], int]] = [add]
    state: State = greet("x", return_state=True)
    print(flows, tasks, state)
    greet(5)  # type: ignore[call-overload]
    greet.start()  # type: ignore[call-arg]
