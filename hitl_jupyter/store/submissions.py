"""People's answers: kept as they came, then accepted or sent back, once.

The first accepted answer to a question wins; the others learn whose it was (invariant 3). Nothing is judged here: the
process that owns the class says what it makes of an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, null, select, update

from hitl_jupyter.core.records import EventRecord, Json, LogRecord, PauseRecord, SubmissionRecord
from hitl_jupyter.core.states import FINAL, PauseState, State, StateType, SubmissionState
from hitl_jupyter.exceptions import InvalidTransition, NotPausedError, ObjectNotFound
from hitl_jupyter.store import events, pauses, rows
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.statements import Row, Statement
from hitl_jupyter.store.tables import flow_run, pause, submission

_ADD = Statement(insert(submission))
_GET = Statement(select(submission).where(submission.c.id == bindparam("submission")))
_WINNER = Statement(
    select(submission).join(pause, pause.c.answer_id == submission.c.id).where(pause.c.id == bindparam("pause"))
)
_answer = submission.alias("answer")
_QUESTION = Statement(
    select(
        *pause.c,
        flow_run.c.name.label("run_name"),
        *(flow_run.c[f"state_{name}"].label(f"run_state_{name}") for name in ("type", "name", "timestamp")),
        _answer.c.submitted_by,
    )
    .join(flow_run, flow_run.c.id == pause.c.run_id)
    .outerjoin(_answer, _answer.c.id == pause.c.answer_id)
    .where(pause.c.id == bindparam("pause"))
)
_WIN = Statement(
    update(pause)
    .where(
        pause.c.state == PauseState.OPEN.value,
        pause.c.id
        == select(submission.c.pause_id)
        .where(submission.c.id == bindparam("submission"), submission.c.state == SubmissionState.RECEIVED.value)
        .scalar_subquery(),
    )
    .values(
        state=PauseState.ANSWERED.value,
        answer_id=bindparam("submission"),
        value=bindparam("answer"),
        cells=bindparam("cells"),
        closed_at=bindparam("at"),
        draft=null(),
    )
)
_DECIDE = Statement(
    update(submission)
    .where(submission.c.id == bindparam("submission"), submission.c.state == SubmissionState.RECEIVED.value)
    .values(state=bindparam("outcome"), decided_at=bindparam("at"), errors=bindparam("why"))
)
_AROUND = Statement(
    select(
        *(submission.c[name] for name in ("pause_id", "submitted_by", "submitted_from", "seconds", "state")),
        *(pause.c.run_id, pause.c.pause_key, flow_run.c.state_type, pauses.waits),
    )
    .join(pause, pause.c.id == submission.c.pause_id)
    .join(flow_run, flow_run.c.id == pause.c.run_id)
    .where(submission.c.id == bindparam("submission"))
)
_RECEIVED = Statement(
    select(*submission.c, *(column.label(f"of_{column.name}") for column in pause.c))
    .join(pause, pause.c.id == submission.c.pause_id)
    .join(flow_run, flow_run.c.id == pause.c.run_id)
    .where(
        submission.c.state == SubmissionState.RECEIVED.value,
        pause.c.state == PauseState.OPEN.value,
        flow_run.c.owner_id == bindparam("owner"),
    )
    .order_by(submission.c.received_at, submission.c.id)
)


def receive(conn: Connection, answer: SubmissionRecord) -> None:
    """Keep an answer as it came.

    Raises
    ------
    NotPausedError
        The question is not open, its time is over, or its run has ended; the text says who answered and when, or what
        else became of it, and what to do.
    ObjectNotFound
        There is no such question.
    """
    found = _QUESTION.row(conn, {"pause": answer.pause_id})
    if found is None:
        raise ObjectNotFound("pause", answer.pause_id)
    why = _why_not(rows.read_pause(found), found, answer.received_at)
    if why is not None:
        raise NotPausedError(repr(found["run_name"]), why)
    _ADD.do(conn, rows.submission(answer))
    payload: dict[str, Json] = {"pause_key": found["pause_key"], "submission_id": answer.id, "seconds": answer.seconds}
    events.add(
        conn,
        [
            EventRecord(
                "submission.received",
                answer.received_at,
                found["run_id"],
                answer.submitted_by,
                answer.submitted_from,
                answer.pause_id,
                payload,
            )
        ],
    )


def accept(
    conn: Connection,
    submission_id: str,
    value: Json,
    at: datetime,
    running: State,
    *,
    errors: Json = None,
    cells: Json = None,
    logs: Sequence[LogRecord] = (),
) -> PauseRecord | None:
    """Make an answer the one that counts: None. If the question is closed: send the answer back, give the question.

    An answer that is decided already stays as it is. `errors` are what a validator said of one that counts all the
    same, `cells` the answer once more where its value does not say all of it.

    Raises
    ------
    ObjectNotFound
        There is no such answer.
    """
    won = _WIN.do(conn, {"submission": submission_id, "answer": value, "cells": cells, "at": at}) == 1
    around = _AROUND.row(conn, {"submission": submission_id})
    if around is None:
        raise ObjectNotFound("submission", submission_id)
    if not won:
        return _lost(conn, submission_id, around["pause_id"], SubmissionState(around["state"]), at)
    _DECIDE.do(conn, {"submission": submission_id, "outcome": SubmissionState.ACCEPTED.value, "at": at, "why": errors})
    payload: dict[str, Json] = {
        "pause_key": around["pause_key"],
        "submission_id": submission_id,
        "seconds": around["seconds"],
    }
    who = (around["submitted_by"], around["submitted_from"])
    happened = [EventRecord(f"pause.{PauseState.ANSWERED}", at, around["run_id"], *who, around["pause_id"], payload)]
    happened += pauses.go_on(conn, around["run_id"], around["state_type"], running, waits=around["waits"])
    events.add(conn, happened)
    log_lines.add(conn, logs)
    return None


def _lost(conn: Connection, submission_id: str, pause_id: str, state: SubmissionState, at: datetime) -> PauseRecord:
    (found,) = _QUESTION.rows(conn, {"pause": pause_id})
    question = rows.read_pause(found)
    if state is SubmissionState.RECEIVED:
        why = f"Run {found['run_name']!r} {_what_became(question, found)}"
        send_back(conn, submission_id, {"": why}, at)
    return question


def late(conn: Connection, submission_id: str, at: datetime) -> None:
    """Send an answer back whose question was closed before anybody judged it; one that is decided stays as it is.

    Raises
    ------
    ObjectNotFound
        There is no such answer.
    """
    around = _AROUND.row(conn, {"submission": submission_id})
    if around is None:
        raise ObjectNotFound("submission", submission_id)
    _lost(conn, submission_id, around["pause_id"], SubmissionState(around["state"]), at)


def send_back(conn: Connection, submission_id: str, errors: Json, at: datetime) -> None:
    """Refuse an answer; the question stays as it is.

    Raises
    ------
    InvalidTransition
        It is decided already.
    ObjectNotFound
        There is no such answer.
    """
    outcome = SubmissionState.SENT_BACK
    given = {"submission": submission_id, "outcome": outcome.value, "at": at, "why": errors}
    done = _DECIDE.do(conn, given) == 1
    around = _AROUND.row(conn, {"submission": submission_id})
    if around is None:
        raise ObjectNotFound("submission", submission_id)
    if not done:
        raise InvalidTransition(submission_id, around["state"], outcome, what="Submission")
    payload: dict[str, Json] = {"pause_key": around["pause_key"], "submission_id": submission_id}
    events.add(
        conn, [EventRecord(f"submission.{outcome}", at, around["run_id"], None, None, around["pause_id"], payload)]
    )


def received(conn: Connection, owner_id: str) -> list[tuple[SubmissionRecord, PauseRecord]]:
    """Give the answers to a process's open questions that it has not judged, oldest first, each with its question."""
    found = _RECEIVED.rows(conn, {"owner": owner_id})
    return [(rows.read_submission(row), rows.read_pause(row, "of_")) for row in found]


