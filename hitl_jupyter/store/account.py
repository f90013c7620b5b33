"""What an account of a run is made of, besides what `runs`, `history` and `artifacts` give."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.states import PauseState, StateType
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, flow_run_state, form, pause

_tree = select(flow_run.c.id).where(flow_run.c.id == bindparam("run")).cte("tree", recursive=True)
_below = flow_run.alias("below")
_tree = _tree.union_all(select(_below.c.id).where(_below.c.parent_run_id == _tree.c.id))
_MOVES = Statement(
    select(flow_run_state.c.run_id, flow_run_state.c.type, flow_run_state.c.timestamp)
    .where(flow_run_state.c.run_id.in_(select(_tree.c.id)))
    .order_by(flow_run_state.c.number)
)
_ASKED = Statement(
    select(func.count().label("questions")).select_from(pause).where(pause.c.run_id.in_(select(_tree.c.id)))
)
_ANSWERED = Statement(
    select(func.count().label("questions")).select_from(
        select(pause.c.run_id, pause.c.scope, pause.c.key)
        .where(pause.c.run_id.in_(select(_tree.c.id)), pause.c.state == PauseState.ANSWERED.value)
        .distinct()
        .subquery()
    )
)
_SCHEMA = Statement(select(form.c.json_schema).where(form.c.fingerprint == bindparam("its_fingerprint")))


def moves(conn: Connection, run_id: str) -> list[tuple[str, StateType, datetime]]:
    """Give when a run, and those it called, went into which type of state, oldest first."""
    return [(row["run_id"], StateType(row["type"]), row["timestamp"]) for row in _MOVES.rows(conn, {"run": run_id})]


def asked(conn: Connection, run_id: str) -> int:
    """Give how many questions a run and those it called have asked."""
    found = _ASKED.row(conn, {"run": run_id})
    return 0 if found is None else int(found["questions"])


def answered(conn: Connection, run_id: str) -> int:
    """Give how many of them are answered; one that was asked again, after a correction or by a retry, is one."""
    found = _ANSWERED.row(conn, {"run": run_id})
    return 0 if found is None else int(found["questions"])


def schemas(conn: Connection, fingerprints: Iterable[str]) -> dict[str, Json]:
    """Give the JSON schemas of forms by their fingerprints."""
    found = {one: _SCHEMA.row(conn, {"its_fingerprint": one}) for one in fingerprints}
    return {one: row["json_schema"] for one, row in found.items() if row is not None}
