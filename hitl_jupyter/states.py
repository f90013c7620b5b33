"""States of runs, and states to end in: ``return Failed(message="...")`` (Prefect: ``prefect.states``)."""

from __future__ import annotations

from typing import Any

from hitl_jupyter import _session
from hitl_jupyter.core.states import ABSENT, State, StateType

__all__ = [
    "AwaitingRetry",
    "Cancelled",
    "Cancelling",
    "Completed",
    "Crashed",
    "Failed",
    "Paused",
    "Pending",
    "Retrying",
    "Running",
    "Scheduled",
    "State",
    "StateType",
    "Suspended",
    "get_state_exception",
    "raise_state_exception",
]


def _made(kind: StateType, message: str | None, data: Any, name: str | None) -> State:
    if message is not None and not isinstance(message, str):
        raise TypeError(f"'message' must be a text, got {message!r}")
    now = _session.current().source.now()
    return State("", kind, name or kind.value.capitalize(), now, message, data=data)


def Completed(*, message: str | None = None, data: Any = ABSENT, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that ended well. A flow or task that returns it ends in it; `data` is then its value."""
    return _made(StateType.COMPLETED, message, data, name)


def Failed(*, message: str | None = None, data: Any = ABSENT, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that failed. A flow that returns it fails with `data`, an exception, or `message`."""
    return _made(StateType.FAILED, message, data, name)


def Crashed(*, message: str | None = None, data: Any = ABSENT, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that was ended from outside."""
    return _made(StateType.CRASHED, message, data, name)


def Cancelled(*, message: str | None = None, data: Any = ABSENT, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that a person ended."""
    return _made(StateType.CANCELLED, message, data, name)


def Cancelling(*, message: str | None = None, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that is being ended."""
    return _made(StateType.CANCELLING, message, ABSENT, name)


def Pending(*, message: str | None = None, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that has not begun."""
    return _made(StateType.PENDING, message, ABSENT, name)


def Running(*, message: str | None = None, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run whose code is being executed."""
    return _made(StateType.RUNNING, message, ABSENT, name)


def Retrying(*, message: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that is tried again."""
    return _made(StateType.RUNNING, message, ABSENT, "Retrying")


def Scheduled(*, message: str | None = None, name: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that will begin later."""
    return _made(StateType.SCHEDULED, message, ABSENT, name)


def AwaitingRetry(*, message: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that waits for its next try."""
    return _made(StateType.SCHEDULED, message, ABSENT, "AwaitingRetry")


def Paused(*, message: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that waits for a person; a run itself pauses with `pause_flow_run`."""
    return _made(StateType.PAUSED, message, ABSENT, None)


def Suspended(*, message: str | None = None) -> State:  # noqa: N802 - Prefect's
    """Make the state of a run that has left its process until it is answered."""
    return _made(StateType.PAUSED, message, ABSENT, "Suspended")


def get_state_exception(state: State) -> BaseException:
    """Give the exception of a run that did not end well.

    Raises
    ------
    ValueError
        It did, or has not ended.
    """
    if not state.is_final() or state.is_completed():
        raise ValueError(f"Expected failed or crashed state got {state!r}.")
    return state.error()


def raise_state_exception(state: State) -> None:
    """Raise the exception of a run that did not end well; of any other state do nothing."""
    if state.is_final() and not state.is_completed():
        raise state.error()
