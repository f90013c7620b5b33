"""The section *Artifacts*, and windows of the tables in it."""

from __future__ import annotations

from typing import Any

from hitl_jupyter import store
from hitl_jupyter.engine.runpage.asked import TableWindow, Window
from hitl_jupyter.engine.runpage.look import Look, iso
from hitl_jupyter.engine.runpage.shapes import Artifact, Artifacts, Table, TableHead
from hitl_jupyter.exceptions import ObjectNotFound


def artifacts(look: Look, asked: Window) -> Artifacts:
    """Give a window of the artifacts."""
    found = store.runpage.artifacts.page(look.conn, look.run.id, asked.offset, asked.limit)
    total = store.runpage.overview.count(look.conn, look.run.id, "artifacts")
    return {"total": total, "rows": [_artifact(look, row) for row in found]}


def _artifact(look: Look, row: dict[str, Any]) -> Artifact:
    type_, data, head = row["type"], row["data"], None
    if type_ == store.runpage.artifacts.TABLE:
        grid = look.grids.grid(look.conn, look.run.id, row["id"])
        if grid is None:
            # Of no shape that a table has: it is told as it is.
            type_, data = "text", store.runpage.artifacts.table(look.conn, look.run.id, row["id"])
        else:
            head = TableHead(columns=grid.columns, total=grid.total)
    return {
        "id": row["id"],
        "key": row["key"],
        "type": type_,
        "description": row["description"],
        "created": iso(row["created_at"]),
        "updated": iso(row["updated_at"]),
        "version": row["version"] or 1,
        "run_name": row["run_name"],
        "data": data,
        "table": head,
    }


def table(look: Look, asked: TableWindow) -> Table:
    """Give a window of a table's rows.

    Raises
    ------
    ObjectNotFound
        There is no such table in the run.
    """
    grid = look.grids.grid(look.conn, look.run.id, asked.artifact_id)
    if grid is None:
        raise ObjectNotFound("table artifact", asked.artifact_id)
    return {"total": grid.total, "columns": grid.columns, "rows": grid.rows(asked.offset, asked.limit)}
