"""What a run and those below it have asked, with every answer and every correction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from hitl_jupyter.core.records import CorrectionRecord, PauseRecord, SubmissionRecord
from hitl_jupyter.store import rows
from hitl_jupyter.store.runpage.tree import ids
from hitl_jupyter.store.runpage.window import window
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import correction, flow_run, pause, submission

_QUESTIONS = Statement(
    window(
        select(*pause.c, flow_run.c.name.label("run_name"))
        .join(flow_run, flow_run.c.id == pause.c.run_id)
        .where(pause.c.run_id.in_(ids)),
        pause.c.opened_at,
        pause.c.id,
    )
)


def questions(conn: Connection, run_id: str, offset: int, limit: int) -> list[tuple[PauseRecord, str]]:
    """Give questions, oldest first, each with the name of the run that asks it."""
    found = _QUESTIONS.rows(conn, {"run": run_id, "most": limit, "skipped": offset})
    return [(rows.read_pause(row), row["run_name"]) for row in found]


def answers(conn: Connection, pause_ids: Sequence[str]) -> list[SubmissionRecord]:
    """Give all answers to some questions, oldest first."""
    found = conn.execute(
        select(submission).where(submission.c.pause_id.in_(pause_ids)).order_by(submission.c.received_at)
    )
    return [rows.read_submission(row) for row in found.mappings()]


def corrections(conn: Connection, pause_ids: Sequence[str]) -> list[CorrectionRecord]:
    """Give all corrections of the answers to some questions, oldest first."""
    found = conn.execute(select(correction).where(correction.c.pause_id.in_(pause_ids)).order_by(correction.c.at))
    return [rows.read_correction(row) for row in found.mappings()]
