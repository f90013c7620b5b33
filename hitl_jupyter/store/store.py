"""The door to the store: operations go in, Futures come out.

An operation is a plain function whose first argument is a connection inside a transaction; it may call others. What it
returns is given only after its commit is on the disk. `open.open_store` makes a Store; the session holds the one in
use.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from hitl_jupyter.store.sqlite import SqliteFile
from hitl_jupyter.store.values import folder_of
from hitl_jupyter.store.writer import Reader, Writer

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """A store that is open. Its methods may be called from any thread.

    In a process that is forked off while the store is open, everything raises StoreUnavailable.
    """

    def __init__(self, file: SqliteFile) -> None:
        self.url = file.url
        self.values = folder_of(file.path)
        """The folder of the values that are kept as files; there is none before the first."""
        self._file = file
        self._writer, self._reader = Writer(file), Reader(file)
        self._seen: int | None = None
        if hasattr(os, "register_at_fork"):
            forked = weakref.WeakMethod(self._forked)

            def child() -> None:
                method = forked()
                if method is not None:
                    method()

            os.register_at_fork(after_in_child=child)

    def _forked(self) -> None:
        # Both, so no short circuit.
        if any([self._writer.abandon(), self._reader.abandon()]):
            refusal = self._file.inherit()
            self._writer, self._reader = Writer(self._file, refusal), Reader(self._file, refusal)

    def write(self, operation: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do an operation that writes. The Future resolves after the commit.

        What the operation raises undoes it alone and is the Future's exception. Where the store is unwell that is
        StoreUnavailable or StoreCorrupt, and nothing of the operation was saved.
        """
        return self._writer.submit(operation, args, kwargs)

    def read(self, operation: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do an operation that only reads: it sees all that was committed before, and does not wait for writes."""
        return self._reader.submit(operation, args, kwargs)

    def changed(self) -> bool:
        """Tell whether someone else wrote to the store since the last call, or since the store was opened.

        Waits for the writer's thread, so call it from a thread that may wait, always the same.

        Raises
        ------
        StoreUnavailable
            The store is closed, or cannot be read.
        """
        # Asked on the writing connection, for which alone our own commits do not count.
        before, self._seen = self._seen, self._writer.submit(self._file.version, (), {}, alone=True).result()
        return before is not None and before != self._seen

    def prepare(self) -> None:
        """Look at the file and bring its tables up to date; `open_store` calls this once.

        Raises
        ------
        StoreUnavailable
            It is read-only, locked or full.
        StoreCorrupt
            It is damaged, or no store.
        StoreTooNew
            A newer version wrote it.
        """
        self._writer.submit(self._file.prepare, (), {}, alone=True).result()
        self._seen = self._writer.submit(self._file.version, (), {}, alone=True).result()

    def close(self) -> None:
        """Finish what is queued and close the file. Calling it twice does nothing more."""
        self._writer.close()
        self._reader.close()
