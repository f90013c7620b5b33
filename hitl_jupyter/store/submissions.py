"""People's answers: stored as they came, then accepted once or sent back (invariant 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import Json, LogRecord, PauseRecord, SubmissionRecord
from hitl_jupyter.core.states import PauseState, State, SubmissionState
from hitl_jupyter.exceptions import NotPausedError, ObjectNotFound
from hitl_jupyter.store import events, pauses, rows
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.tables import flow_run, pause, submission

_ADD = insert(submission)
_GET = select(submission).where(submission.c.id == bindparam("submission"))
_DECIDE = (
    update(submission)
    .where(submission.c.id == bindparam("submission"))
    .values(state=bindparam("outcome"), decided_at=bindparam("at"), errors=bindparam("why"))
)
_RECEIVED = (
    select(submission)
    .join(pause, pause.c.id == submission.c.pause_id)
    .join(flow_run, flow_run.c.id == pause.c.run_id)
    .where(
        submission.c.state == SubmissionState.RECEIVED.value,
        pause.c.state == PauseState.OPEN.value,
        flow_run.c.owner_id == bindparam("owner"),
    )
    .order_by(submission.c.received_at)
)


def receive(conn: Connection, answer: SubmissionRecord) -> None:
    """Keep an answer as it came.

    Raises
    ------
    NotPausedError
        The question is not open; the text says who answered and when, or what else became of it.
    ObjectNotFound
        There is no such question.
    """
    question = pauses.get(conn, answer.pause_id)
    if question.state is not PauseState.OPEN:
        name = pauses.run_name(conn, question)
        raise NotPausedError(repr(name), what_became(conn, question))
    conn.execute(_ADD, rows.submission(answer))
    events.add(conn, [_event("submission.received", answer.received_at, question, answer)])


def accept(
    conn: Connection,
    submission_id: str,
    value: Json,
    at: datetime,
    running: State,
    *,
    logs: Sequence[LogRecord] = (),
) -> PauseRecord | None:
    """Make an answer the one that counts: None. If the question is closed already: sent back, and the question given.

    Raises
    ------
    ObjectNotFound
        There is no such answer.
    """
    answer = get(conn, submission_id)
    won = pauses.end(conn, answer.pause_id, PauseState.ANSWERED, at, submission_id, value)
    question = pauses.get(conn, answer.pause_id)
    if not won:
        send_back(conn, submission_id, {"": what_became(conn, question)}, at)
        return question
    conn.execute(
        _DECIDE, {"submission": submission_id, "outcome": SubmissionState.ACCEPTED.value, "at": at, "why": None}
    )
    events.add(conn, [_event("submission.accepted", at, question, answer)])
    pauses.go_on(conn, question.identity.run_id, running)
    log_lines.add(conn, logs)
    return None


def send_back(conn: Connection, submission_id: str, errors: Json, at: datetime) -> None:
    """Refuse an answer; the question stays as it is.

    Raises
    ------
    ObjectNotFound
        There is no such answer.
    """
    answer = get(conn, submission_id)
    conn.execute(
        _DECIDE, {"submission": submission_id, "outcome": SubmissionState.SENT_BACK.value, "at": at, "why": errors}
    )
    question = pauses.get(conn, answer.pause_id)
    events.add(conn, [_event("submission.sent_back", at, question, answer)])


def received(conn: Connection, owner_id: str) -> list[SubmissionRecord]:
    """Give the answers to open questions of a process that it has not judged, oldest first."""
    return [rows.read_submission(row) for row in conn.execute(_RECEIVED, {"owner": owner_id}).mappings()]


def get(conn: Connection, submission_id: str) -> SubmissionRecord:
    """Give an answer.

    Raises
    ------
    ObjectNotFound
        There is no such answer.
    """
    found = conn.execute(_GET, {"submission": submission_id}).mappings().one_or_none()
    if found is None:
        raise ObjectNotFound("submission", submission_id)
    return rows.read_submission(found)


def winner(conn: Connection, question: PauseRecord) -> SubmissionRecord | None:
    """Give the answer that counts."""
    return None if question.answer_id is None else get(conn, question.answer_id)


def what_became(conn: Connection, question: PauseRecord) -> str:
    """Say what became of a closed question, and by whom: the end of a sentence that begins with the run."""
    when = "" if question.closed_at is None else f" at {question.closed_at:%Y-%m-%d %H:%M:%S} UTC"
    answer = winner(conn, question)
    if answer is not None:
        return f"was answered by {answer.submitted_by}{when} (pause {question.pause_key!r}). Nothing was changed."
    how = "timed out" if question.state is PauseState.TIMED_OUT else f"is {question.state.value}"
    return f"has no such open question: pause {question.pause_key!r} {how}{when}."


def _event(kind: str, at: datetime, question: PauseRecord, answer: SubmissionRecord) -> dict[str, object]:
    return events.row(
        kind,
        at,
        question.identity.run_id,
        actor=answer.submitted_by,
        origin=answer.submitted_from,
        pause_id=question.id,
        payload={"submission_id": answer.id},
    )
