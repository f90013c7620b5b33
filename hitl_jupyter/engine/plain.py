"""JSON as it stands: values of JSON's own types, and the few beside them that people return without saying so.

NaN, the infinities, tuples, sets, dicts with any keys and numpy's single numbers are written as the nearest JSON, in an
envelope that says where they are: ``{"$kept": [0.5, null], "plain": true, "at": [[[1], "float", "nan"], [[],
"tuple"]]}``. Anyone who reads the store still sees the value.
"""

from __future__ import annotations

import copy
import functools
import importlib
import json
import math
import operator
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.same import loaded

_ENVELOPE = "$kept"
_ATOMS = {str, int, bool, type(None)}

_text = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def spelled(data: Any) -> str:
    """Give JSON, with NaN and the infinities in it, as text that `opened` reads.

    Raises
    ------
    TypeError, ValueError, RecursionError
        It is no JSON.
    """
    if not isinstance(data, dict) or _ENVELOPE not in data:
        try:
            return _text(data)
        except ValueError:  # NaN, or it contains itself
            pass
    return enveloped(data, plain=False)


def enveloped(value: Any, *, plain: bool) -> str:
    """Give a value as text in an envelope. `plain`: no annotation is asked when it is read.

    Raises
    ------
    TypeError, ValueError, RecursionError
        It is neither JSON nor one of the few.
    """
    places: list[Json] = []
    return _text({_ENVELOPE: _written(value, [], places), "plain": plain, "at": places})


def opened(data: Json) -> tuple[Json, bool]:
    """Give what JSON stands for, out of its envelope if it is in one, and whether no annotation is asked."""
    if not isinstance(data, dict) or _ENVELOPE not in data:
        return data, False
    places: Any = data["at"]
    # What was given belongs to a record.
    holder: Any = {"": copy.deepcopy(data[_ENVELOPE]) if places else data[_ENVELOPE]}
    for path, kind, *text in places:
        way = ["", *path]
        target = functools.reduce(operator.getitem, way[:-1], holder)
        target[way[-1]] = _made(kind, float(text[0]) if text else target[way[-1]])
    return holder[""], bool(data["plain"])


def legible(text: str) -> str:
    """Give the stored text of a value, or the beginning of it, as a person reads it: without the envelope."""
    head = f'{{"{_ENVELOPE}":'
    if not text.startswith(head):
        return text
    # In a text of the value its quotes would be escaped.
    end = text.rfind(',"plain":') if text.endswith("]}") else -1
    return text[len(head) : end if end > 0 else None]


def _made(kind: str, value: Any) -> Any:
    if kind == "float":
        return value
    container = _CONTAINERS.get(kind)
    return container(value) if container else importlib.import_module("numpy").dtype(kind).type(value)


_CONTAINERS: dict[str, Any] = {cls.__name__: cls for cls in (tuple, set, frozenset, dict)}
"""What is written as a list; a dict as a list of its pairs, where a key is no text."""


def _written(value: Any, path: list[str | int], places: list[Json]) -> Any:
    """Give the nearest JSON; what it must be made into is added to `places`, the innermost first."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is float:
        return _number(value, "float", path, places)
    if kind is dict and all(type(key) is str for key in value):
        return {key: _part(part, key, path, places) for key, part in value.items()}
    if kind is list or _CONTAINERS.get(kind.__name__) is kind:
        members = map(list, value.items()) if kind is dict else value
        items = [_part(part, number, path, places) for number, part in enumerate(members)]
        if kind is not list:
            places.append([[*path], kind.__name__])
        return items
    numpy = loaded("numpy")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biuf":
        return _number(value.item(), value.dtype.name, path, places)
    raise TypeError(f"{kind.__name__} is no JSON")


def _part(part: Any, key: str | int, path: list[str | int], places: list[Json]) -> Any:
    if type(part) in _ATOMS:
        return part
    path.append(key)
    written = _written(part, path, places)
    path.pop()
    return written


def _number(value: Any, kind: str, path: list[str | int], places: list[Json]) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        places.append([[*path], kind, repr(value)])
        return None
    if kind != "float":
        places.append([[*path], kind])
    return value
