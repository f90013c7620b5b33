"""The head of a table, as text: of pandas, of polars, or of a list of dicts."""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Mapping
from typing import Any, Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.exhibits.exhibit import CannotShow, Exhibit, short

COLUMNS: Final = 50
KEPT_ROWS: Final = 5
"""Rows that the record keeps."""
WIDTH: Final = 24
"""Characters of a cell at a terminal."""


def is_table(value: Any) -> bool:
    """Tell whether it is a DataFrame or a Series, or a list of dicts."""
    return _is_frame(value) or is_rows(value)


def is_rows(value: Any) -> bool:
    """Tell whether it is a list of dicts."""
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def table(value: Any, rows: int = 20, caption: str | None = None) -> Exhibit:
    """Give the first rows of a table.

    Raises
    ------
    CannotShow
        It is none.
    """
    if _is_frame(value):
        head, index, cells, total = _of_pandas(value, rows) if hasattr(value, "index") else _of_polars(value, rows)
    elif is_rows(value) or (isinstance(value, list | tuple) and not value):
        head = list(dict.fromkeys(name for row in value[:rows] for name in row))
        index, total = None, len(value)
        cells = [[row.get(name) for name in head] for row in value[:rows]]
    else:
        raise CannotShow(
            f"an object of type {type(value).__name__!r} is no table; one is a DataFrame, a Series or a list of dicts."
        )
    width = len(head)
    right = [_is_numbers([row[place] for row in cells]) for place in range(min(width, COLUMNS))]
    drawn: dict[str, Any] = {
        "head": [short(name) for name in head[:COLUMNS]],
        "index": None if index is None else [_cell(one) for one in index],
        "rows": [[_cell(one) for one in row[:COLUMNS]] for row in cells],
        "numbers": right,
        "total": total,
        "width": width,
        "caption": caption,
    }
    kept: dict[str, Json] = {
        "rows": total,
        "columns": width,
        "head": list(drawn["head"]),
        "first": [list(row) for row in drawn["rows"][:KEPT_ROWS]],
        **({"caption": caption} if caption else {}),
    }
    return Exhibit("table", _words(drawn), drawn, kept)


def _is_frame(value: Any) -> bool:
    for library in ("pandas", "polars"):
        module = sys.modules.get(library)
        # Half imported, a library has no such names yet.
        kinds = tuple(filter(None, (getattr(module, name, None) for name in ("DataFrame", "Series"))))
        if kinds and isinstance(value, kinds):
            return True
    return False


_Parts = tuple[list[Any], list[Any] | None, list[list[Any]], int]


def _of_pandas(value: Any, rows: int) -> _Parts:
    frame = value.to_frame() if value.ndim == 1 else value
    first = frame.iloc[:rows, :COLUMNS]
    # By place: names of columns may come twice, and a row as a Series would make all its cells of one type.
    columns = [list(first.iloc[:, place]) for place in range(first.shape[1])]
    cells = [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(len(first))]
    return [_name(name) for name in frame.columns], [_name(one) for one in first.index], cells, len(frame)


def _of_polars(value: Any, rows: int) -> _Parts:
    frame = value.to_frame() if not hasattr(value, "columns") else value
    return list(frame.columns), None, [list(row) for row in frame.head(rows).iter_rows()], len(frame)


def _name(name: Any) -> Any:
    return ", ".join(map(short, name)) if isinstance(name, tuple) else name


def _is_numbers(cells: list[Any]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and all(isinstance(cell, numbers.Number) and not isinstance(cell, bool) for cell in known)


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    return _float(float(value)) if _is_float(value) else short(value)


def _is_float(value: Any) -> bool:
    # Those of NumPy among them.
    return isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational)


def _float(value: float) -> str:
    """Spell a float for people: six places, or six digits where that would hide it."""
    if math.isnan(value):
        return "NaN"
    if value and math.isfinite(value) and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    return repr(round(value, 6))


def _words(drawn: dict[str, Any]) -> str:
    """Give the table as a terminal shows it."""
    index = drawn["index"]
    head = ([""] if index is not None else []) + drawn["head"]
    rows = [
        ([index[at] or ""] if index is not None else []) + ["" if cell is None else cell for cell in row]
        for at, row in enumerate(drawn["rows"])
    ]
    lines = [[short(" ".join(cell.split()), WIDTH) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numbers = ([False] if index is not None else []) + drawn["numbers"]
    said = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*said, *filter(None, [left_out(drawn), drawn["caption"]])]).strip("\n") or "(an empty table)"


def left_out(drawn: dict[str, Any]) -> str:
    """Say what of a table is not shown, "" if nothing is left out."""
    rows, columns = len(drawn["rows"]), len(drawn["head"])
    parts = [
        f"{rows:,} of {drawn['total']:,} rows" if rows < drawn["total"] else "",
        f"{columns:,} of {drawn['width']:,} columns" if columns < drawn["width"] else "",
    ]
    return ", ".join(filter(None, parts))
