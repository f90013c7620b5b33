"""The lines of runs' logs; they only grow, and the store numbers them in the order of their commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select

from hitl_jupyter.core.records import LogRecord
from hitl_jupyter.store import rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import log

_ADD = Statement(insert(log))
_OF_RUN = Statement(
    select(log)
    .where(log.c.run_id == bindparam("run"), log.c.number > bindparam("after"))
    .order_by(log.c.number)
    .limit(bindparam("most"))
)


def add(conn: Connection, lines: Sequence[LogRecord]) -> None:
    """Append lines."""
    if lines:
        _ADD.do_all(conn, [rows.log(line) for line in lines])


def of_run(conn: Connection, run_id: str, after: int = 0, limit: int = 1000) -> list[LogRecord]:
    """Give at most `limit` lines of a run behind the line numbered `after`, oldest first."""
    found = _OF_RUN.rows(conn, {"run": run_id, "after": after, "most": limit})
    return [rows.read_log(row) for row in found]
