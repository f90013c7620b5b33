"""The section *Inputs*: each question with its answer, who gave it, when and after how long, and the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from hitl_jupyter import store
from hitl_jupyter.core.records import CorrectionRecord, Json, PauseRecord, SubmissionRecord
from hitl_jupyter.core.states import PauseState, SubmissionState
from hitl_jupyter.core.text import short
from hitl_jupyter.engine.account import answered, titles_of
from hitl_jupyter.engine.runpage.asked import Window
from hitl_jupyter.engine.runpage.look import Look, iso, iso_if
from hitl_jupyter.engine.runpage.shapes import Corrected, Input, Inputs, Refused, Said
from hitl_jupyter.engine.told import question, value

VALUE: Final = 2000
"""Characters of one field of an answer."""
UNJUDGED: Final = "Received, and not judged yet: the process that asks does that."


def inputs(look: Look, asked: Window) -> Inputs:
    """Give a window of the questions."""
    found = store.runpage.inputs.questions(look.conn, look.run.id, asked.offset, asked.limit)
    ids = [pause.id for pause, _ in found]
    answers: dict[str, list[SubmissionRecord]] = defaultdict(list)
    for answer in store.runpage.inputs.answers(look.conn, ids):
        answers[answer.pause_id].append(answer)
    corrections: dict[str | None, list[CorrectionRecord]] = defaultdict(list)
    for correction in store.runpage.inputs.corrections(look.conn, ids):
        corrections[correction.pause_id].append(correction)
    schemas = store.account.schemas(look.conn, {pause.form for pause, _ in found if pause.form is not None})
    return {
        "total": store.runpage.overview.count(look.conn, look.run.id, "inputs"),
        "rows": [
            _input(pause, name, schemas.get(pause.form or ""), answers[pause.id], corrections[pause.id])
            for pause, name in found
        ],
    }


def _input(
    pause: PauseRecord,
    run_name: str,
    schema: Json,
    answers: list[SubmissionRecord],
    corrections: list[CorrectionRecord],
) -> Input:
    counts = next((one for one in answers if one.state is SubmissionState.ACCEPTED), None)
    seconds = None
    if counts is not None:
        seconds = counts.seconds
        if seconds is None:
            seconds = (counts.received_at - pause.opened_at).total_seconds()
    return {
        "key": pause.pause_key,
        "title": question({"key": pause.pause_key, "description": pause.description}, schema),
        "description": pause.description,
        "run_name": run_name,
        "state": pause.state.value,
        "asked_at": iso(pause.opened_at),
        "answered_at": None if counts is None else iso(counts.received_at),
        "closed_at": iso_if(pause.closed_at),
        "seconds": seconds,
        "by": None if counts is None else counts.submitted_by,
        "origin": None if counts is None else counts.submitted_from,
        "deadline": iso_if(pause.deadline),
        "answer": _answer(pause, counts, schema),
        "errors": [] if counts is None else list(_errors(counts.errors, schema)),
        "refused": [_refused(one, schema) for one in answers if one.state is not SubmissionState.ACCEPTED],
        "corrected": [_corrected(one, schema) for one in corrections],
    }


def _answer(pause: PauseRecord, counts: SubmissionRecord | None, schema: Json) -> list[Said] | None:
    if counts is not None:
        return _said(counts.data, pause.value, schema)
    # A deadline may give a value.
    return None if pause.state is PauseState.OPEN or pause.value is None else _said(None, pause.value, schema)


def _refused(answer: SubmissionRecord, schema: Json) -> Refused:
    judged = answer.state is SubmissionState.SENT_BACK
    return {
        "at": iso(answer.received_at),
        "by": answer.submitted_by,
        "answer": _said(answer.data, None, schema),
        "errors": list(_errors(answer.errors, schema)) if judged else [UNJUDGED],
    }


def _corrected(correction: CorrectionRecord, schema: Json) -> Corrected:
    return {
        "at": iso(correction.at),
        "by": correction.corrected_by,
        "reason": correction.reason,
        "answer": _said(correction.value, None, schema),
    }


def _said(data: Json, value_: Json, schema: Json) -> list[Said]:
    found = answered({"answer": data, "value": value_}, schema)
    return [{"title": title, "value": _text(one)} for title, one in found]


def _text(data: Json) -> str:
    return short(data, VALUE) if isinstance(data, str) else value(data, VALUE)


def _errors(errors: Json, schema: Json) -> Iterator[str]:
    """Give each message with the title of its field."""
    titles = titles_of(schema)
    for place, messages in (errors if isinstance(errors, dict) else {}).items():
        name = place.partition(".")[0]
        title = "" if name == "value" else titles.get(name, name)
        said: list[Any] = messages if isinstance(messages, list) else [messages]
        for message in said:
            yield f"{title}: {message}" if title else str(message)
