"""What `Task.map` calls: one call for each item of the iterables among its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hitl_jupyter.engine import outcome, parameters
from hitl_jupyter.engine.collections import allow_failure, quote, unmapped
from hitl_jupyter.engine.futures import PrefectFuture
from hitl_jupyter.exceptions import MappingLengthMismatch, MappingMissingIterable

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

Call = tuple[tuple[Any, ...], dict[str, Any]]


def calls(
    run: FlowRun[Any], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Iterator[Call]:
    """Give the arguments of each call.

    A future among them is waited for, and what it gave is mapped over.

    Raises
    ------
    MappingLengthMismatch
        The iterables have different lengths.
    MappingMissingIterable
        There is none.
    ParameterBindError
        The function does not take these arguments.
    """
    parameters.bind(fn, args, kwargs)
    columns = [*((None, value) for value in args), *kwargs.items()]
    names = [name or parameters.positional_name(fn, number) for number, (name, _) in enumerate(columns)]
    given = [_column(run, value) for _, value in columns]
    lengths = {name: len(items) for name, (items, _) in zip(names, given, strict=True) if items is not None}
    if not lengths:
        raise MappingMissingIterable(dict(zip(names, (value for _, value in columns), strict=True)))
    if len(set(lengths.values())) > 1:
        raise MappingLengthMismatch(lengths)
    return _calls(next(iter(lengths.values())), given, len(args), list(kwargs))


def _calls(length: int, given: list[tuple[list[Any] | None, Any]], positional: int, names: list[str]) -> Iterator[Call]:
    for number in range(length):
        row = [value if items is None else items[number] for items, value in given]
        yield tuple(row[:positional]), dict(zip(names, row[positional:], strict=True))


def _column(run: FlowRun[Any], value: Any) -> tuple[list[Any] | None, Any]:
    """Give the items that an argument stands for, or None and the value that goes to each call."""
    if isinstance(value, unmapped):
        return None, value.value
    if isinstance(value, PrefectFuture):
        value = run.wait(outcome.resolved(value), idle=True)
    around = type(value) if isinstance(value, allow_failure | quote) else None
    inner = value.value if around is not None else value
    if isinstance(inner, PrefectFuture):
        inner = run.wait(outcome.resolved(around(inner) if around else inner), idle=True)
    if isinstance(inner, str | bytes) or not isinstance(inner, Iterable):
        return None, value
    return [around(item) if around else item for item in inner], None
