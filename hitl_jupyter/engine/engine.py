"""Begins and ends runs: with `pause` and `inbox` the only writer of run states (invariant 2).

`begin` and `finish` are the one implementation; `Flow` and `Task` call them from async code with ``await`` and from
sync code through the bridge, and run the user's function in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hitl_jupyter import store
from hitl_jupyter.core.records import Identity, LogRecord, RunRecord, TaskRunRecord
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import hooks, logs, outcome, parameters, retries, takeup, unattended, values
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.closing import close_with
from hitl_jupyter.engine.context import current_run, current_tags
from hitl_jupyter.engine.journal import Journal
from hitl_jupyter.engine.names import custom_name, flow_run_name
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.takeup import MENDABLE, Recorded
from hitl_jupyter.exceptions import (
    FlowRunTimeoutError,
    ParameterTypeError,
)

if TYPE_CHECKING:
    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.session import Session

NAP = 0.2
"""Seconds after which a run that waits for its next try looks whether it was ended."""


def create(session: Session, flow: Flow[Any, Any], given: Mapping[str, Any], *, foreground: bool) -> FlowRun[Any]:
    """Give a run that nobody knows yet."""
    parent = current_run.get()
    run: FlowRun[Any] = FlowRun(
        session,
        session.source.new_id(),
        flow_run_name(session.source),
        flow.name,
        dict(given),
        is_async=flow.is_async,
        parent=parent,
        timeout=flow.timeout_seconds,
        foreground=foreground,
        tags=current_tags() if parent is None else parent.tags | current_tags(),
        at_once=flow.task_runner.max_workers,
    )
    session.coming[run.id_text] = run
    run.flow = flow
    run.idempotency_key = flow.idempotency_key
    if parent is not None:
        scope = parent.scope_here()
        key = scope.call_key(flow.name, values.fingerprint(outcome.with_places(given)))
        run.call = Identity(parent.id_text, parent.attempt, scope.path, key)
    return run


async def begin(run: FlowRun[Any], flow: Flow[Any, Any]) -> Recorded | None:
    """Validate the parameters and commit the run with its first states, or take it up where it is recorded already.

    Gives what is recorded of a run that is over: then nothing is to be executed.

    Raises
    ------
    ParameterTypeError
        The parameters do not validate; the run is committed as Failed.
    RecoveryError
        The run is recorded already and cannot be taken up; the text says why and what to do.
    StoreError
        Nothing could be committed; the flow's body does not run.
    """
    try:
        return await _begun(run, flow)
    except asyncio.CancelledError as error:
        # It is recorded as Running by now.
        if run.session.runs.get(run.id_text) is run:
            await finish(run, flow, None, error)
        raise


async def _begun(run: FlowRun[Any], flow: Flow[Any, Any]) -> Recorded | None:
    if run.parent is not None:
        run.parent.check()
    await run.session.ready()
    if run.parent is None:
        unattended.begin(run)
    async with run.session.turnstile.turn():
        recorded = await _begin(run, flow)
    if recorded is None:
        run.deadline.begin()
        run.session.keeper.attend()
        if run.state is not None and run.record is None:
            await call_hooks(run, run.state)
    elif run.parent is None:
        await unattended.pass_over(run)
    return recorded


async def _begin(run: FlowRun[Any], flow: Flow[Any, Any]) -> Recorded | None:
    session, refused = run.session, None
    for future in run.waits_for:
        await outcome.resolved(future)
    if outcome.needs_others(run.parameters):
        run.parameters = await outcome.resolved(run.parameters)
    if flow.validate_parameters:
        try:
            run.parameters = parameters.validate(flow.fn, run.parameters)
        except ParameterTypeError as error:
            refused = error
    if flow.flow_run_name is not None and run.record is None and refused is None:
        run.name = custom_name(flow.flow_run_name, run.parameters, "flow_run_name")
    before = run.record or takeup.recorded(run)
    if before is not None:
        return await takeup.take_up(run, flow, before)
    session.runs[run.id_text] = run
    try:
        before = await _add(run, flow, refused)
    except BaseException:
        if run.state is None:
            session.runs.pop(run.id_text, None)
        raise
    if before is not None:
        session.runs.pop(run.id_text, None)
        return await takeup.take_up(run, flow, before)
    if refused is not None:
        session.runs.pop(run.id_text, None)
        session.present("run_changed", run)
        run.finish(None, refused)
        raise refused
    session.present("run_changed", run)
    return None


async def _add(run: FlowRun[Any], flow: Flow[Any, Any], refused: ParameterTypeError | None) -> RunRecord | None:
    """Commit a new run: None. If its key is taken: the run that has it."""
    session, logger = run.session, logs.flow_run_logger(run)
    kind = "flow run" if run.parent is None else "subflow run"
    logger.info("Beginning %s %r for flow %r", kind, run.name, run.flow_name)
    pending = session.state(StateType.PENDING)
    if run.again is not None:
        pending = replace(pending, details=run.again.details)
    if refused is None:
        second = session.state(StateType.RUNNING)
    else:
        logger.error("Validation of flow parameters failed: %s", refused)
        what = f"Validation of flow parameters failed with error: {type(refused).__name__}: {refused}"
        second = session.state(StateType.FAILED, what)
        logs.finished(logger, second)
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
        parent_task_run_id=session.source.new_id() if run.call is not None else None,
        parameters=values.parameters_to_json(flow.fn, run.parameters),
        start_time=second.timestamp if refused is None else None,
        end_time=None if refused is None else second.timestamp,
        # Parameters that were refused must not use the key up.
        idempotency_key=run.idempotency_key if refused is None else None,
        tags=tuple(sorted(run.tags)),
        notebook=session.host.notebook,
        definition=flow.recorded,
    )

    def added(before: RunRecord | None) -> None:
        if before is None:
            run.call_id = record.parent_task_run_id
            run.entered(pending, second)
            run.book.shown(lines)

    return await settled(session.store.write(_insert, record, (pending, second), lines, run.call), added)


def _insert(
    conn: Any, record: RunRecord, states: tuple[State, ...], lines: tuple[LogRecord, ...], call: Identity | None
) -> RunRecord | None:
    """Insert a run, and for a subflow its call in the run that called it."""
    before = store.runs.add(conn, record, states, lines)
    if before is None and call is not None and record.parent_task_run_id is not None:
        calling = [replace(state, id=f"{state.id}-call") for state in states]
        task = TaskRunRecord(
            id=record.parent_task_run_id,
            identity=call,
            name=record.name,
            task_name=record.flow_name,
            state=calling[-1],
            created_at=record.created_at,
            start_time=record.start_time,
        )
        store.tasks.add(conn, task, calling)
    return before


async def again(run: FlowRun[Any], flow: Flow[Any, Any], error: BaseException | None) -> bool:
    """Tell whether the run's function is to be called once more, and prepare its next attempt.

    Once more after an error with `retries` left, and when an answer was corrected meanwhile.
    """
    if run.corrected is not None:
        loaded = await takeup.journal_of(run, run.corrected.attempt)
        run.begin_attempt(run.corrected.attempt, Journal(loaded))
        task = asyncio.current_task() if run.is_async else None
        while task is not None and task.cancelling():
            task.uncancel()
        run.entered(run.session.state(StateType.RUNNING, name="Corrected"))
        run.session.present("run_changed", run)
        return True
    if not isinstance(error, Exception) or run.ending() or run.journal.closed:
        return False
    if isinstance(error, MENDABLE) or run.retried >= flow.trying_again.most:
        return False
    try:
        await _retry(run, flow, error)
    except asyncio.CancelledError as ended:
        await finish(run, flow, None, ended)
        raise
    return True


async def _retry(run: FlowRun[Any], flow: Flow[Any, Any], error: Exception) -> None:
    session, logger = run.session, logs.flow_run_logger(run)
    run.retried += 1
    logger.error("Encountered exception during execution: %r", error, exc_info=error)
    delay = flow.trying_again.delay(run.retried, session.source.random)
    logger.info(retries.line("Flow run", error, run.retried, flow.trying_again, delay))
    attempt = run.attempt + 1
    write, owner = session.store.write, session.owner.id
    lines = run.book.take()
    if delay:
        waiting = session.state(StateType.SCHEDULED, name="AwaitingRetry")
        await settled(write(store.runs.advance, run.id_text, waiting, logs=lines, owner_id=owner))
        run.entered(waiting)
        run.book.shown(lines)
        session.present("run_changed", run)
        await sleep(run, delay)
        lines = run.book.take()
    retrying = session.state(StateType.RUNNING, name="Retrying")
    await settled(write(store.runs.advance, run.id_text, retrying, logs=lines, attempt=attempt, owner_id=owner))
    run.begin_attempt(attempt, Journal())
    run.entered(retrying)
    run.book.shown(lines)
    run.deadline.begin()
    session.present("run_changed", run)
    await call_hooks(run, retrying)


async def call_hooks(run: FlowRun[Any], state: State, option: str | None = None) -> None:
    """Call the functions of the user's that are for a state which the run has entered."""
    flow = run.flow
    called = [] if flow is None else flow.hooks_for(state, option)
    if called:
        await hooks.entered(called, (flow, run), state, run=run, logger=logs.flow_run_logger(run))
        run.book.flush()


