"""Answers that are files: on the disk before they count, in the record by name, given again as they were."""

from __future__ import annotations

import asyncio
import hashlib
import json

import pytest
from pydantic import Base64Bytes, Base64UrlBytes, Field, field_validator

from hitl_jupyter import RunInput, flow, pause_flow_run, store
from hitl_jupyter.engine import inbox
from hitl_jupyter.exceptions import KeptValueLost
from hitl_jupyter.forms import Document
from hitl_jupyter.forms.files import File

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

FILE = {"hitl": {"control": "file"}}
BINARY = bytes(range(256)) * 20


class Papers(RunInput):
    """What is asked for."""

    report: bytes = Field(json_schema_extra=FILE)
    seal: Base64Bytes = Field(b"", json_schema_extra=FILE)
    stamp: Base64UrlBytes | None = Field(None, json_schema_extra=FILE)
    pages: list[bytes] = Field([], json_schema_extra=FILE)
    note: bytes = b"plain"


class Cut(RunInput):
    """A file of which the flow gets a part."""

    report: bytes = Field(json_schema_extra=FILE)

    @field_validator("report")
    @classmethod
    def without_head(cls, report: bytes) -> bytes:
        return report[4:] if report.startswith(b"HEAD") else report


def asks(model, seen):
    """A flow that asks once, and keeps what it got."""

    def ask():
        seen.append(pause_flow_run(model))
        return len(seen)

    return flow(ask).with_options(idempotency_key="k")


def submitted(desk, question, **values):
    """Fill the form and send it, as a page does."""
    document = Document(question.plan)
    for name, value in values.items():
        document[name].value = value
    answer = inbox.submit(question, document, by="ana", origin="test")
    return asyncio.run_coroutine_threadsafe(answer, desk.session.host.home()).result(10)


VALUES = {
    "report": File.of(BINARY, "report.bin"),
    "seal": BINARY,
    "stamp": b"\xff\xfb",
    "pages": [b"", b"text", BINARY],
    "note": "plain text",
}


@pytest.mark.parametrize("values", [VALUES, {"report": b""}])
def test_flow_that_waits_again_has_the_same_answer(kernels, values):
    """A run that was killed at its second question is given the files of its first one as they were."""
    seen = []

    def ask():
        seen.append(pause_flow_run(Papers))
        pause_flow_run(None)

    desk = kernels.start()
    flow(ask).with_options(idempotency_key="k").start()
    submitted(desk, desk.next_question(), **values)
    desk.next_question()
    desk = kernels.start()
    flow(ask).with_options(idempotency_key="k").start()
    desk.next_question()
    first, second = seen
    assert first == second


@pytest.mark.parametrize("left", [BINARY, b"text"])
def test_what_a_validator_made_of_a_file_is_given_again(kernels, left):
    """The flow gets the part of a file that its validator left, also when it is taken up."""
    seen = []

    def ask():
        seen.append(pause_flow_run(Cut).report)
        pause_flow_run(None)

    desk = kernels.start()
    flow(ask).with_options(idempotency_key="k").start()
    submitted(desk, desk.next_question(), report=b"HEAD" + left)
    desk.next_question()
    desk = kernels.start()
    flow(ask).with_options(idempotency_key="k").start()
    desk.next_question()
    assert [left, left] == seen


def test_record_holds_no_bytes(desk):
    """The row of an answer says where its files are, how they are called and how large they are."""
    run = asks(Papers, []).start()
    question = desk.next_question()
    submitted(desk, question, **VALUES)
    run.result()
    pause = desk.read(store.pauses.get, question.id)
    report = pause.value["report"]
    assert ("report.bin", len(BINARY)) == (report["name"], report["size"])
    assert len(json.dumps(pause.value)) < 2000
    assert BINARY == (desk.session.store.values / report["file"]).read_bytes()
    assert "plain text" == pause.value["note"]


def test_answer_is_not_saved_if_its_file_cannot_be(desk, monkeypatch):
    """Where the file cannot be kept, the answer is not accepted: the person can send it again."""
    run = asks(Papers, []).start()
    question = desk.next_question()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hitl_jupyter.store.values._replace", full)
    receipt = submitted(desk, question, report=BINARY)
    assert ("failed", True) == (receipt.status, "No space left on device" in receipt.message)
    monkeypatch.undo()
    assert "accepted" == submitted(desk, question, report=BINARY).status
    run.result()


def test_file_that_is_missing_says_which(kernels):
    """A run whose file somebody removed says which one, and how to go on."""

    def ask():
        pause_flow_run(Papers)
        pause_flow_run(None)

    desk = kernels.start()
    flow(ask).with_options(idempotency_key="k").start()
    submitted(desk, desk.next_question(), report=File.of(BINARY, "lost.bin"))
    desk.next_question()
    for path in desk.session.store.values.rglob("*.bin"):
        path.unlink()
    kernels.start()
    with pytest.raises(KeptValueLost, match=r"the file 'lost\.bin' in an answer"):
        flow(ask).with_options(idempotency_key="k").start().result()


def test_file_is_read_from_the_disk_piece_by_piece(desk, tmp_path):
    """What a page has sent is copied beside the store and is whole there."""
    spool = tmp_path / "spool"
    spool.write_bytes(BINARY * 1000)
    file = File("page-engine", "large.bin", len(BINARY) * 1000)

    digest = hashlib.sha256(BINARY * 1000).hexdigest()
    file.spooled(spool, digest)
    seen = []
    run = asks(Papers, seen).start()
    submitted(desk, desk.next_question(), report=file)
    run.result()
    assert BINARY * 1000 == seen[0].report
    assert BINARY * 1000 == (desk.session.store.values / digest[:2] / f"{digest}.bin").read_bytes()
