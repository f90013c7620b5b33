"""How the modules of `hitl_jupyter.runtime` find their values: anew each time somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
Values = Mapping[str, tuple[Callable[[T], Any], Any]]
"""How each value is found in what the calling code belongs to, and what it is outside."""


def nothing(_: object) -> None:
    """Give None: there is no server here that would know."""


def value(module: str, values: Values[T], name: str, here: T | None) -> Any:
    """Give a value by its name.

    Raises
    ------
    AttributeError
        There is none; the text names those that there are.
    """
    if name not in values:
        raise AttributeError(f"{module} has no attribute {name!r}; here are {', '.join(sorted(values))}")
    find, outside = values[name]
    if here is not None:
        return find(here)
    return outside if outside is None else type(outside)(outside)
