"""A field of a group: its node, and how it stands in the data of its model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem, absent, copied
from hitl_jupyter.forms.nodes import Node

REST: Final = "__pydantic_extra__"
"""The field of a model that allows further keys; pydantic's own name for them, which no field can have."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A field of a group: its node, and how it stands in the data of its model."""

    name: str
    node: Node
    key: Path
    """Where pydantic is given it."""
    accepted: tuple[Path, ...]
    """Where a value for it may be found in data: pydantic's places, and its name."""
    has_default: bool = False
    factory: Callable[[], Any] | None = None
    kept: Cell | None = None
    """The cell that shows a default which says less than the default: as long as it is not touched, that one stays."""
    secrets: Cell | None = None
    """A default with secrets, which no page sees: they stay when something beside them is typed."""
    show_if: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    """It is asked only while each of these other fields holds one of these cells."""
    null_is_default: bool = False
    """The default is None although the type has no None, as in ``x: int = None``."""

    def fresh(self) -> Cell:
        """Give the cell of a form that was just opened."""
        if self.factory is not None:
            return self.node.show(self.factory())
        return copied(self.node.blank) if self.has_default else self.node.fresh()

    def is_asked(self, cells: Mapping[str, Cell]) -> bool:
        """Tell whether the field is asked, with these cells in its group."""
        return all(cells.get(name) in wanted for name, wanted in self.show_if.items())

    def read(self, cell: Cell, path: Path, problems: list[Problem]) -> Any:
        """Give what pydantic is to judge; nothing for a default that is better left to pydantic."""
        if cell == self.kept or (self.null_is_default and cell["is"] == "null"):
            return MISSING
        return self.node.read(cell, (*path, self.name), problems)

    def write(self, value: Any, path: Path) -> Cell:
        """Give the cell for a part of the group's data.

        Raises
        ------
        CannotHold
            The control has no way to enter the value.
        """
        if value is MISSING:
            return absent()
        if value is None and self.null_is_default:
            raise CannotHold((*path, self.name), "there is no way to enter 'no value'")
        return self.node.write(value, (*path, self.name))


@dataclass(eq=False)
class Members:
    """The fields of a group. A group that is inside itself has the same, which are there when all are compiled."""

    level: int = 0
    """How many groups are around the group."""
    fields: tuple[Field, ...] = ()
    whole: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {one.name: one for one in self.fields}
