"""The thread that asks, at a real pseudo-terminal in this process; questions and the inbox are fakes."""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time

import pytest

from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.bridge import Program
from hitl_jupyter.engine.inbox import Receipt
from hitl_jupyter.forms import FieldError
from hitl_jupyter.terminal.asker import Asker
from hitl_jupyter.terminal.keyboard import Keyboard
from hitl_jupyter.terminal.screen import Screen
from tests.terminal.fakes import fake_question
from tests.terminal.person import PATIENCE


class Desk:
    """An asker, the person in front of it, and an inbox that gives what the test says."""

    def __init__(self, home):
        self.home = home
        self.keys, self._terminal = os.openpty()
        self.screen = Screen()
        self.asker = Asker(Keyboard(self._terminal), self.screen)
        self.sent = []
        self.receipts = []
        self.seen = ""

    async def submit(self, question, document, *, by, origin, seconds):
        assert ("ana", "terminal") == (by, origin)
        assert 0 <= seconds < 60
        self.sent.append((question.id, document.to_json() if question.plan else document))
        receipt = self.receipts.pop(0)
        return await receipt() if callable(receipt) else receipt

    def question(self, kind=None, **facts):
        return fake_question(kind, home=self.home, **facts)

    def read(self, text):
        until = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert select.select([self.keys], [], [], max(0, until - time.monotonic()))[0], self.seen
            self.seen = (self.seen + os.read(self.keys, 65536).decode()).replace("\r\n", "\n")
        self.seen = self.seen.split(text, 1)[1]

    def enter(self, text=""):
        os.write(self.keys, f"{text}\n".encode())

    def close(self):
        self.asker.stop()
        self.screen.close()
        os.close(self.keys)
        os.close(self._terminal)


@pytest.fixture
def desk(monkeypatch):
    """A terminal whose answers go to a list."""
    home = Program().home()
    made = Desk(home)
    monkeypatch.setattr(inbox, "submit", made.submit)
    yield made
    made.close()
    home.call_soon_threadsafe(home.stop)
    while home.is_running():
        time.sleep(0.01)
    home.close()


def test_an_answer_that_was_not_saved_is_sent_again_as_it_is(desk):
    """Where the store failed the person presses Enter, and types nothing a second time."""
    desk.receipts = [Receipt("failed", message="Not saved. The disk is full."), Receipt("accepted")]
    desk.asker.add(desk.question(str))
    desk.read("Value: ")
    desk.enter("Jeff")
    desk.read("Not saved. The disk is full.\nPress Enter to send it again: ")
    desk.enter()
    desk.asker.add(desk.question(key="2"))
    desk.read("Question 2.")
    assert [("pause 1", {"value": "Jeff"})] * 2 == desk.sent


def test_an_answer_that_came_too_late_is_told(desk):
    """Who answers a question that somebody else has answered reads so, and the next question comes."""
    desk.receipts = [Receipt("gone", message="Answered by bob at 10:42.")]
    desk.asker.add(desk.question())
    desk.asker.add(desk.question(key="2"))
    desk.read("Press Enter to resume: ")
    desk.enter()
    desk.read("Answered by bob at 10:42.\n")
    desk.read("Question 2.")


def test_a_question_that_closes_while_its_answer_is_refused_is_let_go(desk):
    """A refusal that arrives together with the end of the question asks nothing more."""
    question = desk.question(str)

    async def refuse():
        desk.asker.close(question.id, "Answered by bob.")
        return Receipt("refused", (FieldError(("value",), "Too short.", "schema"),))

    desk.receipts = [refuse]
    desk.asker.add(question)
    desk.read("Value: ")
    desk.enter("x")
    desk.read("No answer is needed any more: Answered by bob.")


def test_a_failure_leaves_the_question_open_and_the_next_is_asked(desk, caplog):
    """What goes wrong with one question is logged, and does not silence the terminal."""

    async def fail():
        raise RuntimeError("unforeseen")

    desk.receipts = [fail]
    desk.asker.add(desk.question(str))
    desk.asker.add(desk.question(str, key="2"))
    desk.read("Value: ")
    desk.enter("x")
    desk.read("This could not be asked here.\n")
    desk.read("To answer: resume_flow_run(")
    desk.read("Question 2.")
    assert ["Asking at the terminal failed."] == [record.message for record in caplog.records]
    assert "unforeseen" in caplog.text


def test_the_oldest_question_is_asked_first(desk):
    """The order is that of opening, whoever told the terminal first; a closed question is not asked at all."""
    desk.receipts = [Receipt("accepted")] * 3
    desk.asker.add(desk.question(key="first"))
    desk.read("Question first.")
    for key, minutes in (("new", 1), ("closed", 9), ("old", 5)):
        desk.asker.add(desk.question(key=key, minutes=minutes))
    desk.asker.close("pause closed", "Answered.")
    for key in ("old", "new"):
        desk.enter()
        desk.read(f"Question {key}.")
    assert ["pause first", "pause old"] == [sent for sent, _ in desk.sent]


def test_the_questions_of_a_run_that_is_over_are_let_go(desk):
    """No prompt outlives its run, whatever ended it."""
    question = desk.question(str)
    desk.asker.add(question)
    desk.read("Value: ")
    desk.asker.close_run(question.run.id_text, "Flow run 'brave-otter' is over.")
    desk.read("No answer is needed any more: Flow run 'brave-otter' is over.")


def test_the_end_does_not_wait_for_an_answer_on_its_way(desk):
    """A program may end while the store is still busy with an answer."""
    begun, saved = threading.Event(), asyncio.Event()

    async def slow():
        begun.set()
        await saved.wait()
        return Receipt("accepted")

    desk.receipts = [slow]
    desk.asker.add(desk.question())
    desk.read("Press Enter to resume: ")
    desk.enter()
    assert begun.wait(PATIENCE)
    desk.asker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "hitl-terminal"]
    desk.home.call_soon_threadsafe(saved.set)
