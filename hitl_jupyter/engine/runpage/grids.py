"""Tables of any length, read a few rows at a time.

A table is stored as one JSON text. It is gone through once, row by row, so that nobody waits for the whole of it, and
where each row begins is remembered: from then on a window costs what its own rows cost.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from hitl_jupyter import store
from hitl_jupyter.core.text import short

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEPT: Final = 2
"""So many tables are remembered, the last ones."""
COLUMNS: Final = 100
CELL: Final = 500
"""Characters of one cell."""

# The store writes JSON without blanks.
_decode = json.JSONDecoder().raw_decode


class Grids:
    """The tables of one run that a page looks at. Only the store's reading thread uses it."""

    def __init__(self) -> None:
        self._found: dict[str, Grid | None] = {}

    def grid(self, conn: Connection, run_id: str, artifact_id: str) -> Grid | None:
        """Give a table; None where what is there has not the shape of one.

        Raises
        ------
        ObjectNotFound
            The run has made no such table.
        """
        if artifact_id in self._found:
            found = self._found.pop(artifact_id)
        else:
            found = read(store.runpage.artifacts.table(conn, run_id, artifact_id))
        self._found[artifact_id] = found
        while len(self._found) > KEPT:
            del self._found[next(iter(self._found))]
        return found


class Grid:
    """A table: its text, and how to read one row of it."""

    def __init__(self, columns: list[str], total: int, row: Callable[[int], list[Any]]) -> None:
        self.columns = [short(name, CELL) for name in columns[:COLUMNS]]
        self.total = total
        self._row = row

    def rows(self, offset: int, limit: int) -> list[list[str | None]]:
        """Give some rows as text."""
        return [
            [_cell(value) for value in self._row(place)[:COLUMNS]]
            for place in range(min(offset, self.total), min(offset + limit, self.total))
        ]


def read(text: str) -> Grid | None:
    """Give the table that a JSON text is: dicts by row, lists by row, or lists by column; None if it is none."""
    if text.startswith("["):
        return _by_row(text)
    return _by_column(text) if text.startswith("{") else None


def _by_row(text: str) -> Grid | None:
    head: dict[str, None] = {}
    kinds: set[type] = set()
    width = 0

    def note(row: Any) -> None:
        nonlocal width
        kinds.add(type(row))
        if type(row) is dict:
            head.update(dict.fromkeys(row))
        elif type(row) is list:
            width = max(width, len(row))

    starts, _ = _elements(text, 0, note)
    if kinds <= {dict}:
        names = list(head)

        def of_dict(place: int) -> list[Any]:
            row = _decode(text, starts[place])[0]
            return [row.get(name) for name in names]

        return Grid(names, len(starts), of_dict)
    if kinds == {list}:

        def of_list(place: int) -> list[Any]:
            row: list[Any] = _decode(text, starts[place])[0]
            return [*row, *[None] * (width - len(row))]

        return Grid([str(number) for number in range(1, width + 1)], len(starts), of_list)
    return None


def _by_column(text: str) -> Grid | None:
    columns: dict[str, array[int]] = {}
    at = 1
    while text[at] != "}":
        name, at = _decode(text, at + (text[at] == ","))
        if text[at + 1] != "[":
            return None
        columns[name], at = _elements(text, at + 1, lambda _: None)

    def row(place: int) -> list[Any]:
        return [_decode(text, starts[place])[0] if place < len(starts) else None for starts in columns.values()]

    return Grid(list(columns), max(map(len, columns.values()), default=0), row)


def _elements(text: str, at: int, note: Callable[[Any], None]) -> tuple[array[int], int]:
    """Give where the elements of a list begin, and where it ends; `note` is shown each."""
    starts = array("q")
    at += 1
    while text[at] != "]":
        at += text[at] == ","
        starts.append(at)
        value, at = _decode(text, at)
        note(value)
    return starts, at + 1


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    return short(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), CELL)