def get(conn: Connection, submission_id: str) -> SubmissionRecord:
    """Give an answer.

    Raises
    ------
    ObjectNotFound
        There is no such answer.
    """
    found = _GET.row(conn, {"submission": submission_id})
    if found is None:
        raise ObjectNotFound("submission", submission_id)
    return rows.read_submission(found)


def winner(conn: Connection, pause_id: str) -> SubmissionRecord | None:
    """Give the answer that counts, None where there is none."""
    found = _WINNER.row(conn, {"pause": pause_id})
    return None if found is None else rows.read_submission(found)


def became(conn: Connection, pause_id: str) -> str:
    """Say what became of a closed question, and by whom: the end of a sentence that begins with the run.

    Raises
    ------
    ObjectNotFound
        There is no such question.
    """
    found = _QUESTION.row(conn, {"pause": pause_id})
    if found is None:
        raise ObjectNotFound("pause", pause_id)
    return _what_became(rows.read_pause(found), found)


def _why_not(question: PauseRecord, found: Row, at: datetime) -> str | None:
    """Say why a question takes no answer at that time: the end of a sentence that begins with the run."""
    if question.state is not PauseState.OPEN:
        return _what_became(question, found)
    if StateType(found["run_state_type"]) in FINAL:
        return f"does not wait any more: {_ended(found)}"
    if question.deadline is not None and at > question.deadline:
        return (
            f"takes no answer to its pause {question.pause_key!r} any more: its time was over at "
            f"{_utc(question.deadline)}. Run the flow again to be asked anew."
        )
    return None


def _what_became(question: PauseRecord, found: Row) -> str:
    """Say what became of a closed question: the end of a sentence that begins with the run."""
    at = _utc(question.closed_at)
    if question.state is PauseState.ANSWERED:
        return f"had its pause {question.pause_key!r} answered by {found['submitted_by']} at {at}."
    how = {PauseState.TIMED_OUT: "timed out", PauseState.INTERRUPTED: "was interrupted"}.get(
        question.state, "was cancelled"
    )
    became = f"does not wait any more: its pause {question.pause_key!r} {how} at {at}."
    if question.state is PauseState.INTERRUPTED:
        return f"{became} Take the run up again (hitl_jupyter.recover), then answer it."
    return f"{became} {_ended(found)}" if StateType(found["run_state_type"]) in FINAL else became


def _ended(found: Row) -> str:
    return f"The run is {found['run_state_name']} since {_utc(found['run_state_timestamp'])}."


def _utc(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
