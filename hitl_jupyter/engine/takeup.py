"""Takes a recorded run up where it stands: its function runs again from its top, over its journal (see DESIGN.md).

`engine.begin` comes here when a run is recorded already: under its idempotency key, in the journal of the run that
called it, or because `recovery` found it. What is over gives its recorded result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hitl_jupyter import store
from hitl_jupyter.core.records import JournalRecord, Owner, RunRecord
from hitl_jupyter.core.states import StateType
from hitl_jupyter.engine import account, logs, old_answers, values
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.journal import Journal
from hitl_jupyter.engine.old_answers import Again
from hitl_jupyter.engine.process import describe, is_alive
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import (
    AnswerRefused,
    LeavesKernel,
    NobodyThere,
    NonDeterminismError,
    RecoveryError,
    RunCancelled,
    RunIsOver,
    RunOwnedElsewhere,
    RunSuspended,
)

if TYPE_CHECKING:
    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.session import Session


MENDABLE = (RecoveryError, NobodyThere, AnswerRefused)
"""Errors that are not the flow's own failure: put right, the run is taken up from where it is, so it is not over."""
LINE = 80
"""Characters of a value that an error shows."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The value of a run that is over."""

    value: Any


def recorded(run: FlowRun[Any]) -> RunRecord | None:
    """Give the record of a subflow's run that is in the journal of the run that called it.

    Raises
    ------
    NonDeterminismError
        Something else is recorded in its place.
    """
    if run.parent is None or run.call is None:
        return None
    parent, journal = run.parent, run.parent.journal
    call = journal.task(run.call.scope, run.call.key)
    child = None if call is None else journal.child(call.id)
    if call is None:
        if journal.closed:
            raise _unknown(parent, f"subflow {run.flow_name!r}")
        journal.left()
        return None
    if child is None:
        raise NonDeterminismError(
            parent.name, f"where it calls flow {run.flow_name!r} it called task {call.task_name!r}", PUT_BACK
        )
    journal.replayed(call)
    run.call_id, run.call_is_over = call.id, call.state.is_final()
    return child


PUT_BACK = "Put the code back as it was and take the run up again, or start a new run under another idempotency_key."


def _unknown(run: FlowRun[Any], what: str) -> NonDeterminismError:
    return NonDeterminismError(run.name, f"it is complete, and now it comes to a {what} that it had not", PUT_BACK)


async def take_up(run: FlowRun[Any], flow: Flow[Any, Any], record: RunRecord) -> Recorded | None:
    """Make `run` the run of a record, and give what is recorded if it is over.

    Raises
    ------
    RecoveryError
        It cannot be taken up; the text says why and what to do.
    """
    session = run.session
    _compare_parameters(run, flow, record)
    live = session.runs.setdefault(record.id, run)
    if live is not run:
        # Called again while it runs here: one run, one value for both.
        run.adopt(record)
        session.present("run_joined", run, live)
        value = await live
        run.entered(*([live.state] if live.state else []))
        run.finish(value, None)
        return Recorded(value)
    try:
        found = await _take_up(run, flow, record)
    except BaseException:
        session.runs.pop(record.id, None)
        raise
    if found is not None:
        session.runs.pop(record.id, None)
    return found


async def _take_up(run: FlowRun[Any], flow: Flow[Any, Any], record: RunRecord) -> Recorded | None:
    session = run.session
    if run.parent is None:
        run.waits = await settled(session.store.read(account.waits, record.id))
    kind = record.state.type
    if kind is StateType.COMPLETED and record.result_kept:
        value = values.restore(
            record.result, record.serializer, flow.fn, session.store.values, what=f"flow run {record.name!r}"
        )
        run.adopt(record)
        session.present("run_changed", run)
        run.finish(value, None)
        return Recorded(value)
    retries = kind is StateType.FAILED and _tries_again(run, record)
    if kind is StateType.CANCELLED:
        if run.parent is not None:
            raise RunCancelled(record.state.message or "Cancelled.")
        raise RunIsOver(record.name, record.idempotency_key or "", record.state.name, again=False)
    if kind is not StateType.COMPLETED:
        await _claim(run, record)
    now, loaded, corrections, again = await settled(session.store.read(_load, record.id))
    if now.state != record.state:
        # It went on in its process between the look at it and the claim.
        return await _take_up(run, flow, now)
    run.adopt(record)
    run.retried = record.attempt - 1 - corrections
    journal = Journal(loaded, retries=retries, closed=kind is StateType.COMPLETED)
    run.again = run.again or again
    if run.root.again is not None:
        run.root.again.pass_over(run, loaded.pauses)
    await _move_on(run, journal)
    run.begin_attempt(record.attempt, journal)
    session.present("run_changed", run)
    return None


