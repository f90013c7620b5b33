"""Opens a store by its URL: the place of a file today, a database server later.

Everything that can be wrong with a store is found here, before a flow asks anybody anything.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from hitl_jupyter.exceptions import StoreUnavailable
from hitl_jupyter.store import place
from hitl_jupyter.store.sqlite import SqliteFile
from hitl_jupyter.store.store import Store

_IN_MEMORY = ":memory:"


def open_store(url: str | None = None, *, patience: float = 5.0) -> Store:
    """Open the store at a URL or a path, making it where there is none.

    Parameters
    ----------
    url
        ``sqlite:///path`` or a bare path. None: what the environment variable HITL_STORE says, else ``hitl.db`` in
        Jupyter's data directory.
    patience
        How many seconds to wait for another process that has the file locked, now and at every commit.

    Raises
    ------
    StoreUnavailable
        It is missing and cannot be made, is read-only, locked or full, or is no SQLite URL.
    StoreCorrupt
        It is damaged, or something else.
    StoreTooNew
        A newer version of the package wrote it.
    """
    file = SqliteFile(_path(url or place.chosen()), patience)
    file.make()
    store = Store(file)
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


def _path(text: str) -> Path:
    """Give the absolute path that a URL or a bare path means.

    Raises
    ------
    StoreUnavailable
        It means no file.
    """
    if "://" not in text and text != _IN_MEMORY:
        return Path(text).expanduser().absolute()
    try:
        url = make_url("sqlite://" if text == _IN_MEMORY else text)
    except ArgumentError as error:
        raise StoreUnavailable(text, "has no URL that can be read", "Write sqlite:///path/to/hitl.db.") from error
    if url.get_backend_name() != "sqlite":
        # The URL of a server may hold a password.
        raise StoreUnavailable(
            url.render_as_string(hide_password=True),
            "is on a database server",
            "This version keeps its store in a file: write sqlite:///path/to/hitl.db.",
        )
    if not _names_a_file(url):
        raise StoreUnavailable(
            text, "names no file", "Write sqlite:///path/to/hitl.db, without options; it must outlive the process."
        )
    return Path(str(url.database)).expanduser().absolute()


def _names_a_file(url: URL) -> bool:
    database = url.database or _IN_MEMORY
    return database != _IN_MEMORY and not database.startswith("file:") and not url.query
