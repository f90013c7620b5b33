"""The widgets that show what questions are about: one for each open question, kept for the next question of its run."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun

if TYPE_CHECKING:
    from hitl_jupyter.widgets.shown import Shown


class Exhibition:
    """What is shown on the cards, and what is free to show something else."""

    def __init__(self) -> None:
        self._open: dict[str, Shown] = {}
        self._free: dict[FlowRun[Any], list[Shown]] = {}

    def open(self, question: Question) -> dict[str, str] | None:
        """Show what a question is about; gives what the card finds it by, None where there is nothing to be seen."""
        # Where it cannot be shown so, the card is one that shows it by itself.
        if not question.exhibits or find_spec("anywidget") is None:
            return None
        try:
            free = self._free.setdefault(question.run.root, [])
            shown = self._open[question.id] = free.pop() if free else _made()
            shown.put(question.exhibits)
        except Exception:  # noqa: BLE001 - a border: the page's libraries; a question must be asked whatever it shows
            logger.warning("What question %r is about could not be shown.", question.key, exc_info=True)
            return None
        return {"widget": shown.reference, "at": question.show_at}

    def close(self, question: Question) -> None:
        """Let the widget of a question go."""
        shown = self._open.pop(question.id, None)
        if shown is not None:
            shown.drop()
            self._free.setdefault(question.run.root, []).append(shown)

    def forget(self, run: FlowRun[Any]) -> None:
        """Close the widgets of a run that is over."""
        for shown in self._free.pop(run, ()):
            shown.close()


def _made() -> Shown:
    """Make one. What it needs is loaded only now: a host may lack it."""
    made: Shown = import_module("hitl_jupyter.widgets.shown").Shown()
    return made
