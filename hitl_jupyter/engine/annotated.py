"""Values as JSON by an annotation, and back: pydantic's types, or JSON as it stands where nothing better is known.

JSON by the annotation is tried first, then JSON as it stands (an int where a float was promised, a number of numpy's,
no annotation at all). Of both only what gives the same value again is taken: nothing here is trusted to be lossless.
`values` and `failures` call this.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import GenericAlias, SimpleNamespace
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.signatures import annotations_of
from hitl_jupyter.engine.plain import enveloped, opened, spelled
from hitl_jupyter.engine.same import same

_CONFIG = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants")

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
    ways = [_as_it_stands, _in_envelope] if hint is NONE_KNOWN else [_by_annotation, _in_envelope]
    for write in ways:
        try:
            text = write(value, hint)
            if same(value, from_json(json.loads(text), hint)):
                return text
        except Exception:  # noqa: BLE001, S112 - a user's type may refuse in any way: then the next way is tried
            continue
    raise NotKept


def _by_annotation(value: Any, hint: Any) -> str:
    if _is_used_up(value):
        raise NotKept
    adapter = adapter_of(hint)
    return spelled(adapter.dump_python(value, mode="json", by_alias=False, round_trip=True, warnings="error"))


def _as_it_stands(value: Any, _hint: Any) -> str:
    return spelled(value)


def _in_envelope(value: Any, _hint: Any) -> str:
    return enveloped(value, plain=True)


def from_json(data: Json, hint: Any) -> Any:
    """Give the value that was written.

    Raises
    ------
    Exception
        Whatever the annotation's type raises for what is no value of it.
    """
    data, plain = opened(data)
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
    try:
        plain = _plain_function(function)
        raw = annotations_of(plain)[name]
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
    alone = SimpleNamespace(__annotations__={name: annotations_of(function)[name]})
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


def _is_used_up(value: Any) -> bool:
    """Tell whether writing a value would leave nothing of it for the flow: pydantic reads a generator to its end."""
    if type(value) in _ATOMS:
        return False
    if isinstance(value, Iterator):
        return True
    if isinstance(value, BaseModel):
        return any(map(_is_used_up, [*value.__dict__.values(), *(value.__pydantic_extra__ or {}).values()]))
    if dataclasses.is_dataclass(value):
        return any(_is_used_up(getattr(value, field.name, None)) for field in dataclasses.fields(value))
    if isinstance(value, Mapping):
        return any(map(_is_used_up, value.values()))
    return isinstance(value, list | tuple | deque | AbstractSet) and any(map(_is_used_up, value))


_ATOMS = {str, bytes, int, float, bool, type(None)}
