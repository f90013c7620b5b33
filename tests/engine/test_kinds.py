"""Answers of every kind of a type, by program, to a flow that waits: what it gets, and what it never sees."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from enum import Flag, StrEnum
from fractions import Fraction
from pathlib import Path
from re import Pattern
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import Base64Bytes, BaseModel, ByteSize, EmailStr, HttpUrl, ImportString

from hitl_jupyter import flow, pause_flow_run, resume_flow_run
from hitl_jupyter.exceptions import ImportRefused, SubmissionRefused
from hitl_jupyter.input import RunInput


class Day(StrEnum):
    MON = "Monday"
    TUE = "Tuesday"


class Rights(Flag):
    READ = 1
    WRITE = 2


class Kinds(RunInput):
    price: Decimal
    ratio: Fraction
    memory: ByteSize
    opens: time
    takes: timedelta
    number: UUID
    folder: Path
    search: Pattern[str]
    zone: ZoneInfo
    site: HttpUrl
    mail: EmailStr
    days: set[Day]
    rights: Rights
    raw: bytes
    encoded: Base64Bytes


DATA = {
    "price": "1.10",
    "ratio": "1/3",
    "memory": "1.5kb",
    "opens": "10:00:00.000001+05:30",
    "takes": "P1DT0.000001S",
    "number": "12345678-1234-5678-1234-567812345678",
    "folder": "~/in",
    "search": "a|b",
    "zone": "Europe/Berlin",
    "site": "http://example.org",
    "mail": "a@example.org",
    "days": ["Tuesday"],
    "rights": 3,
    "raw": "hi",
    "encoded": "YWJj",
}


@flow
def ask(kind):
    return pause_flow_run(kind)


def test_a_flow_gets_every_kind_as_pydantic_makes_it(desk):
    """What a program answers in JSON reaches the flow as the values that it stands for, zeros at the end included."""
    run = ask.start(Kinds)
    desk.next_question()
    resume_flow_run(run.id, DATA)
    answer = run.result()
    assert dict(Kinds(**DATA)) == dict(answer)
    assert "1.10" == str(answer.price)


@pytest.mark.parametrize("wrong", [{"zone": "Mars"}, {"search": "("}, {"mail": "a@b"}, {"memory": "much"}])
def test_what_a_type_refuses_leaves_the_flow_waiting(desk, wrong):
    """An answer that one of pydantic's own types refuses is sent back, and the flow waits for a better one."""
    run = ask.start(Kinds)
    desk.next_question()
    with pytest.raises(SubmissionRefused, match=next(iter(wrong))):
        resume_flow_run(run.id, {**DATA, **wrong})
    resume_flow_run(run.id, DATA)
    assert dict(Kinds(**DATA)) == dict(run.result())


def test_a_flow_does_not_wait_for_the_name_of_an_import(desk):
    """A question that would import what the answer names is refused before anybody is asked."""

    class Tool(BaseModel):
        name: ImportString

    with pytest.raises(ImportRefused, match="Field name of Tool"):
        ask(Tool)
