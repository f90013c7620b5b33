"""Whether two values cannot be told apart by a flow that is replayed.

Stricter than ``==``: the same types all the way down, the same order in a dict, the same sign of zero; and kinder: NaN
is NaN. `values` keeps only what comes back the same. Where this is in doubt the answer is no, and the work is done
again instead.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import operator
import sys
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from types import ModuleType
from typing import Any, cast

_FIXED_ZONES = ("timezone", "TzInfo")
"""Classes of zones that are an offset and nothing else: the standard library's, and the one pydantic reads."""


def same(a: Any, b: Any) -> bool:
    """Tell whether two values are equal and of the same types all the way down; never raises."""
    try:
        return _same(a, b)
    except Exception:  # noqa: BLE001 - a user's type may refuse to be compared in any way, or contain itself
        return False


def loaded(module: str) -> ModuleType | None:
    """Give a module if the program uses it: a value of its types cannot be without it."""
    return sys.modules.get(module)


def state(value: Any) -> dict[str, Any]:
    """Give what an object holds in attributes, without what it has computed and only remembers."""
    found: dict[str, Any] = {}
    cls: Any = type(value)
    for name in _slots(cls):
        if hasattr(value, name):
            found[name] = getattr(value, name)
    own = getattr(value, "__dict__", None) or {}
    remembered = {name for name in own if isinstance(getattr(cls, name, None), functools.cached_property)}
    return {**found, **{name: part for name, part in own.items() if name not in remembered}}


@functools.lru_cache(maxsize=512)
def _slots(cls: Any) -> tuple[str, ...]:
    names = []
    for base in cls.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            private = slot.startswith("__") and not slot.endswith("__")
            names.append(f"_{base.__name__.lstrip('_')}{slot}" if private else slot)
    return tuple(name for name in names if name not in _BOOKKEEPING)


_BOOKKEEPING = {"__dict__", "__weakref__", "__pydantic_fields_set__"}
"""Slots that hold no value of the user's. Which fields of a model were given, and which are defaults, is not kept."""


def _same(a: Any, b: Any) -> bool:
    if a is b:
        return True
    kind: Any = type(a)
    compare = _comparison(kind)
    return type(b) is kind and bool(compare(a, b))


@functools.lru_cache(maxsize=512)
def _comparison(cls: Any) -> Callable[[Any, Any], bool]:
    """Give how to compare two values of a class; one of numpy's or pandas' cannot be before they are loaded."""
    numpy, pandas = loaded("numpy"), loaded("pandas")
    whole: list[tuple[Any, Any]] = [*_WHOLE]
    if numpy is not None:
        whole += [(numpy.ndarray, _arrays), (numpy.generic, _numpy_scalars)]
    if pandas is not None:
        whole += [(pandas.DataFrame, _frames), (pandas.Series, _series), (pandas.Index, _indexes)]
    for base, compare in whole:
        if issubclass(cls, base):
            return cast("Callable[[Any, Any], bool]", compare)
    if cls in _PLAIN:
        return operator.eq
    for base, compare in _BY_CONTENT:
        if cls is base:
            return compare
        if issubclass(cls, base):
            return _with_state(compare)
    return _same_state if is_record(cls) else _with_state(_equal)