async def sleep(run: FlowRun[Any], seconds: float) -> None:
    """Let time pass until the next try, unless the run is ended meanwhile.

    Raises
    ------
    CancelledError
        It was.
    """
    until = run.session.source.monotonic() + seconds
    while (left := until - run.session.source.monotonic()) > 0:
        run.check()
        await asyncio.sleep(min(left, NAP))
    run.check()


async def finish(
    run: FlowRun[Any], flow: Flow[Any, Any], value: Any, error: BaseException | None
) -> tuple[Any, BaseException | None]:
    """Commit how the run ended; gives the value or the exception that its caller gets.

    Raises
    ------
    StoreError
        The end could not be committed, and the flow itself had no error.
    """
    session, logger = run.session, logs.flow_run_logger(run)
    if run.journal.closed:
        session.runs.pop(run.id_text, None)
        run.finish(value, error)
        return value, error
    if run.root.lost_to is not None:
        session.runs.pop(run.id_text, None)
        run.finish(None, run.root.lost_to)
        return None, run.root.lost_to
    if run.leaving and isinstance(error, asyncio.CancelledError):
        return None, await takeup.leave(run)
    late = run.deadline.passed()
    expected = error is None or isinstance(error, FlowRunTimeoutError | asyncio.CancelledError)
    if late is not None and expected and not run.ending():
        error = late
    if run.parent is None:
        unattended.end(run)
    made = kept = None
    try:
        if error is None:
            value, made, error = await outcome.ended_with(value, session)
        if error is None and flow.persist_result is not False and (made is None or made.is_completed()):
            kept = await values.keep_aside(value, flow.fn, flow.result_serializer, session.store.values)
    except asyncio.CancelledError as ended:
        # Ended from outside when it was all but over.
        made, kept, error = None, None, ended
    final = made or outcome.final_state(run, error)
    if made is None:
        outcome.tell(logger, error, final)
    return await _commit_end(run, flow, replace(final, data=value if error is None else error), error, kept)


