"""What a plain card offers whose run did not end well: what it had been given, and to run it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, Button, HBox

from hitl_jupyter.engine.cause import Answer, Cause, Said
from hitl_jupyter.engine.told import titled
from hitl_jupyter.widgets.messages import Explain, RunAgain
from hitl_jupyter.widgets.tree.looks import say

if TYPE_CHECKING:
    from hitl_jupyter.widgets.tree.card import PlainCard


class Offer:
    """Two buttons, and what comes of them."""

    def __init__(self, card: PlainCard) -> None:
        self._card = card
        make = card._looks.make  # noqa: SLF001 - its own card
        self._again = make(Button, "button", description="Run again with the same answers")
        self._again.on_click(lambda _: self._ask(RunAgain, "again", user=None, origin=None))
        self._why = make(Button, "button", description="What it was given")
        self._why.on_click(lambda _: self._ask(Explain, "explain"))
        self._said = make(HTML, "words")
        self._buttons = make(HBox, "line", children=(self._again, self._why))
        self._asked: dict[str, str] = {}
        self.children = (self._buttons, self._said)

    def replied(self, reply: dict[str, Any]) -> None:
        """Say what came of a request, if it was made here."""
        kind = self._asked.pop(reply["id"], None)
        if kind is None:
            return
        if reply["status"] != "ok":
            say(self._said, str(reply["message"]), role="status")
        else:
            say(self._said, "It runs again, below." if kind == "again" else told(reply["data"]), role="status")

    def close(self) -> None:
        """Close the widgets."""
        for one in (self._again, self._why, self._said, self._buttons):
            one.close()

    def _ask(self, message: type[Any], kind: str, **content: Any) -> None:
        self._asked[self._card.request(message, kind=kind, **content)] = kind


def told(cause: Cause) -> str:
    """Say what a run had been given, the last answer first."""
    lines = [_answer(one) for one in cause["answers"]] or ["It had no answers."]
    given = cause["parameters"]
    lines.append(
        "Its parameters could not be recorded." if given is None else f"Parameters: {_listed(given) or 'none'}"
    )
    return "\n".join(lines)


def _answer(answer: Answer) -> str:
    by = f" (by {answer['by']})" if answer["by"] else ""
    return titled(answer["question"], _listed(answer["said"]) or "resumed") + by


def _listed(said: list[Said]) -> str:
    return "; ".join(titled(one["name"], one["value"]) for one in said)
