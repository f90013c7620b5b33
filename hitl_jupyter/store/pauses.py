"""Questions: opened and closed. A run is Paused while at least one of its questions is open.

Who closes a question is decided by one conditional update, the first statement of `close` and of `submissions.accept`;
everything else there depends on its row count (invariant 3). The identity of a question is unique (invariant 5). One
that was closed without an answer may be opened again, under the same id, by a run that is taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, insert, null, select, update

from hitl_jupyter.core.records import EventRecord, FormRecord, Json, LogRecord, PauseRecord
from hitl_jupyter.core.states import PAUSE_MOVES, PauseState, State, StateType, SubmissionState, check_move
from hitl_jupyter.exceptions import ObjectNotFound, RunTakenOver
from hitl_jupyter.store import events, rows, runs
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, form, pause, submission

_ADD, _ADD_FORM = Statement(insert(pause)), Statement(insert(form))
_BEFORE = Statement(
    select(
        flow_run.c.state_type.label("run_state"),
        flow_run.c.owner_id.label("run_owner"),
        form.c.fingerprint.label("known_form"),
        *pause.c,
    )
    .select_from(flow_run)
    .outerjoin(
        pause,
        and_(
            pause.c.run_id == flow_run.c.id,
            pause.c.attempt == bindparam("attempt"),
            pause.c.scope == bindparam("scope"),
            pause.c.key == bindparam("key"),
        ),
    )
    .outerjoin(form, form.c.fingerprint == bindparam("form"))
    .where(flow_run.c.id == bindparam("run"))
)
_CLOSE = Statement(
    update(pause)
    .where(pause.c.id == bindparam("pause"), pause.c.state == PauseState.OPEN.value)
    .values(state=bindparam("outcome"), closed_at=bindparam("at"), value=bindparam("given"), cells=bindparam("cells"))
)
_REOPEN = Statement(
    update(pause)
    .where(pause.c.id == bindparam("pause"), pause.c.state == bindparam("before"))
    .values(state=PauseState.OPEN.value, closed_at=null(), value=null(), cells=null())
)
_SHOW = Statement(update(pause).where(pause.c.id == bindparam("pause")))
_DRAFT = Statement(
    update(pause)
    .where(pause.c.id == bindparam("pause"), pause.c.state == PauseState.OPEN.value)
    .values(draft=bindparam("text"))
)
_KNOWN_FORM = Statement(select(form.c.fingerprint).where(form.c.fingerprint == bindparam("form")))
_RECEIVED = Statement(
    select(submission.c.id).where(
        submission.c.pause_id == bindparam("pause"), submission.c.state == SubmissionState.RECEIVED.value
    )
)
_SEND_BACK = Statement(
    update(submission)
    .where(submission.c.pause_id == bindparam("pause"), submission.c.state == SubmissionState.RECEIVED.value)
    .values(state=SubmissionState.SENT_BACK.value, decided_at=bindparam("at"), errors=bindparam("why"))
)
_OTHER_FORM = "The form of this question has changed since this answer was given. Please look at it and answer again."
_other = pause.alias("other")
waits = exists().where(_other.c.run_id == flow_run.c.id, _other.c.state == PauseState.OPEN.value).label("waits")
"""Whether a question of the run is open, as a column of a select that has the table of runs."""
_RUN_OF = Statement(
    select(pause.c.run_id, pause.c.pause_key, flow_run.c.state_type, flow_run.c.owner_id.label("run_owner"), waits)
    .join(flow_run, flow_run.c.id == pause.c.run_id)
    .where(pause.c.id == bindparam("pause"))
)
_GET = Statement(select(pause).where(pause.c.id == bindparam("pause")))
_of_run = select(pause).where(pause.c.run_id == bindparam("run")).order_by(pause.c.opened_at, pause.c.id)
_OF_RUN = Statement(_of_run)
_OPEN_OF_RUN = Statement(_of_run.where(pause.c.state == PauseState.OPEN.value))
_FORM = Statement(select(form).where(form.c.fingerprint == bindparam("form")))


def open_(
    conn: Connection,
    question: PauseRecord,
    its_form: FormRecord | None,
    paused: State,
    *,
    again: bool = False,
    owner_id: str | None = None,
    logs: Sequence[LogRecord] = (),
) -> PauseRecord | None:
    """Open a question and pause its run: None. If its identity is taken already: what is recorded there, as it is.

    With `again`, one recorded there that timed out or was interrupted is opened again, with its own id and what is
    shown now: None. It keeps its draft unless its form has changed.

    Raises
    ------
    InvalidTransition
        The run cannot pause.
    ObjectNotFound
        There is no such run.
    RunTakenOver
        The run belongs to another process than the owner that is given.
    """
    at = question.identity
    known = {
        "run": at.run_id,
        "attempt": at.attempt,
        "scope": at.scope,
        "key": at.key,
        "form": None if its_form is None else its_form.fingerprint,
    }
    before = _BEFORE.row(conn, known)
    if before is None:
        raise ObjectNotFound("flow run", at.run_id)
    if owner_id not in (None, before["run_owner"]):
        raise RunTakenOver(at.run_id)
    log_lines.add(conn, logs)
    recorded = None if before["id"] is None else rows.read_pause(before)
    if recorded is not None and not (again and PauseState.OPEN in PAUSE_MOVES[recorded.state]):
        return recorded
    if its_form is not None and before["known_form"] is None:
        _ADD_FORM.do(conn, rows.form(its_form))
    payload: dict[str, Json] = {"pause_key": question.pause_key, "form": question.form}
    if recorded is None:
        _ADD.do(conn, rows.pause(question))
        happened = [EventRecord("pause.opened", question.opened_at, at.run_id, pause_id=question.id, payload=payload)]
    else:
        _REOPEN.do(conn, {"pause": recorded.id, "before": recorded.state.value})
        when = paused.timestamp
        happened = [EventRecord("pause.reopened", when, at.run_id, pause_id=recorded.id, payload=payload)]
        happened += _show(conn, recorded, question, when)
    if before["run_state"] != StateType.PAUSED:
        check_move(StateType(before["run_state"]), paused.type, at.run_id)
        happened += runs.move(conn, at.run_id, paused)
    events.add(conn, happened)
    return None


def renew(conn: Connection, pause_id: str, its_form: FormRecord | None, question: PauseRecord) -> None:
    """Show an open question as it is asked now, with the form, words, exhibits and initial values of `question`.

    With another form than before, its draft is dropped and the answers that nobody has judged are sent back: they were
    given to something else. `question.opened_at` is when that happens. A question that is not open stays as it is.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    """
    recorded = get(conn, pause_id)
    if recorded.state is not PauseState.OPEN:
        return
    if its_form is not None and _KNOWN_FORM.row(conn, {"form": its_form.fingerprint}) is None:
        _ADD_FORM.do(conn, rows.form(its_form))
    at = question.opened_at
    payload: dict[str, Json] = {"pause_key": recorded.pause_key, "form": question.form, "before": recorded.form}
    happened = [EventRecord("pause.renewed", at, recorded.identity.run_id, pause_id=pause_id, payload=payload)]
    events.add(conn, happened + _show(conn, recorded, replace(question, deadline=recorded.deadline), at))


def _show(conn: Connection, recorded: PauseRecord, now: PauseRecord, at: datetime) -> list[EventRecord]:
    """Put what is shown now into a recorded question; gives the events of answers to another form, for the caller."""
    same = recorded.form == now.form
    shown = {name: getattr(now, name) for name in ("form", "description", "initial", "deadline", "shown")}
    _SHOW.do(conn, {"pause": recorded.id, **shown, "draft": recorded.draft if same else None})
    if same:
        return []
    outcome = SubmissionState.SENT_BACK
    run_id = recorded.identity.run_id
    payload: dict[str, Json] = {"pause_key": recorded.pause_key}
    late = [row["id"] for row in _RECEIVED.rows(conn, {"pause": recorded.id})]
    if late:
        _SEND_BACK.do(conn, {"pause": recorded.id, "at": at, "why": {"": _OTHER_FORM}})
    return [
        EventRecord(f"submission.{outcome}", at, run_id, None, None, recorded.id, {**payload, "submission_id": one})
        for one in late
    ]


def draft(conn: Connection, pause_id: str, document: Json) -> bool:
    """Keep what somebody has typed and not sent, secrets left out. False, and nothing is done, if it is not open."""
    return _DRAFT.do(conn, {"pause": pause_id, "text": document}) == 1


def close(
    conn: Connection,
    pause_id: str,
    outcome: PauseState,
    at: datetime,
    running: State | None,
    *,
    value: Json = None,
    cells: Json = None,
    owner_id: str | None = None,
    logs: Sequence[LogRecord] = (),
    actor: str | None = None,
    origin: str | None = None,
) -> bool:
    """Close a question without an answer. False, and nothing is done, if it was not open.

    The run goes on with `running` unless another of its questions is open. Give None only where the run is ended next.
    `value` is what the flow gets in place of an answer, where its deadline gives one, with its `cells` as an answer's.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    RunTakenOver
        The run belongs to another process than the owner that is given.
    ValueError
        The outcome is no way to close a question without an answer.
    """
    if outcome in (PauseState.OPEN, PauseState.ANSWERED):
        raise ValueError(f"A pause is {outcome} by an accepted submission, not by closing it.")
    won = _CLOSE.do(conn, {"pause": pause_id, "outcome": outcome.value, "at": at, "given": value, "cells": cells}) == 1
    run = _RUN_OF.row(conn, {"pause": pause_id})
    if run is None:
        raise ObjectNotFound("pause", pause_id)
    if owner_id not in (None, run["run_owner"]):
        raise RunTakenOver(run["run_id"])
    if not won:
        return False
    payload: dict[str, Json] = {"pause_key": run["pause_key"]}
    happened = [EventRecord(f"pause.{outcome}", at, run["run_id"], actor, origin, pause_id, payload)]
    if running is not None:
        happened += go_on(conn, run["run_id"], run["state_type"], running, waits=run["waits"])
    events.add(conn, happened)
    log_lines.add(conn, logs)
    return True


def go_on(conn: Connection, run_id: str, present: str, running: State, *, waits: bool) -> list[EventRecord]:
    """Let a run go on that is paused and waits for nobody any more; gives the events for the caller to add.

    Raises
    ------
    InvalidTransition
        Being paused does not lead to `running`.
    """
    if present != StateType.PAUSED or waits:
        return []
    check_move(StateType.PAUSED, running.type, run_id)
    return runs.move(conn, run_id, running)


def get(conn: Connection, pause_id: str) -> PauseRecord:
    """Give a question.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    """
    found = _GET.row(conn, {"pause": pause_id})
    if found is None:
        raise ObjectNotFound("pause", pause_id)
    return rows.read_pause(found)


def of_run(conn: Connection, run_id: str) -> list[PauseRecord]:
    """Give the questions of a run, oldest first."""
    return [rows.read_pause(row) for row in _OF_RUN.rows(conn, {"run": run_id})]


def open_of_run(conn: Connection, run_id: str) -> list[PauseRecord]:
    """Give the open questions of a run, oldest first."""
    return [rows.read_pause(row) for row in _OPEN_OF_RUN.rows(conn, {"run": run_id})]


def form_of(conn: Connection, question: PauseRecord) -> FormRecord:
    """Give the form of a question that has one.

    Raises
    ------
    ObjectNotFound
        It has none: a bare Resume.
    """
    found = _FORM.row(conn, {"form": question.form})
    if found is None:
        raise ObjectNotFound("form of pause", question.id)
    return rows.read_form(found)
