"""Who shows runs and questions to people.

The engine calls a presenter only after the store has committed what it is told (invariant 1), on the home loop's
thread, and never waits for it. A presenter that fails is logged and does not touch the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from hitl_jupyter.core.records import ArtifactRecord, LogRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import NoPages

if TYPE_CHECKING:
    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.run import FlowRun


class Presenter(Protocol):
    """What shows runs and questions: a notebook, a terminal, a test."""

    def run_placed(self, run: FlowRun[Any]) -> None:
        """Keep a place for a root run where its call stands, before anything of it is committed: show nothing yet."""

    def run_joined(self, run: FlowRun[Any], live: FlowRun[Any]) -> None:
        """Show, where `run` was called, the run that is executed here already and that this call only joins."""

    def run_shown(self, run: FlowRun[Any]) -> None:
        """Show a run that is executed here where the calling code stands, and no longer where it was shown."""

    def run_lost(self, run: FlowRun[Any], error: BaseException) -> None:
        """Say in the place of a background run why it could not begin."""

    def run_changed(self, run: FlowRun[Any]) -> None:
        """Show the run's present state."""

    def question_opened(self, question: Question) -> None:
        """Put the question to a person."""

    def question_closed(self, question: Question, outcome: PauseState, message: str) -> None:
        """Take the question away; the message says what became of it, and by whom."""

    def logged(self, run: FlowRun[Any], lines: Sequence[LogRecord]) -> None:
        """Show lines of the run's log."""

    def tasks_changed(self, run: FlowRun[Any]) -> None:
        """Show how many task runs of a root run, and of those that it called, are in which state."""

    def artifact_changed(self, run: FlowRun[Any], artifact: ArtifactRecord) -> None:
        """Show what the run has made for people to look at, or how far it is now."""

    def page(self, run: FlowRun[Any]) -> Any:
        """Give something to be displayed on which all of a run can be looked at."""

    async def absent(self, needless: Callable[[], bool]) -> str | None:
        """Say why nobody can see a question that is open, the end of a sentence; None if somebody can.

        This may take a while; `needless` tells that nobody need see it any more, which ends the search with None.
        """


class Silent:
    """Shows nothing: answers come from other places."""

    def run_placed(self, run: FlowRun[Any]) -> None:
        """Show nothing."""

    def run_joined(self, run: FlowRun[Any], live: FlowRun[Any]) -> None:
        """Show nothing."""

    def run_shown(self, run: FlowRun[Any]) -> None:
        """Show nothing."""

    def run_lost(self, run: FlowRun[Any], error: BaseException) -> None:
        """Show nothing."""

    def run_changed(self, run: FlowRun[Any]) -> None:
        """Show nothing."""

    def question_opened(self, question: Question) -> None:
        """Show nothing."""

    def question_closed(self, question: Question, outcome: PauseState, message: str) -> None:
        """Show nothing."""

    def logged(self, run: FlowRun[Any], lines: Sequence[LogRecord]) -> None:
        """Show nothing."""

    def tasks_changed(self, run: FlowRun[Any]) -> None:
        """Show nothing."""

    def artifact_changed(self, run: FlowRun[Any], artifact: ArtifactRecord) -> None:
        """Show nothing."""

    def page(self, run: FlowRun[Any]) -> Any:
        """Refuse: there is nowhere to show it."""
        raise NoPages(run.name)

    async def absent(self, needless: Callable[[], bool]) -> str | None:  # noqa: ARG002 - the protocol's
        """Say that somebody is there: whoever shows nothing has an answer of its own."""
        return None
