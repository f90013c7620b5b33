"""The processes that own runs, and their signs of life."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import Owner
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import rows
from hitl_jupyter.store.tables import owner

_BEAT = update(owner).where(owner.c.id == bindparam("owner")).values(heartbeat_at=bindparam("at"))


def register(conn: Connection, who: Owner) -> None:
    """Make a process known before it begins its first run."""
    conn.execute(insert(owner), rows.plain(who))


def beat(conn: Connection, owner_id: str, at: datetime) -> None:
    """Note that a process is alive."""
    conn.execute(_BEAT, {"owner": owner_id, "at": at})


def get(conn: Connection, owner_id: str) -> Owner:
    """Give a process.

    Raises
    ------
    ObjectNotFound
        No process of that id has used this store.
    """
    found = conn.execute(select(owner).where(owner.c.id == owner_id)).mappings().one_or_none()
    if found is None:
        raise ObjectNotFound("owner", owner_id)
    return rows.read_plain(Owner, found)
