"""The ipywidgets in the form of a question on a run card.

The page holds what is typed into a question; what these widgets hold is known here, and is put into what the page
sends. A control that cannot be made leaves its field the usual one: a question must be answerable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.question import Question
from hitl_jupyter.forms import Document, FieldError
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.filling import Unheld
from hitl_jupyter.widgets.controls import controls_in
from hitl_jupyter.widgets.slots import Slot, placed, put_at


class QuestionSlots:
    """The widgets of one question; `tell` is called with what a person enters into one."""

    def __init__(self, question: Question, tell: Callable[[Path, Cell], None]) -> None:
        self._tell = tell
        self._slots: dict[Path, Slot] = {}
        self._unheld: Unheld = {}
        if question.document is None:
            return
        for path, field, info, control in controls_in(question.document.plan.root):
            try:
                slot = Slot(path, field.node, info, control, self._entered)
            except Exception:  # noqa: BLE001 - a border: the user's factory
                where = ".".join(map(str, path))
                logger.warning("The control of the field %r failed; it has the usual one.", where, exc_info=True)
                continue
            self._slots[path] = slot
            why = slot.show(question.document.cell(path).cell)
            if why is not None:
                self._unheld[path] = why

    @property
    def references(self) -> dict[str, str]:
        """What a page finds the widgets by, under their dotted paths."""
        return {".".join(map(str, path)): slot.reference for path, slot in self._slots.items()}

    def take(self, document: Document | dict[str, Any]) -> list[FieldError]:
        """Put what the widgets hold into what a page has sent, and give what is wrong with it.

        "No value" is the page's to say.
        """
        if not self._slots or not isinstance(document, Document):
            return []
        root = document.cell(()).cell
        for path, slot in self._slots.items():
            if slot.cell["is"] == "value" and document.cell(path).cell["is"] != "null":
                root = put_at(document.plan.root, root, path, slot.cell)
        document.replace(root)
        return [FieldError(path, why) for path, why in self._unheld.items()]

    def told(self) -> None:
        """Take note that the person has read what is wrong: the next Submit means what is seen."""
        self._unheld.clear()

    def placed(self, errors: Collection[FieldError]) -> list[FieldError]:
        """Give errors at places that are to be seen."""
        return list(dict.fromkeys(placed(error, self._slots) for error in errors))

    def close(self) -> None:
        """Close the widgets."""
        for slot in self._slots.values():
            slot.close()

    def _entered(self, slot: Slot, cell: Cell | None, why: str | None) -> None:
        self._unheld.pop(slot.path, None)
        if cell is None:
            self._unheld[slot.path] = why or ""
        else:
            self._tell(slot.path, cell)
