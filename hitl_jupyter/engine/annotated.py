"""Values as JSON by an annotation, and back: pydantic's types, or JSON's own where nothing better is known.

JSON by the annotation is tried first. What does not come back the same that way (an int where a float was promised,
a NaN where anything was) and is JSON as it stands is written as it stands, inside an envelope that says so. NaN and
the infinities, which JSON lacks, are null, and the envelope says where. `values` decides with `same`; nothing here is
ever trusted to be lossless.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import inspect
import json
import math
import operator
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import GenericAlias, SimpleNamespace
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter

from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.same import same

_ENVELOPE = "$kept"
_CONFIG = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants")
_text = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode

NONE_KNOWN: Any = inspect.Signature.empty
"""The annotation of what has none, or one that does not resolve."""


class NotKept(Exception):  # noqa: N818 - a situation, and never seen by users
    """Raised when a value has no JSON from which the same value can be made."""


def to_text(value: Any, hint: Any) -> str:
    """Give a value as JSON text from which `from_json` makes the same.

    Raises
    ------
    NotKept
        There is none.
    """
    try:
        if hint is not NONE_KNOWN:
            text = _by_annotation(value, hint)
            if text is not None:
                return text
        if is_plain(value):
            text = _text(_enveloped(value, plain=hint is not NONE_KNOWN))
            if same(value, from_json(json.loads(text), hint)):
                return text
    except (ValueError, TypeError, RecursionError) as error:
        raise NotKept(str(error)) from error
    raise NotKept("what comes back is not the same")


def _by_annotation(value: Any, hint: Any) -> str | None:
    try:
        if _is_used_up(value):
            return None
        adapter = adapter_of(hint)
        data = adapter.dump_python(value, mode="json", by_alias=False, round_trip=True, warnings="error")
        text = _text(_enveloped(data))
        return text if same(value, from_json(json.loads(text), hint)) else None
    except Exception:  # noqa: BLE001 - a user's type may refuse in any way: then it has no JSON
        return None


def from_json(data: Json, hint: Any) -> Any:
    """Give the value that was written.

    Raises
    ------
    Exception
        Whatever the annotation's type raises for what is no value of it.
    """
    data, plain = _opened(data)
    if plain or hint is NONE_KNOWN:
        return data
    # As JSON, not as Python: strict types take a list for a tuple, and a text for a date, there only.
    return adapter_of(hint).validate_json(json.dumps(data), by_alias=False, by_name=True)


# -- annotations ------------------------------------------------------------------------------------------------------


def return_hint(function: Callable[..., Any]) -> Any:
    """Give what a function says it returns, `NONE_KNOWN` where it says nothing that can be read."""
    return hint_of(function, "return")


def hint_of(function: Callable[..., Any], name: str) -> Any:
    """Give a function's annotation by name, resolved by itself: another's that does not resolve is no matter."""
    plain = _plain_function(function)
    try:
        raw = plain.__annotations__[name]
        # A class defined anew, in its cell, must be found anew.
        words = re.findall(r"\w+", raw) if isinstance(raw, str) else ()
        return _resolved(plain, name, tuple(id(_lookup(plain, word)) for word in words))
    except Exception:  # noqa: BLE001 - an annotation is any expression of the user's
        return NONE_KNOWN


def parameter_hint(function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    """Give the annotation of what a function receives under a parameter's name."""
    hint = hint_of(function, parameter.name)
    each = Any if hint is NONE_KNOWN else hint
    if parameter.kind is parameter.VAR_POSITIONAL:
        return GenericAlias(tuple, (each, ...))
    if parameter.kind is parameter.VAR_KEYWORD:
        return GenericAlias(dict, (str, each))
    return hint


def _plain_function(function: Any) -> Any:
    function = inspect.unwrap(function)
    while isinstance(function, functools.partial):
        function = inspect.unwrap(function.func)
    if not inspect.isroutine(function) and not isinstance(function, type):
        function = type(function).__call__
    return getattr(function, "__func__", function)


