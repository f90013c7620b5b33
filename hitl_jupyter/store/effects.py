"""What runs have done to the world around them, each with its event: on replay it is recalled, not done again."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from hitl_jupyter.core.records import EffectRecord, EventRecord
from hitl_jupyter.store import events, rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import effect

_ADD = Statement(insert(effect))


def add(conn: Connection, done: EffectRecord) -> None:
    """Record an effect, in the transaction of what it did."""
    _ADD.do(conn, rows.effect(done))
    payload = {"effect_id": done.id, "value": done.value}
    events.add(conn, [EventRecord(f"effect.{done.kind}", done.at, done.identity.run_id, payload=payload)])
