"""What happened, append-only (invariant 6): one row per state, question and answer, in the commit of what it tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from hitl_jupyter.core.records import EventRecord, Json
from hitl_jupyter.core.states import State
from hitl_jupyter.store.tables import event

_ADD = insert(event)
_OF_RUN = select(event).where(event.c.run_id == bindparam("run")).order_by(event.c.number)


def row(
    kind: str,
    at: datetime,
    run_id: str,
    *,
    actor: str | None = None,
    origin: str | None = None,
    pause_id: str | None = None,
    payload: dict[str, Json] | None = None,
) -> dict[str, Any]:
    """Give an event as a row."""
    return {
        "kind": kind,
        "at": at,
        "run_id": run_id,
        "actor": actor,
        "origin": origin,
        "pause_id": pause_id,
        "payload": payload or {},
    }


def of_state(run_id: str, state: State) -> dict[str, Any]:
    """Give the event of a run's new state, named as Prefect names it."""
    return row(f"flow-run.{state.name}", state.timestamp, run_id, payload={"state_id": state.id})


def add(conn: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Append events."""
    conn.execute(_ADD, list(rows))


def of_run(conn: Connection, run_id: str) -> list[EventRecord]:
    """Give the events of a run, oldest first."""
    found = conn.execute(_OF_RUN, {"run": run_id}).mappings()
    return [
        EventRecord(
            kind=r["kind"],
            at=r["at"],
            run_id=r["run_id"],
            actor=r["actor"],
            origin=r["origin"],
            pause_id=r["pause_id"],
            payload=r["payload"],
            number=r["number"],
        )
        for r in found
    ]
