"""What every field of a form is: a node.

A node knows nothing of the model around it and judges nothing. It turns cells into data for pydantic (`read`),
Python values into cells (`write`, `show`), and checks the shape of cells that come over the wire (`checked`). The
kinds are in `entries`, `choices`, `boxes` and `containers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from pydantic import RootModel

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem, absent, copied, holding, null
from hitl_jupyter.forms.jsonable import native

Loc: TypeAlias = Sequence[str | int]
Place: TypeAlias = "tuple[Path, Node, tuple[str | int, ...]]"


@dataclass(frozen=True, kw_only=True, eq=False)
class Node:
    """What is common to all kinds. Subclasses say what a filled cell holds."""

    kind: ClassVar[str]
    title: str = ""
    description: str | None = None
    required: bool = True
    nullable: bool = False
    blank: Cell = field(default_factory=absent)
    hints: Mapping[str, Json] = field(default_factory=dict)
    asked: Any = None
    """The type that it is made from, with what is said about that: for whoever has another control for it."""
    anchor: Any = None
    """By what it is known inside itself, of a type that may hold itself without being a model."""

    # -- what JavaScript draws --------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Json]:
        """Give the node as the plan that crosses to the page."""
        known = {"anchor": self.anchor.number} if self.anchor is not None and self.anchor.is_met else {}
        return {
            "kind": self.kind,
            "title": self.title,
            "description": self.description,
            "required": self.required,
            "nullable": self.nullable,
            "blank": copied(self.blank),
            "hints": dict(self.hints),
            **known,
        }

    @property
    def itself(self) -> Node:
        """The node, where another one stands for it."""
        return self

    # -- cell to data -----------------------------------------------------------------------------------------------

    def read(self, cell: Cell, path: Path, problems: list[Problem]) -> Any:
        """Give what pydantic is to judge: `MISSING`, None or data. What cannot be read is added to `problems`."""
        match cell["is"]:
            case "absent":
                return MISSING
            case "null":
                return None
            case _:
                return self.read_value(cell["value"], path, problems)

    def read_value(self, value: Any, path: Path, problems: list[Problem]) -> Any:
        """Give the data of a filled cell."""
        del path, problems
        return value

    def unanswered(self, cell: Cell) -> bool:
        """Tell whether an item of a list was left empty: a list cannot have holes."""
        return bool(cell["is"] == "absent")

    # -- value to cell ----------------------------------------------------------------------------------------------

    def write(self, value: Any, path: Path = ()) -> Cell:
        """Give the cell that holds a value as if a person had entered it.

        Raises
        ------
        CannotHold
            The control has no way to enter the value.
        """
        value = bare(value)
        if value is None:
            if not self.nullable:
                raise CannotHold(path, "there is no way to enter 'no value'")
            return null()
        return holding(self.write_value(value, path))

    def write_value(self, value: Any, path: Path) -> Any:
        """Give the value of a filled cell.

        Raises
        ------
        CannotHold
            The control has no way to enter the value.
        """
        raise NotImplementedError

    def show(self, value: Any) -> Cell:
        """Give the cell for a default: as it is, right or wrong, and absent where the control cannot show it."""
        try:
            return self.write(value)
        except CannotHold:
            return absent()

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it who enters the same: an emptied box is not an answer."""
        return cell

    def is_faithful(self, value: Any) -> bool:
        """Tell whether an equal value comes back from the cell that shows this default."""
        del value
        return True

    # -- cells from outside -----------------------------------------------------------------------------------------

    def checked(self, cell: Any, path: Path) -> Cell:
        """Give a copy of a cell that came over the wire.

        Raises
        ------
        MalformedDocument
            It does not have the shape of this node's cells.
        """
        if not isinstance(cell, Mapping):
            raise MalformedDocument(path, "a cell is an object")
        match cell.get("is"):
            case "absent":
                return absent()
            case "null":
                return null()
            case "value" if "value" in cell:
                return holding(self.checked_value(cell["value"], path))
            case _:
                raise MalformedDocument(path, "a cell is absent, null or a value")

    def checked_value(self, value: Any, path: Path) -> Any:
        """Give a copy of the value of a filled cell.

        Raises
        ------
        MalformedDocument
            It does not have the shape of this node's values.
        """
        if not isinstance(value, str):
            raise MalformedDocument(path, f"a {self.kind} travels as text")
        return value

    # -- finding and hiding -----------------------------------------------------------------------------------------

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the node that an error location of pydantic leads to, its path from here, and what is left over.

        `cell` is what is filled in: where it is not known, a location leads no further than to a dictionary.
        """
        del cell
        return (), self, tuple(loc)

    def inside(self, step: str | int, cell: Cell) -> tuple[str | int, Node] | None:
        """Give the node below that a step of a path leads to, and the step as it stands in the cell."""
        del step, cell
        return None

    def reach(self, cell: Cell) -> Any:
        """Give what holds the cells below, None where nothing is filled in."""
        return held(cell)

    def steps(self, cell: Cell) -> list[str]:
        """Give the steps that lead further."""
        del cell
        return []

    def fresh(self) -> Cell:
        """Give the cell of a form that was just opened."""
        return copied(self.blank)

    def empty(self) -> Cell:
        """Give the cell of a field that has no default."""
        return absent()

    @property
    def has_secret(self) -> bool:
        """Tell whether a secret is typed here or below."""
        return False

    @property
    def is_doubtful(self) -> bool:
        """Tell whether a value as JSON may be read as another one, such as a date as the text of one."""
        return False

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        return copied(cell)

    def with_secrets(self, cell: Cell, known: Cell | None = None) -> Cell:
        """Give the cell with the secrets that are known, or those of the defaults, where none was typed."""
        del known
        return cell

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read."""
        del cell
        return iter(())


def held(cell: Cell | None) -> Any:
    """Give the value of a filled cell, else None."""
    return cell["value"] if cell is not None and cell["is"] == "value" else None


def bare(value: Any) -> Any:
    """Give what is inside a root model or a number of numpy, neither of which a form knows."""
    while isinstance(value, RootModel):
        value = value.root
    return native(value)
