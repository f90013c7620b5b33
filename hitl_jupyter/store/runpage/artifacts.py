"""What a run and those below it have made to be looked at. Tables stay where they are until somebody reads them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Text, bindparam, case, func, null, select, type_coerce

from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store.runpage.overview import made
from hitl_jupyter.store.runpage.tree import ids
from hitl_jupyter.store.runpage.window import ids_first
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import artifact, flow_run

TABLE = "table"

_before = artifact.alias("before")
_version = (
    select(func.count())
    .select_from(_before)
    .where(_before.c.key == artifact.c.key, _before.c.created_at <= artifact.c.created_at)
    .scalar_subquery()
)
_page = ids_first(artifact, made)
_OF_TREE = Statement(
    select(
        *(artifact.c[name] for name in ("id", "key", "type", "description", "created_at", "updated_at")),
        case((artifact.c.type == TABLE, null()), else_=artifact.c.data).label("data"),
        _version.label("version"),
        flow_run.c.name.label("run_name"),
    )
    .join(_page, _page.c.id == artifact.c.id)
    .join(flow_run, flow_run.c.id == artifact.c.run_id)
    .order_by(artifact.c.created_at, artifact.c.id)
)
_TEXT = Statement(
    select(type_coerce(artifact.c.data, Text).label("text")).where(
        artifact.c.id == bindparam("its_id"), artifact.c.run_id.in_(ids), artifact.c.type == TABLE
    )
)


def page(conn: Connection, run_id: str, offset: int, limit: int) -> list[dict[str, Any]]:
    """Give artifacts, oldest first, without the data of tables; `version` counts those of a key."""
    return _OF_TREE.rows(conn, {"run": run_id, "most": limit, "skipped": offset})


def table(conn: Connection, run_id: str, artifact_id: str) -> str:
    """Give the JSON of a table that a run, or one below it, has made, as text: it may be long.

    Raises
    ------
    ObjectNotFound
        There is no such table in it.
    """
    found = _TEXT.row(conn, {"run": run_id, "its_id": artifact_id})
    if found is None or found["text"] is None:
        raise ObjectNotFound("table artifact", artifact_id)
    return str(found["text"])