def _names(function: Any) -> dict[str, Any]:
    """Give the names that a nested function sees around it."""
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None)
    if code is None or not cells:
        return {}
    found = {}
    for name, cell in zip(code.co_freevars, cells, strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # it has no content yet
            continue
    return found


def _lookup(function: Any, word: str) -> Any:
    return _names(function).get(word, getattr(function, "__globals__", {}).get(word))


@functools.lru_cache(maxsize=1024)
def _resolved(function: Any, name: str, _meant: tuple[int, ...]) -> Any:
    alone = SimpleNamespace(__annotations__={name: function.__annotations__[name]})
    spaces = getattr(function, "__globals__", vars(sys.modules[function.__module__]))
    return get_type_hints(alone, spaces, _names(function), include_extras=True)[name]


def adapter_of(hint: Any) -> TypeAdapter[Any]:
    """Give pydantic's adapter for an annotation.

    Raises
    ------
    PydanticUserError
        pydantic knows no such type.
    """
    try:
        return _adapter(hint)
    except TypeError:  # the annotation has no hash
        return _adapter.__wrapped__(hint)


@functools.lru_cache(maxsize=1024, typed=True)
def _adapter(hint: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(hint, config=_CONFIG)
    except PydanticUserError as error:
        if error.code != "type-adapter-config-unused":
            raise
        return TypeAdapter(hint)


# -- JSON as it stands ------------------------------------------------------------------------------------------------


def is_plain(value: Any) -> bool:
    """Tell whether a value is JSON, in Python's own types for it, NaN and the infinities included."""
    if type(value) is dict:
        return all(type(key) is str and is_plain(part) for key, part in value.items())
    if type(value) is list:
        return all(map(is_plain, value))
    return value is None or type(value) in (bool, int, float, str)


def _enveloped(data: Json, *, plain: bool = False) -> Json:
    places: list[Json] = []
    finite = _without(data, [], places)
    if places or plain or (isinstance(data, dict) and _ENVELOPE in data):
        return {_ENVELOPE: finite, "plain": plain, "at": places}
    return data


def _opened(data: Json) -> tuple[Json, bool]:
    if not isinstance(data, dict) or _ENVELOPE not in data:
        return data, False
    holder: Any = {"": data[_ENVELOPE]}
    if data["at"]:
        holder = copy.deepcopy(holder)  # what was given is the record's
    places: Any = data["at"]
    for path, name in places:
        way = ["", *path]
        target = functools.reduce(operator.getitem, way[:-1], holder)
        target[way[-1]] = float(name)
    return holder[""], bool(data["plain"])


def _without(data: Any, path: list[str | int], places: list[Any]) -> Any:
    """Give JSON with null for what JSON has no number for, whose places are added to `places`."""
    if isinstance(data, float) and not math.isfinite(data):
        places.append([list(path), repr(float(data))])
        return None
    if isinstance(data, dict):
        return {key: _without(part, [*path, key], places) for key, part in data.items()}
    if isinstance(data, list):
        return [_without(part, [*path, number], places) for number, part in enumerate(data)]
    return data


def _is_used_up(value: Any) -> bool:
    """Tell whether writing a value would leave nothing of it for the flow: pydantic reads a generator to its end."""
    if isinstance(value, Iterator):
        return True
    if isinstance(value, str | bytes | bytearray):
        return False
    if isinstance(value, BaseModel):
        return any(map(_is_used_up, [*value.__dict__.values(), *(value.__pydantic_extra__ or {}).values()]))
    if dataclasses.is_dataclass(value):
        return any(_is_used_up(getattr(value, field.name, None)) for field in dataclasses.fields(value))
    if isinstance(value, Mapping):
        return any(map(_is_used_up, value.values()))
    return isinstance(value, list | tuple | AbstractSet) and any(map(_is_used_up, value))
