"""What is SQLite's own: the file, its connections, and the look at it before anything is asked.

A commit is on the disk before it is reported (synchronous FULL; NORMAL loses the last commits with the machine).
Writers take the lock when they begin, so nothing they read can be stale when they write. `open` and `Store` use this;
the operations do not know it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from hitl_jupyter.exceptions import StoreCorrupt, StoreTooNew, StoreUnavailable
from hitl_jupyter.store import migrate
from hitl_jupyter.store.failures import failure
from hitl_jupyter.store.migrations import HEAD, REVISIONS
from hitl_jupyter.store.mounts import is_remote

_STEP = 0.02
"""Seconds between two tries to change the journal, which SQLite does not wait for by itself."""

_SHORTEST = 512
"""Bytes of the smallest page, and so of the smallest database."""

_inherited: set[tuple[int, int]] = set()
"""The files that were open when this process was forked off, as SQLite itself remembers them: it keeps one table of
locks for each file of a process, and after a fork that table speaks of locks which the parent holds. A connection that
is opened then may wait for ever, or write where another process has swept the journal away."""

_READ_THROUGH = 32 * 2**20
"""Up to this size a file is read through when it is opened, about a millisecond per megabyte."""


class SqliteFile:
    """The file a store is in. `patience` is how many seconds it waits for another process's lock."""

    def __init__(self, path: Path, patience: float) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.patience = patience
        self.remote = is_remote(path)
        self._inode: tuple[int, int] | None = None

    def make(self) -> None:
        """Make the file where there is none, for this user only; what is there keeps its permissions.

        Raises
        ------
        StoreUnavailable
            There is no file in its place, or none can be made there.
        StoreCorrupt
            What is there is too short for a store.
        """
        try:
            self._make_directory(self.path.parent)
            # Never open a file that may be in use: closing it would drop the locks of this process on it.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            self._check_place()
        except OSError as error:
            raise StoreUnavailable(
                self.url,
                f"cannot be made ({error.strerror})",
                "Make its directory writable, or set HITL_STORE to a path where you can write.",
            ) from error

    def _check_place(self) -> None:
        seen = self.path.stat()
        if (seen.st_dev, seen.st_ino) in _inherited:
            raise self.inherit()
        if not stat.S_ISREG(seen.st_mode):
            raise StoreUnavailable(
                self.url, "is not a file", "Give the path of a file, such as hitl.db in that directory."
            )
        if 0 < seen.st_size < _SHORTEST:
            # SQLite would take it for a new database and write over it.
            raise StoreCorrupt(
                self.url,
                "is no store: the file holds something else",
                "Look at what the file is, and move it away or set HITL_STORE to another path.",
            )

    def _make_directory(self, directory: Path) -> None:
        # Path.mkdir(parents=True) would give the parents the permissions of the day.
        if directory.is_dir():
            return
        self._make_directory(directory.parent)
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError as error:
            if not directory.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(directory)) from error

    def connect(self, *, reads: bool = False) -> Connection:
        """Give a connection of its own for a thread that only reads, or for the one that writes.

        Raises
        ------
        sqlalchemy.exc.DBAPIError
            SQLite refuses; `failure` says what it means.
        """
        engine = create_engine("sqlite://", creator=lambda: self._connect(reads=reads), poolclass=NullPool)
        begin = "BEGIN" if reads else "BEGIN IMMEDIATE"

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            driver(connection).execute(begin)

        return engine.connect()

    def _connect(self, *, reads: bool) -> sqlite3.Connection:
        # mode=rw: a file that is gone is an error, not a new and empty store.
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=self.patience,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=FULL")
            if reads:
                connection.execute("PRAGMA query_only=ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def prepare(self, connection: Connection) -> None:
        """Look whether this is a store that can be written, and bring its tables up to date.

        Raises
        ------
        StoreUnavailable
            It is read-only, locked or full.
        StoreCorrupt
            It is damaged, or no store.
        StoreTooNew
            A newer version wrote it.
        """
        raw = driver(connection)
        try:
            self._journal(raw)
            revision = self._revision(raw)
            if revision != HEAD:
                self._upgrade(connection)
            else:
                self._read_through(raw)
                self._try_to_write(raw)
        except Exception as error:
            own = failure(error, self.url)
            if own is None or own is error:
                raise
            raise own from error
        self._inode = self._look()

    def _journal(self, raw: sqlite3.Connection) -> None:
        """Choose the write-ahead log, or a rollback journal where it is unsafe."""
        wanted = "delete" if self.remote else "wal"
        tries = int(self.patience / _STEP)
        while raw.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
            try:
                raw.execute(f"PRAGMA journal_mode={wanted}")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or tries == 0:
                    raise
                tries -= 1
                time.sleep(_STEP)

    def _revision(self, raw: sqlite3.Connection) -> str | None:
        """Give the revision of the tables, None where there are no tables.

        Raises
        ------
        StoreCorrupt
            The tables are another program's.
        StoreTooNew
            This version does not know the revision.
        """
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return None
        row = raw.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in tables else None
        if row is None or "flow_run" not in tables:
            raise StoreCorrupt(
                self.url,
                "is no store: it holds the tables of another program",
                "Set HITL_STORE to a path of its own.",
            )
        revision: str = row[0]
        if revision not in REVISIONS:
            raise StoreTooNew(
                self.url,
                f"was written by a newer version of hitl_jupyter (its tables are at revision {revision}, this version "
                f"knows them up to {HEAD})",
                "Upgrade with 'pip install --upgrade hitl_jupyter', or set HITL_STORE to another path.",
            )
        return revision

    def _upgrade(self, connection: Connection) -> None:
        raw = driver(connection)
        # A revision that rebuilds a table drops the old one, which must not count as deleting what points at it.
        raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            # Of two processes that open a new store at once, the second finds it done.
            if self._revision(raw) != HEAD:
                migrate.upgrade(connection)
                if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
                    raise StoreCorrupt(
                        self.url, "holds rows that point nowhere", "It was left as it was; restore a backup."
                    )
        raw.execute("PRAGMA foreign_keys=ON")

    def _read_through(self, raw: sqlite3.Connection) -> None:
        if self.path.stat().st_size > _READ_THROUGH:
            return
        (found,) = raw.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreCorrupt(
                self.url,
                f"is damaged ({found.splitlines()[-1]})",
                "Keep a copy of the file, then restore a backup or move it away: a new store is made in its place.",
            )

    def _try_to_write(self, raw: sqlite3.Connection) -> None:
        # BEGIN alone succeeds on a read-only file. Nothing reaches the disk before a commit.
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE alembic_version SET version_num = version_num")
        raw.execute("ROLLBACK")

    def check(self) -> None:
        """Let a commit pass if the file is still the one that was opened.

        Raises
        ------
        StoreUnavailable
            It was deleted, moved away or replaced: SQLite would go on writing where nobody can read.
        """
        seen = self._look()
        # Remote file systems may number a file anew.
        if seen is None or (seen != self._inode and not self.remote):
            raise StoreUnavailable(
                self.url,
                "is gone: its file was deleted, moved or replaced while it was open",
                "Nothing more was saved. Put the file back, or restart the kernel to begin a new store.",
            )

    def inherit(self) -> StoreUnavailable:
        """Note that this process was forked off while the file was open; gives the error for who wants to use it."""
        if self._inode is not None:
            _inherited.add(self._inode)
        return StoreUnavailable(
            self.url,
            "was open when this process was forked off, and SQLite does not work on both sides of a fork",
            "Start the process another way: multiprocessing.get_context('spawn'), or 'forkserver'.",
        )

    def _look(self) -> tuple[int, int] | None:
        try:
            seen = self.path.stat()
        except OSError:
            return None
        return seen.st_dev, seen.st_ino

    def version(self, connection: Connection) -> int:
        """Give a number that moves when another connection commits."""
        number: int = driver(connection).execute("PRAGMA data_version").fetchone()[0]
        return number


def driver(connection: Connection) -> sqlite3.Connection:
    """Give SQLite's own connection under SQLAlchemy's."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)
