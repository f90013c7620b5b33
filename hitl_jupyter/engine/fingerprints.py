"""The fingerprint of a call's parameters: the same in every process, another for other values.

The journal compares it on replay, to notice a task that is called with something else than was recorded. Values that
are `same` have one fingerprint; the order of sets and dicts does not matter; classes and functions go by their names,
as a cell that is run again defines them anew. What has no form of that kind (a model, a connection) has none.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import math
import struct
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import PurePath
from re import Pattern
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any
from uuid import UUID

from hitl_jupyter.engine.same import is_record, loaded, state


class _NoForm(Exception):  # noqa: N818 - a situation
    """Raised when a value has no form that another process would give too."""


def fingerprint(parameters: Mapping[str, Any]) -> str | None:
    """Give the fingerprint of bound parameters, None where one of them has none."""
    try:
        return _digest(dict(parameters)).hex()
    except Exception:  # noqa: BLE001 - a user's type may refuse in any way, or contain itself
        return None


def _digest(value: Any) -> bytes:
    """Give the digest of a value with its type."""
    found = hashlib.sha256()
    _feed(value, found.update)
    return found.digest()


_IN_JSON: set[type] = {str, int, float, bool, type(None)}


def _feed(value: Any, take: Callable[[bytes], None]) -> None:
    kind: Any = type(value)
    if kind is str:
        _token(take, b"s", value.encode("utf-8", "surrogatepass"))
    elif kind is int:
        _token(take, b"i", b"%x" % value)
    elif kind is float:
        _token(take, b"f", _float(value))
    elif kind is bytes:
        _token(take, b"b", value)
    elif kind is bool or value is None:
        _token(take, b"p", repr(value).encode())
    elif kind is list or kind is tuple:
        _token(take, b"l" if kind is list else b"t", struct.pack("<Q", len(value)))
        if _IN_JSON.issuperset(map(type, value)):
            # Thirty times as fast, for lists of numbers and texts.
            _token(take, b"j", json.dumps(value).encode())
        else:
            for item in value:
                _feed(item, take)
    else:
        _token(take, b"o", kind.__qualname__.encode())
        form = _form(kind)
        if form is not None:
            _feed(form(value), take)
        # A subclass may add attributes.
        if form is None or _has_state(kind):
            _feed_state(value, take)


def _token(take: Callable[[bytes], None], kind: bytes, content: bytes) -> None:
    # The length keeps two neighbours from reading as one.
    take(kind + struct.pack("<Q", len(content)))
    take(content)


def _float(value: float) -> bytes:
    return b"nan" if math.isnan(value) else struct.pack("<d", value)


@functools.lru_cache(maxsize=512)
def _form(cls: Any) -> Callable[[Any], Any] | None:
    """Give what puts a value of a class in simpler terms, None if it is its fields.

    Raises
    ------
    _NoForm
        Nothing does.
    """
    numpy, pandas = loaded("numpy"), loaded("pandas")
    if numpy is not None and issubclass(cls, numpy.ndarray | numpy.generic):
        return _array
    if pandas is not None:
        tables = ((pandas.DataFrame, _frame), (pandas.Series, _series), (pandas.Index, _index))
        for base, form_of_table in tables:
            if issubclass(cls, base):
                return form_of_table
    for base, form in _FORMS:
        if issubclass(cls, base):
            return form
    if is_record(cls):
        return None
    raise _NoForm


@functools.lru_cache(maxsize=512)
def _has_state(cls: Any) -> bool:
    own = cls.__module__.partition(".")[0]
    return own not in ("numpy", "pandas", "builtins") and not issubclass(cls, _ATOMS)


def _feed_state(value: Any, take: Callable[[bytes], None]) -> None:
    own = state(value)
    if own:
        _feed([part for name in sorted(own) for part in (name, own[name])], take)


def _named(value: Any) -> str:
    name: str = value.__qualname__
    return name


def _zone(value: Any) -> list[Any]:
    zone = value.tzinfo
    place = None if zone is None or type(zone).__name__ in ("timezone", "TzInfo") else str(zone)
    return [value.isoformat(), value.fold, place]


def _unordered(value: Iterable[Any]) -> list[Any]:
    return sorted(map(_digest, value))


def _pairs(value: Mapping[Any, Any]) -> list[Any]:
    return sorted(_digest(key) + _digest(part) for key, part in value.items())


_ATOMS = (Enum, type, FunctionType, BuiltinFunctionType, ModuleType, MethodType, PurePath, UUID, Fraction)
_ADDRESSES = (IPv4Address, IPv6Address, IPv4Network, IPv6Network)

_FORMS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.name if value.name is not None else value.value),
    (int, int.__index__),
    (float, float.__float__),
    (complex, lambda value: [value.real, value.imag]),
    (str, str.__str__),
    ((bytes, bytearray), bytes),
    ((list, tuple), list),
    (deque, lambda value: [list(value), value.maxlen]),
    (Mapping, _pairs),
    (AbstractSet, _unordered),
    (Decimal, lambda value: str(value.as_tuple())),
    ((dt.datetime, dt.time), _zone),
    (dt.date, lambda value: value.isoformat()),
    (dt.timedelta, lambda value: [value.days, value.seconds, value.microseconds]),
    (dt.tzinfo, str),
    ((UUID, PurePath, Fraction, *_ADDRESSES), str),
    (Pattern, lambda value: [value.pattern, value.flags]),
    ((range, slice), lambda value: [value.start, value.stop, value.step]),
    (array, lambda value: [value.typecode, value.tobytes()]),
    (MethodType, lambda value: [_named(value.__func__), value.__self__]),
    (functools.partial, lambda value: [value.func, list(value.args), value.keywords]),
    ((type, FunctionType, BuiltinFunctionType), _named),
    (ModuleType, lambda value: value.__name__),
    (BaseException, lambda value: list(value.args)),
)
"""How values of a class are put in terms of simpler ones."""


def _frame(value: Any) -> list[Any]:
    columns = [_column(value.iloc[:, place]) for place in range(value.shape[1])]
    return [value.columns, value.index, columns, value.attrs, list(value.shape)]


def _series(value: Any) -> list[Any]:
    return [_column(value), value.index, value.name, value.attrs]


def _index(value: Any) -> list[Any]:
    return [list(value.names), [_column(value.get_level_values(level)) for level in range(value.nlevels)]]


def _column(value: Any) -> list[Any]:
    pandas: Any = loaded("pandas")
    form = [str(value.dtype), len(value)]
    if isinstance(value.dtype, pandas.CategoricalDtype):
        return [*form, value.array.categories, value.array.codes, value.array.ordered]
    if value.dtype == object:
        return [*form, list(value.array)]
    if isinstance(value.dtype, pandas.api.extensions.ExtensionDtype):
        return [*form, pandas.util.hash_array(value.array, categorize=False)]
    return [*form, value.to_numpy()]


def _array(value: Any) -> list[Any]:
    numpy: Any = loaded("numpy")
    plain = numpy.asarray(value)
    form = [str(plain.dtype), list(plain.shape), getattr(value, "mask", None)]
    if plain.dtype.hasobject:
        return [*form, plain.ravel().tolist()]
    if plain.dtype.kind in "fc" and numpy.isnan(plain).any():
        # NaN has many spellings.
        plain = numpy.where(numpy.isnan(plain), plain.dtype.type("nan"), plain)
    return [*form, plain.tobytes()]