def _load(conn: Any, run_id: str) -> tuple[RunRecord, JournalRecord, int, Again | None]:
    run, corrections = store.runs.get(conn, run_id), store.corrections.of_run(conn, run_id)
    return run, store.journal.load(conn, run_id, run.attempt), len(corrections), old_answers.recorded(conn, run_id)


async def journal_of(run: FlowRun[Any], attempt: int) -> JournalRecord:
    """Give what is recorded of an attempt of a run."""
    return await settled(run.session.store.read(store.journal.load, run.id_text, attempt))


def _compare_parameters(run: FlowRun[Any], flow: Flow[Any, Any], record: RunRecord) -> None:
    before = record.parameters
    changed = values.changed_parameters(flow.fn, before, run.parameters) if isinstance(before, dict) else []
    if not isinstance(before, dict) or not changed:
        return
    what = ", ".join(f"{name} was {_short(before.get(name))} and is {_short(run.parameters[name])}" for name in changed)
    raise NonDeterminismError(
        record.name,
        f"its parameters are not those it was begun with ({what})",
        "Call it with those, or give another idempotency_key to start a new run.",
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LINE else f"{text[: LINE - 3]}..."


def _tries_again(run: FlowRun[Any], record: RunRecord) -> bool:
    """Tell whether a run that failed is to be tried again; raises what it ended in if it is not.

    Raises
    ------
    RunIsOver
        It was called again under its key, which does not say that.
    """
    if run.parent is not None:
        if run.parent.journal.retries:
            return True
        error = values.raised(record.failure)
        if error is not None:
            raise error
        return True
    if run.record is None:
        raise RunIsOver(record.name, record.idempotency_key or "", record.state.name, again=True)
    return True


async def _claim(run: FlowRun[Any], record: RunRecord) -> None:
    session = run.session
    within = run.parent is not None and run.parent.id_text == record.parent_run_id
    # Its subflows are claimed with a run.
    if not (run.claimed or within or record.owner_id == session.owner.id):
        await settled(session.store.write(claim, session, record))
        run.claimed = True


def claim(conn: Any, session: Session, record: RunRecord) -> None:
    """Become the process that executes a run: an operation for the store.

    Raises
    ------
    RunOwnedElsewhere
        Another process does, or was quicker.
    """
    at, me = session.source.now(), session.owner
    owner: Owner = store.owners.get(conn, record.owner_id)
    if not record.state.is_final() and is_alive(owner, at):
        raise RunOwnedElsewhere(record.name, describe(owner), record.notebook)
    if not store.runs.claim(conn, record.id, me.id, owner.id, at, me.user, me.where):
        now = store.runs.get(conn, record.id)
        raise RunOwnedElsewhere(record.name, describe(store.owners.get(conn, now.owner_id)), record.notebook)


async def _move_on(run: FlowRun[Any], journal: Journal) -> None:
    """Have a run that had ended go on, and say so in its log."""
    session, state = run.session, run.state
    if state is None or state.is_completed():
        return
    if run.call_id is not None and run.call_is_over:
        calling = session.state(StateType.RUNNING)
        await settled(session.store.write(store.tasks.advance, run.call_id, calling))
    logs.flow_run_logger(run).info(
        "Taking up %s %r again%s; %d recorded step(s) are not done again.",
        "flow run" if run.parent is None else "subflow run",
        run.name,
        ", to try again what failed" if journal.retries else "",
        journal.steps,
    )
    lines = run.book.take()
    if state.is_running() or state.is_paused():
        await settled(session.store.write(store.logs.add, lines))
    else:
        running = session.state(StateType.RUNNING)
        await settled(
            session.store.write(store.runs.advance, run.id_text, running, logs=lines, owner_id=session.owner.id)
        )
        run.entered(running)
        run.ended = None
    run.book.shown(lines)


async def leave(run: FlowRun[Any]) -> BaseException:
    """Let a suspended run leave the process; gives what its caller gets.

    What it asks stays open. Who answers has the run taken up again (`recovery.come_back`).
    """
    session = run.session
    questions = [question for question in session.questions.values() if question.run is run]
    asked = [question.key for question in questions if question.detached]
    for question in questions:
        if asked and not question.detached:
            # Asked by another branch of it: the first answer to any of them brings the run back.
            question.detach(next(other for other in questions if other.detached).come_back)
            question.fail(LeavesKernel("The run is suspended."))
    lines = run.book.take()
    if asked:
        await settled(session.store.write(store.logs.add, lines))
    else:
        suspended = session.state(StateType.SCHEDULED, name="Suspended")
        write = session.store.write
        await settled(write(store.runs.advance, run.id_text, suspended, logs=lines, owner_id=session.owner.id))
        run.entered(suspended)
    run.book.shown(lines)
    session.runs.pop(run.id_text, None)
    session.present("run_changed", run)
    error = RunSuspended(run.name, asked[0] if asked else None)
    if run.foreground:
        run.finish(None, error)
    return error if run.foreground else LeavesKernel(str(error))
