"""One thread per process for what goes on by itself: log flushes, heartbeats, answers from elsewhere, the watchdog.

It sleeps while no run is alive. It runs no user code and never waits for a loop: answers it finds are handed to the
home loop, where the inbox judges them.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from hitl_jupyter import store
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.logs import LogBook, logger
from hitl_jupyter.engine.watchdog import Watchdog
from hitl_jupyter.exceptions import StoreError

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

TICK = 0.1
"""Seconds between two looks while something is open: an answer from elsewhere waits this long at most."""
RETRY = 2.0
"""Seconds after which a store that failed is tried again."""
HEARTBEAT = 5.0
"""Seconds between two signs of life of a process with runs."""


class Keeper:
    """The thread, started by the first run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wake = threading.Condition()
        self._books: set[LogBook] = set()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._idle = False
        self._beat_at = 0.0
        self._look_again = False
        self._missing: set[FlowRun[Any]] = set()
        self._watchdog = Watchdog(session)

    def flush_soon(self, book: LogBook) -> None:
        """Have a log book's lines committed within a tick, from any thread."""
        with self._wake:
            self._books.add(book)
            self._rouse()

    def attend(self) -> None:
        """Look after the session from now on, while it has runs."""
        with self._wake:
            self._rouse()

    def stop(self) -> None:
        """Flush what is kept and end the thread."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _rouse(self) -> None:
        if self._stopped:
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._keep, name=f"hitl-keeper-{os.getpid()}", daemon=True)
            self._thread.start()
        # One that only waits for its next look needs no waking: it would take the processor from the answer at hand.
        if self._idle:
            self._wake.notify()

    def _keep(self) -> None:
        while True:
            with self._wake:
                while not (self._books or self._alive() or self._stopped):
                    self._idle = True
                    self._wake.wait()
                self._idle = False
                if not self._stopped:
                    self._wake.wait_for(lambda: self._stopped, timeout=TICK)
                books, self._books = self._books, set()
                stopped = self._stopped
            try:
                for book in books:
                    book.flush()
                if stopped:
                    return
                self._look()
            except StoreError as error:
                logger.error("%s Questions stay open; looking again.", error)
                with self._wake:
                    self._wake.wait_for(lambda: self._stopped, timeout=RETRY)
            except Exception:  # noqa: BLE001 - a border
                # This thread must outlive whatever it meets.
                logger.exception("Looking after runs failed; looking again.")

    def _alive(self) -> bool:
        session = self._session
        return bool(session.runs or session.questions or session.receivers)

    def _look(self) -> None:
        session = self._session
        if not self._alive():
            return
        self._watchdog.look()
        now = session.source.monotonic()
        if now - self._beat_at >= HEARTBEAT:
            self._beat_at = now
            self._beat()
        if (session.questions or session.receivers) and (session.store.changed() or self._look_again):
            self._look_again = False
            session.receivers.arrived()
            for submission, _ in session.store.read(store.submissions.received, session.owner.id).result():
                question = session.questions.get(submission.pause_id)
                if question is None:
                    # Answered in the moment between its commit and its place in this process's memory.
                    self._look_again = True
                else:
                    session.host.home().call_soon_threadsafe(inbox.take, question, submission)

    def _beat(self) -> None:
        """Give a sign of life, and end what another process has taken up because there was none for a while."""
        session = self._session
        mine = list(session.runs.values())
        owned = session.store.write(store.owners.beat, session.owner.id, session.source.now()).result()
        # Twice in a row: one that has ended is not among them either, for the moment until this process knows.
        missing = {run for run in mine if not (run.state is None or run.journal.closed or run.id_text in owned)}
        for run in missing & self._missing:
            run.taken_over()
        self._missing = missing
        for question in list(session.questions.values()):
            if question.detached and question.overdue():
                # Nobody waits for it here: the run comes back to be told.
                question.come_back()
