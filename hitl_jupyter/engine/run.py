"""A flow run that lives in this process: what it is called, how it stands, how to wait for it, how to end it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from hitl_jupyter.core.records import CorrectionRecord, Identity, RunRecord
from hitl_jupyter.core.states import State
from hitl_jupyter.engine import history
from hitl_jupyter.engine.bridge import in_thread_of
from hitl_jupyter.engine.context import current_task_run
from hitl_jupyter.engine.deadline import Deadline
from hitl_jupyter.engine.handle import Handle
from hitl_jupyter.engine.journal import Journal
from hitl_jupyter.engine.logs import LogBook, logger
from hitl_jupyter.engine.scope import Scope, current_scope
from hitl_jupyter.engine.submission import Submissions
from hitl_jupyter.engine.tally import Tally
from hitl_jupyter.engine.waiting import wake_all
from hitl_jupyter.engine.waits import Waits
from hitl_jupyter.engine.workers import standing_aside
from hitl_jupyter.exceptions import (
    FlowRunTimeoutError,
    LeavesKernel,
    RunCancelled,
    RunInterrupted,
    RunSuperseded,
    RunTakenOver,
)

if TYPE_CHECKING:
    import pandas as pd

    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.session import Session
    from hitl_jupyter.engine.task_run import TaskRun

R = TypeVar("R")
T = TypeVar("T")


class FlowRun(Handle[R]):
    """A handle on a flow run.

    ``await run`` and ``run.result()`` give the flow's value or raise its exception; ``run.cancel()`` ends the run at
    once, wherever it waits. `state` is the last state that the store has committed.

    Attributes
    ----------
    name, flow_name : str
        What the run and its flow are called.
    parameters : dict[str, Any]
        What the flow was called with.
    tags : frozenset[str]
        Its tags.
    parent : FlowRun | None
        The run that called it.
    attempt : int
        Which attempt this is, the first being 1.
    created, started, ended : datetime | None
        When, in UTC.
    seconds_paused : float
        How long it has waited for people, in seconds, without a wait that is still open.
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
        tags: frozenset[str] = frozenset(),
        at_once: int | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.tags = tags
        self.flow: Flow[..., R] | None = None
        self.waits_for: Iterable[Any] = ()
        self.submissions = Submissions(self, at_once)
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
        self.waits = Waits()
        self.tasks = Tally(self)
        self.scope = Scope()
        self.book = LogBook(self)
        self.questions: dict[str, Question] = {}
        self.asking: dict[str, Question] = {}
        self.answers: dict[str, Any] = {}
        self.task: asyncio.Task[Any] | None = None
        self.cancelled_by: str | None = None
        self.interrupted = False
        self.corrected: CorrectionRecord | None = None
        self.suspending = self.leaving = False
        self.lost_to: RunTakenOver | None = None
        self.dropped: set[str] = set()
        self.pauses = 0
        self.hooked = ""
        self.deadline = Deadline(timeout, session.source, FlowRunTimeoutError)
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

    def belongs_to(self, other: Handle[Any]) -> bool:
        """Tell whether this is another run, or was called by it."""
        return self is other or (self.parent is not None and self.parent.belongs_to(other))

    def entered(self, *states: State) -> None:
        """Take note of committed states (called by the engine only)."""
        for state in states:
            if self._state is not None and self._state.is_paused():
                self.seconds_paused += (state.timestamp - self._state.timestamp).total_seconds()
            self.root.waits.note(self.id_text, state)
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
        self.idempotency_key, self.tags = record.idempotency_key, frozenset(record.tags)
        self._state = record.state
        self.root.waits.note(self.id_text, record.state)

    def begin_attempt(self, number: int, journal: Journal) -> None:
        """Begin to count anew, over what is recorded of an attempt (called by the engine only)."""
        self.attempt, self.journal, self.tasks = number, journal, self.tasks.begin()
        self.scope, self.pauses = Scope(attempt=number), 0
        self.corrected = None
        self.suspending = self.leaving = False
        self.asking, self.answers = {}, {}
        self.dropped.clear()

    # -- waiting --------------------------------------------------------------------------------------------------

    def wait(self, work: Coroutine[Any, Any, T], *, idle: bool = False) -> T:
        """Wait on the run's behalf, from the sync code of it (called by the engine only).

        `idle` says that it may take long and is no work: a thread of the run's then makes room for another.
        """
        __tracebackhide__ = True
        with standing_aside() if idle else nullcontext():
            return self.session.bridge.wait(work)

    # -- ending it --------------------------------------------------------------------------------------------------

    def cancel(self, by: str | None = None) -> bool:
        """End the run at once, its open questions with it; False if it was over. `by` is for the record: who ends it.

        The run gets a CancelledError where it waits (or at its next pause or task, if it computes), so its ``finally``
        blocks run; its state becomes Cancelled.
        """
        if self._outcome.done() or self.cancelled_by is not None or (self._state and self._state.is_final()):
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
        wake_all(self)
        self.submissions.break_off(error)
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

    def page(self) -> Any:
        """Give the run's page, to be displayed: its log, tasks, results, artifacts, answers, a timeline.

        Raises
        ------
        NoPages
            This is no notebook.
        """
        return self.session.presenter.page(self)

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

    def seconds_left(self) -> float | None:
        """Give the seconds until the deadline of the run, its parents or the task run here, None without one."""
        limits = [self.deadline.seconds_left(), None if self.parent is None else self.parent.seconds_left()]
        if (task_run := self._task_run_here()) is not None:
            limits.append(task_run.deadline.seconds_left())
        return min((limit for limit in limits if limit is not None), default=None)

    def _task_run_here(self) -> TaskRun | None:
        task_run = current_task_run.get()
        return task_run if task_run is not None and task_run.flow_run is self else None

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
        TaskRunTimeoutError
            The task run that the calling code belongs to has.
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
        here = current_task_run.get()
        if here is not None and any(one.left_behind for one in here.lineage()):
            raise RunCancelled("The flow run has ended.")
        if self.parent is not None:
            self.parent.check()
        task_run = self._task_run_here()
        late = self.deadline.passed() or (task_run and task_run.deadline.passed())
        if late:
            raise late
