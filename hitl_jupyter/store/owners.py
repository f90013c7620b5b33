"""The processes that own runs, and their signs of life.

Whether a run is orphaned is not stored: it follows from what its owner was and when it was last heard of.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import Owner
from hitl_jupyter.core.states import FINAL
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, owner

_ADD = Statement(insert(owner))
_GET = Statement(select(owner).where(owner.c.id == bindparam("owner")))
_BEAT = Statement(update(owner).where(owner.c.id == bindparam("owner")).values(heartbeat_at=bindparam("at")))
_LEAVE = Statement(update(owner).where(owner.c.id == bindparam("owner")).values(ended_at=bindparam("at")))
_RUNS = Statement(
    select(flow_run.c.id).where(
        flow_run.c.owner_id == bindparam("owner"), *(flow_run.c.state_type != type_.value for type_ in sorted(FINAL))
    )
)


def register(conn: Connection, process: Owner) -> None:
    """Make a process known, before its first run."""
    _ADD.do(conn, rows.owner(process))


def beat(conn: Connection, owner_id: str, at: datetime) -> frozenset[str]:
    """Note that a process is alive; gives the ids of its runs that are not over.

    A run that the process executes and that is not among them has been taken up by another.

    Raises
    ------
    ObjectNotFound
        No process of that id has registered here.
    """
    if _BEAT.do(conn, {"owner": owner_id, "at": at}) == 0:
        raise ObjectNotFound("owner", owner_id)
    return frozenset(row["id"] for row in _RUNS.rows(conn, {"owner": owner_id}))


def leave(conn: Connection, owner_id: str, at: datetime) -> None:
    """Note that a process has ended: what it leaves unfinished may be taken up at once.

    Raises
    ------
    ObjectNotFound
        No process of that id has registered here.
    """
    if _LEAVE.do(conn, {"owner": owner_id, "at": at}) == 0:
        raise ObjectNotFound("owner", owner_id)


def get(conn: Connection, owner_id: str) -> Owner:
    """Give a process.

    Raises
    ------
    ObjectNotFound
        No process of that id has registered here.
    """
    found = _GET.row(conn, {"owner": owner_id})
    if found is None:
        raise ObjectNotFound("owner", owner_id)
    return rows.read_owner(found)
