"""The states of runs, pauses and submissions, and the only table of their legal moves.

The names and types of run states are Prefect's. Nobody else compares two states to decide whether a move is legal;
what can be derived (orphaned, claimed, waiting time) is not a state.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hitl_jupyter.core.colour import in_async_code, loop_is_running
from hitl_jupyter.exceptions import (
    CancelledRun,
    CrashedRun,
    FailedRun,
    InvalidTransition,
    MissingResult,
    PausedRun,
    UnfinishedRun,
)


class StateType(StrEnum):
    """Prefect's nine types of run state."""

    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    CANCELLING = "CANCELLING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CRASHED = "CRASHED"


class PauseState(StrEnum):
    """What became of a question."""

    OPEN = "open"
    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class SubmissionState(StrEnum):
    """What became of one person's answer to a question."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"


T = StateType
FINAL = frozenset({T.COMPLETED, T.FAILED, T.CANCELLED, T.CRASHED})

RUN_MOVES: Mapping[StateType | None, frozenset[StateType]] = {
    None: frozenset({T.SCHEDULED, T.PENDING}),
    T.SCHEDULED: frozenset({T.PENDING, T.RUNNING, T.CANCELLED, T.CRASHED, T.FAILED}),
    # Pending again: NotReady, for something that it needs did not complete.
    T.PENDING: frozenset({T.PENDING, T.RUNNING}) | FINAL,
    # Running again: another try of what failed.
    T.RUNNING: frozenset({T.RUNNING, T.PAUSED, T.SCHEDULED, T.CANCELLING}) | FINAL,
    T.PAUSED: frozenset({T.RUNNING, T.SCHEDULED, T.CANCELLING}) | FINAL,
    T.CANCELLING: FINAL,
    # A correction: the run goes on from the corrected answer, as a new attempt.
    T.COMPLETED: frozenset({T.RUNNING}),
    T.FAILED: frozenset({T.SCHEDULED, T.RUNNING}),
    T.CANCELLED: frozenset(),
    T.CRASHED: frozenset({T.SCHEDULED, T.RUNNING}),
}
PAUSE_MOVES: Mapping[PauseState, frozenset[PauseState]] = {
    PauseState.OPEN: frozenset(
        {PauseState.ANSWERED, PauseState.TIMED_OUT, PauseState.CANCELLED, PauseState.INTERRUPTED}
    ),
    PauseState.ANSWERED: frozenset(),
    # Asked again when a run that failed for want of an answer is taken up.
    PauseState.TIMED_OUT: frozenset({PauseState.OPEN}),
    PauseState.CANCELLED: frozenset(),
    # Closed because its run was ended from outside; taken up, the run asks it again.
    PauseState.INTERRUPTED: frozenset({PauseState.OPEN}),
}
SUBMISSION_MOVES: Mapping[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.RECEIVED: frozenset({SubmissionState.ACCEPTED, SubmissionState.SENT_BACK}),
    SubmissionState.ACCEPTED: frozenset(),
    SubmissionState.SENT_BACK: frozenset(),
}


class _Absent:
    """That a state has no result at hand."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class State:
    """One state of a run: what, since when, and why.

    `name` says more than `type` where Prefect has a name of its own (``TimedOut`` is of type FAILED). `details` holds
    JSON only; a paused state has `pause_key`, `pause_timeout` (ISO instant or None) and `run_input_keyset`. `data` is
    the value or exception of a run of this process and is not stored. A state without an `id` was made by a flow or
    task to end in.
    """

    id: str
    type: StateType
    name: str
    timestamp: datetime
    message: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    data: Any = field(default=ABSENT, compare=False)
    of_async: bool = field(default=False, compare=False)

    def __repr__(self) -> str:
        """Write it as Prefect's log lines do: ``Completed()``, ``Failed('...')``, ``Cached(type=COMPLETED)``."""
        shown = [repr(self.message)] if self.message else []
        if self.name.upper() != self.type:
            shown.append(f"type={self.type.value}")
        return f"{self.name}({', '.join(shown)})"

    def result(self, raise_on_failure: bool = True) -> Any:
        """Give the run's value, or raise its exception; with `raise_on_failure` False, give the exception.

        Async code awaits it, as with Prefect: inside a run that is what its own kind says, outside any run that of
        the run whose state it is, so that a sync flow's is there at once in a notebook cell.

        Raises
        ------
        PausedRun, UnfinishedRun
            The run is not over.
        MissingResult
            The value is not at hand: the state was read from the store.
        FailedRun, CrashedRun, CancelledRun
            The run did not end well, and its exception is not at hand.
        """
        inside = in_async_code.get()
        awaited = self.of_async and loop_is_running() if inside is None else inside
        return _Awaited(self, raise_on_failure) if awaited else self.outcome(raise_on_failure=raise_on_failure)

    async def aresult(self, raise_on_failure: bool = True) -> Any:
        """Give what `result` gives, awaited."""
        return self.outcome(raise_on_failure=raise_on_failure)

    def outcome(self, *, raise_on_failure: bool) -> Any:
        """Give what `result` gives, at once."""
        if self.is_paused():
            raise PausedRun
        if not self.is_final():
            raise UnfinishedRun(self.type.value)
        if not self.is_completed():
            error = self.error()
            if raise_on_failure:
                raise error
            return error if self.data is ABSENT or self.data is None else self.data
        if self.data is ABSENT:
            raise MissingResult(self.name)
        return self.data

    def error(self) -> BaseException:
        """Give the exception of a run that did not end well, or of the first of several."""
        data = self.data
        if isinstance(data, BaseException):
            return data
        for one in data if isinstance(data, list | tuple | set) else [data]:
            if isinstance(one, State) and one.is_final() and not one.is_completed():
                return one.error()
        kind = {T.CRASHED: CrashedRun, T.CANCELLED: CancelledRun}.get(self.type, FailedRun)
        what = data if isinstance(data, str) else self.message
        return kind(what or f"Run {self.type.value.lower()}.")

    def is_final(self) -> bool:
        """Tell whether the run is over."""
        return self.type in FINAL

    def is_pending(self) -> bool:
        """Tell whether the run has not begun."""
        return self.type is T.PENDING

    def is_scheduled(self) -> bool:
        """Tell whether the run will go on later."""
        return self.type is T.SCHEDULED

    def is_cancelling(self) -> bool:
        """Tell whether the run is being ended."""
        return self.type is T.CANCELLING

    def is_running(self) -> bool:
        """Tell whether the run's code is being executed."""
        return self.type is T.RUNNING

    def is_paused(self) -> bool:
        """Tell whether the run waits for a person."""
        return self.type is T.PAUSED

    def is_completed(self) -> bool:
        """Tell whether the run ended well."""
        return self.type is T.COMPLETED

    def is_failed(self) -> bool:
        """Tell whether the run ended in an error of its own."""
        return self.type is T.FAILED

    def is_crashed(self) -> bool:
        """Tell whether the run was ended from outside."""
        return self.type is T.CRASHED

    def is_cancelled(self) -> bool:
        """Tell whether a person ended the run."""
        return self.type is T.CANCELLED


class _Awaited:
    """What async code gets of `State.result`: nothing waits, the result is there."""

    def __init__(self, state: State, raise_on_failure: bool) -> None:
        self._state = state
        self._raise_on_failure = raise_on_failure

    def __await__(self) -> Generator[None, None, Any]:
        yield from ()
        return self._state.outcome(raise_on_failure=self._raise_on_failure)


def check_move(old: StateType | None, new: StateType, run_id: str) -> None:
    """Let a legal move of a run pass.

    Raises
    ------
    InvalidTransition
        The table has no such move.
    """
    if new not in RUN_MOVES[old]:
        raise InvalidTransition(run_id, old, new)
