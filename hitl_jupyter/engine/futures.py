"""A task run that was submitted: to wait for, and to ask what came of it. Names and meaning are Prefect's.

Waiting goes through the door (`bridge`), so the notebook goes on meanwhile; in an async flow, too, these functions are
called without ``await``.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine.context import current_task_run
from hitl_jupyter.engine.waiting import until, wait_until
from hitl_jupyter.exceptions import CannotWait

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.task_run import TaskRun

R = TypeVar("R")


class PrefectFuture(Generic[R]):
    """The future of a task run (Prefect: ``prefect.futures.PrefectFuture``)."""

    def __init__(self, task_run: TaskRun) -> None:
        self.task_run = task_run
        self._run = task_run.flow_run
        self._final: Future[State] = Future()

    def __repr__(self) -> str:
        """Name the task run and its state."""
        return f"PrefectFuture(name={self.task_run.name!r}, state={self.state!r})"

    @property
    def task_run_id(self) -> UUID:
        """The id of the task run."""
        return self.task_run.id

    @property
    def state(self) -> State:
        """Its state now; the final one has its value or exception."""
        if self._final.done():
            return self._final.result()
        return self.task_run.state or self._run.session.state(StateType.PENDING)

    def done(self) -> bool:
        """Tell whether it is over."""
        return self._final.done()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it is over, at most `timeout` seconds; then simply go on.

        Raises
        ------
        CannotWait
            The calling code is at a place that cannot wait.
        """
        __tracebackhide__ = True
        _check(timeout)
        if not self._final.done():
            with self.waited_for(timeout):
                wait_until(self._run.session, self._final, timeout)

    async def wait_async(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - Prefect's
        """Wait as `wait` does, awaited."""
        await until(self._run, self._final, timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """Give the task's value, waiting for it, or raise its exception; `raise_on_failure` False gives the exception.

        Raises
        ------
        TimeoutError
            It is not over after `timeout` seconds; it goes on.
        UnfinishedRun
            It was not begun, because something that it needs did not complete.
        CannotWait
            The calling code is at a place that cannot wait.
        """
        self.wait(timeout)
        if not self._final.done():
            raise TimeoutError(f"Task run {self.task_run_id} did not complete within {timeout} seconds")
        return self.state.outcome(raise_on_failure=raise_on_failure)  # type: ignore[no-any-return]

    def __await__(self) -> Generator[Any, None, R]:
        """Wait for it in async code, and give its value."""
        with self.waited_for():
            yield from self.wait_async().__await__()
        return self.state.outcome(raise_on_failure=True)  # type: ignore[no-any-return]

    @contextmanager
    def waited_for(self, timeout: float | None = None, by: TaskRun | None = None) -> Iterator[None]:
        """Take note of who waits for it inside this: the task run of the context, or one that has not begun.

        Raises
        ------
        CannotWait
            It waits for that one itself, so that neither would ever end.
        """
        by = by or current_task_run.get()
        if by is None or timeout is not None or self._final.done():
            yield
            return
        around = list(by.lineage())
        for one in around:
            one.waits_for.append(self.task_run)
        try:
            if self.task_run.comes_after(by):
                raise CannotWait(
                    f"Task run {by.name!r} cannot wait for task run {self.task_run.name!r}, which only ends after it: "
                    "they would wait for ever. Look at what the two are called with and wait for."
                )
            yield
        finally:
            for one in around:
                one.waits_for.remove(self.task_run)

    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        """Have `fn` called with this future when it is over, in whichever thread that is."""
        self._final.add_done_callback(lambda _: fn(self))

    def over_within(self, seconds: float) -> bool:
        """Tell whether it is over after so long, without the door: not for a loop (called by the engine only)."""
        try:
            self._final.result(seconds)
        except TimeoutError:
            return False
        return True

    def ended(self, state: State) -> None:
        """Take note of its final state (called by the engine only)."""
        if not self._final.done():
            self._final.set_result(state)


class PrefectFutureList(list[PrefectFuture[R]]):
    """The futures of `Task.map`."""

    def wait(self, timeout: float | None = None) -> None:
        """Wait until all are over, at most `timeout` seconds."""
        wait(self, timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> list[R]:
        """Give all values in the order of the futures; the first failure is raised as soon as it is there.

        Raises
        ------
        TimeoutError
            They are not all over after `timeout` seconds.
        """
        try:
            for future in as_completed(self, timeout):
                future.state.outcome(raise_on_failure=raise_on_failure)
        except _Late as late:
            raise TimeoutError(f"Timed out waiting for all futures to complete within {timeout} seconds") from late
        return [future.state.outcome(raise_on_failure=raise_on_failure) for future in self]


class DoneAndNotDoneFutures(NamedTuple):
    """What `wait` gives."""

    done: set[PrefectFuture[Any]]
    not_done: set[PrefectFuture[Any]]


class _Late(TimeoutError):  # noqa: N818 - a situation
    """Raised when the time for waiting is over, which a task's own TimeoutError is not."""


def as_completed(futures: Iterable[PrefectFuture[R]], timeout: float | None = None) -> Iterator[PrefectFuture[R]]:
    """Give futures as they are over, each once.

    Raises
    ------
    TimeoutError
        Some are not over `timeout` seconds after the first was asked for.
    ValueError
        The timeout is negative.
    """
    _check(timeout)
    return _as_completed(dict.fromkeys(futures), timeout)


def _as_completed(pending: dict[PrefectFuture[R], None], timeout: float | None) -> Iterator[PrefectFuture[R]]:
    total = len(pending)
    arrivals = _Arrivals(pending)
    clock = next(iter(pending)).task_run.flow_run.session.source.monotonic if pending else None
    deadline = None if timeout is None or clock is None else clock() + timeout
    while pending and clock is not None:
        left = None if deadline is None else max(0.0, deadline - clock())
        with _last_of(pending, left):
            arrived = arrivals.take(left)
        if not arrived and left == 0:
            raise _Late(f"{len(pending)} (of {total}) futures unfinished")
        for future in arrived:
            del pending[future]
            yield future


@contextmanager
def _last_of(pending: Iterable[PrefectFuture[Any]], timeout: float | None) -> Iterator[None]:
    """Take note of the one that is waited for, if no other can come before it."""
    mine = current_task_run.get()
    going = [future for future in pending if not future.done()]
    if mine is None or not going or not (len(going) == 1 or all(one.task_run.comes_after(mine) for one in going)):
        yield
        return
    with going[0].waited_for(timeout):
        yield


def wait(futures: Iterable[PrefectFuture[Any]], timeout: float | None = None) -> DoneAndNotDoneFutures:
    """Wait until all futures are over, at most `timeout` seconds; gives which are and which are not.

    Raises
    ------
    ValueError
        The timeout is negative.
    """
    several = set(futures)
    done: set[PrefectFuture[Any]] = set()
    try:
        for future in as_completed(several, timeout):
            done.add(future)
    except _Late:
        pass
    return DoneAndNotDoneFutures(done, several - done)


class _Arrivals:
    """Futures in the order in which they come to their end."""

    def __init__(self, futures: Iterable[PrefectFuture[Any]]) -> None:
        self._arrived: deque[PrefectFuture[Any]] = deque()
        self._next: Future[None] = Future()
        self._lock = threading.Lock()
        self._run: FlowRun[Any] | None = None
        for future in list(futures):
            self._run = future.task_run.flow_run
            future.add_done_callback(self._arrive)

    def take(self, timeout: float | None) -> list[PrefectFuture[Any]]:
        """Give those that have arrived since the last call, waiting for the first."""
        if self._run is not None and not self._next.done():
            wait_until(self._run.session, self._next, timeout)
        with self._lock:
            arrived = list(self._arrived)
            self._arrived.clear()
            if self._next.done():
                self._next = Future()
        return arrived

    def _arrive(self, future: PrefectFuture[Any]) -> None:
        with self._lock:
            self._arrived.append(future)
            if not self._next.done():
                self._next.set_result(None)


def _check(timeout: float | None) -> None:
    if timeout is not None and timeout < 0:
        raise ValueError(f"'timeout' must be a non-negative number, got {timeout}")
