"""The store fails while a form is open: what was typed is not lost, and goes through once when the store is back."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import contextmanager

import pytest

from tests.kernel.notebook import Notebook

FLOW = """
from hitl_jupyter import flow, pause_flow_run

@flow
def ask():
    return pause_flow_run(str)
"""
HELD_BY_A_VALIDATOR = """
import os, sqlite3
from pydantic import field_validator
from hitl_jupyter import RunInput

other = sqlite3.connect(os.environ["HITL_STORE"], isolation_level=None)
tries = []

class Checked(RunInput):
    name: str

    @field_validator("name")
    def hold(cls, name):
        if not tries:
            other.execute("BEGIN IMMEDIATE")
        tries.append(name)
        return name

@flow
def ask_checked():
    return pause_flow_run(Checked).name

run = ask_checked.start()
"""


@contextmanager
def locked(kernel, store):
    """Another process is in the middle of a write that does not end."""
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield "is locked by another process"
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def deleted(kernel, store):
    """The name is gone and the file is there, as when somebody moves it to the trash and restores it."""
    aside = store.with_suffix(".aside")
    store.rename(aside)
    try:
        yield "was deleted, moved or replaced"
    finally:
        aside.rename(store)


@contextmanager
def full(kernel, store):
    """No file of the kernel may grow, which SQLite meets as it meets a full disk."""
    import resource

    pid = kernel.manager.provisioner.pid
    before, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, most))
    try:
        yield ""
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (before, most))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("faults") / "hitl.db"


@pytest.fixture(scope="module")
def kernel(store):
    notebook = Notebook(store)
    assert "ok" == notebook.run(FLOW).status
    yield notebook
    notebook.close()


@pytest.mark.kernel
@pytest.mark.parametrize(
    "trouble",
    [
        locked,
        deleted,
        # The kernel alone must find the disk full, so its limit is set from outside: only Linux has a call for that.
        pytest.param(full, marks=pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux's")),
    ],
)
def test_an_answer_that_cannot_be_saved_stays_in_the_form(kernel, store, trouble):
    """The reply is "failed" and says why, the form stays, the kernel answers meanwhile; then the same answer counts."""
    cell = kernel.start("ask()")
    [(card, question)] = kernel.asked()
    with trouble(kernel, store) as why:
        waiting = {"id": "first", "kind": "submit", "pause_id": question["pause_id"], "document": filled("Ada")}
        kernel.send(card, waiting)
        assert "ok" == kernel.request(card, kind="hello")["status"]
        # A lock is waited for, and not by the kernel.
        assert trouble is not locked or "first" not in [message.get("id") for message in card.messages]
        reply = replied(kernel, card, "first")
        assert "failed" == reply["status"]
        assert "Not saved" in reply["message"]
        assert why in reply["message"]
        assert [(card, question)] == kernel.open()
        assert cell.status is None
    assert "accepted" == kernel.answer(card, question, value="Ada")["status"]
    assert "'Ada'" == kernel.finish(cell).result
    assert [("accepted", '{"value":"Ada"}')] == kept(store, question)


@pytest.mark.kernel
def test_a_store_that_fails_between_the_two_commits_of_an_answer(kernel, store):
    """What was received and could not be decided is "failed" too; sent again, it is accepted once."""
    kernel.run(HELD_BY_A_VALIDATOR)
    [(card, question)] = kernel.asked()
    assert "failed" == kernel.answer(card, question, name="Ada")["status"]
    assert [("received", '{"name":"Ada"}')] == kept(store, question)
    assert [(card, question)] == kernel.open()
    kernel.run("other.execute('ROLLBACK')")
    assert "accepted" == kernel.answer(card, question, name="Ada")["status"]
    assert "('Ada', ['Ada', 'Ada'])" == kernel.run("await run, tries").result
    assert 1 == [state for state, _ in kept(store, question)].count("accepted")


def filled(text):
    return {"is": "value", "value": {"value": {"is": "value", "value": text}}}


def replied(kernel, card, request_id):
    def reply():
        return next((m for m in card.messages if m["kind"] == "reply" and m["id"] == request_id), None)

    kernel.until(reply, "no reply")
    return reply()


def kept(store, question):
    """Give the answers to a question as the store has them, oldest first."""
    conn = sqlite3.connect(store)
    rows = conn.execute("SELECT state, data FROM submission WHERE pause_id = ? ORDER BY rowid", [question["pause_id"]])
    found = rows.fetchall()
    conn.close()
    return found
