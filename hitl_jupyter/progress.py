"""`track`: a bar and a log for a loop of a flow or task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sized
from typing import Generic, TypeVar

from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.progress import Bar, begin

__all__ = ["Track", "track"]

T = TypeVar("T")


def track(
    items: Iterable[T] | AsyncIterable[T], *, description: str | None = None, total: int | None = None
) -> Track[T]:
    """Show how far a loop is: a bar in the run's card, and lines in its log.

    Use it with ``for`` or ``async for``, in a flow or a task. Time in which the run waits for people is left out of the
    estimate of the time left. A run that was ended stops at the loop's next item. Outside any run the loop is a loop.

    Parameters
    ----------
    items
        What the loop goes over.
    description
        The name of the bar, and of its log lines.
    total
        How many items there are, where ``len(items)`` does not say it. Without either, the bar only counts.

    Raises
    ------
    TypeError
        There is nothing to go over, or an option has the wrong type.
    ValueError
        The total is negative.

    Examples
    --------
    >>> [item.upper() for item in track(["a", "b"], description="Letters")]
    ['A', 'B']
    """
    if not isinstance(items, Iterable | AsyncIterable):
        raise TypeError(f"track() takes something to loop over, got {items!r}.")
    if not (description is None or isinstance(description, str)):
        raise TypeError(f"The description of track() is a text, got {description!r}.")
    if total is not None and (isinstance(total, bool) or not isinstance(total, int)):
        raise TypeError(f"The total of track() is a whole number, got {total!r}.")
    if total is not None and total < 0:
        raise ValueError(f"The total of track() is a number of items, got {total}.")
    if total is None and isinstance(items, Sized):
        total = len(items)
    return Track(items, description, total)


class Track(Generic[T]):
    """What `track` gives: each loop over it has a bar of its own."""

    def __init__(self, items: Iterable[T] | AsyncIterable[T], description: str | None, total: int | None) -> None:
        self._items, self._description, self._total = items, description, total

    def __length_hint__(self) -> int:
        """Give the number of items if it is known."""
        return NotImplemented if self._total is None else self._total

    def __iter__(self) -> Iterator[T]:
        """Loop in sync code, or in async code over what need not be awaited.

        Raises
        ------
        TypeError
            The items have to be awaited.
        """
        if not isinstance(self._items, Iterable):
            raise TypeError("What track() was given is to be awaited: write 'async for item in track(...)'.")
        return iter(self._items) if current_run.get() is None else self._walk(self._items)

    def _walk(self, items: Iterable[T]) -> Iterator[T]:
        bar = begin(self._description, self._total)
        if bar is None:
            yield from items
            return
        try:
            clock = bar.clock
            for item in items:
                yield item
                bar.count += 1
                if clock() >= bar.due:
                    bar.look()
        except BaseException:
            # A break, and whatever is raised in the loop, arrives here as GeneratorExit.
            bar.leave()
            raise
        bar.finish()

    def __aiter__(self) -> AsyncIterator[T]:
        """Loop in async code."""
        items = self._items
        source = aiter(items) if isinstance(items, AsyncIterable) else _Stepping(iter(items))
        return _Walk(source, begin(self._description, self._total))


class _Walk(AsyncIterator[T]):
    """One loop in async code. No async generator: one that is left is closed later, in a task of its own."""

    def __init__(self, source: AsyncIterator[T], bar: Bar | None) -> None:
        self._source, self._bar = source, bar
        self._given = False

    async def __anext__(self) -> T:
        bar = self._bar
        if bar is None:
            return await anext(self._source)
        try:
            if self._given:
                bar.count += 1
                if bar.clock() >= bar.due:
                    bar.look()
                    await asyncio.sleep(0)
            item = await anext(self._source)
        except StopAsyncIteration:
            bar.finish()
            raise
        except BaseException:
            bar.leave()
            raise
        self._given = True
        return item

    def __del__(self) -> None:
        # The loop was left: what it goes over is dropped then.
        if self._bar is not None:
            self._bar.leave()


class _Stepping(AsyncIterator[T]):
    """Items that need not be awaited, for a loop that awaits them."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items

    async def __anext__(self) -> T:
        for item in self._items:
            return item
        raise StopAsyncIteration
