"""pandas' tables as Parquet, and what Parquet forgets of them.

Columns that are a range, the frequency of a time index, and kinds of columns that Parquet has no name for are noted in
the file's metadata and put back when it is read. Any other program reads the file as it is.
"""

from __future__ import annotations

import importlib
import json
from io import BytesIO
from typing import Any

_NOTE = b"hitl_jupyter"


def dumps(table: Any) -> bytes:
    """Give a DataFrame as Parquet.

    Raises
    ------
    Exception
        Whatever pandas and pyarrow raise for a table that Parquet cannot hold.
    """
    content = _write(table)
    note = _forgotten(table, _read(content))
    return _noted(content, note) if note else content


def loads(content: bytes) -> Any:
    """Give the DataFrame again.

    Raises
    ------
    Exception
        Whatever pandas and pyarrow raise for what is no Parquet.
    """
    metadata = _parquet().read_schema(BytesIO(content)).metadata or {}
    note: dict[str, Any] = json.loads(metadata.get(_NOTE, b"{}"))
    table = _read(content)
    for place, kind in note.get("kinds", []):
        table.isetitem(place, table.iloc[:, place].astype(kind))
    pandas = importlib.import_module("pandas")
    for axis, (start, stop, step) in note.get("ranges", {}).items():
        old = getattr(table, axis)
        setattr(table, axis, pandas.RangeIndex(start, stop, step, name=old.name))
    if "frequency" in note:
        table.index.freq = note["frequency"]
    return table


def _forgotten(table: Any, again: Any) -> dict[str, Any]:
    """Give what one that was read again lacks."""
    note: dict[str, Any] = {}
    pairs = enumerate(zip(table.dtypes, again.dtypes, strict=True))
    kinds = [[place, str(kind)] for place, (kind, other) in pairs if kind != other]
    if kinds:
        note["kinds"] = kinds
    ranges = {
        axis: [mine.start, mine.stop, mine.step]
        for axis in ("columns", "index")
        if hasattr(mine := getattr(table, axis), "step") and type(mine) is not type(getattr(again, axis))
    }
    if ranges:
        note["ranges"] = ranges
    frequency = getattr(table.index, "freqstr", None)
    if frequency and frequency != getattr(again.index, "freqstr", None):
        note["frequency"] = frequency
    return note


def _write(table: Any) -> bytes:
    file = BytesIO()
    table.to_parquet(file, engine="pyarrow")
    return file.getvalue()


def _read(content: bytes) -> Any:
    return importlib.import_module("pandas").read_parquet(BytesIO(content), engine="pyarrow")


def _noted(content: bytes, note: dict[str, Any]) -> bytes:
    table = _parquet().read_table(BytesIO(content))
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _NOTE: json.dumps(note).encode()})
    file = BytesIO()
    _parquet().write_table(table, file)
    return file.getvalue()


def _parquet() -> Any:
    return importlib.import_module("pyarrow.parquet")
