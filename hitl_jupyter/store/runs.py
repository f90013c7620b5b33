"""Flow runs and the history of their states. With `pauses` and `submissions` the only writer of run states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import Json, LogRecord, RunRecord
from hitl_jupyter.core.states import State, StateType, check_move
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import events, logs, rows
from hitl_jupyter.store.tables import flow_run, flow_run_state

_ADD = insert(flow_run)
_ADD_STATE = insert(flow_run_state)
_GET = select(flow_run).where(flow_run.c.id == bindparam("run"))
_PRESENT = select(flow_run.c.state_type, flow_run.c.start_time).where(flow_run.c.id == bindparam("run"))
_HISTORY = select(flow_run_state).where(flow_run_state.c.run_id == bindparam("run")).order_by(flow_run_state.c.number)
_MOVE = update(flow_run).where(flow_run.c.id == bindparam("run"))


def add(conn: Connection, run: RunRecord, states: Sequence[State], logs_: Sequence[LogRecord] = ()) -> None:
    """Insert a run with its first states, the last of which is its present one.

    Raises
    ------
    InvalidTransition
        The states are no path of the table.
    """
    before: StateType | None = None
    for state in states:
        check_move(before, state.type, run.id)
        before = state.type
    conn.execute(_ADD, rows.run(run))
    conn.execute(_ADD_STATE, [{"run_id": run.id, **rows.state(state)} for state in states])
    events.add(conn, [events.of_state(run.id, state) for state in states])
    logs.add(conn, logs_)


def advance(
    conn: Connection, run_id: str, state: State, *, result: Json = None, logs: Sequence[LogRecord] = ()
) -> None:
    """Move a run to a state.

    Raises
    ------
    InvalidTransition
        Its present state does not lead there.
    ObjectNotFound
        There is no such run.
    """
    present, started = _present(conn, run_id)
    check_move(present, state.type, run_id)
    move(conn, run_id, state, started=started, result=result)
    _add_logs(conn, logs)


_add_logs = logs.add


def present_state(conn: Connection, run_id: str) -> StateType:
    """Give the type of a run's present state.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    return _present(conn, run_id)[0]


def _present(conn: Connection, run_id: str) -> tuple[StateType, Any]:
    found = conn.execute(_PRESENT, {"run": run_id}).one_or_none()
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    return StateType(found[0]), found[1]


def move(conn: Connection, run_id: str, state: State, *, started: Any = True, result: Json = None) -> None:
    """Write a run's new state, which the caller has checked; `started` falsy: it may be its first Running."""
    conn.execute(_ADD_STATE, {"run_id": run_id, **rows.state(state)})
    values = rows.state(state, "state_")
    if state.is_running() and not started:
        values["start_time"] = state.timestamp
    if state.is_final():
        values |= {"end_time": state.timestamp, "result": result}
    conn.execute(
        _MOVE.values({name: bindparam(f"new_{name}") for name in values}),
        {"run": run_id, **{f"new_{name}": value for name, value in values.items()}},
    )
    events.add(conn, [events.of_state(run_id, state)])


def get(conn: Connection, run_id: str) -> RunRecord:
    """Give a run.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = conn.execute(_GET, {"run": run_id}).mappings().one_or_none()
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    return rows.read_run(found)


def history(conn: Connection, run_id: str) -> list[State]:
    """Give every state of a run, oldest first."""
    return [rows.read_state(row) for row in conn.execute(_HISTORY, {"run": run_id}).mappings()]


def find(conn: Connection, text: str) -> list[RunRecord]:
    """Give the runs with this name, this id, or an id that begins so, newest first."""
    wanted = (flow_run.c.name == text) | flow_run.c.id.startswith(text, autoescape=True)
    found = conn.execute(select(flow_run).where(wanted).order_by(flow_run.c.created_at.desc()))
    return [rows.read_run(row) for row in found.mappings()]
