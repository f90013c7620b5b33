"""What a flow or task ends in, by what it returns; and what futures and states in a call's arguments stand for.

The rules are Prefect's: a value completes the run; a state made by hand is the run's own; futures and states of other
runs are aggregated, and one that did not complete fails the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hitl_jupyter.core.states import ABSENT, State, StateType
from hitl_jupyter.engine.collections import allow_failure, visit
from hitl_jupyter.engine.futures import PrefectFuture
from hitl_jupyter.engine.logs import LoggerAdapter
from hitl_jupyter.engine.takeup import MENDABLE
from hitl_jupyter.exceptions import CannotWait, FlowRunTimeoutError, UpstreamTaskError

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session
    from hitl_jupyter.engine.task_run import TaskRun

T = StateType
FROM_OUTSIDE = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a run that is no failure of its own."""


def futures_in(value: Any) -> list[PrefectFuture[Any]]:
    """Give the futures inside a value."""
    found: list[PrefectFuture[Any]] = []

    def look(leaf: Any, _: Any) -> Any:
        if isinstance(leaf, PrefectFuture):
            found.append(leaf)
        return leaf

    visit(value, look)
    return found


def needs_others(value: Any) -> bool:
    """Tell whether there are futures, states or annotations inside a value, which `resolved` has to look into."""
    marked = object()
    return visit(value, lambda leaf, _: marked if isinstance(leaf, PrefectFuture | State) else leaf) is not value


def with_places(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give parameters with the place of each future in its run, which a run that is taken up finds again."""

    def place(leaf: Any, _: Any) -> Any:
        if isinstance(leaf, PrefectFuture):
            return ("future", leaf.task_run.place.scope, leaf.task_run.place.key)
        return leaf

    given: dict[str, Any] = visit(dict(parameters), place)
    return given


async def resolved(value: Any, task_run: TaskRun | None = None) -> Any:
    """Give a value with what its futures and states came to, waiting for them.

    Raises
    ------
    UpstreamTaskError
        One did not complete, and nothing around it allows that.
    ValueError
        A task run waits for itself.
    """
    for future in futures_in(value):
        if task_run is not None and future.task_run is task_run:
            raise ValueError(
                f"Task run {task_run.name!r} depends on itself and would wait for ever. Look at what task "
                f"{task_run.task.name!r} is called with."
            )
        with nullcontext() if task_run is None else future.waited_for(by=task_run):
            await future.wait_async()

    def settle(leaf: Any, around: Any) -> Any:
        state = leaf.state if isinstance(leaf, PrefectFuture) else leaf
        if not isinstance(state, State):
            return leaf
        allowed = around is allow_failure and (state.is_failed() or state.name == "NotReady")
        if not (state.is_completed() or allowed):
            raise UpstreamTaskError(str(leaf.task_run_id) if isinstance(leaf, PrefectFuture) else state.id)
        return state.outcome(raise_on_failure=False) if state.is_final() else None

    return visit(value, settle)


def final_state(run: FlowRun[Any], error: BaseException | None) -> State:
    """Give the state of a run whose function returned a value, or raised an error."""
    session = run.session
    if error is None:
        return session.state(T.COMPLETED)
    if isinstance(error, FROM_OUTSIDE):
        if run.cancelled_by is not None:
            return session.state(T.CANCELLED, f"Cancelled by {run.cancelled_by}.")
        if run.interrupted or isinstance(error, KeyboardInterrupt):
            return session.state(T.CRASHED, "Execution was aborted by an interrupt signal.")
        if isinstance(error, SystemExit):
            return session.state(T.CRASHED, "Execution was aborted by Python system exit call.")
        return session.state(T.CRASHED, "Execution was cancelled by the runtime environment.")
    if isinstance(error, FlowRunTimeoutError):
        message = f"Flow run exceeded timeout of {error.seconds} second(s)"
        return session.state(T.FAILED, message, name="TimedOut")
    if isinstance(error, MENDABLE):
        return session.state(T.CRASHED, str(error))
    message = f"Flow run encountered an exception: {type(error).__name__}: {error}"
    return session.state(T.FAILED, message)


def tell(logger: LoggerAdapter, error: BaseException | None, final: State) -> None:
    """Say in a run's log why it did not end well, in Prefect's words."""
    if isinstance(error, FlowRunTimeoutError):
        logger.error("%s", final.message)
    elif isinstance(error, FROM_OUTSIDE):
        if final.is_crashed():
            logger.error("Crash detected! %s", final.message)
    elif error is not None:
        logger.error("Encountered exception during execution: %r", error, exc_info=error)


async def ended_with(
    value: Any, session: Session, task_run: TaskRun | None = None
) -> tuple[Any, State | None, BaseException | None]:
    """Give what a returned value comes to: it, the state that it means if not plain Completed, and what is raised.

    Futures in it are waited for and become states. As with Prefect a failed state is raised, and a list of states, of
    which some failed, is a value all the same.
    """
    waited_for = futures_in(value)
    try:
        for future in waited_for:
            with nullcontext() if task_run is None else future.waited_for(by=task_run):
                await future.wait_async()
    except CannotWait as error:
        return None, None, error
    if waited_for:
        value = visit(value, lambda leaf, _: leaf.state if isinstance(leaf, PrefectFuture) else leaf)
    if isinstance(value, State):
        state = _made(value, session) if not value.id else _of_several([value], value, session)
        value = state.data
        return value, state, None if state.is_completed() else state.error()
    if isinstance(value, list | tuple | set) and value and all(isinstance(one, State) for one in value):
        return value, _of_several(list(value), value, session), None
    return value, None, None


def _made(state: State, session: Session) -> State:
    """Give a state that was made by hand as one of a run."""
    data = None if state.data is ABSENT else state.data
    if not state.is_final():
        data = ValueError(f"A flow or task ends in a final state, and this one returned {state!r}.")
        return replace(session.state(T.FAILED, str(data)), data=data)
    return replace(state, id=session.source.new_id(), timestamp=session.source.now(), data=data)


def _of_several(states: list[State], data: Any, session: Session) -> State:
    kind, message = _aggregate(states)
    return replace(session.state(kind, message), data=data)


def _aggregate(states: list[State]) -> tuple[StateType, str]:
    """Give the type of what several runs come to, and its message."""
    total = len(states)
    completed, cancelled, failed = (
        sum(state.type in kinds for state in states) for kinds in ({T.COMPLETED}, {T.CANCELLED}, {T.FAILED, T.CRASHED})
    )
    if completed == total:
        return T.COMPLETED, "All states completed."
    if cancelled:
        return T.CANCELLED, f"{cancelled}/{total} states cancelled."
    if failed:
        return T.FAILED, f"{failed}/{total} states failed."
    return T.FAILED, f"{sum(not state.is_final() for state in states)}/{total} states are not final."
