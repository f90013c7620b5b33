"""What runs have made for people to look at. An artifact is there once; progress alone is changed afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from hitl_jupyter.core.records import ArtifactRecord, Json
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import artifact, flow_run

PROGRESS = "progress"
"""The one type that is changed."""

_ADD = Statement(insert(artifact))
_GET = Statement(select(artifact).where(artifact.c.id == bindparam("artifact")))
_CHANGE = Statement(
    update(artifact)
    .where(artifact.c.id == bindparam("artifact"), artifact.c.type == PROGRESS)
    .values(description=func.coalesce(bindparam("words"), artifact.c.description))
)
_newest = select(artifact).order_by(artifact.c.updated_at.desc(), artifact.c.created_at.desc(), artifact.c.id).limit(1)
_NEWEST = Statement(_newest)
_NEWEST_OF_KEY = Statement(_newest.where(artifact.c.key == bindparam("its_key")))
_tree = select(flow_run.c.id).where(flow_run.c.id == bindparam("run")).cte("tree", recursive=True)
_below = flow_run.alias("below")
_tree = _tree.union_all(select(_below.c.id).where(_below.c.parent_run_id == _tree.c.id))
_OF_TREE = Statement(
    select(artifact)
    .where(artifact.c.run_id.in_(select(_tree.c.id)))
    .order_by(artifact.c.created_at.desc(), artifact.c.id)
    .limit(bindparam("most"))
)


def add(conn: Connection, made: ArtifactRecord) -> None:
    """Insert an artifact."""
    _ADD.do(conn, rows.artifact(made))


def put(conn: Connection, progress: ArtifactRecord) -> None:
    """Insert progress, or have the artifact of its id show it."""
    if not _changed(conn, progress.id, progress.data, progress.description, progress.updated_at):
        add(conn, progress)


def change(conn: Connection, artifact_id: str, data: Json, description: str | None, at: datetime) -> ArtifactRecord:
    """Change progress, and its description if one is given; gives what it is now.

    Raises
    ------
    ObjectNotFound
        There is no such artifact, or it is no progress.
    """
    if not _changed(conn, artifact_id, data, description, at):
        raise ObjectNotFound("progress artifact", artifact_id)
    return get(conn, artifact_id)


def _changed(conn: Connection, artifact_id: str, data: Json, description: str | None, at: datetime) -> int:
    return _CHANGE.do(conn, {"artifact": artifact_id, "data": data, "words": description, "updated_at": at})


def get(conn: Connection, artifact_id: str) -> ArtifactRecord:
    """Give an artifact.

    Raises
    ------
    ObjectNotFound
        There is no such artifact.
    """
    found = _GET.row(conn, {"artifact": artifact_id})
    if found is None:
        raise ObjectNotFound("artifact", artifact_id)
    return rows.read_artifact(found)


def newest(conn: Connection, key: str | None = None) -> ArtifactRecord | None:
    """Give the artifact that was made or changed last, of those with a key if one is given."""
    found = _NEWEST.row(conn, {}) if key is None else _NEWEST_OF_KEY.row(conn, {"its_key": key})
    return None if found is None else rows.read_artifact(found)


def of_tree(conn: Connection, run_id: str, limit: int = 1000) -> list[ArtifactRecord]:
    """Give the artifacts of a run and of those it called, oldest first; of more than `limit`, the newest."""
    found = _OF_TREE.rows(conn, {"run": run_id, "most": limit})
    return [rows.read_artifact(row) for row in reversed(found)]
