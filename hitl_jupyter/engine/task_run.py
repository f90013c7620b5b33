"""One call of a task, from its arguments to its final state: recalled, cached, executed, tried again, recorded.

`Task` makes it; it is executed where it is called (`execute`, `execute_async`) or, submitted, by `submission`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.core.records import Identity, TaskRunRecord
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import hooks, logs, outcome, parameters, values
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.context import current_task_run
from hitl_jupyter.engine.deadline import Deadline
from hitl_jupyter.engine.inside import entered
from hitl_jupyter.engine.names import task_run_name
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import Scope
from hitl_jupyter.engine.takeup import PUT_BACK
from hitl_jupyter.exceptions import (
    NonDeterminismError,
    RunCancelled,
    TaskRunTimeoutError,
)

if TYPE_CHECKING:
    from hitl_jupyter.engine.task import Task

NOT_READY = "NotReady"


class TaskRun:
    """A task run. `state` is the last one that the store has committed, None before the first."""

    def __init__(
        self,
        task: Task[..., Any],
        run: FlowRun[Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        *,
        wait_for: Iterable[Any],
        tags: frozenset[str],
    ) -> None:
        self.id_text: str
        self.task = task
        self.flow_run = run
        self.tags = tags
        self.tries = 1
        self.state: State | None = None
        self.started: datetime | None = None
        self.args, self.kwargs, self.wait_for = args, dict(kwargs), list(wait_for)
        self.outer = outer = current_task_run.get()
        self.waits_for: list[TaskRun] = []
        self.submitted = self.left_behind = False
        within = outer.deadline if outer is not None and outer.flow_run is run else None
        self.deadline: Deadline = Deadline(task.timeout_seconds, run.session.source, TaskRunTimeoutError, within)
        self.cache_key: str | None = None
        scope = run.scope_here()
        # Of a future its place: what it will give is not known yet, and the same place will give the same.
        self.inputs = values.fingerprint(outcome.with_places(self.parameters))
        self.place = Identity(run.id_text, run.attempt, scope.path, scope.call_key(task.name, self.inputs))
        self.record = run.journal.task(self.place.scope, self.place.key)
        if self.record is None:
            self.id_text = run.session.source.new_id()
            self.name = task_run_name(task.name, run.session.source)
        else:
            self.id_text, self.name, self.state = self.record.id, self.record.name, self.record.state
            self.tries = int(self.record.state.details.get("tries", 1))
        self._tally = run.tasks
        self._tally.made(self.state)

    def __repr__(self) -> str:
        """Name the task run and its state."""
        return f"TaskRun(name={self.name!r}, task={self.task.name!r}, state={self.state.name if self.state else None})"

    @property
    def id(self) -> UUID:
        """The task run's id."""
        return UUID(self.id_text)

    @property
    def flow_run_id(self) -> UUID:
        """The id of the flow run that it belongs to."""
        return self.flow_run.id

    @property
    def run_count(self) -> int:
        """How many times its function was called, this one included."""
        return self.tries

    @property
    def parameters(self) -> dict[str, Any]:
        """What the task is called with, by name."""
        return parameters.bind(self.task.fn, self.args, self.kwargs)

    @property
    def logger(self) -> logs.LoggerAdapter:
        """The logger of its lines."""
        return logs.task_run_logger(self.flow_run, self.id_text, self.name)

    @property
    def scope(self) -> Scope:
        """The scope of what happens in it: a new one each time it is tried."""
        again = "" if self.tries == 1 else f"~{self.tries}"
        return Scope(f"{self.place.scope}/{self.place.key}{again}", self.place.attempt)

    def lineage(self) -> Iterator[TaskRun]:
        """Give the task run and those around it, which do not go on before it is over."""
        one: TaskRun | None = self
        while one is not None:
            yield one
            one = None if one.submitted else one.outer

    def comes_after(self, other: TaskRun) -> bool:
        """Tell whether it can only end after another: which was called in it, or is waited for by it."""
        seen, ahead = set(), [self]
        while ahead:
            one = ahead.pop()
            if one in other.lineage():
                return True
            if one not in seen:
                seen.add(one)
                ahead += one.waits_for
        return False

    def check(self) -> None:
        """Let it begin, unless its flow run has ended without it or was ended.

        Raises
        ------
        CancelledError
            So it is.
        """
        if self.left_behind:
            raise RunCancelled("The flow run has ended.")
        self.flow_run.check()

    # -- what is recorded ---------------------------------------------------------------------------------------------

    def recalled(self) -> State | None:
        """Give the recorded end of the call, None if it is to be run.

        Raises
        ------
        NonDeterminismError
            Something else was called here.
        KeptValueLost
            The file of its value is missing or altered.
        """
        run, record = self.flow_run, self.record
        self.check()
        if record is None:
            if run.journal.closed:
                raise NonDeterminismError(
                    run.name, f"it is complete and had not called task {self.task.name!r} there", PUT_BACK
                )
            run.journal.left()
            return None
        self._compare(record)
        run.journal.replayed(record)
        if record.state.is_completed() and record.result_kept:
            return replace(record.state, data=self.restored(record))
        if record.state.is_failed() and not run.journal.retries:
            error = values.raised(record.failure)
            if error is not None:
                return replace(record.state, data=error)
        return None

    def restored(self, record: TaskRunRecord) -> Any:
        """Give the value that is kept in a record.

        Raises
        ------
        KeptValueLost
            Its file is missing or altered, or the annotation takes it no longer.
        """
        what = f"task run {record.name!r} of run {self.flow_run.name!r}"
        folder = self.flow_run.session.store.values
        return values.restore(record.result, record.serializer, self.task.fn, folder, what=what)

    def _compare(self, record: TaskRunRecord) -> None:
        run, what = self.flow_run, None
        if record.task_name != self.task.name or run.journal.child(record.id) is not None:
            what = f"where it calls task {self.task.name!r} it called {record.task_name!r}"
        elif record.inputs is not None and self.inputs is not None and record.inputs != self.inputs:
            what = f"task {self.task.name!r} ({record.name}) is called with other parameters than then"
        if what is not None:
            raise NonDeterminismError(run.name, what, PUT_BACK)

    def is_kept(self) -> bool:
        """Tell whether the record is complete: then nothing more is recorded, and the value is only computed again."""
        return self.record is not None and self.record.state.is_completed()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Make the enclosed code the task run's."""
        self.deadline.begin()
        token = current_task_run.set(self)
        try:
            with entered(
                scope=self.scope, logger=self.logger, is_async=self.task.is_async, log_prints=self.task.log_prints
            ):
                yield
        finally:
            current_task_run.reset(token)

    def entered(self, state: State) -> None:
        """Take note of a committed state."""
        before, self.state = self.state, state
        self._tally.note(before, state)

    async def add(self, *states: State) -> None:
        """Commit the task run with its first states."""
        run, first = self.flow_run, states[0]
        running = next((state.timestamp for state in states if state.is_running()), None)
        self.record = TaskRunRecord(
            id=self.id_text,
            identity=self.place,
            name=self.name,
            task_name=self.task.name,
            state=states[-1],
            created_at=first.timestamp,
            start_time=running,
            inputs=self.inputs,
            tags=tuple(sorted(self.tags)),
        )
        lines = run.book.take()

        def added(_: object) -> None:
            self.entered(states[-1])
            run.book.shown(lines)

        await settled(run.session.store.write(store.tasks.add, self.record, states, logs=lines), added)

    async def move(self, state: State, *, cached: tuple[str, datetime | None] | None = None, **more: Any) -> None:
        """Commit the next state; a `cached` key and its expiry point at the value from then on."""
        run = self.flow_run
        lines = run.book.take()

        def moved(_: None) -> None:
            self.entered(state)
            run.book.shown(lines)

        await settled(run.session.store.write(_advance, self.id_text, state, lines, cached, more), moved)

    async def call_hooks(self, state: State) -> None:
        """Call the functions of the user's that are for a state which the task run has entered."""
        called = self.task.hooks_for(state)
        if called:
            await hooks.entered(called, (self.task, self), state, run=self.flow_run, logger=self.logger)

    def ended_by(self, error: BaseException) -> State:
        """Give the state of a call that ended with an error of whatever kind, that error in it."""
        return replace(self.final(error), data=error)

    def final(self, error: BaseException | None) -> State:
        """Give the state of a call that ended with a plain value or an error."""
        run, session = self.flow_run, self.flow_run.session
        if error is None:
            return session.state(StateType.COMPLETED)
        if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
            return session.state(StateType.CANCELLED if run.cancelled_by else StateType.CRASHED, str(error) or None)
        if isinstance(error, TaskRunTimeoutError):
            message = f"Task run exceeded timeout of {error.seconds} second(s)"
            return session.state(StateType.FAILED, message, name="TimedOut")
        message = f"Task run encountered an exception {type(error).__name__}: {error}"
        return session.state(StateType.FAILED, message)


def _advance(  # noqa: PLR0917 - an operation of the store takes them in order
    conn: Any,
    task_run_id: str,
    state: State,
    lines: tuple[Any, ...],
    cached: tuple[str, datetime | None] | None,
    more: dict[str, Any],
) -> None:
    store.tasks.advance(conn, task_run_id, state, logs=lines, **more)
    if cached is not None:
        key, expires_at = cached
        store.cached.put(conn, key, task_run_id, state.timestamp, expires_at)
