"""The threads that hold the store's connections: one writes, one reads.

A direct call would block the kernel's loop for as long as the database is locked; a thread makes it a Future. The
writer takes all that is queued into one transaction with one commit, and only then do the Futures resolve (invariant
1). `Store` is the only user.
"""

from __future__ import annotations

import ctypes
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection

from hitl_jupyter.exceptions import StoreError, StoreUnavailable
from hitl_jupyter.store.failures import failure
from hitl_jupyter.store.sqlite import SqliteFile

_GROUP = 256
"""The most operations of one commit, so that the first does not wait for ever for the last."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One operation and the Future of its result. `alone`: outside any transaction."""

    future: Future[Any]
    operation: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    alone: bool


class Lane(ABC):
    """A thread with a connection of its own that does what it is given, in order.

    The thread starts with the first job; it ends with `close`, or with the process.
    """

    name: str
    reads: bool

    def __init__(self, file: SqliteFile, refusal: StoreUnavailable | None = None) -> None:
        self.file = file
        self._refusal = refusal
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None

    def submit(
        self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, alone: bool = False
    ) -> Future[Any]:
        """Queue an operation; the Future has what it returns or raises, or StoreUnavailable or StoreCorrupt."""
        future: Future[Any] = Future()
        with self._lock:
            if self._refusal is not None:
                future.set_exception(again(self._refusal))
                return future
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"hitl-store-{self.name}", daemon=True)
                self._thread.start()
            self._queue.put(_Job(future, operation, args, kwargs, alone))
        return future

    def close(self) -> None:
        """End the thread when all that is queued is done, and wait for it."""
        with self._lock:
            if self._refusal is None:
                self._refusal = StoreUnavailable(
                    self.file.url, "is closed in this process", "Open it again with open_store."
                )
                self._queue.put(None)
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def abandon(self) -> bool:
        """Give up the connection without closing it, after a fork; tells whether there was one.

        In the process that was forked off it is still the parent's: SQLite may not be told to close it, and its mutex
        may be held by a thread that this process does not have; so it is kept for as long as the process lives.
        """
        if self._connection is None:
            return False
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))
        return True

    def _work(self) -> None:
        open_ = True
        while open_:
            jobs = self._gather()
            if jobs[-1] is None:
                open_ = False
            for alone, some in groupby((job for job in jobs if job is not None), key=lambda job: job.alone):
                self._attend(list(some), alone=alone)
            del jobs  # a result must not live until the next job comes
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _gather(self) -> list[_Job | None]:
        jobs = [self._queue.get()]
        try:
            while len(jobs) < _GROUP:
                jobs.append(self._queue.get_nowait())
        except Empty:
            pass
        return jobs

    def _attend(self, jobs: list[_Job], *, alone: bool) -> None:
        # A Future that was cancelled while it was queued is not begun.
        jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
        try:
            if self._connection is None:
                self._connection = self.file.connect(reads=self.reads)
            if alone:
                for job in jobs:
                    job.future.set_result(job.operation(self._connection, *job.args, **job.kwargs))
            elif jobs:
                self._do(self._connection, jobs)
        except BaseException as error:  # noqa: BLE001 - a thread that died would leave every Future waiting
            self._fail([job for job in jobs if not job.future.done()], error)

    def _fail(self, jobs: Sequence[_Job], error: BaseException) -> None:
        own = failure(error, self.file.url)
        for job in jobs:
            if own is None:
                job.future.set_exception(error)
            else:
                each = again(own)
                each.__cause__ = error
                job.future.set_exception(each)

    @abstractmethod
    def _do(self, connection: Connection, jobs: list[_Job]) -> None:
        """Do the jobs and resolve their Futures; what it raises is the outcome of all that have none."""


def again(error: StoreError) -> StoreError:
    """Give an error once more: each that is raised collects the traceback of its own way."""
    return type(error)(error.url, error.what, error.remedy)


class Reader(Lane):
    """Each operation sees the store as one commit left it."""

    name = "reader"
    reads = True

    def _do(self, connection: Connection, jobs: list[_Job]) -> None:
        for job in jobs:
            try:
                with connection.begin():
                    result = job.operation(connection, *job.args, **job.kwargs)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                    # Not the store: an operation that writes was given to `read`.
                    job.future.set_exception(error)
                else:
                    self._fail([job], error)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked
                self._fail([job], error)
            else:
                job.future.set_result(result)


class Writer(Lane):
    """All that is queued is one transaction: one commit, and then the Futures."""

    name = "writer"
    reads = False

    def _do(self, connection: Connection, jobs: list[_Job]) -> None:
        self.file.check()
        outcomes: list[tuple[Any, Exception | None]]
        with connection.begin():
            if len(jobs) == 1:
                # Rolled back whole when it raises: it needs no savepoint.
                job = jobs[0]
                outcomes = [(job.operation(connection, *job.args, **job.kwargs), None)]
            else:
                outcomes = [self._in_savepoint(connection, job) for job in jobs]
        for job, (result, error) in zip(jobs, outcomes, strict=True):
            if error is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(error)

    def _in_savepoint(self, connection: Connection, job: _Job) -> tuple[Any, Exception | None]:
        """Give the operation's result, or its error and nothing of it in the transaction.

        Raises
        ------
        StoreError
            The store itself is unwell: SQLite may have rolled back the others' work too.
        """
        connection.exec_driver_sql("SAVEPOINT operation")
        try:
            result = job.operation(connection, *job.args, **job.kwargs)
        except Exception as error:
            own = failure(error, self.file.url)
            if isinstance(own, StoreError):
                raise own from error
            connection.exec_driver_sql("ROLLBACK TO operation")
            connection.exec_driver_sql("RELEASE operation")
            return None, error
        connection.exec_driver_sql("RELEASE operation")
        return result, None
