"""What outlives the kernel: runs, questions, answers, states, events and logs, in SQL.

`open.open_store` gives a `Store`; the modules named after nouns hold the operations, plain functions on a connection
that are handed to `Store.write` and `Store.read`. Every statement is SQLAlchemy Core and says nothing of one database;
what is SQLite's own is in `sqlite`. All of it is loaded when it is first used: SQLAlchemy takes 0.15 s to import, and a
notebook that only imports the package should not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_jupyter.core.door import door

if TYPE_CHECKING:
    from hitl_jupyter.store import (
        account,
        artifacts,
        cached,
        corrections,
        effects,
        events,
        history,
        inputs,
        journal,
        logs,
        openings,
        origins,
        overview,
        owners,
        pauses,
        runpage,
        runs,
        submissions,
        tasks,
    )
    from hitl_jupyter.store.store import Store

__all__ = [
    "Store",
    "account",
    "artifacts",
    "cached",
    "corrections",
    "effects",
    "events",
    "history",
    "inputs",
    "journal",
    "logs",
    "openings",
    "origins",
    "overview",
    "owners",
    "pauses",
    "runpage",
    "runs",
    "submissions",
    "tasks",
]

__getattr__ = door(__name__, {"Store": "store"}, __all__)
