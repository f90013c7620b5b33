"""The sections *Task Runs* and *Subflow Runs*."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hitl_jupyter import store
from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.core.states import FINAL, StateType
from hitl_jupyter.core.text import short
from hitl_jupyter.engine.account import spent
from hitl_jupyter.engine.plain import legible
from hitl_jupyter.engine.runpage.asked import Window
from hitl_jupyter.engine.runpage.look import Look, iso_if, told_state
from hitl_jupyter.engine.runpage.shapes import SubflowRun, SubflowRuns, TaskRun, TaskRuns

RESULT = 200
"""Characters of a result in its task's row; the section *Results* has more."""
CACHED = "Cached"


def task_runs(look: Look, asked: Window) -> TaskRuns:
    """Give a window of the task runs."""
    found = store.runpage.tasks.task_runs(look.conn, look.run.id, asked.offset, asked.limit, RESULT + 1)
    total = store.runpage.overview.count(look.conn, look.run.id, "task_runs")
    return {"total": total, "rows": [_task_run(row, look.now) for row in found]}


def _task_run(row: dict[str, Any], now: datetime) -> TaskRun:
    ended = row["end_time"] if StateType(row["state_type"]) in FINAL else None
    plain = row["result_kept"] and row["serializer"] is None
    return {
        "id": row["id"],
        "name": row["name"],
        "task": row["task_name"],
        "state": told_state(row["state_type"], row["state_name"], row["state_message"]),
        "started": iso_if(row["start_time"]),
        "ended": iso_if(ended),
        "seconds": None if row["start_time"] is None else ((ended or now) - row["start_time"]).total_seconds(),
        "attempts": row["attempts"],
        "cached": row["state_name"] == CACHED,
        "run_name": row["run_name"],
        "result": short(legible(row["result"] or "null"), RESULT) if plain else None,
    }


def subflow_runs(look: Look, asked: Window) -> SubflowRuns:
    """Give a window of the runs below the run."""
    found = store.runpage.tasks.subflow_runs(look.conn, look.run.id, asked.offset, asked.limit)
    total = store.runpage.overview.count(look.conn, look.run.id, "subflow_runs")
    return {"total": total, "rows": [_subflow_run(look, run) for run in found]}


def _subflow_run(look: Look, run: RunRecord) -> SubflowRun:
    times = spent(look.conn, run, look.now)
    return {
        "id": run.id,
        "name": run.name,
        "flow_name": run.flow_name,
        "state": told_state(run.state.type.value, run.state.name, run.state.message),
        "started": iso_if(run.start_time),
        "ended": iso_if(run.end_time if run.state.is_final() else None),
        "seconds_running": times.running,
        "seconds_waiting": times.paused,
    }
