"""The parts with named parts in them: a nested model, and a tuple."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hitl_jupyter.forms import FieldError
from hitl_jupyter.forms.cells import Cell, holding
from hitl_jupyter.forms.containers import GroupNode
from hitl_jupyter.forms.nodes import Node, held
from hitl_jupyter.forms.tuples import TupleNode
from hitl_jupyter.widgets.tree.part import Part, SetPart, Spec, below


class GroupPart(SetPart):
    """A nested model. One that is not there is drawn when somebody opens it: a model may hold itself."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._parts: dict[str | int, Part] = {}
        self._open: Any = None
        self._draw()

    def steps(self) -> Iterator[tuple[str | int, Node]]:
        """Give the fields, each with the step that leads to it."""
        if isinstance(self.node, GroupNode):
            yield from ((one.name, one.node) for one in self.node.fields)

    def cells(self) -> dict[str | int, Cell]:
        """Give what the fields hold."""
        return dict(held(self.cell) or {})

    def packed(self, cells: Mapping[str | int, Cell]) -> Cell:
        """Give the cell of the whole."""
        return holding(dict(cells))

    def is_seen(self, step: str | int) -> bool:
        """Tell whether a field is asked, as things stand."""
        if not isinstance(self.node, GroupNode):
            return True
        cells: Any = self.cells()
        return self.node.by_name[str(step)].is_asked(cells)

    def body(self) -> list[Any]:
        """Give the fields, or what opens the group."""
        if self.cell["is"] == "null":
            return []
        if self.cell["is"] == "absent":
            self._open = self._open or self.button("Fill in", self._opened)
            return [self._open]
        return [part.box for step, part in self._parts.items() if self.is_seen(step)]

    def fill(self) -> None:
        """Show what the fields hold."""
        if self.cell["is"] != "value":
            return
        cells = self.cells()
        if self._parts:
            for step, part in self._parts.items():
                part.show(cells[step])
            return
        for step, node in self.steps():
            if not node.hints.get("hidden"):
                self._parts[step] = self._drawn(step, node, cells[step])

    def _drawn(self, step: str | int, node: Node, cell: Cell) -> Part:
        spec, at = self.spec, self.spec.path
        return self.tree.draw(
            Spec(
                tree=self.tree,
                node=node,
                title=node.title,
                cell=cell,
                change=lambda changed: self._changed(step, changed),
                path=None if at is None else (*at, step),
                disabled=spec.disabled or bool(node.hints.get("readonly")),
            )
        )

    def _changed(self, step: str | int, cell: Cell) -> None:
        self.changed(self.packed({**self.cells(), step: cell}))
        self.lay()

    def _opened(self) -> None:
        self.entered(self.node.empty())
        self._draw()

    def place(self, errors: Sequence[FieldError]) -> None:
        """Say at each field what is wrong there; what is said of a field that nobody sees is said here."""
        seen = {step for step in self._parts if self.cell["is"] == "value" and self.is_seen(step)}
        for step, part in self._parts.items():
            part.place(below(errors, step) if step in seen else ())
        self._say(self.own([error for error in errors if not error.path or error.path[0] not in seen]))

    def own(self, errors: list[FieldError]) -> list[FieldError]:
        """Give what is said in the group's own place."""
        return errors

    def inside(self, step: str | int) -> Part | None:
        """Give the part of a field."""
        return self._parts.get(step)

    def wrong(self) -> Iterator[str]:
        """Give the titles of the fields that say what is wrong with them."""
        yield from super().wrong()
        for part in self._parts.values():
            yield from part.wrong()

    def close(self) -> None:
        """Close the widgets."""
        for part in self._parts.values():
            part.close()
        super().close()


class TuplePart(GroupPart):
    """A tuple of a fixed length."""

    def steps(self) -> Iterator[tuple[str | int, Node]]:
        """Give the items by their places."""
        if isinstance(self.node, TupleNode):
            yield from enumerate(self.node.items)

    def cells(self) -> dict[str | int, Cell]:
        """Give what the items hold."""
        return dict(enumerate(held(self.cell) or ()))

    def packed(self, cells: Mapping[str | int, Cell]) -> Cell:
        """Give the cell of the whole."""
        return holding(list(cells.values()))


class RootPart(GroupPart):
    """The fields of a whole form; what is wrong with the whole is said at the head of the form."""

    layout = "field"

    def __init__(self, spec: Spec) -> None:
        self.whole: list[FieldError] = []
        super().__init__(spec)

    def stack(self) -> list[Any]:
        """Give the fields: the form has its own head."""
        return self.body()

    def own(self, errors: list[FieldError]) -> list[FieldError]:
        """Keep what concerns the whole form."""
        self.whole = errors
        return []
