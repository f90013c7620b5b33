"""`Task`: a recorded, named call inside a flow."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from hitl_jupyter import store
from hitl_jupyter.core.records import Identity, TaskRunRecord
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import engine, logs, parameters
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.flow import sparing_the_loop, user_code, user_coroutine
from hitl_jupyter.engine.names import task_run_name
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import Scope, current_scope

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _TaskRun:
    """One call of a task."""

    run: FlowRun[Any]
    id: str
    name: str
    scope: Scope
    key: str
    parent_scope: str
    logger: logs.LoggerAdapter


class Task(Generic[P, R]):
    """A task, made by `@task`. Outside a flow it is its plain function."""

    def __init__(
        self,
        fn: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        log_prints: bool | None = None,
    ) -> None:
        if not callable(fn):
            raise TypeError(f"@task takes a function, got {fn!r}")
        update_wrapper(self, fn)
        self.fn = fn
        self.is_async = inspect.iscoroutinefunction(fn)
        self.name = name or fn.__name__
        self.description = description or inspect.getdoc(fn)
        self.log_prints = log_prints

    def __repr__(self) -> str:
        """Name the task."""
        return f"Task(name={self.name!r})"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the task: its value, or for an async task a coroutine that gives it."""
        run = engine.current_run.get()
        if run is None:
            return self.fn(*args, **kwargs)
        task_run = self._create(run)
        if self.is_async:
            return self._run_async(task_run, args, kwargs)  # type: ignore[return-value]
        return self._run_sync(task_run, args, kwargs)

    def _create(self, run: FlowRun[Any]) -> _TaskRun:
        session = run.session
        scope = current_scope.get() or run.scope
        key = f"{self.name}#{scope.next(self.name)}"
        task_run_id, name = session.source.new_id(), task_run_name(self.name, session.source)
        logger = logs.task_run_logger(run, task_run_id, name)
        return _TaskRun(run, task_run_id, name, Scope(f"{scope.path}/{key}"), key, scope.path, logger)

    def _run_sync(self, task_run: _TaskRun, args: Any, kwargs: Any) -> R:
        wait = task_run.run.wait
        wait(self._begin(task_run))
        value, error = None, None
        try:
            with self._inside(task_run):
                value = user_code(self.fn, args, kwargs)
        except BaseException as raised:  # noqa: BLE001 - recorded, then raised
            error = sparing_the_loop(raised, task_run.run)
        wait(self._finish(task_run, value, error))
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    async def _run_async(self, task_run: _TaskRun, args: Any, kwargs: Any) -> R:
        await self._begin(task_run)
        value, error = None, None
        try:
            with self._inside(task_run):
                value = await user_coroutine(self.fn, args, kwargs)
        except BaseException as raised:  # noqa: BLE001 - recorded, then raised
            error = sparing_the_loop(raised, task_run.run)
        await self._finish(task_run, value, error)
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    def _inside(self, task_run: _TaskRun) -> Any:
        return engine.entered(
            scope=task_run.scope, logger=task_run.logger, is_async=self.is_async, log_prints=self.log_prints
        )

    async def _begin(self, task_run: _TaskRun) -> None:
        run = task_run.run
        run.check()
        pending, running = (
            engine.new_state(run.session, StateType.PENDING),
            engine.new_state(run.session, StateType.RUNNING),
        )
        record = TaskRunRecord(
            id=task_run.id,
            identity=Identity(run.id_text, run.attempt, task_run.parent_scope, task_run.key),
            name=task_run.name,
            task_name=self.name,
            state=running,
            created_at=pending.timestamp,
            start_time=running.timestamp,
        )
        lines = run.book.take()
        await settled(run.session.store.write(store.tasks.add, record, (pending, running), logs=lines))
        run.book.shown(lines)

    async def _finish(self, task_run: _TaskRun, value: Any, error: BaseException | None) -> None:
        run = task_run.run
        result, kept = (None, False) if error is not None else parameters.result_to_json(value, self.fn)
        final = _final(run, error)
        if error is not None and final.is_failed():
            task_run.logger.error("Encountered exception during execution: %s", error)
        (task_run.logger.info if error is None else task_run.logger.error)("Finished in state %r", final)
        lines = run.book.take()
        write = run.session.store.write
        await settled(write(store.tasks.advance, task_run.id, final, result=result, result_kept=kept, logs=lines))
        run.book.shown(lines)


def _final(run: FlowRun[Any], error: BaseException | None) -> State:
    if error is None:
        return engine.new_state(run.session, StateType.COMPLETED)
    if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
        return engine.new_state(
            run.session, StateType.CANCELLED if run.cancelled_by else StateType.CRASHED, str(error) or None
        )
    return engine.new_state(
        run.session, StateType.FAILED, f"Task run encountered an exception {type(error).__name__}: {error}"
    )
