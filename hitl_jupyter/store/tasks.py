"""Task runs and the history of their states, which follow the same table of moves as those of flow runs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select, update

from hitl_jupyter.core.records import Json, LogRecord, TaskRunRecord
from hitl_jupyter.core.states import FINAL, State, StateType, check_move
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import events, rows
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.columns import Instant
from hitl_jupyter.store.runs import check_path
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import task_run, task_run_state

_ADD = Statement(insert(task_run))
_ADD_STATE = Statement(insert(task_run_state))
_PRESENT = Statement(select(task_run.c.run_id, task_run.c.state_type).where(task_run.c.id == bindparam("task")))
_MOVE = Statement(
    update(task_run)
    .where(task_run.c.id == bindparam("task"))
    .values(start_time=func.coalesce(task_run.c.start_time, bindparam("begun", type_=Instant)))
)
_OF_RUN = Statement(
    select(task_run).where(task_run.c.run_id == bindparam("run")).order_by(task_run.c.created_at, task_run.c.id)
)
_HISTORY = Statement(
    select(task_run_state).where(task_run_state.c.task_run_id == bindparam("task")).order_by(task_run_state.c.number)
)


def add(conn: Connection, task: TaskRunRecord, states: Sequence[State], logs: Sequence[LogRecord] = ()) -> None:
    """Insert a task run with its first states, of which the last is its present one.

    Raises
    ------
    InvalidTransition
        The table of moves has no such path.
    ValueError
        The task run's own state is not the last of them.
    """
    check_path(states, task.id)
    if not states or states[-1] != task.state:
        raise ValueError(f"The task run {task.id} is {task.state!r}, which is not the last of its states {[*states]}.")
    row = rows.task_run(task)
    if row["start_time"] is None:
        row["start_time"] = next((state.timestamp for state in states if state.is_running()), None)
    if row["end_time"] is None and task.state.is_final():
        row["end_time"] = task.state.timestamp
    _ADD.do(conn, row)
    _ADD_STATE.do_all(conn, [{"task_run_id": task.id, **rows.state(state)} for state in states])
    events.add(conn, [events.of_task_state(task.identity.run_id, task.id, state) for state in states])
    log_lines.add(conn, logs)


def advance(
    conn: Connection,
    task_run_id: str,
    state: State,
    *,
    result: Json = None,
    result_kept: bool = False,
    serializer: str | None = None,
    failure: Json = None,
    logs: Sequence[LogRecord] = (),
) -> None:
    """Move a task run to a state; a result, or a failure that can be written, goes with the final one.

    Raises
    ------
    InvalidTransition
        Its present state does not lead there.
    ObjectNotFound
        There is no such task run.
    """
    present = _PRESENT.row(conn, {"task": task_run_id})
    if present is None:
        raise ObjectNotFound("task run", task_run_id)
    check_move(StateType(present["state_type"]), state.type, task_run_id)
    final = state.is_final()
    _ADD_STATE.do(conn, {"task_run_id": task_run_id, **rows.state(state)})
    _MOVE.do(
        conn,
        {
            "task": task_run_id,
            "begun": state.timestamp if state.is_running() else None,
            "end_time": state.timestamp if final else None,
            "result": result if final else None,
            "result_kept": result_kept and final,
            "serializer": serializer if final else None,
            "failure": failure if final else None,
            **rows.state(state, "state_"),
        },
    )
    events.add(conn, [events.of_task_state(present["run_id"], task_run_id, state)])
    log_lines.add(conn, logs)


def go_on(conn: Connection, task_run_id: str, running: State) -> None:
    """Let a task run that is over go on, as its subflow does; one that is not stays as it is.

    Raises
    ------
    InvalidTransition
        It has been cancelled.
    ObjectNotFound
        There is no such task run.
    """
    present = _PRESENT.row(conn, {"task": task_run_id})
    if present is None:
        raise ObjectNotFound("task run", task_run_id)
    if StateType(present["state_type"]) in FINAL:
        advance(conn, task_run_id, running)


def of_run(conn: Connection, run_id: str) -> list[TaskRunRecord]:
    """Give the task runs of a run, oldest first."""
    return [rows.read_task_run(row) for row in _OF_RUN.rows(conn, {"run": run_id})]


def history(conn: Connection, task_run_id: str) -> list[State]:
    """Give every state of a task run, oldest first."""
    return [rows.read_state(row) for row in _HISTORY.rows(conn, {"task": task_run_id})]
