"""Begins and ends runs: with `pause` and `inbox` the only writer of run states (invariant 2).

`begin` and `finish` are the one implementation; `Flow` and `Task` call them from async code with ``await`` and from
sync code through the bridge, and run the user's function in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from hitl_jupyter import store
from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import logs, parameters
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.names import flow_run_name
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import Scope, current_scope
from hitl_jupyter.exceptions import FlowRunTimeoutError, ParameterTypeError

if TYPE_CHECKING:
    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.session import Session

current_run: ContextVar[FlowRun[Any] | None] = ContextVar("hitl_run", default=None)
in_async_code: ContextVar[bool] = ContextVar("hitl_in_async_code", default=False)
"""Whether the innermost flow or task of the context is async: what decides how `pause_flow_run` waits."""


def create(session: Session, flow: Flow[Any, Any], given: Mapping[str, Any], *, foreground: bool) -> FlowRun[Any]:
    """Give a run that nobody knows yet."""
    return FlowRun(
        session,
        session.source.new_id(),
        flow_run_name(session.source),
        flow.name,
        dict(given),
        is_async=flow.is_async,
        parent=current_run.get(),
        timeout=flow.timeout_seconds,
        foreground=foreground,
    )


async def begin(run: FlowRun[Any], flow: Flow[Any, Any]) -> None:
    """Validate the parameters and commit the run with its first states.

    Raises
    ------
    ParameterTypeError
        The parameters do not validate; the run is committed as Failed.
    StoreError
        Nothing could be committed; the flow's body does not run.
    """
    if run.parent is not None:
        run.parent.check()
    await run.session.ready()
    async with run.session.turnstile.turn():
        await _begin(run, flow)


async def _begin(run: FlowRun[Any], flow: Flow[Any, Any]) -> None:
    refused: ParameterTypeError | None = None
    if flow.validate_parameters:
        try:
            run.parameters = parameters.validate(flow.fn, run.parameters)
        except ParameterTypeError as error:
            refused = error
    session, logger = run.session, logs.flow_run_logger(run)
    kind = "flow run" if run.parent is None else "subflow run"
    logger.info("Beginning %s %r for flow %r", kind, run.name, run.flow_name)
    pending = new_state(session, StateType.PENDING)
    if refused is None:
        second = new_state(session, StateType.RUNNING)
    else:
        logger.error("Validation of flow parameters failed: %s", refused)
        second = new_state(session, StateType.FAILED, f"Validation of flow parameters failed with error: {refused}")
        logger.error("Finished in state %r", second)
    lines = run.book.take()
    record = RunRecord(
        id=run.id_text,
        name=run.name,
        flow_name=run.flow_name,
        owner_id=session.owner.id,
        attempt=run.attempt,
        state=second,
        created_at=run.created,
        parent_run_id=run.parent.id_text if run.parent is not None else None,
        parameters=parameters.to_json(run.parameters)[0],
        start_time=second.timestamp if refused is None else None,
        end_time=None if refused is None else second.timestamp,
    )
    await settled(session.store.write(store.runs.add, record, (pending, second), lines))
    run.entered(pending, second)
    run.book.shown(lines)
    session.present("run_changed", run)
    if refused is not None:
        run.finish(None, refused)
        raise refused
    run.begin_clock()
    session.runs[run.id_text] = run
    session.keeper.attend()


async def finish(
    run: FlowRun[Any], flow: Flow[Any, Any], value: Any, error: BaseException | None
) -> BaseException | None:
    """Commit how the run ended; gives the exception that its caller gets, if any.

    Raises
    ------
    StoreError
        The end could not be committed, and the flow itself had no error.
    """
    session, logger = run.session, logs.flow_run_logger(run)
    late = run.overdue()
    expected = error is None or isinstance(error, FlowRunTimeoutError | asyncio.CancelledError)
    if late is not None and expected and not run.ending():
        error = late
    if error is not None and not isinstance(error, asyncio.CancelledError | KeyboardInterrupt | FlowRunTimeoutError):
        logger.error("Encountered exception during execution: %s", error, exc_info=error)
    final = _final(run, error)
    result = parameters.result_to_json(value, flow.fn)[0] if error is None else None
    (logger.info if final.is_completed() else logger.error)("Finished in state %r", final)
    lines = run.book.take()
    try:
        await settled(session.store.write(store.runs.advance, run.id_text, final, logs=lines, result=result))
    except Exception as failure:
        logs.logger.error("The end of run %s was not stored: %s", run.name, failure)
        run.finish(None, error or failure)
        if error is None:
            raise
        return error
    finally:
        session.runs.pop(run.id_text, None)
    run.entered(final)
    run.book.shown(lines)
    session.present("run_changed", run)
    run.finish(value, error)
    return error


def _final(run: FlowRun[Any], error: BaseException | None) -> State:
    session = run.session
    if error is None:
        return new_state(session, StateType.COMPLETED)
    if isinstance(error, asyncio.CancelledError | KeyboardInterrupt | SystemExit | GeneratorExit):
        if run.cancelled_by is not None:
            return new_state(session, StateType.CANCELLED, f"Cancelled by {run.cancelled_by}.")
        if run.interrupted or isinstance(error, KeyboardInterrupt):
            return new_state(session, StateType.CRASHED, "Execution was aborted by an interrupt signal.")
        return new_state(session, StateType.CRASHED, "Execution was cancelled by the runtime environment.")
    if isinstance(error, FlowRunTimeoutError):
        message = f"Flow run exceeded timeout of {error.seconds} second(s)"
        return new_state(session, StateType.FAILED, message, name="TimedOut")
    message = f"Flow run encountered an exception: {type(error).__name__}: {error}"
    return new_state(session, StateType.FAILED, message)


def new_state(session: Session, type_: StateType, message: str | None = None, name: str | None = None) -> State:
    """Give a state that begins now."""
    return State(session.source.new_id(), type_, name or type_.value.capitalize(), session.source.now(), message)


@contextmanager
def inside(run: FlowRun[Any], *, log_prints: bool | None) -> Iterator[None]:
    """Make `run` the one that the enclosed code belongs to. `log_prints` None: as around it."""
    logger = logs.flow_run_logger(run)
    with entered(scope=run.scope, logger=logger, is_async=run.is_async, log_prints=log_prints):
        token = current_run.set(run)
        try:
            yield
        finally:
            current_run.reset(token)


@contextmanager
def entered(*, scope: Scope, logger: logs.LoggerAdapter, is_async: bool, log_prints: bool | None) -> Iterator[None]:
    """Set what belongs to the innermost flow or task of the context."""
    if log_prints:
        logs.wrap_print()
    inherited = logs.log_prints_of.get() is not None
    printing = inherited if log_prints is None else log_prints
    tokens: list[tuple[ContextVar[Any], Token[Any]]] = [
        (current_scope, current_scope.set(scope)),
        (logs.current_logger, logs.current_logger.set(logger)),
        (in_async_code, in_async_code.set(is_async)),
        (logs.log_prints_of, logs.log_prints_of.set(logger if printing else None)),
    ]
    try:
        yield
    finally:
        for variable, token in reversed(tokens):
            variable.reset(token)
