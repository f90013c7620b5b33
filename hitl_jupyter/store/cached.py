"""Results of tasks by their cache keys: a key points at the task run whose kept value it gives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from hitl_jupyter.core.records import TaskRunRecord
from hitl_jupyter.store import rows
from hitl_jupyter.store.columns import Instant
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import cached, task_run

_PUT = Statement(insert(cached))
_DROP = Statement(delete(cached).where(cached.c.key == bindparam("cache_key")))
_GET = Statement(
    select(task_run)
    .join(cached, cached.c.task_run_id == task_run.c.id)
    .where(
        cached.c.key == bindparam("cache_key"),
        or_(cached.c.expires_at.is_(None), cached.c.expires_at > bindparam("at", type_=Instant)),
    )
)


def put(conn: Connection, key: str, task_run_id: str, at: datetime, expires_at: datetime | None) -> None:
    """Have a key give the value of a task run from now on, until it expires."""
    _DROP.do(conn, {"cache_key": key})
    _PUT.do(conn, {"key": key, "task_run_id": task_run_id, "created_at": at, "expires_at": expires_at})


def get(conn: Connection, key: str, at: datetime) -> TaskRunRecord | None:
    """Give the task run that holds the value of a key, None where there is none or it has expired."""
    found = _GET.row(conn, {"cache_key": key, "at": at})
    return None if found is None else rows.read_task_run(found)
