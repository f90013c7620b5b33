"""A look into a store from outside: how many runs of a notebook wait there.

For a kernel that only imports the package: plain SQL on a connection of its own, without SQLAlchemy, a few
milliseconds. It reads and never makes, migrates or repairs anything. Whoever finds something opens the store properly.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from hitl_jupyter.store import place

_SCHEME = "sqlite:///"
_PATIENCE = 0.1
"""Seconds to wait for a lock: it is better to say nothing than to keep somebody waiting for it."""
_WAITING = """
SELECT count(*) FROM flow_run
WHERE notebook = ? AND parent_run_id IS NULL
AND state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'CRASHED')
"""


def waiting(notebook: str, url: str | None = None) -> int:
    """Count the runs begun in a notebook that are unfinished or crashed, whoever may own them.

    0 where the store is not there, cannot be read just now, or is of another version.
    """
    path = _path(place.chosen() if url is None else url)
    if path is None or not path.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_PATIENCE)) as look:
            (count,) = look.execute(_WAITING, (notebook,)).fetchone()
    except sqlite3.Error:
        return 0
    return int(count)


def _path(url: str) -> Path | None:
    if url.startswith(_SCHEME):
        url = url.removeprefix(_SCHEME)
    elif "://" in url:
        return None
    return Path(url).expanduser().absolute()
