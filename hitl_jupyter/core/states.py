"""The states of runs, pauses and submissions, and the only table of their legal moves.

The names and types of run states are Prefect's. Nobody else compares two states to decide whether a move is legal;
what can be derived (orphaned, claimed, waiting time) is not a state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hitl_jupyter.exceptions import InvalidTransition


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
    T.PENDING: frozenset({T.RUNNING}) | FINAL,
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


@dataclass(frozen=True, slots=True)
class State:
    """One state of a run: what, since when, and why.

    `name` says more than `type` where Prefect has a name of its own (`TimedOut` is of type FAILED). `details` holds
    JSON only; a paused state has `pause_key`, `pause_timeout` (ISO instant or None) and `run_input_keyset`.
    """

    id: str
    type: StateType
    name: str
    timestamp: datetime
    message: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Write it as Prefect's log lines do: ``Completed()``, ``Failed('...')``."""
        return f"{self.name}({self.message!r})" if self.message else f"{self.name}()"

    def is_final(self) -> bool:
        """Tell whether the run is over."""
        return self.type in FINAL

    def is_pending(self) -> bool:
        """Tell whether the run has not begun."""
        return self.type is T.PENDING

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


def check_move(old: StateType | None, new: StateType, run_id: str) -> None:
    """Let a legal move of a run pass.

    Raises
    ------
    InvalidTransition
        The table has no such move.
    """
    if new not in RUN_MOVES[old]:
        raise InvalidTransition(run_id, old, new)
