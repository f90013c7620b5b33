"""The thread that asks at the terminal: one question after the other, the oldest first.

A question that is answered, timed out or cancelled elsewhere is let go at once, also in the middle of a line. The
thread never outlives the program: `stop` ends it before the interpreter ends.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from hitl_jupyter.core.text import printable
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.inbox import Receipt
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.question import Question
from hitl_jupyter.forms import Document
from hitl_jupyter.terminal.interview import Interview
from hitl_jupyter.terminal.keyboard import Keyboard
from hitl_jupyter.terminal.screen import Screen
from hitl_jupyter.terminal.talk import Cell, EndOfInput, Interrupted, Misfit
from hitl_jupyter.terminal.words import HELP, heading, notice

SETTLING = 0.5
"""Seconds after a question was taken away in which what is typed is still meant for it, and dropped."""
PATIENCE = 1.0
"""Seconds that the end of the program waits for the thread."""


@dataclass(slots=True, eq=False)
class Asked:
    """A question in the queue; `closed` says what became of it elsewhere, None while it is open."""

    question: Question
    closed: str | None = None


class Asker:
    """The queue of open questions and the thread that asks them."""

    def __init__(self, keyboard: Keyboard, screen: Screen) -> None:
        self.keyboard = keyboard
        self._screen = screen
        self._queue: list[Asked] = []
        self._changed = threading.Condition()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._helped = False
        screen.ask_on(keyboard.fd)

    def add(self, question: Question) -> None:
        """Ask this question when its turn comes."""
        with self._changed:
            self._queue.append(Asked(question))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="hitl-terminal", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self, question_id: str, message: str) -> None:
        """Let a question go that is no longer open; the message says why."""
        with self._changed:
            for asked in self._queue:
                if asked.question.id == question_id and asked.closed is None:
                    asked.closed = message
            self._changed.notify_all()
        self.keyboard.interrupt()

    def close_run(self, run_id: str, message: str) -> None:
        """Let the questions of a run go that is over."""
        for asked in tuple(self._queue):
            if asked.question.run.id_text == run_id:
                self.close(asked.question.id, message)

    def stop(self) -> None:
        """End the thread, and leave the terminal as it was."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.keyboard.interrupt()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)
        self.keyboard.restore()

    # -- the thread ---------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            asked = self._next()
            if asked is None:
                return
            try:
                self._ask(asked)
            except Interrupted:
                self._let_go(asked)
            except EndOfInput:
                self._leave(asked.question, "Left open.")
            except Exception:  # noqa: BLE001 - logged with its traceback
                # A border: the questions after this one must be asked.
                logger.exception("Asking at the terminal failed.")
                self._leave(asked.question, "This could not be asked here.")
            finally:
                with self._changed:
                    self._queue.remove(asked)

    def _next(self) -> Asked | None:
        """Give the oldest open question once there is one, None when the program ends."""
        with self._changed:
            while not self._stopped:
                self._queue = [asked for asked in self._queue if asked.closed is None]
                if self._queue:
                    return min(self._queue, key=lambda asked: asked.question.opened_at)
                self._changed.wait()
        return None

    def _ask(self, asked: Asked) -> None:
        question, talk = asked.question, _Conversation(self, asked)
        now = question.run.session.source
        if not self.keyboard.in_foreground():
            self._leave(question, "In the background.")
            self.keyboard.wait_for_foreground(lambda: self._over(asked))
        self._screen.say(heading(question))
        shown = now.monotonic()
        interview = None
        if question.plan is None or question.document is None:
            talk.ask("Press Enter to resume: ")
        else:
            self._help()
            interview = Interview(question.plan.to_json(), question.document.to_wire(), talk)
            interview.fill()
        while True:
            receipt = self._submit(asked, interview.document if interview else None, now.monotonic() - shown)
            if receipt.status == "refused" and interview is not None:
                if self._over(asked):
                    raise Interrupted
                interview.again([(error.path, error.message) for error in receipt.errors])
                continue
            if receipt.message:
                self._screen.say(printable(receipt.message))
            if receipt.status != "failed":
                return
            talk.ask("Press Enter to send it again: ")

    def _submit(self, asked: Asked, wire: Cell | None, seconds: float) -> Receipt:
        """Send an answer and wait for what becomes of it.

        Raises
        ------
        Interrupted
            The program ends.
        """
        question = asked.question
        document: Document | dict[str, Any] = {}
        if question.plan is not None:
            document = Document(question.plan)
            document.replace(wire)
        session = question.run.session
        sending = inbox.submit(question, document, by=session.owner.user, origin="terminal", seconds=seconds)
        future = asyncio.run_coroutine_threadsafe(sending, session.host.home())
        future.add_done_callback(self._tell)
        with self._changed:
            self._changed.wait_for(lambda: future.done() or self._stopped)
        if not future.done():
            raise Interrupted
        return future.result()

    def _tell(self, _: Future[Receipt]) -> None:
        with self._changed:
            self._changed.notify_all()

    def _over(self, asked: Asked) -> bool:
        return self._stopped or asked.closed is not None

    def _let_go(self, asked: Asked) -> None:
        """Say what became of the question, and forget what was being typed for it."""
        self._screen.end_prompt(on_new_line=False)
        if self._stopped:
            return
        self._screen.say(f"No answer is needed any more: {printable(asked.closed or '')}")
        try:
            self.keyboard.pause(SETTLING, lambda: self._stopped)
        except Interrupted:
            return
        self.keyboard.drop()

    def _leave(self, question: Question, why: str) -> None:
        """Say how a question can be answered that is not asked here."""
        self._screen.end_prompt(on_new_line=False)
        self._screen.say(f"{why}\n{notice(question, question.run.session.source.now())}")

    def _help(self) -> None:
        if not self._helped:
            self._helped = True
            self._screen.say(HELP)

    def line(self, asked: Asked, prompt: str, *, secret: bool) -> str:
        """Give a line for a question.

        Raises
        ------
        Interrupted
            The question is closed or the program ends.
        EndOfInput
            There will be no line.
        """
        while True:
            try:
                with self.keyboard.hiding(secret=secret):
                    self._screen.prompt(prompt)
                    text = self.keyboard.line(lambda: self._over(asked))
            except Misfit as error:
                self._screen.end_prompt(on_new_line=True)
                self._screen.say(f"  {error}")
                continue
            # A hidden line's Enter is hidden, too.
            self._screen.end_prompt(on_new_line=not secret)
            return text


class _Conversation:
    """The talk about one question."""

    def __init__(self, asker: Asker, asked: Asked) -> None:
        self._asker = asker
        self._asked = asked

    def say(self, text: str) -> None:
        self._asker._screen.say(text)  # noqa: SLF001 - its other half

    def ask(self, prompt: str, *, secret: bool = False) -> str:
        return self._asker.line(self._asked, prompt, secret=secret)
