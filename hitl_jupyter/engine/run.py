"""A flow run that lives in this process: what it is called, how it stands, how to wait for it, how to end it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from hitl_jupyter.core.records import CorrectionRecord, Identity, RunRecord
from hitl_jupyter.core.states import State
from hitl_jupyter.engine import history
from hitl_jupyter.engine.bridge import in_thread_of
from hitl_jupyter.engine.journal import Journal
from hitl_jupyter.engine.logs import LogBook, logger
from hitl_jupyter.engine.scope import Scope, current_scope
from hitl_jupyter.exceptions import (
    CancelledRun,
    CrashedRun,
    FlowRunTimeoutError,
    LeavesKernel,
    RunCancelled,
    RunInterrupted,
    RunSuperseded,
    RunTakenOver,
)

if TYPE_CHECKING:
    import pandas as pd

    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.session import Session

R = TypeVar("R")
T = TypeVar("T")


class FlowRun(Generic[R]):
    """A handle on a flow run.

    ``await run`` and ``run.result()`` give the flow's value or raise its exception; ``run.cancel()`` ends the run at
    once, wherever it waits. `state` is the last state that the store has committed.
    """

    def __init__(
        self,
        session: Session,
        run_id: str,
        name: str,
        flow_name: str,
        parameters: dict[str, Any],
        *,
        is_async: bool,
        parent: FlowRun[Any] | None,
        timeout: float | None,
        foreground: bool,
    ) -> None:
        self.session = session
        self.id_text = run_id
        self.name = name
        self.flow_name = flow_name
        self.parameters = parameters
        self.is_async = is_async
        self.parent = parent
        self.foreground: bool = foreground and (parent is None or parent.foreground)
        self.idempotency_key: str | None = None
        self.attempt = 1
        self.retried = 0
        self.journal = Journal()
        self.record: RunRecord | None = None
        self.claimed = False
        self.call: Identity | None = None
        self.call_id: str | None = None
        self.call_is_over = False
        self.created = session.source.now()
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self.answered = 0
        self.seconds_paused = 0.0
        self.scope = Scope()
        self.book = LogBook(self)
        self.questions: dict[str, Question] = {}
        self.asking: dict[str, Question] = {}
        self.answers: dict[str, Any] = {}
        self.task: asyncio.Task[Any] | None = None
        self.cancelled_by: str | None = None
        self.interrupted = False
        self.corrected: CorrectionRecord | None = None
        self.suspending = False
        self.leaving = False
        self.lost_to: RunTakenOver | None = None
        self.dropped: set[str] = set()
        self.pauses = 0
        self._timeout = timeout
        self._deadline: float | None = None
        self._state: State | None = None
        self._outcome: Future[R] = Future()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Name the run, its flow and its state."""
        state = self._state.name if self._state else "Pending"
        return f"FlowRun(name={self.name!r}, flow={self.flow_name!r}, state={state})"

    @property
    def id(self) -> UUID:
        """The run's id."""
        return UUID(self.id_text)

    @property
    def root(self) -> FlowRun[Any]:
        """The run that no other run called."""
        return self if self.parent is None else self.parent.root

    def belongs_to(self, other: FlowRun[Any]) -> bool:
        """Tell whether this is another run, or was called by it."""
        return self is other or (self.parent is not None and self.parent.belongs_to(other))

    @property
    def state(self) -> State | None:
        """The last committed state; None before the first is."""
        return self._state

    def entered(self, *states: State) -> None:
        """Take note of committed states (called by the engine only)."""
        for state in states:
            if self._state is not None and self._state.is_paused():
                self.seconds_paused += (state.timestamp - self._state.timestamp).total_seconds()
            if state.is_running() and self.started is None:
                self.started = state.timestamp
            if state.is_final():
                self.ended = state.timestamp
            # The store has them all: a run that has asked ten thousand times must not hold twenty thousand.
            self._state = state

    # -- what it has recorded ---------------------------------------------------------------------------------------

    def adopt(self, record: RunRecord) -> None:
        """Become the run of a record (called by the engine only)."""
        # What was said so far was said of a run that there will not be.
        self.book.take()
        self.record = record
        self.id_text, self.name = record.id, record.name
        self.created, self.started, self.ended = record.created_at, record.start_time, record.end_time
        self.idempotency_key = record.idempotency_key
        self._state = record.state

    def begin_attempt(self, number: int, journal: Journal) -> None:
        """Begin to count anew, over what is recorded of an attempt (called by the engine only)."""
        self.attempt, self.journal = number, journal
        self.scope, self.pauses = Scope(attempt=number), 0
        self.corrected = None
        self.suspending = self.leaving = False
        self.asking, self.answers = {}, {}
        self.dropped.clear()

    # -- waiting --------------------------------------------------------------------------------------------------

    def __await__(self) -> Generator[Any, None, R]:
        """Wait for the run's end; ending the wait does not end the run."""
        return self._finished().__await__()

    async def _finished(self) -> R:
        if not self._outcome.done():
            self._check_place()
        # Shielded: who stops waiting for a background run does not stop the run.
        return await asyncio.shield(asyncio.wrap_future(self._outcome))

    def result(self) -> R:
        """Give the flow's value from sync code, waiting for it.

        Raises
        ------
        CannotWait
            The calling code is at a place that cannot wait.
        """
        if self._outcome.done():
            return self._outcome.result()
        self._check_place()
        return self.session.bridge.wait(self._finished())

    def _check_place(self) -> None:
        """Refuse to wait in a cell that would keep the answer from arriving."""
        cell = self.session.host.cell()
        if cell is not None and cell.own_task():
            self.session.host.check(foreground=True)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait on the run's behalf, from the sync code of it (called by the engine only)."""
        return self.session.bridge.wait(work, background=not self.root.foreground)

    def done(self) -> bool:
        """Tell whether the run is over."""
        return self._outcome.done()

    def finish(self, value: R | None, error: BaseException | None) -> None:
        """Hand the end of the run to those who wait for it (called by the engine only)."""
        if error is None:
            self._outcome.set_result(value)  # type: ignore[arg-type]
        elif isinstance(error, asyncio.CancelledError | KeyboardInterrupt | GeneratorExit):
            # Who waits for the handle was not cancelled itself, and must be able to tell.
            what = f"Run {self.name!r} ended in state {self.state!r}."
            over = CancelledRun if self.cancelled_by is not None else CrashedRun
            self._outcome.set_exception(over(what))
        else:
            self._outcome.set_exception(error)

    def lost(self, error: BaseException) -> None:
        """Keep the exception of a background run that could not even begin (called by the engine only)."""
        if not self._outcome.done():
            self.finish(None, error)
            self.session.present("run_lost", self, error)

    # -- ending it --------------------------------------------------------------------------------------------------

    def cancel(self, by: str | None = None) -> bool:
        """End the run at once, its open questions with it; False if it was over.

        The run gets a CancelledError where it waits (or at its next pause or task, if it computes), so its ``finally``
        blocks run; its state becomes Cancelled.
        """
        if self._outcome.done() or self.cancelled_by is not None:
            return False
        self.cancelled_by = by or self.session.owner.user
        self.session.host.home().call_soon_threadsafe(
            self.break_off, RunCancelled(f"Cancelled by {self.cancelled_by}.")
        )
        return True

    def interrupt(self) -> None:
        """End the run because its cell was interrupted."""
        self.interrupted = True
        self.break_off(RunInterrupted("The cell was interrupted."))

    def break_off(self, error: asyncio.CancelledError) -> None:
        """End what the run waits for, questions and awaits alike."""
        for question in list(self.session.questions.values()):
            if question.run.belongs_to(self):
                question.fail(error)
        task = self.task
        if self.is_async and task is not None and not self.session.host.is_dispatch(task):
            if in_thread_of(task.get_loop()):
                task.cancel(str(error))
            else:
                task.get_loop().call_soon_threadsafe(task.cancel, str(error))

    def supersede(self, correction: CorrectionRecord) -> None:
        """Have the run go on from a corrected answer as its next attempt (called by the engine only)."""
        self.corrected = correction
        self.session.host.home().call_soon_threadsafe(self.break_off, RunSuperseded("An answer was corrected."))

    def taken_over(self) -> None:
        """End the run here, for another process executes it (called by the engine only)."""
        error = RunTakenOver(self.name)
        logger.error("%s", error)
        self.lost_to = error
        self.session.host.home().call_soon_threadsafe(self.break_off, RunInterrupted(str(error)))

    def scope_here(self) -> Scope:
        """Give the scope that the calling code is in (called by the engine only).

        Raises
        ------
        RunSuperseded
            It is a task of an attempt that is over, which the flow has left behind.
        """
        scope = current_scope.get() or self.scope
        if scope.attempt != self.attempt:
            raise RunSuperseded(f"Run {self.name!r} is at attempt {self.attempt}, and this belongs to one before.")
        return scope

    def suspend(self) -> None:
        """Have the run leave the kernel at its next pause or task."""
        self.suspending = True

    def correct(self, key: str, value: Any, reason: str | None = None) -> FlowRun[R]:
        """Supersede a recorded answer; gives the handle of the run that goes on from it.

        The run begins its next attempt: what had begun before that answer was given is replayed, what began after it
        is asked or run again. The old record stays. A run that waits goes on under this handle; one that is over goes
        on in the background, under the handle that is returned.

        Parameters
        ----------
        key
            The question's: the one it was asked with, else its number ("1", "2", ...).
        value
            The answer as it should have been: fields by name, or an instance of the model.
        reason
            Why, for the record.

        Raises
        ------
        NotCorrectable
            The run has no such answer, or was cancelled.
        SubmissionRefused
            The value does not fit the form; nothing is changed.
        RecoveryError
            The run's flow is not defined here, or another process executes the run.
        """
        return self.session.correct(self, key, value, reason)

    def leave(self) -> None:
        """Have the run leave the process now (called by the engine only).

        Raises
        ------
        LeavesKernel
            Always. Tasks and threads make a plain CancelledError of it on its way, so the run remembers.
        """
        self.leaving = True
        raise LeavesKernel(f"Run {self.name!r} is suspended.")

    def history(self) -> pd.DataFrame:
        """Give what was asked and answered in this run and those it called, oldest first.

        As `hitl_jupyter.history` gives it.

        Raises
        ------
        PackageMissing
            pandas is not installed.
        """
        return history.table(self.session, self)

    def open(self, question: Question) -> None:
        """Take note of a question that is open."""
        with self._lock:
            self.questions[question.id] = question
        self.session.questions[question.id] = question

    def close(self, question: Question) -> None:
        """Take note that a question is no longer open."""
        with self._lock:
            self.questions.pop(question.id, None)
        self.session.questions.pop(question.id, None)

    # -- its own limits ---------------------------------------------------------------------------------------------

    def begin_clock(self) -> None:
        """Start counting `timeout_seconds`."""
        if self._timeout is not None:
            self._deadline = self.session.source.monotonic() + self._timeout

    def seconds_left(self) -> float | None:
        """Give the seconds until the run's own deadline or its parents', None without one."""
        own = None if self._deadline is None else self._deadline - self.session.source.monotonic()
        above = None if self.parent is None else self.parent.seconds_left()
        limits = [limit for limit in (own, above) if limit is not None]
        return min(limits) if limits else None

    def overdue(self) -> FlowRunTimeoutError | None:
        """Give the error of a run that has used up its `timeout_seconds`."""
        if self._deadline is not None and self.session.source.monotonic() >= self._deadline:
            return FlowRunTimeoutError(self._timeout or 0.0)
        return None

    def stopped(self) -> bool:
        """Tell whether the cell of this run, or of one that called it, was interrupted."""
        return self.interrupted or (self.parent is not None and self.parent.stopped())

    def ending(self) -> bool:
        """Tell whether somebody has ended this run or one that called it."""
        ended = self.interrupted or self.cancelled_by is not None
        return ended or (self.parent is not None and self.parent.ending())

    def check(self) -> None:
        """Let a run go on that nobody has ended.

        Raises
        ------
        CancelledError
            It was cancelled, or its cell interrupted.
        FlowRunTimeoutError
            It has used up its `timeout_seconds`.
        """
        self.dropped.clear()
        if self.corrected is not None:
            raise RunSuperseded("An answer was corrected.")
        if self.lost_to is not None:
            raise self.lost_to
        if self.suspending:
            self.leave()
        if self.interrupted:
            raise RunInterrupted("The cell was interrupted.")
        if self.cancelled_by is not None:
            raise RunCancelled(f"Cancelled by {self.cancelled_by}.")
        if self.parent is not None:
            self.parent.check()
        late = self.overdue()
        if late is not None:
            raise late
