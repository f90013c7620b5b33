"""Shows runs outside a notebook: logs on stderr, questions at the terminal, or one line where there is none."""

from __future__ import annotations

import asyncio
import atexit
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from hitl_jupyter.core.records import ArtifactRecord, LogRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine.bridge import in_thread_of
from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import NoPages
from hitl_jupyter.terminal.asker import Asker
from hitl_jupyter.terminal.keyboard import Keyboard
from hitl_jupyter.terminal.screen import Screen
from hitl_jupyter.terminal.words import log_line, notice, progress_line

PATIENCE = 1.0
"""Seconds that the end of the program waits for what is still to be shown."""


class Terminal:
    """The presenter of a plain program."""

    def __init__(self) -> None:
        self._screen = Screen()
        self._asker: Asker | None = None
        self._home: asyncio.AbstractEventLoop | None = None
        self._tenths: dict[str, int] = {}

    def run_placed(self, run: FlowRun[Any]) -> None:
        """Show nothing: a terminal has no places."""

    def run_joined(self, run: FlowRun[Any], live: FlowRun[Any]) -> None:
        """Show nothing: its questions are asked already."""

    def run_shown(self, run: FlowRun[Any]) -> None:
        """Show nothing: a terminal has no cards."""

    def run_lost(self, run: FlowRun[Any], error: BaseException) -> None:
        """Show nothing: the handle raises it."""

    def run_changed(self, run: FlowRun[Any]) -> None:
        """Show nothing, for the log tells it; let the questions of a run go that is over."""
        self._begin()
        if self._asker is not None and run.state is not None and run.state.is_final():
            self._asker.close_run(run.id_text, f"Flow run {run.name!r} is over.")

    def question_opened(self, question: Question) -> None:
        """Ask at the terminal, or at Python's own prompt say how to answer."""
        self._begin()
        asker = self._asker_for(question)
        if asker is not None:
            asker.add(question)
        elif self._can_be_asked():
            # At Python's own prompt. Where there is no terminal at all, `absent` says so.
            self._screen.log(notice(question, question.run.session.source.now()))

    def question_closed(self, question: Question, outcome: PauseState, message: str) -> None:  # noqa: ARG002
        """Stop asking."""
        if self._asker is not None:
            self._asker.close(question.id, message)

    def logged(self, run: FlowRun[Any], lines: Sequence[LogRecord]) -> None:  # noqa: ARG002
        """Show lines of a run's log on stderr."""
        self._begin()
        self._screen.log("\n".join(log_line(line) for line in lines))

    def tasks_changed(self, run: FlowRun[Any]) -> None:
        """Show nothing: their lines in the log tell."""

    def artifact_changed(self, run: FlowRun[Any], artifact: ArtifactRecord) -> None:
        """Show progress on stderr, each tenth of it once; that of `track` stands in the log."""
        tenth = int(artifact.data // 10) if isinstance(artifact.data, int | float) else None
        if artifact.type != "progress" or tenth is None or self._tenths.get(artifact.id) == tenth:
            return
        self._tenths[artifact.id] = tenth
        self._begin()
        self._screen.log(progress_line(run, artifact))

    def page(self, run: FlowRun[Any]) -> Any:
        """Refuse: it is a widget.

        Raises
        ------
        NoPages
            Always.
        """
        raise NoPages(run.name)

    async def absent(self, needless: Callable[[], bool]) -> str | None:  # noqa: ARG002 - known at once
        """Say why nobody can be asked; None if somebody can, or could before they left the terminal."""
        return None if self._can_be_asked() else "standard input is no terminal"

    def close(self) -> None:
        """Show what is still to be shown, stop asking, and leave the terminal as it was."""
        atexit.unregister(self.close)
        self._drain()
        if self._asker is not None:
            self._asker.stop()
        self._screen.close()

    def _can_be_asked(self) -> bool:
        return self._asker is not None or hasattr(sys, "ps1") or Keyboard.is_at(sys.stdin)

    def _asker_for(self, question: Question) -> Asker | None:
        if not question.run.root.foreground and hasattr(sys, "ps1"):
            # The person is at Python's own prompt, which reads the same lines.
            return None
        if self._asker is None:
            keyboard = Keyboard.of(sys.stdin)
            if keyboard is None:
                return None
            self._asker = Asker(keyboard, self._screen)
        return None if self._asker.keyboard.gone else self._asker

    def _begin(self) -> None:
        """Take note of the home loop, on which all presenting happens."""
        if self._home is None:
            self._home = asyncio.get_running_loop()
            atexit.register(self.close)

    def _drain(self) -> None:
        """Wait until the home loop has shown what it was told before: a run's last line comes after its value."""
        home, shown = self._home, threading.Event()
        if home is None or not home.is_running() or in_thread_of(home):
            return
        home.call_soon_threadsafe(shown.set)
        shown.wait(PATIENCE)
