"""`Task`: a recorded, named call inside a flow."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from hitl_jupyter import store
from hitl_jupyter.core.records import Identity, TaskRunRecord
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import engine, logs, parameters, values
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.flow import check_retries, sparing_the_loop, user_code, user_coroutine
from hitl_jupyter.engine.names import task_run_name
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import Scope
from hitl_jupyter.engine.takeup import MENDABLE, PUT_BACK, Recorded
from hitl_jupyter.exceptions import (
    NonDeterminismError,
)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class _TaskRun:
    """One call of a task."""

    run: FlowRun[Any]
    id: str
    name: str
    place: Identity
    inputs: str | None
    logger: logs.LoggerAdapter
    record: TaskRunRecord | None = None
    tries: int = 1

    @property
    def scope(self) -> Scope:
        """The scope of what happens in it: a new one each time it is tried."""
        again = "" if self.tries == 1 else f"~{self.tries}"
        return Scope(f"{self.place.scope}/{self.place.key}{again}", self.place.attempt)

    def is_kept(self) -> bool:
        """Tell whether the record is complete: then nothing more is recorded, and the value is only computed again."""
        return self.record is not None and self.record.state.is_completed()


class Task(Generic[P, R]):
    """A task, made by `@task`. Outside a flow it is its plain function."""

    def __init__(
        self,
        fn: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        log_prints: bool | None = None,
        retries: int = 0,
        retry_delay_seconds: float = 0,
        result_serializer: str | None = None,
    ) -> None:
        if not callable(fn):
            raise TypeError(f"@task takes a function, got {fn!r}")
        check_retries(retries, retry_delay_seconds)
        values.check_serializer(result_serializer)
        update_wrapper(self, fn)
        self.fn = fn
        self.is_async = inspect.iscoroutinefunction(fn)
        self.name = name or fn.__name__
        self.description = description or inspect.getdoc(fn)
        self.log_prints = log_prints
        self.retries = retries
        self.retry_delay_seconds = float(retry_delay_seconds)
        self.result_serializer = result_serializer

    def __repr__(self) -> str:
        """Name the task."""
        return f"Task(name={self.name!r})"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the task: its value, or for an async task a coroutine that gives it."""
        run = engine.current_run.get()
        if run is None:
            return self.fn(*args, **kwargs)
        task_run = self._create(run, args, kwargs)
        if self.is_async:
            return self._run_async(task_run, args, kwargs)  # type: ignore[return-value]
        return self._run_sync(task_run, args, kwargs)

    def _create(self, run: FlowRun[Any], args: Any, kwargs: Any) -> _TaskRun:
        session = run.session
        scope = run.scope_here()
        inputs = self._inputs(args, kwargs)
        place = Identity(run.id_text, run.attempt, scope.path, scope.call_key(self.name, inputs))
        record = run.journal.task(place.scope, place.key)
        if record is None:
            task_run_id, name = session.source.new_id(), task_run_name(self.name, session.source)
        else:
            task_run_id, name = record.id, record.name
        logger = logs.task_run_logger(run, task_run_id, name)
        tries = 1 if record is None else int(record.state.details.get("tries", 1))
        return _TaskRun(run, task_run_id, name, place, inputs, logger, record, tries)

    def _inputs(self, args: Any, kwargs: Any) -> str | None:
        try:
            return values.fingerprint(parameters.bind(self.fn, args, kwargs))
        except TypeError:
            # Called with what it does not take: the call itself says so.
            return None

    def _recall(self, task_run: _TaskRun) -> Recorded | None:
        """Give the recorded value of a call, None if it is to be run.

        Raises
        ------
        NonDeterminismError
            Something else was called here.
        KeptValueLost
            The file of its value is missing or altered.
        Exception
            What it raised then, where that could be recorded.
        """
        run, record = task_run.run, task_run.record
        run.check()
        if record is None:
            if run.journal.closed:
                raise NonDeterminismError(
                    run.name, f"it is complete and had not called task {self.name!r} there", PUT_BACK
                )
            run.journal.left()
            return None
        self._compare(task_run, record)
        run.journal.replayed(record)
        if record.state.is_completed() and record.result_kept:
            what = f"task run {record.name!r} of run {run.name!r}"
            value = values.restore(record.result, record.serializer, self.fn, run.session.store.values, what=what)
            return Recorded(value)
        if record.state.is_failed() and not run.journal.retries:
            error = values.raised(record.failure)
            if error is not None:
                raise error
        return None

    def _compare(self, task_run: _TaskRun, record: TaskRunRecord) -> None:
        run, what = task_run.run, None
        if record.task_name != self.name or run.journal.child(record.id) is not None:
            what = f"where it calls task {self.name!r} it called {record.task_name!r}"
        elif record.inputs is not None and task_run.inputs is not None and record.inputs != task_run.inputs:
            what = f"task {self.name!r} ({record.name}) is called with other parameters than then"
        if what is not None:
            raise NonDeterminismError(run.name, what, PUT_BACK)

    def _run_sync(self, task_run: _TaskRun, args: Any, kwargs: Any) -> R:
        recorded = self._recall(task_run)
        if recorded is not None:
            return recorded.value  # type: ignore[no-any-return]
        wait = task_run.run.wait
        wait(self._begin(task_run))
        while True:
            value, error = None, None
            try:
                with self._inside(task_run):
                    value = user_code(self.fn, args, kwargs)
            except BaseException as raised:  # noqa: BLE001 - recorded, then raised
                error = sparing_the_loop(raised, task_run.run)
            if error is None or not wait(self._again(task_run, error)):
                break
        wait(self._finish(task_run, value, error))
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    async def _run_async(self, task_run: _TaskRun, args: Any, kwargs: Any) -> R:
        recorded = self._recall(task_run)
        if recorded is not None:
            return recorded.value  # type: ignore[no-any-return]
        await self._begin(task_run)
        while True:
            value, error = None, None
            try:
                with self._inside(task_run):
                    value = await user_coroutine(self.fn, args, kwargs)
            except BaseException as raised:  # noqa: BLE001 - recorded, then raised
                error = sparing_the_loop(raised, task_run.run)
            if error is None or not await self._again(task_run, error):
                break
        await self._finish(task_run, value, error)
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    def _inside(self, task_run: _TaskRun) -> Any:
        return engine.entered(
            scope=task_run.scope, logger=task_run.logger, is_async=self.is_async, log_prints=self.log_prints
        )

    async def _begin(self, task_run: _TaskRun) -> None:
        run, record = task_run.run, task_run.record
        run.check()
        session = run.session
        running = session.state(StateType.RUNNING)
        if record is None:
            pending = session.state(StateType.PENDING)
            record = TaskRunRecord(
                id=task_run.id,
                identity=task_run.place,
                name=task_run.name,
                task_name=self.name,
                state=running,
                created_at=pending.timestamp,
                start_time=running.timestamp,
                inputs=task_run.inputs,
            )
            lines = run.book.take()
            await settled(session.store.write(store.tasks.add, record, (pending, running), logs=lines))
            run.book.shown(lines)
        elif not (record.state.is_completed() or record.state.is_running()):
            await self._move(task_run, replace(running, details={"tries": task_run.tries}))

    async def _again(self, task_run: _TaskRun, error: BaseException) -> bool:
        """Tell whether the task is to be tried once more, and wait until then."""
        run = task_run.run
        if task_run.tries > self.retries or not isinstance(error, Exception) or run.ending() or run.corrected:
            return False
        if isinstance(error, MENDABLE):
            return False
        task_run.logger.info(
            engine.retry_line("Task run", error, task_run.tries, self.retries, self.retry_delay_seconds)
        )
        task_run.tries += 1
        tries = {"tries": task_run.tries}
        if not task_run.is_kept():
            if self.retry_delay_seconds:
                waiting = run.session.state(StateType.SCHEDULED, name="AwaitingRetry")
                await self._move(task_run, replace(waiting, details=tries))
                await engine.sleep(run, self.retry_delay_seconds)
            retrying = run.session.state(StateType.RUNNING, name="Retrying")
            await self._move(task_run, replace(retrying, details=tries))
        return True

    async def _finish(self, task_run: _TaskRun, value: Any, error: BaseException | None) -> None:
        run = task_run.run
        if task_run.is_kept() or ((run.leaving or run.corrected) and isinstance(error, asyncio.CancelledError)):
            # It is in the middle of something, and is when the run comes back.
            return
        kept = None
        if error is None:
            kept = await values.keep_aside(value, self.fn, self.result_serializer, run.session.store.values)
        final = _final(run, error)
        if error is not None and final.is_failed():
            task_run.logger.error("Encountered exception during execution: %s", error)
        (task_run.logger.info if error is None else task_run.logger.error)("Finished in state %r", final)
        await self._move(
            task_run,
            final,
            result=None if kept is None else kept.result,
            result_kept=kept is not None,
            serializer=None if kept is None else kept.serializer,
            failure=values.failure(error) if final.is_failed() and error is not None else None,
        )

    async def _move(self, task_run: _TaskRun, state: State, **more: Any) -> None:
        run = task_run.run
        lines = run.book.take()
        await settled(run.session.store.write(store.tasks.advance, task_run.id, state, logs=lines, **more))
        run.book.shown(lines)


def _final(run: FlowRun[Any], error: BaseException | None) -> State:
    if error is None:
        return run.session.state(StateType.COMPLETED)
    if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
        return run.session.state(StateType.CANCELLED if run.cancelled_by else StateType.CRASHED, str(error) or None)
    return run.session.state(StateType.FAILED, f"Task run encountered an exception {type(error).__name__}: {error}")
