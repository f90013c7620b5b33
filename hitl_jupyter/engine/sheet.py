"""A table as JSON: what people hand over to be looked at, with text for whatever JSON has no word for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.same import loaded


def plain(table: Any) -> Any:
    """Give a DataFrame as a dict of its columns, an index with a meaning first; anything else as it is.

    Columns of one name are told apart as pandas does when it reads a file: "x", "x.1".
    """
    pandas = loaded("pandas")
    if pandas is None or not isinstance(table, pandas.DataFrame):
        return table
    columns = [] if type(table.index) is pandas.RangeIndex else _levels(table.index)
    columns += [(str(name), table.iloc[:, place].tolist()) for place, name in enumerate(table.columns)]
    seen: Counter[str] = Counter()
    named = {}
    for name, values in columns:
        named[f"{name}.{seen[name]}" if seen[name] else name] = values
        seen[name] += 1
    return named


def _levels(index: Any) -> list[tuple[str, list[Any]]]:
    return [
        ("" if name is None else str(name), index.get_level_values(place).tolist())
        for place, name in enumerate(index.names)
    ]


def to_json(value: Any) -> Json:
    """Give a table, or a part of one, as JSON: nothing for NaN and its kin, text for what JSON cannot hold."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value  # type: ignore[no-any-return]
    if isinstance(value, Mapping):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(part) for part in value]
    numpy = loaded("numpy")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biuf":
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else str(value)
    if isinstance(value, bool | int):
        return value
    pandas = loaded("pandas")
    if pandas is not None and (value is pandas.NaT or value is pandas.NA):
        return None
    return str(value)
