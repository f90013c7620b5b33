"""Sync or async: which of the two the calling code is, as Prefect decides it.

Inside a run its own kind decides (that of the innermost flow or task), outside any run whether an event loop is
running.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

in_async_code: ContextVar[bool | None] = ContextVar("hitl_in_async_code", default=None)
"""Whether the innermost flow or task of the context is async; None outside any run."""

sync_task: ContextVar[asyncio.Task[Any] | None] = ContextVar("hitl_sync_task", default=None)
"""The task in which the sync code of a script runs: a loop runs around it, and the script knows of none."""


def is_async_here() -> bool:
    """Tell whether the calling code awaits what it is given."""
    inside = in_async_code.get()
    if inside is not None:
        return inside
    task = sync_task.get()
    return loop_is_running() and (task is None or asyncio.current_task() is not task)


def loop_is_running() -> bool:
    """Tell whether an event loop runs in this thread."""
    return asyncio._get_running_loop() is not None  # noqa: SLF001 - asyncio's documented low-level query
