"""What ``%hitl show`` says of a run that has no card here: it is over, or another process executes it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hitl_jupyter import store
from hitl_jupyter.core.records import Owner, RunRecord
from hitl_jupyter.engine.process import describe, is_alive
from hitl_jupyter.engine.session import Session
from hitl_jupyter.magics.line import quoted
from hitl_jupyter.magics.listing import Table, instant, short, span

HEAD = ("key", "asked", "answer", "outcome", "by", "from", "at")
MOST = 200
"""How many questions are listed; `hitl_jupyter.history` has them all."""


def summary(session: Session, run: RunRecord) -> Table:
    """Give a run's state, times, questions and answers.

    Raises
    ------
    StoreError
        The store cannot be read.
    """
    now = session.source.now()
    owner, rows = session.store.read(_recorded, run).result()
    lines = [_heading(run, now), *_beside(run, owner, now)]
    return Table(HEAD, [_row(row, now) for row in rows], above=" ".join(lines), below=_hint(run, rows))


def _recorded(conn: Any, run: RunRecord) -> tuple[Owner, list[dict[str, Any]]]:
    return store.owners.get(conn, run.owner_id), list(store.history.rows(conn, run.id, None, MOST))


def _heading(run: RunRecord, now: datetime) -> str:
    state = run.state
    said = f": {short(state.message)}" if state.message else ""
    return f"Run {run.name!r} of flow {run.flow_name!r} is {state.name} since {instant(state.timestamp, now)}{said}."


def _beside(run: RunRecord, owner: Owner, now: datetime) -> list[str]:
    began = f"It began at {instant(run.created_at, now)}"
    if run.state.is_final():
        took = "" if run.end_time is None else f" and took {span(run.end_time - run.created_at)}"
        kept = run.result_kept and run.serializer is None
        result = [f"It gave {short(json.dumps(run.result, ensure_ascii=False))}."] if kept else []
        return [f"{began}{took}.", *result]
    if is_alive(owner, now):
        return [f"{began}, in {describe(owner)}."]
    return [f"{began}, in {describe(owner)}, which has ended."]


def _hint(run: RunRecord, rows: list[dict[str, Any]]) -> str:
    if any(row["outcome"] == "open" for row in rows):
        return f"Answer it with %hitl answer {quoted(run.name)} field=value."
    return "" if rows else "It has asked nothing."


def _row(row: dict[str, Any], now: datetime) -> tuple[str, ...]:
    at = row["answered_at"] or row["asked_at"]
    return (
        str(row["key"]),
        short(row["description"] or ""),
        "" if row["answer"] is None else short(json.dumps(row["answer"], ensure_ascii=False)),
        str(row["outcome"]),
        row["by"] or "",
        row["origin"] or "",
        instant(at, now),
    )
