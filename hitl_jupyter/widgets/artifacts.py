"""Artifacts as the card shows them: small enough to be sent to every page, and of a shape that a page can rely on."""

from __future__ import annotations

import json
from typing import Any

from hitl_jupyter.core.records import ArtifactRecord, Json

ROWS = 100
"""Rows of a table that the card shows; the store has them all."""
COLUMNS = 50
CHARACTERS = 500
"""Of one cell of a table."""


def shown(artifact: ArtifactRecord) -> dict[str, Any]:
    """Give an artifact as the page takes it; `kind` says how it is drawn, "text" where nothing else fits."""
    kind, data = _drawn(artifact.type, artifact.data)
    return {
        "id": artifact.id,
        "kind": kind,
        "key": artifact.key,
        "description": artifact.description,
        "created": artifact.created_at.isoformat(),
        "data": data,
    }


def is_loop(artifact: ArtifactRecord) -> bool:
    """Tell whether it is the bar of a loop, which is no thing to be looked at later."""
    return artifact.type == "progress" and isinstance(artifact.data, dict)


def bar(artifact: ArtifactRecord) -> dict[str, Any]:
    """Give progress as a bar of the card."""
    data = artifact.data
    if not isinstance(data, dict):
        whole = isinstance(data, int | float) and data >= 100
        data = {"progress": data, "count": None, "total": None, "left": None, "state": "done" if whole else "going"}
    return {"id": artifact.id, "title": artifact.description or artifact.key or "Progress", **data}


def _drawn(type_: str, data: Json) -> tuple[str, Any]:
    if type_ in ("markdown", "image") and isinstance(data, str):
        return type_, data
    if type_ == "link" and isinstance(data, dict):
        return type_, data
    if type_ == "progress":
        return type_, data
    if type_ == "table":
        table = _table(data)
        if table is not None:
            return type_, table
    return "text", data if isinstance(data, str) else json.dumps(data, indent=2, ensure_ascii=False)


def _table(data: Json) -> dict[str, Any] | None:
    """Give the head and the first rows of a table, however it was written; None if it is none."""
    head: list[str] | None
    if isinstance(data, dict) and all(isinstance(column, list) for column in data.values()):
        columns: list[Any] = list(data.values())
        head, count = list(data), max((len(column) for column in columns), default=0)
        rows: list[Any] = [
            [column[place] if place < len(column) else None for column in columns] for place in range(min(count, ROWS))
        ]
    elif isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        dicts: list[Any] = data
        head = list(dict.fromkeys(name for row in dicts for name in row))
        count, rows = len(data), [[row.get(name) for name in head] for row in dicts[:ROWS]]
    elif isinstance(data, list) and all(isinstance(row, list) for row in data):
        head, count, rows = None, len(data), data[:ROWS]
    else:
        return None
    width = len(head) if head is not None else max((len(row) for row in rows), default=0)
    return {
        "head": None if head is None else [_cell(name) for name in head[:COLUMNS]],
        "rows": [[_cell(value) for value in row[:COLUMNS]] for row in rows],
        "numbers": [_is_numbers(rows, place) for place in range(min(width, COLUMNS))],
        "total": count,
        "width": width,
    }


def _is_numbers(rows: list[Any], place: int) -> bool:
    cells = [row[place] for row in rows if place < len(row) and row[place] is not None]
    return bool(cells) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"
