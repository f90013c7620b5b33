"""Threads for the sync tasks that a run has submitted: few for those that work, more for those that wait.

A thread that waits for a person, or for another task, does not count: a hundred open questions must not keep the
hundred-and-first task from its turn.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_mine = threading.local()


class Workers:
    """At most `most` threads that work at the same time, begun when there is something to do."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._queue: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._working = self._idle = self._begun = 0
        self._closed = False

    def submit(self, work: Callable[[], None]) -> None:
        """Have a function called in one of the threads; its exceptions are its own."""
        with self._changed:
            self._queue.append(work)
            self._see_to_it()

    def drop(self) -> int:
        """Forget what no thread has begun; gives how much that was."""
        with self._changed:
            dropped = len(self._queue)
            self._queue.clear()
        return dropped

    def close(self) -> None:
        """Let the threads end once nothing is left to do."""
        with self._changed:
            self._closed, self._idle = True, 0
            self._changed.notify_all()

    def _see_to_it(self) -> None:
        """Have a thread for what is queued (called with the lock held)."""
        if self._idle:
            # Counted here and not where it wakes: two tasks in a row must not both be left to one idle thread.
            self._idle -= 1
            self._changed.notify()
        elif self._queue and self._working < self._most:
            self._working += 1
            self._begun += 1
            threading.Thread(target=self._work, name=f"{self._name}-{self._begun}", daemon=True).start()

    def _work(self) -> None:
        _mine.workers = self
        while True:
            with self._changed:
                while not self._queue or self._working > self._most:
                    if self._closed or self._working > self._most:
                        self._working -= 1
                        return
                    self._idle += 1
                    self._changed.wait()
                work = self._queue.popleft()
            work()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the calling thread, one of these, out of the count."""
        with self._changed:
            self._working -= 1
            self._see_to_it()
        try:
            yield
        finally:
            with self._changed:
                # It goes on at once; one that finds too many at work ends after what it does.
                self._working += 1


@contextmanager
def standing_aside() -> Iterator[None]:
    """Leave the calling thread out of its workers' count while it waits; any other thread just waits."""
    workers: Workers | None = getattr(_mine, "workers", None)
    if workers is None:
        yield
        return
    with workers.aside():
        yield
