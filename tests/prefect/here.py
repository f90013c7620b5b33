"""A program here: the same file with another name in its imports, in a process and a store of its own."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.prefect.observation import Observation, line, observation, program, state

IMPORTS = re.compile(r"^(from|import) prefect\b", re.MULTILINE)
RUNS = """
    SELECT run.id, run.name, run.flow_name, run.tags, run.parent_task_run_id, parent.name AS parent
    FROM flow_run AS run LEFT JOIN flow_run AS parent ON parent.id = run.parent_run_id ORDER BY run.created_at
"""


def observe(name: str) -> Observation:
    """Run a program and give what we did.

    Raises
    ------
    AssertionError
        It has not come to its end.
    """
    with tempfile.TemporaryDirectory() as home:
        here, store = Path(home, f"{name}.py"), Path(home, "hitl.db")
        here.write_text(IMPORTS.sub(r"\1 hitl_jupyter", program(name).read_text()))
        # Nobody sits at a terminal: what answers is a thread of the program itself.
        environment = {**os.environ, "HITL_STORE": str(store), "HITL_WAIT": "1", "LOGNAME": "somebody"}
        command = [sys.executable, str(here)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
        assert 0 == done.returncode, done.stderr[-4000:]
        with closing(sqlite3.connect(store)) as connection:
            connection.row_factory = sqlite3.Row
            return observation(done.stdout, _runs(connection))


def _runs(store: sqlite3.Connection) -> list[dict[str, Any]]:
    runs = store.execute(RUNS).fetchall()
    stand_for_runs = {run["parent_task_run_id"] for run in runs}
    return [
        {
            "flow": run["flow_name"],
            "name": run["name"],
            "parent": run["parent"],
            "tags": json.loads(run["tags"]),
            "states": _states(store, "flow_run_state", "run_id", run["id"]),
            "logs": _logs(store, run["id"], None),
            "artifacts": _artifacts(store, run["id"]),
            "tasks": [
                {
                    "name": task["name"],
                    "tags": json.loads(task["tags"] or "[]"),
                    "states": _states(store, "task_run_state", "task_run_id", task["id"]),
                    "logs": _logs(store, run["id"], task["id"]),
                }
                for task in store.execute("SELECT * FROM task_run WHERE run_id = ?", (run["id"],))
                if task["id"] not in stand_for_runs
            ],
        }
        for run in runs
    ]


def _states(store: sqlite3.Connection, table: str, column: str, id_: str) -> list[str]:
    found = store.execute(f"SELECT type, name, message FROM {table} WHERE {column} = ? ORDER BY number", (id_,))
    return [state(*row) for row in found]


def _logs(store: sqlite3.Connection, run_id: str, task_run_id: str | None) -> list[str]:
    found = store.execute(
        "SELECT level, message FROM log WHERE run_id = ? AND task_run_id IS ? ORDER BY number", (run_id, task_run_id)
    )
    return [line(*row) for row in found]


def _artifacts(store: sqlite3.Connection, run_id: str) -> list[dict[str, Any]]:
    found = store.execute("SELECT type, key, description, data FROM artifact WHERE run_id = ?", (run_id,))
    return [{**dict(row), "data": json.loads(row["data"])} for row in found]
