"""What one control holds, as it travels between the kernel and the page.

A cell is absent (nobody filled it in), null (it is meant to be empty) or a value; JSON Schema and most forms blur the
three. Numbers are text, so that no digit is lost on the way, and choices are positions, so that True is not 1.
"""

from __future__ import annotations

from typing import Any

Cell = dict[str, Any]

ABSENT: Cell = {"is": "absent"}
NULL: Cell = {"is": "null"}


def holding(value: Any) -> Cell:
    """Give a cell that holds a value."""
    return {"is": "value", "value": value}


def holds(cell: Cell) -> bool:
    """Tell whether a cell holds a value."""
    return bool(cell["is"] == "value")
