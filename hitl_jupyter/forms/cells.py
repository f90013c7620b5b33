"""Cells: what one field of a form holds.

A cell is absent, null or a value, and these three never run together: a box that nobody touched is not an empty
answer. Cells are kept in the very shape in which they travel to a page and into the store, so nothing is converted
on the way. Every function here gives a new cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Cell: TypeAlias = dict[str, Any]
"""``{"is": "absent"}``, ``{"is": "null"}`` or ``{"is": "value", "value": ...}``."""

Path: TypeAlias = tuple[str | int, ...]
"""Where a field is: names of fields and indices of list items, from the root of the form."""


class Missing:
    """The type of `MISSING`: what an absent cell gives to pydantic, which is nothing at all."""

    def __repr__(self) -> str:
        return "MISSING"

    def __copy__(self) -> Missing:
        return self

    def __deepcopy__(self, memo: object) -> Missing:
        return self


MISSING: Final = Missing()

EMPTY: Final = "Please fill this in."
"""What a person reads beside a field that needs an answer and has none."""


@dataclass(frozen=True)
class Problem:
    """Something that cannot be handed to pydantic: half a JSON text, or what the picked branch of a union refuses."""

    path: Path
    message: str
    kind: Literal["schema", "validator"] = "schema"
    exception: Exception | None = None
    """What a flow gets that wants the user's own errors raised."""


def absent() -> Cell:
    """Give the cell of a field that nobody touched."""
    return {"is": "absent"}


def null() -> Cell:
    """Give the cell of a field that was answered with *no value*."""
    return {"is": "null"}


def holding(value: Any) -> Cell:
    """Give a cell that holds a value."""
    return {"is": "value", "value": value}


def copied(cell: Cell) -> Cell:
    """Give a copy that shares nothing with the original."""
    return {key: _copied(part) for key, part in cell.items()}


def _copied(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _copied(inner) for key, inner in part.items()}
    if isinstance(part, list):
        return [_copied(inner) for inner in part]
    return part
