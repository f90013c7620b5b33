"""The record as one table: every answer, every question without one that counts, and every correction.

A question that was answered in vain five times before its time was over stands there six times: once for each answer,
and once for itself. Values come as they are stored: what to make of them is the reader's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, select

from hitl_jupyter.core.states import PauseState, SubmissionState
from hitl_jupyter.store.columns import Instant
from hitl_jupyter.store.statements import Row, Statement
from hitl_jupyter.store.tables import correction, flow_run, pause, submission

_UNANSWERED = {
    PauseState.OPEN: "open",
    PauseState.TIMED_OUT: "timed out",
    PauseState.CANCELLED: "cancelled",
    PauseState.INTERRUPTED: "interrupted",
}


def rows(conn: Connection, run_id: str | None, flow_name: str | None, limit: int) -> list[dict[str, Any]]:
    """Give the record of a run and the runs below it, of a flow's runs, or of all, oldest first.

    At most `limit` rows, and of more the newest. Times are aware, in UTC. `outcome` is "accepted", "invalid" (it counts
    although a validator refused it), "sent back", "received" (nobody has judged it), "open", "timed out", "cancelled",
    "interrupted" or "corrected".
    """
    asked = {"run": run_id, "flow": flow_name, "most": limit}
    found: list[tuple[Any, dict[str, Any]]] = []
    for statement, read in zip(
        _STATEMENTS[run_id is not None, flow_name is not None], (_of_answer, _of_question, _of_correction), strict=True
    ):
        found += [(row["said_at"], read(row)) for row in statement.rows(conn, asked)]
    found.sort(key=lambda one: one[0])
    return [row for _, row in found][-limit:]


def _of_answer(row: Row) -> dict[str, Any]:
    return {
        **_shown(row),
        "answer": row["its_data"],
        "value": row["pause_value"] if row["its_state"] == SubmissionState.ACCEPTED else None,
        "outcome": _outcome(row),
        "errors": row["its_errors"],
        "reason": None,
        "by": row["its_submitted_by"],
        "origin": row["its_submitted_from"],
        "asked_at": row["pause_opened_at"],
        "answered_at": row["its_received_at"],
        "seconds": row["its_seconds"],
    }


def _of_question(row: Row) -> dict[str, Any]:
    nobody = dict.fromkeys(("answer", "errors", "reason", "by", "origin", "answered_at", "seconds"))
    return {
        **_shown(row),
        **nobody,
        # A deadline may give a value.
        "value": row["pause_value"],
        "outcome": _UNANSWERED[PauseState(row["pause_state"])],
        "asked_at": row["pause_opened_at"],
    }


def _outcome(row: Row) -> str:
    state = SubmissionState(row["its_state"])
    if state is SubmissionState.ACCEPTED and row["its_errors"]:
        return "invalid"
    return {SubmissionState.SENT_BACK: "sent back"}.get(state, state.value)


def _of_correction(row: Row) -> dict[str, Any]:
    return {
        **_shown(row),
        "attempt": row["its_attempt"],
        "answer": row["its_value"],
        "value": row["its_value"],
        "outcome": "corrected",
        "errors": None,
        "reason": row["its_reason"],
        "by": row["its_corrected_by"],
        "origin": row["its_corrected_from"],
        "asked_at": row["pause_opened_at"],
        "answered_at": row["its_at"],
        "seconds": None,
    }


def _shown(row: Row) -> dict[str, Any]:
    return {
        "run_id": row["run_id"],
        "run": row["run_name"],
        "flow": row["run_flow_name"],
        "attempt": row["pause_attempt"],
        "key": row["pause_pause_key"],
        "scope": row["pause_within"] or row["pause_scope"],
        **{name: row[f"pause_{name}"] for name in ("description", "shown", "form", "initial")},
    }


def _statements(*, run: bool, flow: bool) -> tuple[Statement, Statement, Statement]:
    """Give the selects of answers, of questions without one that counts, and of corrections."""
    where: list[ColumnElement[bool]] = []
    if run:
        tree = select(flow_run.c.id).where(flow_run.c.id == bindparam("run")).cte("tree", recursive=True)
        below = flow_run.alias("below")
        tree = tree.union_all(select(below.c.id).where(below.c.parent_run_id == tree.c.id))
        where.append(flow_run.c.id.in_(select(tree.c.id)))
    if flow:
        where.append(flow_run.c.flow_name == bindparam("flow"))
    unanswered = pause.c.state != PauseState.ANSWERED.value
    return (
        _statement(submission.c.received_at, where, submission),
        _statement(func.coalesce(pause.c.closed_at, pause.c.opened_at, type_=Instant), [*where, unanswered]),
        _statement(correction.c.at, where, correction),
    )


def _statement(
    said_at: ColumnElement[Any], where: list[ColumnElement[bool]], of_pause: Table | None = None
) -> Statement:
    its = () if of_pause is None else tuple(of_pause.c)
    chosen = select(
        *(column.label(f"pause_{column.name}") for column in pause.c),
        *(column.label(f"its_{column.name}") for column in its),
        said_at.label("said_at"),
        flow_run.c.id.label("run_id"),
        flow_run.c.name.label("run_name"),
        flow_run.c.flow_name.label("run_flow_name"),
    ).join_from(pause, flow_run, flow_run.c.id == pause.c.run_id)
    if of_pause is not None:
        chosen = chosen.join(of_pause, of_pause.c.pause_id == pause.c.id)
    return Statement(chosen.where(*where).order_by(said_at.desc(), pause.c.id).limit(bindparam("most")))


_STATEMENTS = {(run, flow): _statements(run=run, flow=flow) for run in (True, False) for flow in (True, False)}