def _with_state(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    # A subclass may add attributes.
    return lambda a, b: compare(a, b) and _same_state(a, b)


def _equal(a: Any, b: Any) -> bool:
    verdict = a == b
    return verdict is True or (type(verdict).__module__ == "numpy" and verdict.ndim == 0 and bool(verdict))


def is_record(cls: type) -> bool:
    """Tell whether a value of this class is its fields, whatever the class says about equality."""
    return hasattr(cls, "__dataclass_fields__") or hasattr(cls, "__pydantic_fields__")


def _same_state(a: Any, b: Any) -> bool:
    mine, yours = state(a), state(b)
    return mine.keys() == yours.keys() and all(_same(part, yours[name]) for name, part in mine.items())


def _floats(a: float, b: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return float(a) == float(b) and math.copysign(1, a) == math.copysign(1, b)


def _complex(a: complex, b: complex) -> bool:
    return _floats(a.real, b.real) and _floats(a.imag, b.imag)


def _decimals(a: Decimal, b: Decimal) -> bool:
    # 1.0 and 1.00 are equal and are written differently.
    return a.as_tuple() == b.as_tuple()


def _times(a: Any, b: Any) -> bool:
    return bool(a.replace(tzinfo=None) == b.replace(tzinfo=None)) and a.fold == b.fold and _same_zone(a, b)


def _same_zone(a: Any, b: Any) -> bool:
    mine, yours = a.tzinfo, b.tzinfo
    if mine is yours:
        return True
    if mine is None or yours is None or a.utcoffset() != b.utcoffset():
        return False
    names = {type(mine).__name__, type(yours).__name__}
    # A place's zone and its offset of today part ways when the clocks change.
    return names <= set(_FIXED_ZONES) or (len(names) == 1 and str(mine) == str(yours) and bool(mine == yours))


def _in_order(a: Iterable[Any], b: Iterable[Any]) -> bool:
    mine, yours = list(a), list(b)
    kinds = list(map(type, mine))
    if kinds != list(map(type, yours)):
        return False
    return mine == yours if _PLAIN.issuperset(kinds) else all(map(_same, mine, yours))


def _sequences(a: Any, b: Any) -> bool:
    return _in_order(a, b) and getattr(a, "maxlen", None) == getattr(b, "maxlen", None)


def _mappings(a: Any, b: Any) -> bool:
    # A flow that goes through them must meet them in the same order.
    if isinstance(a, defaultdict) and a.default_factory is not b.default_factory:
        return False
    return _in_order(a.keys(), b.keys()) and _in_order(a.values(), b.values())


def _sets(a: Any, b: Any) -> bool:
    if len(a) != len(b):
        return False
    members = {member: member for member in b}
    left = [member for member in a if member not in members or not _same(member, members.pop(member))]
    rest = list(members.values())
    # What is not equal to itself: NaN, and what contains it. Seldom more than one.
    for member in left[:100]:
        found = next((number for number, other in enumerate(rest) if _same(member, other)), None)
        if found is None:
            return False
        del rest[found]
    return not rest


def _exceptions(a: BaseException, b: BaseException) -> bool:
    return _same(a.args, b.args) and str(a) == str(b)


def _members(a: Enum, b: Enum) -> bool:
    # Members are single; a combination of flags is made when it is asked for.
    return a.name == b.name and _same(a.value, b.value)


_PLAIN: set[type] = {bool, int, str, bytes, type(None)}

_WHOLE = ((Enum, _members), (PurePath, operator.eq))
"""What is compared without its attributes: they are its own affair."""

_BY_CONTENT: tuple[tuple[Any, Callable[[Any, Any], bool]], ...] = (
    (list, _sequences),
    (dict, _mappings),
    (OrderedDict, _mappings),
    (defaultdict, _mappings),
    (tuple, _sequences),
    (float, _floats),
    (set, _sets),
    (frozenset, _sets),
    (deque, _sequences),
    (complex, _complex),
    (Decimal, _decimals),
    (dt.datetime, _times),
    (dt.time, _times),
    (BaseException, _exceptions),
)


def _arrays(a: Any, b: Any) -> bool:
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if hasattr(a, "mask"):
        return _arrays(a.mask, b.mask) and _arrays(a.data, b.data)
    if a.dtype.hasobject:
        return _in_order(a.ravel().tolist(), b.ravel().tolist())
    if a.tobytes() == b.tobytes():
        return True
    if a.dtype.kind not in "fc":
        return False
    # NaN has many spellings.
    numpy: Any = loaded("numpy")
    nowhere = numpy.isnan(a)
    return bool((nowhere == numpy.isnan(b)).all()) and bool(a[~nowhere].tobytes() == b[~nowhere].tobytes())


def _numpy_scalars(a: Any, b: Any) -> bool:
    numpy: Any = loaded("numpy")
    return _arrays(numpy.asarray(a), numpy.asarray(b))


def _columns(a: Any, b: Any) -> bool:
    """Compare the values of two Series or two Indexes."""
    if a.dtype != b.dtype or len(a) != len(b):
        return False
    mine, yours = a.array, b.array
    if a.dtype == object:
        return _in_order(mine, yours)
    return _arrays(mine.to_numpy(), yours.to_numpy()) if a.dtype.kind in "fc" and _is_numpy(a) else mine.equals(yours)


def _is_numpy(column: Any) -> bool:
    numpy: Any = loaded("numpy")
    return isinstance(column.dtype, numpy.dtype)


def _series(a: Any, b: Any) -> bool:
    return _columns(a, b) and _indexes(a.index, b.index) and _same(a.name, b.name) and _same(a.attrs, b.attrs)


def _indexes(a: Any, b: Any) -> bool:
    if (
        type(a) is not type(b)
        or not _in_order(a.names, b.names)
        or getattr(a, "freq", None) != getattr(b, "freq", None)
    ):
        return False
    if a.nlevels == 1:
        return _columns(a, b)
    return a.nlevels == b.nlevels and all(
        _columns(a.get_level_values(level), b.get_level_values(level)) for level in range(a.nlevels)
    )


def _frames(a: Any, b: Any) -> bool:
    return (
        a.shape == b.shape
        and _indexes(a.columns, b.columns)
        and _indexes(a.index, b.index)
        and all(_columns(a.iloc[:, place], b.iloc[:, place]) for place in range(a.shape[1]))
        and _same(a.attrs, b.attrs)
        and a.flags == b.flags
    )
