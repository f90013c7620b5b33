"""Runs that are long, put into a store by SQL: through the store's own doors it would take minutes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, text

_NUMBERS = "WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < :count)"
_SECOND = "strftime('%Y-%m-%dT%H:%M:%S', '2026-11-23 10:00:00', '+' || n || ' seconds') || '.000000Z'"
_LOG = text(
    f"INSERT INTO log (run_id, level, name, message, at) {_NUMBERS}"
    " SELECT runs.value, CASE n % 10 WHEN 0 THEN 40 ELSE 20 END, 'Flow run ''merry-puma''',"
    f" 'line ' || n || ' says über all that is of a usual length, and 100%_ of it', {_SECOND}"
    " FROM counted, json_each(:runs) AS runs ORDER BY n"
)
_TASK_RUNS = text(
    "INSERT INTO task_run (id, run_id, attempt, scope, key, name, task_name, state_id, state_type, state_name,"
    " state_timestamp, state_details, created_at, start_time, end_time, result, result_kept)"
    f" {_NUMBERS} SELECT 't' || n, :run, 1, '', 'fetch#' || n, 'fetch-' || n, 'fetch', 's' || n, 'COMPLETED',"
    f" 'Completed', {_SECOND}, '{{}}', {_SECOND}, {_SECOND},"
    f" {_SECOND.replace('n ||', '(n + n % 100) ||')}, n, 1 FROM counted"
)
_TASK_STATES = text(
    "INSERT INTO task_run_state (task_run_id, id, type, name, timestamp, details)"
    " SELECT id, 'p' || id, 'PENDING', 'Pending', created_at, '{}' FROM task_run WHERE run_id = :run"
    " UNION ALL SELECT id, 'r' || id, 'RUNNING', 'Running', start_time, '{}' FROM task_run WHERE run_id = :run"
    " UNION ALL SELECT id, state_id, 'COMPLETED', 'Completed', end_time, '{}' FROM task_run WHERE run_id = :run"
)


def log_lines(conn: Connection, runs: Sequence[str], count: int) -> None:
    """Give each of some runs so many lines, one after the other in turn; every tenth of a run's is an error."""
    conn.execute(_LOG, {"runs": json.dumps([*runs]), "count": count})


def task_runs(conn: Connection, run_id: str, count: int) -> None:
    """Give a run so many task runs, one begun each second, that took up to 99 s and gave their number."""
    conn.execute(_TASK_RUNS, {"run": run_id, "count": count})
    conn.execute(_TASK_STATES, {"run": run_id})
