"""What an interview needs of whoever it talks to, and the two ways in which talking ends early."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

Node: TypeAlias = dict[str, Any]
"""A node of a plan's JSON."""
Cell: TypeAlias = dict[str, Any]
"""What one control holds, as a document travels."""

ABSENT: Cell = {"is": "absent"}
NULL: Cell = {"is": "null"}


def holding(value: Any) -> Cell:
    """Give a cell that holds a value."""
    return {"is": "value", "value": value}


def holds(cell: Cell) -> bool:
    """Tell whether a cell holds a value."""
    return bool(cell["is"] == "value")


class Misfit(ValueError):  # noqa: N818 - never leaves the terminal
    """Raised when something typed is nothing that the field could hold; the text is for the person who typed it."""


class Interrupted(Exception):  # noqa: N818 - never leaves the terminal
    """Raised when nobody needs what would be typed: the question is closed, or the program ends."""


class EndOfInput(Exception):  # noqa: N818 - never leaves the terminal
    """Raised when nothing more will be typed: the person pressed Ctrl+D, or the terminal is gone."""


class Talk(Protocol):
    """A person at a terminal."""

    def say(self, text: str) -> None:
        """Show lines."""

    def ask(self, prompt: str, *, secret: bool = False) -> str:
        """Give the line that the person types, without its end.

        Raises
        ------
        Interrupted
            Nobody needs the line any more.
        EndOfInput
            There will be no line.
        """
