"""The task runs of a run and of those below it, and the runs below it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Text, bindparam, func, select, type_coerce

from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.core.states import StateType
from hitl_jupyter.store import rows
from hitl_jupyter.store.runpage.overview import called, tasks
from hitl_jupyter.store.runpage.window import ids_first, window
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, task_run, task_run_state

_page = ids_first(task_run, tasks)
_begun = (
    select(func.count())
    .select_from(task_run_state)
    .where(task_run_state.c.task_run_id == task_run.c.id, task_run_state.c.type == StateType.RUNNING.value)
    .scalar_subquery()
)
_TASKS = Statement(
    select(
        *(task_run.c[name] for name in ("id", "name", "task_name", "state_type", "state_name", "state_message")),
        *(task_run.c[name] for name in ("start_time", "end_time", "result_kept", "serializer")),
        func.substr(type_coerce(task_run.c.result, Text), 1, bindparam("length"), type_=Text).label("result"),
        _begun.label("attempts"),
        flow_run.c.name.label("run_name"),
    )
    .join(_page, _page.c.id == task_run.c.id)
    .join(flow_run, flow_run.c.id == task_run.c.run_id)
    .order_by(task_run.c.created_at, task_run.c.id)
)
_SUBFLOWS = Statement(window(select(flow_run).where(called), flow_run.c.created_at, flow_run.c.id))


def task_runs(conn: Connection, run_id: str, offset: int, limit: int, length: int) -> list[dict[str, Any]]:
    """Give task runs in the order in which they were made.

    `attempts` is how often each has begun to run, `result` so many characters of its JSON.
    """
    return _TASKS.rows(conn, {"run": run_id, "most": limit, "skipped": offset, "length": length})


def subflow_runs(conn: Connection, run_id: str, offset: int, limit: int) -> list[RunRecord]:
    """Give the runs below a run in the order in which they were made."""
    found = _SUBFLOWS.rows(conn, {"run": run_id, "most": limit, "skipped": offset})
    return [rows.read_run(row) for row in found]
