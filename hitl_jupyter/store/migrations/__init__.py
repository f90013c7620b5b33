"""The store's history: one file per revision in `versions`, in order, never changed once released.

`REVISIONS` says the same in plain data, so that opening a store whose tables are new enough needs no Alembic; a test
compares it with the files.
"""

from __future__ import annotations

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
HEAD = REVISIONS[-1]
