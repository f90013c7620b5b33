"""One field of a tree: its widgets, and what it holds.

A part knows its node and its cell, draws nothing twice, and tells whoever is around it of each new cell, which packs
it into its own. So the whole form's cell arrives at the root, however deep the field is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ipywidgets import HTML, Button, Checkbox, VBox

from hitl_jupyter.forms import FieldError
from hitl_jupyter.forms.cells import Cell, Path, copied, null
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.widgets.slots import Slot
from hitl_jupyter.widgets.tree.limits import limits_of
from hitl_jupyter.widgets.tree.looks import STRONG, WRONG, Looks, escaped, say

Draw = Callable[["Spec"], "Part"]
NO_VALUE = "No value"


@dataclass(frozen=True, eq=False)
class Tree:
    """What the parts of one tree have in common. `remedy` says how a secret is given where no widget may hold it."""

    draw: Draw
    slot_at: Callable[[Path], Slot | None]
    remedy: str
    looks: Looks = field(default_factory=Looks)


@dataclass(frozen=True, eq=False, kw_only=True)
class Spec:
    """What a part is made from. `path` is from the root of the form; None where it comes and goes, as in a list."""

    tree: Tree
    node: Node
    title: str
    cell: Cell
    change: Callable[[Cell], None]
    path: Path | None = None
    disabled: bool = False


class Part:
    """What all parts share: a title, words about the field, "No value", and a place for what is wrong."""

    layout = "field"

    def __init__(self, spec: Spec) -> None:
        self.spec, self.node, self.tree = spec, spec.node, spec.tree
        self.title, self.cell = spec.title, spec.cell
        self._made: list[Any] = []
        self._before: Cell | None = None
        self._showing = False
        self._wrong: HTML | None = None
        self._message = ""
        self._nothing: Checkbox | None = None
        self.box = self.make(VBox, self.layout)
        words = " · ".join(one for one in (self.node.description, limits_of(self.node)) if one)
        self._about = self.make(HTML, "words", value=escaped(words)) if words else None
        if self.node.nullable and not self.has_own_null:
            self._nothing = self.make(
                Checkbox, "line", description=NO_VALUE, indent=False, value=False, disabled=spec.disabled
            )
            self._nothing.observe(self._toggled, names="value")

    has_own_null = False
    """Whether *no value* is among what the control offers."""

    # -- for whoever is around it -------------------------------------------------------------------------------------

    @property
    def widget(self) -> Any:
        """The ipywidget in which a person enters something; the box where there are several."""
        return self.box

    def show(self, cell: Cell) -> None:
        """Show a cell that was filled in elsewhere."""
        if cell != self.cell:
            self.cell = cell
            self._draw()

    def place(self, errors: Sequence[FieldError]) -> None:
        """Say what is wrong here and below; the paths are from here. Nothing, if nothing is."""
        self._say(errors)

    def inside(self, step: str | int) -> Part | None:
        """Give the part of a field inside, if it is drawn."""
        del step
        return None

    def wrong(self) -> Iterator[str]:
        """Give the titles of the fields that say what is wrong with them."""
        if self._message:
            yield self.title

    def rename(self, title: str) -> None:
        """Call it otherwise: a row has moved."""
        self.title = title

    def close(self) -> None:
        """Close the widgets."""
        for one in self._made:
            one.close()

    # -- for its kinds ------------------------------------------------------------------------------------------------

    def make(self, kind: type, layout: str, **traits: Any) -> Any:
        """Make a widget that is closed with the part."""
        made = self.tree.looks.make(kind, layout, **traits)
        self._made.append(made)
        return made

    def button(self, said: str, do: Callable[[], None], layout: str = "button", tooltip: str = "") -> Any:
        """Make a button."""
        made = self.make(Button, layout, description=said, tooltip=tooltip or None, disabled=self.spec.disabled)
        made.on_click(lambda _: do())
        return made

    def body(self) -> list[Any]:
        """Give the widgets of what the part holds now."""
        raise NotImplementedError

    def fill(self) -> None:
        """Set the widgets from the cell; nobody listens to them meanwhile."""

    def filled(self) -> Cell:
        """Give the cell that there is when "No value" is taken back and nothing was there before."""
        return self.node.empty()

    def entered(self, cell: Cell) -> None:
        """Take what a person has entered."""
        if cell == self.cell:
            return
        self.cell = cell
        self.take_back()
        self._toggle()
        self.spec.change(cell)

    def take_back(self) -> None:
        """Say no more what was wrong, and keep its room: what is below must not move from under the pointer."""
        if self._wrong is not None and self._message:
            self._wrong.value = escaped(self._message, f"{WRONG} visibility: hidden;")
            self._message = ""

    def _draw(self) -> None:
        self._showing = True
        try:
            self.fill()
            self._toggle()
        finally:
            self._showing = False
        self.lay()

    def lay(self) -> None:
        """Put the widgets that are to be seen now into the box."""
        children = tuple(one for one in self.stack() if one is not None)
        if self.box.children != children:
            self.box.children = children

    def stack(self) -> list[Any]:
        """Give the widgets from top to bottom, None for what is not there."""
        return [*self.body(), self._about, self._nothing, self.said]

    def _toggle(self) -> None:
        if self._nothing is not None and self._nothing.value != (self.cell["is"] == "null"):
            listening, self._showing = self._showing, True
            self._nothing.value = self.cell["is"] == "null"
            self._showing = listening

    def _toggled(self, change: Any) -> None:
        if self._showing:
            return
        if change["new"]:
            self._before = self.cell if self.cell["is"] == "value" else None
            cell = null()
        else:
            cell = self._before or self.filled()
        self.entered(cell)
        self._draw()

    def _say(self, errors: Collection[FieldError]) -> None:
        self._message = "\n".join(dict.fromkeys(error.message for error in errors))
        if self._message and self._wrong is None:
            self._wrong = self.make(HTML, "words")
        if self._wrong is not None:
            say(self._wrong, self._message, WRONG, "alert")
            self.lay()

    @property
    def said(self) -> HTML | None:
        """The place of what is wrong, if there is one that takes up room."""
        return self._wrong if self._wrong is not None and self._wrong.value else None


class ControlPart(Part):
    """A part of one control, which carries the title."""

    _control: Any

    @property
    def widget(self) -> Any:
        """The control."""
        return self._control

    def body(self) -> list[Any]:
        """Give the control."""
        return [self._control]

    def rename(self, title: str) -> None:
        """Call it otherwise."""
        super().rename(title)
        self._control.description = title


class SetPart(Part):
    """A part with others in it: it has a heading."""

    layout = "set"

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._heading = self.make(HTML, "words", value=escaped(self.title, STRONG)) if self.title else None

    def stack(self) -> list[Any]:
        """Give the heading and what is said about the whole, and then the others."""
        return [self._heading, self._about, self._nothing, self.said, *self.body()]

    def rename(self, title: str) -> None:
        """Call it otherwise."""
        super().rename(title)
        if self._heading is not None:
            say(self._heading, title, STRONG)

    def take_back(self) -> None:
        """Say no more what was wrong here and below."""
        self.place(())

    def changed(self, cell: Cell) -> None:
        """Take what was entered below: what is said about this part as a whole stays."""
        self.cell = cell
        self._toggle()
        self.spec.change(cell)


def blank_of(node: Node) -> Cell:
    """Give what a row or branch holds that somebody opens: a model inside itself is there then, one step deep."""
    return node.empty() if node.blank["is"] == "absent" else copied(node.blank)


def below(errors: Collection[FieldError], step: str | int) -> list[FieldError]:
    """Give the errors below a step, with the paths from there."""
    return [replace(error, path=error.path[1:]) for error in errors if error.path[:1] == (step,)]
