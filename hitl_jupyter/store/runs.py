"""Flow runs and the history of their states.

A run keeps its present state beside its history, and both move in one commit with the event. It becomes Paused only by
`pauses.open_`; a move out of that state that no answer caused takes the run's open questions with it, so that a run is
Paused if and only if one of its questions is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from hitl_jupyter.core.records import EventRecord, Json, LogRecord, RunRecord
from hitl_jupyter.core.states import PauseState, State, StateType, check_move
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import events, rows
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.columns import Instant
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, flow_run_state, pause

_ADD = Statement(insert(flow_run))
_ADD_STATE = Statement(insert(flow_run_state))
_GET = Statement(select(flow_run).where(flow_run.c.id == bindparam("run")))
_STATE_TYPE = Statement(select(flow_run.c.state_type).where(flow_run.c.id == bindparam("run")))
_HISTORY = Statement(
    select(flow_run_state).where(flow_run_state.c.run_id == bindparam("run")).order_by(flow_run_state.c.number)
)
_MOVE = Statement(
    update(flow_run)
    .where(flow_run.c.id == bindparam("run"))
    .values(start_time=func.coalesce(flow_run.c.start_time, bindparam("begun", type_=Instant)))
)
_open = (pause.c.run_id == bindparam("run"), pause.c.state == PauseState.OPEN.value)
_OPEN_PAUSES = Statement(select(pause.c.id).where(*_open))
_CANCEL_PAUSES = Statement(
    update(pause).where(*_open).values(state=PauseState.CANCELLED.value, closed_at=bindparam("at"))
)
_ID_PREFIX = re.compile("[0-9a-f-]{1,36}")


def check_path(states: Sequence[State], run_id: str) -> None:
    """Let the first states of a new run pass.

    Raises
    ------
    InvalidTransition
        The table of moves has no such path.
    """
    before: StateType | None = None
    for state in states:
        check_move(before, state.type, run_id)
        before = state.type


def add(conn: Connection, run: RunRecord, states: Sequence[State], logs: Sequence[LogRecord] = ()) -> None:
    """Insert a run with its first states, of which the last is its present one.

    Raises
    ------
    InvalidTransition
        The table of moves has no such path.
    ValueError
        The run's own state is not the last of them.
    """
    check_path(states, run.id)
    if not states or states[-1] != run.state:
        raise ValueError(f"The run {run.id} is {run.state!r}, which is not the last of its states {[*states]}.")
    row = rows.run(run)
    if row["start_time"] is None:
        row["start_time"] = next((state.timestamp for state in states if state.is_running()), None)
    if row["end_time"] is None and run.state.is_final():
        row["end_time"] = run.state.timestamp
    _ADD.do(conn, row)
    _ADD_STATE.do_all(conn, [{"run_id": run.id, **rows.state(state)} for state in states])
    events.add(conn, [events.of_state(run.id, state) for state in states])
    log_lines.add(conn, logs)


def advance(
    conn: Connection,
    run_id: str,
    state: State,
    *,
    result: Json = None,
    logs: Sequence[LogRecord] = (),
    actor: str | None = None,
    origin: str | None = None,
) -> None:
    """Move a run to a state; a result goes with the final one. What is still open of its questions is cancelled.

    Raises
    ------
    InvalidTransition
        Its present state does not lead there.
    ObjectNotFound
        There is no such run.
    ValueError
        The state is a paused one: opening a pause leads there.
    """
    present = state_type(conn, run_id)
    check_move(present, state.type, run_id)
    if state.is_paused():
        raise ValueError("A run pauses by opening a pause: use pauses.open_.")
    happened = move(conn, run_id, state, result=result, actor=actor, origin=origin)
    if present is StateType.PAUSED:
        happened += _cancel_pauses(conn, run_id, state.timestamp, actor, origin)
    events.add(conn, happened)
    log_lines.add(conn, logs)


def move(
    conn: Connection,
    run_id: str,
    state: State,
    *,
    result: Json = None,
    actor: str | None = None,
    origin: str | None = None,
) -> list[EventRecord]:
    """Write a run's new state, whose move the caller has checked; gives the event for the caller to add."""
    _ADD_STATE.do(conn, {"run_id": run_id, **rows.state(state)})
    _MOVE.do(
        conn,
        {
            "run": run_id,
            "begun": state.timestamp if state.is_running() else None,
            "end_time": state.timestamp if state.is_final() else None,
            "result": result if state.is_final() else None,
            **rows.state(state, "state_"),
        },
    )
    return [events.of_state(run_id, state, actor, origin)]


def _cancel_pauses(
    conn: Connection, run_id: str, at: datetime, actor: str | None, origin: str | None
) -> list[EventRecord]:
    ids = [row["id"] for row in _OPEN_PAUSES.rows(conn, {"run": run_id})]
    if ids:
        _CANCEL_PAUSES.do(conn, {"run": run_id, "at": at})
    return [EventRecord(f"pause.{PauseState.CANCELLED}", at, run_id, actor, origin, pause_id) for pause_id in ids]


def state_type(conn: Connection, run_id: str) -> StateType:
    """Give the type of a run's present state.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = _STATE_TYPE.row(conn, {"run": run_id})
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    return StateType(found["state_type"])


def get(conn: Connection, run_id: str) -> RunRecord:
    """Give a run.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = _GET.row(conn, {"run": run_id})
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    return rows.read_run(found)


def history(conn: Connection, run_id: str) -> list[State]:
    """Give every state of a run, oldest first."""
    return [rows.read_state(row) for row in _HISTORY.rows(conn, {"run": run_id})]


def find(conn: Connection, text: str) -> list[RunRecord]:
    """Give the runs with this name, this id, or an id that begins so, newest first."""
    wanted = or_(flow_run.c.id == text, flow_run.c.name == text)
    prefix = text.lower()
    if _ID_PREFIX.fullmatch(prefix):
        # A range, which an index serves; "g" sorts behind every character of an id.
        wanted = or_(wanted, flow_run.c.id.between(prefix, f"{prefix}g"))
    found = conn.execute(select(flow_run).where(wanted).order_by(flow_run.c.created_at.desc(), flow_run.c.id))
    return [rows.read_run(row) for row in found.mappings()]
