"""The section *Results*: what was given, as far as it was kept. Values are read as text and never made again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Literal

from hitl_jupyter import store
from hitl_jupyter.core.text import short
from hitl_jupyter.engine import serializers
from hitl_jupyter.engine.plain import legible
from hitl_jupyter.engine.runpage.asked import Window
from hitl_jupyter.engine.runpage.look import Look, iso
from hitl_jupyter.engine.runpage.shapes import Result, Results
from hitl_jupyter.store import values

TEXT: Final = 2000
"""Characters of one value."""


def results(look: Look, asked: Window) -> Results:
    """Give a window of the results."""
    found = store.runpage.results.page(look.conn, look.run.id, asked.offset, asked.limit, TEXT + 1)
    total = store.runpage.overview.count(look.conn, look.run.id, "results")
    return {"total": total, "rows": [_result(look, row) for row in found]}


def _result(look: Look, row: dict[str, Any]) -> Result:
    text, size = _value(look.folder, row)
    return {
        "of": _of(look, row),
        "name": row["name"],
        "at": iso(row["at"]),
        "size": size,
        "serializer": row["serializer"],
        "text": text,
        "kept": row["result_kept"],
    }


def _of(look: Look, row: dict[str, Any]) -> Literal["flow run", "subflow run", "task run"]:
    if row["kind"] == store.runpage.results.TASK:
        return "task run"
    return "flow run" if row["id"] == look.run.id else "subflow run"


def _value(folder: Path, row: dict[str, Any]) -> tuple[str, int | None]:
    """Give the beginning of a value, and how many bytes it has."""
    if not row["result_kept"]:
        return "", None
    if row["serializer"] is None:
        # None is stored as nothing.
        text = row["text"] or "null"
        return short(legible(text), TEXT), row["size"] or len(text)
    try:
        # A character has at most four bytes.
        begin, size = values.peek(folder, json.loads(row["text"]), 4 * TEXT + 4)
    except (OSError, ValueError):
        return "Its file is missing or cannot be read.", None
    if row["serializer"] != serializers.JSON:
        return "", size
    return short(legible(begin.decode(errors="ignore"))[: TEXT + 1], TEXT), size
