"""What a run had been given: its parameters and its answers, the last one first. Of one that failed, what led to it.

Made of committed records alone, in which there are no secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypedDict

from hitl_jupyter import store
from hitl_jupyter.core.records import Json, RunRecord
from hitl_jupyter.engine.account import answered
from hitl_jupyter.engine.told import question, value

if TYPE_CHECKING:
    from sqlalchemy import Connection

ANSWERS: Final = 20
"""So many answers are told, the newest."""


class Said(TypedDict):
    """One value by its name; an answer that is one plain value has none."""

    name: str
    value: str


class Answer(TypedDict):
    """An answer: what was asked, by which run, what was said and by whom ("": nobody in time)."""

    question: str
    run_name: str
    said: list[Said]
    by: str


class Cause(TypedDict):
    """What a run had been given. `parameters` are None where they are in no record."""

    parameters: list[Said] | None
    answers: list[Answer]


def cause(conn: Connection, run_id: str) -> Cause:
    """Give what a run, and those it called, had been given.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    run = store.runs.get(conn, run_id)
    rows = store.history.rows(conn, run_id, None, 4 * ANSWERS)
    schemas = store.account.schemas(conn, {row["form"] for row in rows if row["form"] is not None})
    return cause_of(run, rows, schemas)


def cause_of(run: RunRecord, rows: list[dict[str, Any]], schemas: Mapping[str, Json]) -> Cause:
    """Give what a run had been given, by rows of its history, and the forms in them by fingerprint."""
    given = run.parameters
    return {
        "parameters": [_said(*one) for one in given.items()] if isinstance(given, dict) else None,
        "answers": [
            {
                "question": question(row, schemas.get(row["form"] or "")),
                "run_name": row["run"],
                "said": [_said(*one) for one in answered(row, schemas.get(row["form"] or ""))],
                "by": row["by"] or "",
            }
            for row in _counting(rows)[:ANSWERS]
        ],
    }


def _counting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the answers that counted, the last one first, each question's newest."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in reversed(rows):
        counted = row["outcome"] in ("accepted", "invalid", "corrected") or row["value"] is not None
        if counted and row["outcome"] != "sent back":
            found.setdefault((row["run_id"], row["scope"], str(row["key"])), row)
    return list(found.values())


def _said(name: str, data: Any) -> Said:
    return {"name": name, "value": value(data)}
