"""The ipywidgets in the form of a question on a run card.

The page holds what is typed into a question; what these widgets hold is known here, and is put into what the page
sends. A control that cannot be made leaves its field the usual one: a question must be answerable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from hitl_jupyter.engine.question import Question
from hitl_jupyter.forms import Document, FieldError
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.widgets.book import Slots
from hitl_jupyter.widgets.pool import Pool
from hitl_jupyter.widgets.slots import Slot

Tell = Callable[[dict[str, Any]], None]


class QuestionSlots:
    """The widgets of one question; `tell` sends the pages what they have to know of them."""

    def __init__(self, question: Question, pool: Pool, tell: Tell, *, fixed: bool = False) -> None:
        self._tell = tell
        self._document = question.document
        self._slots: Slots | None = None
        self._seen: dict[str, frozenset[str]] = {}
        if question.document is not None:
            self._slots = Slots(question.document.plan.root, self._entered, pool, fixed=fixed)
            self._slots.follow(question.document.root)

    def shown(self) -> dict[str, Any]:
        """Give what a page must know of them, with the form that it begins with."""
        if not self._slots or self._document is None:
            return {}
        return {
            "document": self._slots.marked(self._document.to_wire()),
            "places": self._slots.places.names,
            "slots": self._slots.references,
        }

    def get(self, path: Path) -> Slot | None:
        """Give the widget of a field that is always there."""
        return None if self._slots is None else self._slots.get(path)

    def take(self, sent: Any, document: Document | dict[str, Any], page: str) -> list[FieldError]:
        """Put what the widgets hold into what a page has sent, and give what is wrong with it.

        A row that has come up in the page gets its widgets now, one that has gone from all pages loses them.
        """
        if not self._slots or not isinstance(document, Document):
            return []
        before = self._slots.references
        others = frozenset().union(*(tokens for other, tokens in self._seen.items() if other != page))
        document.replace(self._slots.take(sent, document.root, others)[0])
        self._seen[page] = self._slots.tokens
        after = self._slots.references
        if after != before:
            self._tell({"kind": "slots", "slots": after})
        return [FieldError(path, why) for path, why in self._slots.wrong(document.root).items()]

    def marked(self, wire: Cell) -> Cell:
        """Give what a page has sent as another page gets it."""
        return wire if self._slots is None else self._slots.marked(wire)

    def told(self) -> None:
        """Take note that the person has read what is wrong: the next Submit means what is seen."""
        if self._slots is not None:
            self._slots.forgive()

    def hear(self, tokens: Iterable[str]) -> None:
        """Take note that a page shows these widgets."""
        if self._slots is not None:
            self._slots.hear(tokens)

    def placed(self, errors: Collection[FieldError], document: Document | dict[str, Any]) -> list[FieldError]:
        """Give errors at places that are to be seen."""
        if not self._slots or not isinstance(document, Document):
            return list(errors)
        return self._slots.placed(errors, document.root)

    def close(self) -> None:
        """Let go of the widgets."""
        if self._slots is not None:
            self._slots.close()

    def _entered(self, slot: Slot) -> None:
        if slot.wrong is None:
            self._tell({"kind": "cells", "cells": [{"path": [], "cell": {**slot.cell, "at": slot.token}}]})
