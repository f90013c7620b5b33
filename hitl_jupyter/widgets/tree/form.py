"""A form of one's own as a tree of plain ipywidgets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, TypeVar

from ipywidgets import VBox

from hitl_jupyter.forms import doubts
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.errors import without
from hitl_jupyter.widgets.form import Form
from hitl_jupyter.widgets.tree.exhibits import exhibited
from hitl_jupyter.widgets.tree.looks import Looks
from hitl_jupyter.widgets.tree.sheet import Sheet, Words

T = TypeVar("T")
REMEDY: Final = 'Give it in Python, as in form["key"].value = ..., or make the form with renderer="anywidget".'
SENT: Final = "Sent. It can be changed and sent again."


class TreeForm(Form[T], VBox):
    """A form that is drawn from the nodes of its plan, here in the kernel."""

    _keeps_usual = True

    def _open(self, title: str, description: str | None) -> None:
        self.title, self.description = title, description
        self._sheet = Sheet(
            Words(
                title=title,
                texts=[text for text in (description, self._document.plan.root.description) if text],
                remedy=REMEDY,
            ),
            self._document.plan,
            self._document.root,
            self._slots.get,
            changed=self._typed,
            submit=self._clicked,
        )
        looks = Looks()
        shown = list(exhibited(self._exhibits, looks))
        self._made = [*(one for one, is_ours in shown if is_ours), looks]
        VBox.__init__(self, children=(*(one for one, _ in shown), *self._sheet.children))

    def _widget_at(self, path: Path) -> Any:
        part = self._sheet.part(path)
        return None if part is None else part.widget

    def _follow(self, paths: Collection[Path]) -> None:
        if paths:
            self._sheet.show(self._document.root)
            self._sheet.tell("")

    def _tell(self) -> None:
        self._sheet.show(self._document.root)
        self._sheet.place(self._errors)
        self._sheet.tell("" if self._errors else SENT)

    def _typed(self, cell: Cell) -> None:
        """Take the form as a person has it now."""
        before = self._document.root
        self._replaced(cell)
        self._sheet.tell("")
        self._sheet.doubt(doubts(self._model, self._document), before)

    def _clicked(self) -> None:
        self._sheet.sending(going=False)
        secrets = self._document.secrets()
        failure = self._judged()
        self._tell()
        if self._errors:
            self._read()
        elif failure is not None:
            said = without(secrets, f"{type(failure).__name__}: {failure}")
            self._sheet.place((), f"It was sent, but what was to follow failed ({said}).")

    def close(self) -> None:
        """Close the form, and the widgets in it."""
        if hasattr(self, "_sheet"):
            self._sheet.close()
            for one in self._made:
                one.close()
        super().close()
