"""The part of a field with an ipywidget of its own as its control."""

from __future__ import annotations

from typing import Any

from ipywidgets import HTML

from hitl_jupyter.forms.cells import Cell
from hitl_jupyter.widgets.slots import Slot
from hitl_jupyter.widgets.tree.looks import STRONG, escaped
from hitl_jupyter.widgets.tree.part import Part, Spec


class SlotPart(Part):
    """Title, words and errors around a widget that whoever wrote the model has made; the form keeps it in step."""

    def __init__(self, spec: Spec, slot: Slot) -> None:
        super().__init__(spec)
        self._slot = slot
        self._heading = self.make(HTML, "words", value=escaped(self.title, STRONG))
        self._draw()

    @property
    def widget(self) -> Any:
        """The widget."""
        return self._slot.widget

    def body(self) -> list[Any]:
        """Give the title and the widget."""
        return [self._heading, *([] if self.cell["is"] == "null" else [self._slot.widget])]

    def entered(self, cell: Cell) -> None:
        """Take that there is no value, or that there is one again: what was wrong with the widget's counts no more."""
        self._slot.wrong = None
        super().entered(cell)

    def filled(self) -> Cell:
        """Give what the widget holds."""
        return self._slot.cell
