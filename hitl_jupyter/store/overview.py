"""What the store holds as a whole: how many runs, and which are the newest."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.store import rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run

_COUNT = Statement(select(func.count().label("runs")).select_from(flow_run))
_LATEST = Statement(
    select(flow_run)
    .where(flow_run.c.parent_run_id.is_(None))
    .order_by(flow_run.c.created_at.desc(), flow_run.c.id)
    .limit(bindparam("most"))
)


def count(conn: Connection) -> int:
    """Give the number of runs, those called by others included."""
    found = _COUNT.row(conn, {})
    return 0 if found is None else int(found["runs"])


def latest(conn: Connection, most: int = 20) -> list[RunRecord]:
    """Give the runs that were begun last and that no other run called, newest first."""
    return [rows.read_run(row) for row in _LATEST.rows(conn, {"most": most})]