async def _commit_end(
    run: FlowRun[Any], flow: Flow[Any, Any], final: State, error: BaseException | None, kept: values.Kept | None
) -> tuple[Any, BaseException | None]:
    session, hooked = run.session, flow.hooks_for(final)
    if not hooked:
        logs.finished(logs.flow_run_logger(run), final)
    lines = run.book.take()
    ended: dict[str, Any] = {
        "result": None if kept is None else kept.result,
        "result_kept": kept is not None,
        "serializer": None if kept is None else kept.serializer,
        "failure": values.failure(error) if final.is_failed() and error is not None else None,
    }

    def over(_: None) -> None:
        run.entered(final)
        run.book.shown(lines)
        close_with(run, final)
        session.present("run_changed", run)

    try:
        await settled(session.store.write(_end, run, final, ended, lines), over)
        if hooked:
            await _hooks_of_end(run, final)
    except Exception as failure:
        logs.logger.error("The end of run %s was not stored: %s", run.name, failure)
        error = error or failure
        if error is failure:
            raise
        return None, error
    finally:
        session.runs.pop(run.id_text, None)
        # Also when an interrupt ends a hook: who waits for the run must hear of its end.
        run.finish(None if error else final.data, error)
    return None if error else final.data, error


async def _hooks_of_end(run: FlowRun[Any], final: State) -> None:
    try:
        await call_hooks(run, final)
    finally:
        logs.finished(logs.flow_run_logger(run), final)
        run.book.flush()


def _end(conn: Any, run: FlowRun[Any], final: State, ended: dict[str, Any], lines: tuple[LogRecord, ...]) -> None:
    """Move a run to its final state, and for a subflow its call too."""
    dropped, owner_id = run.dropped if final.is_crashed() else (), run.session.owner.id
    store.runs.advance(conn, run.id_text, final, logs=lines, owner_id=owner_id, interrupted=dropped, **ended)
    if run.call_id is not None:
        store.tasks.advance(conn, run.call_id, replace(final, id=f"{final.id}-call"), **ended)
