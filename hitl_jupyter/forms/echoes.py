"""A type that holds itself without being a model: a recursive type alias, or a root model inside its own root.

Its plan has no end. So the plan says of what is inside only which node around it is meant, and whoever draws the form
goes round in a circle, one opened row after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.anchors import Anchor
from hitl_jupyter.forms.cells import Cell, Path, Problem, absent, copied, null
from hitl_jupyter.forms.containers import DEEPEST
from hitl_jupyter.forms.nodes import Loc, Node, Place


@dataclass(frozen=True, kw_only=True, eq=False)
class EchoNode(Node):
    """The node of an anchor, inside itself."""

    anchor: Anchor

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The kind of the node that is meant."""
        return "echo" if self.anchor.node is None else self.anchor.node.kind

    @cached_property
    def itself(self) -> Node:
        """The node that is meant, as it stands here: `EchoNode` only where it is not compiled yet."""
        meant = self.anchor.node
        if meant is None:
            raise CannotHold((), "its form is not whole yet")
        return replace(
            meant,
            title=self.title,
            description=self.description,
            required=self.required,
            nullable=self.nullable or meant.nullable,
            blank=meant.empty() if self.blank == absent() else self.blank,
            hints={**meant.hints, **self.hints},
            anchor=None,
        )

    def to_json(self) -> dict[str, Json]:
        """Give only which node is meant."""
        return {**Node.to_json(self.itself), "echo": self.anchor.number}

    def read_value(self, value: Any, path: Path, problems: list[Problem]) -> Any:
        """Give the data of a filled cell."""
        return self.itself.read_value(value, path, problems)

    def unanswered(self, cell: Cell) -> bool:
        """Tell whether an item of a list was left empty."""
        return self.itself.unanswered(cell)

    def write(self, value: Any, path: Path = ()) -> Cell:
        """Give the cell that holds a value.

        Raises
        ------
        CannotHold
            The control has no way to enter the value, or it is too deep.
        """
        if len(path) > DEEPEST:
            raise CannotHold(path, "it is too deep")
        return self.itself.write(value, path)

    def show(self, value: Any) -> Cell:
        """Give the cell for a default; while the form is compiled, of None alone."""
        if self.anchor.node is None:
            return null() if value is None and self.nullable else absent()
        return self.itself.show(value)

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it who enters the same."""
        return self.itself.typed(cell)

    def is_faithful(self, value: Any) -> bool:
        """Tell whether an equal value comes back; while the form is compiled, only None does."""
        if self.anchor.node is None:
            return value is None and self.nullable
        return self.itself.is_faithful(value)

    def checked(self, cell: Any, path: Path) -> Cell:
        """Give a copy of a cell that came over the wire.

        Raises
        ------
        MalformedDocument
            It does not have the shape of this node's cells, or is too deep.
        """
        if len(path) > DEEPEST:
            raise MalformedDocument(path[:DEEPEST], "it is too deep")
        return self.itself.checked(cell, path)

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the node that an error location of pydantic leads to."""
        return self.itself.locate(loc, cell)

    def inside(self, step: str | int, cell: Cell) -> tuple[str | int, Node] | None:
        """Give the node below that a step of a path leads to."""
        return self.itself.inside(step, cell)

    def reach(self, cell: Cell) -> Any:
        """Give what holds the cells below."""
        return self.itself.reach(cell)

    def steps(self, cell: Cell) -> list[str]:
        """Give the steps that lead further."""
        return self.itself.steps(cell)

    def fresh(self) -> Cell:
        """Give the cell of a form that was just opened."""
        return self.empty() if self.blank == absent() else copied(self.blank)

    def empty(self) -> Cell:
        """Give the cell of a field that has no default."""
        return absent() if self.anchor.node is None else self.itself.empty()

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        return self.itself.without_secrets(cell)

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read."""
        return self.itself.secrets(cell)
