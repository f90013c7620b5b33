"""The processes that own runs, and their signs of life.

Whether a run is orphaned is not stored: it follows from its owner's last heartbeat.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import Owner
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import rows
from hitl_jupyter.store.tables import owner

_ADD = insert(owner)
_GET = select(owner).where(owner.c.id == bindparam("owner"))
_BEAT = update(owner).where(owner.c.id == bindparam("owner")).values(heartbeat_at=bindparam("at"))


def register(conn: Connection, process: Owner) -> None:
    """Make a process known, before its first run."""
    conn.execute(_ADD, rows.owner(process))


def beat(conn: Connection, owner_id: str, at: datetime) -> None:
    """Note that a process is alive.

    Raises
    ------
    ObjectNotFound
        No process of that id has registered here.
    """
    if conn.execute(_BEAT, {"owner": owner_id, "at": at}).rowcount == 0:
        raise ObjectNotFound("owner", owner_id)


def get(conn: Connection, owner_id: str) -> Owner:
    """Give a process.

    Raises
    ------
    ObjectNotFound
        No process of that id has registered here.
    """
    found = conn.execute(_GET, {"owner": owner_id}).mappings().one_or_none()
    if found is None:
        raise ObjectNotFound("owner", owner_id)
    return rows.read_owner(found)
