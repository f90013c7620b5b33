"""What happened when in a run and in those below it: what there is, and the states of some of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, func, select

from hitl_jupyter.store.runpage.overview import tasks
from hitl_jupyter.store.runpage.tree import ids
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, flow_run_state, pause, task_run, task_run_state

AT_ONCE: Final = 500
"""Ids in one statement."""

_call = task_run.alias("call")
_RUNS = Statement(
    select(
        *(flow_run.c[name] for name in ("id", "name", "state_type", "state_name", "end_time")),
        flow_run.c.created_at.label("begun"),
        flow_run.c.parent_run_id.label("run_id"),
        _call.c.scope.label("place"),
        _call.c.attempt,
    )
    .outerjoin(_call, _call.c.id == flow_run.c.parent_task_run_id)
    .where(flow_run.c.id.in_(ids))
)
_TASKS = Statement(
    select(
        *(
            task_run.c[name]
            for name in ("id", "name", "state_type", "state_name", "end_time", "run_id", "key", "attempt")
        ),
        task_run.c.created_at.label("begun"),
        task_run.c.scope.label("place"),
    ).where(tasks)
)
_PAUSES = Statement(
    select(
        *(pause.c[name] for name in ("id", "run_id", "state", "pause_key", "description", "attempt")),
        pause.c.opened_at.label("begun"),
        pause.c.closed_at.label("end_time"),
        func.coalesce(pause.c.within, pause.c.scope).label("place"),
    ).where(pause.c.run_id.in_(ids))
)


def runs(conn: Connection, run_id: str) -> list[dict[str, Any]]:
    """Give a run and all below it; `place` is the scope in the run `run_id` where each was called."""
    return _RUNS.rows(conn, {"run": run_id})


def task_runs(conn: Connection, run_id: str) -> list[dict[str, Any]]:
    """Give all their task runs; `place` is the scope in the run where each was called."""
    return _TASKS.rows(conn, {"run": run_id})


def pauses(conn: Connection, run_id: str) -> list[dict[str, Any]]:
    """Give all their questions; `place` is the scope in the run that asks."""
    return _PAUSES.rows(conn, {"run": run_id})


def run_states(conn: Connection, of: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Give the states of runs, oldest first."""
    return _states(conn, flow_run_state.c.run_id, of)


def task_states(conn: Connection, of: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Give the states of task runs, oldest first."""
    return _states(conn, task_run_state.c.task_run_id, of)


def _states(conn: Connection, whose: Column[Any], of: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    columns = whose.table.c
    chosen = select(whose.label("whose"), columns.type, columns.name, columns.timestamp).order_by(columns.number)
    names = chosen.selected_columns.keys()
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for start in range(0, len(of), AT_ONCE):
        for row in conn.execute(chosen.where(whose.in_(of[start : start + AT_ONCE]))):
            found[row[0]].append(dict(zip(names, row, strict=True)))
    return found
