"""Futures and states inside what tasks are called with and what flows return: found, replaced, waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

from hitl_jupyter.core.states import State

T = TypeVar("T")


class _Wrapped(Generic[T]):
    """A value that says how it is to be taken."""

    def __init__(self, value: T) -> None:
        self.value = value

    def unwrap(self) -> T:
        """Give the value itself."""
        return self.value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, _Wrapped) and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


class unmapped(_Wrapped[T]):  # noqa: N801 - Prefect's name
    """A value that `Task.map` gives to each of its runs as it is."""


class allow_failure(_Wrapped[T]):  # noqa: N801 - Prefect's name
    """A future whose exception a task wants to have in place of a value."""


class quote(_Wrapped[T]):  # noqa: N801 - Prefect's name
    """A value that is given as it is, without a look for futures in it."""


_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})


def visit(value: Any, found: Callable[[Any, type[_Wrapped[Any]] | None], Any]) -> Any:
    """Give `value` with all that `found` replaces: it is called with each leaf and the annotation around it.

    Looks into lists, tuples, sets, mappings and dataclasses. What has nothing replaced in it is the same object.
    """
    return _visit(value, found, None)


def _visit(value: Any, found: Callable[..., Any], around: type[_Wrapped[Any]] | None) -> Any:
    kind = type(value)
    if kind in _PLAIN or isinstance(value, type):
        return value
    if isinstance(value, quote):
        return value.value
    if isinstance(value, _Wrapped):
        return _visit(value.value, found, kind)
    if isinstance(value, list | tuple | set | frozenset):
        if _PLAIN.issuperset(map(type, value)):
            # Several times as fast, for a million numbers.
            return value
        items = [_visit(item, found, around) for item in value]
        if all(map(_is, items, value)):
            return value
        return kind(*items) if hasattr(value, "_fields") else _like(value, items)
    if isinstance(value, dict):
        pairs = {_visit(key, found, around): _visit(item, found, around) for key, item in value.items()}
        same = all(map(_is, pairs.values(), value.values())) and all(map(_is, pairs, value))
        return value if same else pairs
    if is_dataclass(value) and not isinstance(value, State | type):
        parts = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        changed = {name: _visit(part, found, around) for name, part in parts.items()}
        new = {name: part for name, part in changed.items() if part is not parts[name]}
        return replace(value, **new) if new else found(value, around)
    return found(value, around)


def _is(one: Any, other: Any) -> bool:
    return one is other


def _like(value: Any, items: list[Any]) -> Any:
    """Give items as the same kind of collection, where a subclass can be made of them."""
    for kind in (type(value), *(base for base in (list, tuple, set, frozenset) if isinstance(value, base))):
        try:
            return kind(items)
        except TypeError:
            continue
    return items
