"""The parts in which something is picked. Nothing is picked by itself: ipywidgets would take the first option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ipywidgets import Dropdown, SelectMultiple, ToggleButtons

from hitl_jupyter.forms.cells import Cell, absent, holding, null
from hitl_jupyter.forms.choices import ChoiceNode
from hitl_jupyter.forms.nodes import held
from hitl_jupyter.forms.several import SeveralNode
from hitl_jupyter.widgets.tree.part import NO_VALUE, ControlPart, Part, Spec

BUTTONS: Final = 4
LETTERS: Final = 40
"""More options than this, or longer ones, go into a list that folds."""
ROWS: Final = 8


def select(part: Part, labels: Sequence[str], picked: int | None) -> Any:
    """Make what picks one of some labels, by index: labels may repeat, and values need not differ."""
    few = len(labels) <= BUTTONS and sum(map(len, labels)) <= LETTERS
    return part.make(
        ToggleButtons if few else Dropdown,
        "wrapping" if few else "list1",
        options=[(label, at) for at, label in enumerate(labels)],
        index=picked,
        description=part.title,
        disabled=part.spec.disabled,
    )


class PickPart(ControlPart):
    """One of some options, *no value* among them where that is an answer."""

    has_own_null = True

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        labels = self.labels()
        self._null_at = len(labels) if self.node.nullable else None
        self._control = select(self, [*labels, NO_VALUE] if self.node.nullable else labels, self._index())
        self._control.observe(self._moved, names="index")
        self._draw()

    def labels(self) -> list[str]:
        """Give the options in words."""
        node = self.node
        return [option.label for option in node.options] if isinstance(node, ChoiceNode) else []

    def index_of(self, value: Any) -> int:
        """Give the index of the option for what a cell holds."""
        return int(value)

    def value_of(self, index: int) -> Any:
        """Give what a cell holds for the option at an index."""
        return index

    def fill(self) -> None:
        """Show which is picked, or that none is."""
        self._control.index = self._index()

    def _index(self) -> int | None:
        match self.cell["is"]:
            case "absent":
                return None
            case "null":
                return self._null_at
            case _:
                return self.index_of(self.cell["value"])

    def _moved(self, change: Any) -> None:
        if self._showing:
            return
        index = change["new"]
        if index is None:
            self.entered(absent())
        else:
            self.entered(null() if index == self._null_at else holding(self.value_of(index)))


class YesOrNoPart(PickPart):
    """Yes, no, or not answered yet."""

    def labels(self) -> list[str]:
        """Give yes and no."""
        return ["Yes", "No"]

    def index_of(self, value: Any) -> int:
        """Give the index for a bool."""
        return 0 if value else 1

    def value_of(self, index: int) -> Any:
        """Give the bool for an index."""
        return index == 0


class SeveralPart(ControlPart):
    """Any of some options, in the order in which they were picked."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        options = spec.node.options if isinstance(spec.node, SeveralNode) else ()
        self._control = self.make(
            SelectMultiple,
            f"list{min(max(len(options), 2), ROWS)}",
            options=[(option.label, at) for at, option in enumerate(options)],
            description=self.title,
            rows=min(max(len(options), 2), ROWS),
            disabled=spec.disabled,
        )
        self._control.observe(self._moved, names="index")
        self._draw()

    def fill(self) -> None:
        """Show which are picked."""
        self._control.index = tuple(dict.fromkeys(held(self.cell) or ()))

    def filled(self) -> Cell:
        """Give that none is picked."""
        return holding([])

    def _moved(self, change: Any) -> None:
        if self._showing:
            return
        now, before = change["new"], held(self.cell) or ()
        # The list tells them in its own order.
        kept = [index for index in before if index in now]
        self.entered(holding([*kept, *(index for index in now if index not in kept)]))
