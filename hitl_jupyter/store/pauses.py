"""Questions: opened once, closed once. A run is Paused while at least one of its questions is open.

Who closes a question is decided by one conditional update, the first statement of `close` and of `submissions.accept`;
everything else there depends on its row count (invariant 3). The identity of a question is unique (invariant 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, insert, select, update

from hitl_jupyter.core.records import EventRecord, FormRecord, Json, LogRecord, PauseRecord
from hitl_jupyter.core.states import PauseState, State, StateType, check_move
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import events, rows, runs
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, form, pause

_ADD, _ADD_FORM = Statement(insert(pause)), Statement(insert(form))
_BEFORE = Statement(
    select(flow_run.c.state_type.label("run_state"), form.c.fingerprint.label("known_form"), *pause.c)
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
    .values(state=bindparam("outcome"), closed_at=bindparam("at"))
)
_other = pause.alias("other")
waits = exists().where(_other.c.run_id == flow_run.c.id, _other.c.state == PauseState.OPEN.value).label("waits")
"""Whether a question of the run is open, as a column of a select that has the table of runs."""
_RUN_OF = Statement(
    select(pause.c.run_id, pause.c.pause_key, flow_run.c.state_type, waits)
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
    logs: Sequence[LogRecord] = (),
) -> PauseRecord | None:
    """Open a question and pause its run: None. If its identity is taken already: what is recorded there, as it is.

    Raises
    ------
    InvalidTransition
        The run cannot pause.
    ObjectNotFound
        There is no such run.
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
    log_lines.add(conn, logs)
    if before["id"] is not None:
        return rows.read_pause(before)
    if its_form is not None and before["known_form"] is None:
        _ADD_FORM.do(conn, rows.form(its_form))
    _ADD.do(conn, rows.pause(question))
    payload: dict[str, Json] = {"pause_key": question.pause_key, "form": question.form}
    happened = [EventRecord("pause.opened", question.opened_at, at.run_id, pause_id=question.id, payload=payload)]
    if before["run_state"] != StateType.PAUSED:
        check_move(StateType(before["run_state"]), paused.type, at.run_id)
        happened += runs.move(conn, at.run_id, paused)
    events.add(conn, happened)
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
    """Close a question without an answer. False, and nothing is done, if it was not open.

    The run goes on with `running` unless another of its questions is open. Give None only where the run is ended next.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    ValueError
        The outcome is no way to close a question without an answer.
    """
    if outcome not in (PauseState.TIMED_OUT, PauseState.CANCELLED):
        raise ValueError(f"A pause is {outcome} by an accepted submission, not by closing it.")
    won = _CLOSE.do(conn, {"pause": pause_id, "outcome": outcome.value, "at": at}) == 1
    run = _RUN_OF.row(conn, {"pause": pause_id})
    if run is None:
        raise ObjectNotFound("pause", pause_id)
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
