"""What outlives the kernel: runs, questions, answers, states, events and logs, in SQL.

`open.open_store` gives a `Store`; the modules named after nouns hold the operations, plain functions on a connection
that are handed to `Store.write` and `Store.read`. Every statement is SQLAlchemy Core and says nothing of one database;
what is SQLite's own is in `sqlite`. All of it is loaded when it is first used: SQLAlchemy takes 0.15 s to import, and a
notebook that only imports the package should not pay for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    if name == "Store":
        return importlib.import_module(f"{__name__}.store").Store
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
