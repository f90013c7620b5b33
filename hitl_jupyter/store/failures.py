"""Which errors of SQLite mean that the store itself is unwell, and what a person can do about each.

Everything else that an operation raises is that operation's own and passes as it is.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from hitl_jupyter.exceptions import StoreCorrupt, StoreError, StoreUnavailable

_ELSEWHERE = "Or set HITL_STORE to a path where you can write."
_READ_ONLY = (StoreUnavailable, "is read-only", f"Make the file and its directory writable. {_ELSEWHERE}")
_LOCKED = (
    StoreUnavailable,
    "is locked by another process, and stayed so while this one waited",
    "Nothing of this was saved. Close the program that holds it, then try again.",
)
_FAILURES: dict[int, tuple[type[StoreError], str, str]] = {
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: (
        StoreUnavailable,
        "cannot grow: the disk is full",
        "Nothing of this was saved. Make room on the disk, then try again.",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreUnavailable,
        "could not be read or written: the disk, or a limit on the size of files, refused",
        f"Nothing of this was saved. Look at the disk and its free space, then try again. {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnavailable,
        "cannot be opened",
        f"Look whether the file and its directory are there and writable. {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreCorrupt,
        "is damaged",
        "Keep a copy of the file, then restore a backup or move it away: a new store is made in its place.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreCorrupt,
        "is no store: the file holds something else",
        "Look at what the file is, and move it away or set HITL_STORE to another path.",
    ),
}
_PRIMARY = 0xFF
"""An extended result code holds the primary one in its lowest byte."""


def failure(error: BaseException, url: str) -> StoreError | None:
    """Give the store's own error for what SQLite raised, None where the store is not to blame."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code & _PRIMARY not in _FAILURES:
        return None
    kind, what, remedy = _FAILURES[code & _PRIMARY]
    return kind(url, what, remedy)
