"""Questions: opened once, closed once. A run is Paused while at least one of its questions is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from hitl_jupyter.core.records import FormRecord, LogRecord, PauseRecord
from hitl_jupyter.core.states import PauseState, State, check_move
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import events, rows, runs
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.tables import flow_run, form, pause

_OPEN = PauseState.OPEN.value
_SAME = select(pause).where(
    pause.c.run_id == bindparam("run"),
    pause.c.attempt == bindparam("attempt_"),
    pause.c.scope == bindparam("scope_"),
    pause.c.key == bindparam("key_"),
)
_KNOWN_FORM = select(form.c.fingerprint).where(form.c.fingerprint == bindparam("fingerprint_"))
_GET = select(pause).where(pause.c.id == bindparam("pause"))
_OF_RUN = select(pause).where(pause.c.run_id == bindparam("run")).order_by(pause.c.opened_at)
_OPEN_OF_RUN = _OF_RUN.where(pause.c.state == _OPEN)
_OPEN_COUNT = select(func.count()).where(pause.c.run_id == bindparam("run"), pause.c.state == _OPEN)
_CLOSE = (
    update(pause)
    .where(pause.c.id == bindparam("pause"), pause.c.state == _OPEN)
    .values(
        state=bindparam("outcome"),
        closed_at=bindparam("at"),
        answer_id=bindparam("answer"),
        value=bindparam("answer_value"),
    )
)
_ADD, _ADD_FORM = insert(pause), insert(form)


def open_(
    conn: Connection,
    question: PauseRecord,
    its_form: FormRecord | None,
    paused: State,
    *,
    logs: Sequence[LogRecord] = (),
) -> PauseRecord | None:
    """Open a question and pause its run; gives what is recorded under its identity already, None if nothing was.

    Raises
    ------
    InvalidTransition
        The run is over.
    ObjectNotFound
        There is no such run.
    """
    at = question.identity
    where = {"run": at.run_id, "attempt_": at.attempt, "scope_": at.scope, "key_": at.key}
    recorded = conn.execute(_SAME, where).mappings().one_or_none()
    log_lines.add(conn, logs)
    if recorded is not None:
        return rows.read_pause(recorded)
    present = runs.present_state(conn, at.run_id)
    if present is not paused.type:
        check_move(present, paused.type, at.run_id)
        runs.move(conn, at.run_id, paused)
    if its_form is not None and conn.execute(_KNOWN_FORM, {"fingerprint_": its_form.fingerprint}).first() is None:
        conn.execute(_ADD_FORM, rows.plain(its_form))
    conn.execute(_ADD, rows.pause(question))
    events.add(conn, [events.row("pause.opened", question.opened_at, at.run_id, pause_id=question.id)])
    return None


def close(
    conn: Connection,
    pause_id: str,
    outcome: PauseState,
    at: datetime,
    running: State | None,
    *,
    logs: Sequence[LogRecord] = (),
    actor: str | None = None,
    origin: str | None = None,
) -> bool:
    """Close a question without an answer; False, and nothing done, if it was not open.

    The run goes back to `running` unless another of its questions is open.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    """
    if not end(conn, pause_id, outcome, at):
        get(conn, pause_id)
        return False
    run_id = get(conn, pause_id).identity.run_id
    happened = events.row(f"pause.{outcome.value}", at, run_id, actor=actor, origin=origin, pause_id=pause_id)
    events.add(conn, [happened])
    if running is not None:
        go_on(conn, run_id, running)
    log_lines.add(conn, logs)
    return True


def end(
    conn: Connection, pause_id: str, outcome: PauseState, at: datetime, answer_id: str | None = None, value: Any = None
) -> bool:
    """Compare-and-set from open: the one statement that decides who closed a question (invariant 3)."""
    given = {"pause": pause_id, "outcome": outcome.value, "at": at, "answer": answer_id, "answer_value": value}
    return conn.execute(_CLOSE, given).rowcount == 1


def go_on(conn: Connection, run_id: str, running: State) -> None:
    """Let a paused run go on if none of its questions is open any more."""
    if runs.present_state(conn, run_id).value != "PAUSED":
        return
    if conn.execute(_OPEN_COUNT, {"run": run_id}).scalar_one() == 0:
        runs.move(conn, run_id, running)


def get(conn: Connection, pause_id: str) -> PauseRecord:
    """Give a question.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    """
    found = conn.execute(_GET, {"pause": pause_id}).mappings().one_or_none()
    if found is None:
        raise ObjectNotFound("pause", pause_id)
    return rows.read_pause(found)


def of_run(conn: Connection, run_id: str) -> list[PauseRecord]:
    """Give the questions of a run, oldest first."""
    return [rows.read_pause(row) for row in conn.execute(_OF_RUN, {"run": run_id}).mappings()]


def open_of_run(conn: Connection, run_id: str) -> list[PauseRecord]:
    """Give the open questions of a run, oldest first."""
    return [rows.read_pause(row) for row in conn.execute(_OPEN_OF_RUN, {"run": run_id}).mappings()]


def form_of(conn: Connection, question: PauseRecord) -> FormRecord:
    """Give the form of a question that has one.

    Raises
    ------
    ObjectNotFound
        It has none: a bare Resume.
    """
    found = conn.execute(select(form).where(form.c.fingerprint == question.form)).mappings().one_or_none()
    if found is None:
        raise ObjectNotFound("form of pause", question.id)
    return rows.read_plain(FormRecord, found)


def run_name(conn: Connection, question: PauseRecord) -> str:
    """Give the name of the run that asks."""
    name: str = conn.execute(select(flow_run.c.name).where(flow_run.c.id == question.identity.run_id)).scalar_one()
    return name
