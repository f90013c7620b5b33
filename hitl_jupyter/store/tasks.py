"""Task runs and the history of their states."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import Json, LogRecord, TaskRunRecord
from hitl_jupyter.core.states import State, StateType, check_move
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store import rows
from hitl_jupyter.store.tables import task_run, task_run_state

_ADD = insert(task_run)
_ADD_STATE = insert(task_run_state)
_PRESENT = select(task_run.c.state_type).where(task_run.c.id == bindparam("task"))
_OF_RUN = select(task_run).where(task_run.c.run_id == bindparam("run")).order_by(task_run.c.created_at)
_HISTORY = (
    select(task_run_state).where(task_run_state.c.task_run_id == bindparam("task")).order_by(task_run_state.c.number)
)


def add(conn: Connection, task: TaskRunRecord, states: Sequence[State], logs: Sequence[LogRecord] = ()) -> None:
    """Insert a task run with its first states, the last of which is its present one.

    Raises
    ------
    InvalidTransition
        The states are no path of the table.
    """
    before: StateType | None = None
    for state in states:
        check_move(before, state.type, task.id)
        before = state.type
    conn.execute(_ADD, rows.task_run(task))
    conn.execute(_ADD_STATE, [{"task_run_id": task.id, **rows.state(state)} for state in states])
    log_lines.add(conn, logs)


def advance(
    conn: Connection,
    task_run_id: str,
    state: State,
    *,
    result: Json = None,
    result_kept: bool = False,
    logs: Sequence[LogRecord] = (),
) -> None:
    """Move a task run to a state; a result goes with the final one.

    Raises
    ------
    InvalidTransition
        Its present state does not lead there.
    ObjectNotFound
        There is no such task run.
    """
    present = conn.execute(_PRESENT, {"task": task_run_id}).scalar_one_or_none()
    if present is None:
        raise ObjectNotFound("task run", task_run_id)
    check_move(StateType(present), state.type, task_run_id)
    conn.execute(_ADD_STATE, {"task_run_id": task_run_id, **rows.state(state)})
    values = rows.state(state, "state_")
    if state.is_final():
        values |= {"end_time": state.timestamp, "result": result, "result_kept": result_kept}
    conn.execute(update(task_run).where(task_run.c.id == task_run_id).values(values))
    log_lines.add(conn, logs)


def of_run(conn: Connection, run_id: str) -> list[TaskRunRecord]:
    """Give the task runs of a run, oldest first."""
    return [rows.read_task_run(row) for row in conn.execute(_OF_RUN, {"run": run_id}).mappings()]


def history(conn: Connection, task_run_id: str) -> list[State]:
    """Give every state of a task run, oldest first."""
    return [rows.read_state(row) for row in conn.execute(_HISTORY, {"task": task_run_id}).mappings()]
