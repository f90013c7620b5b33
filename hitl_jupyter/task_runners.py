"""How many tasks of a run are executed at the same time (Prefect: ``prefect.task_runners``)."""

from __future__ import annotations

from typing import Any

from hitl_jupyter.engine.options import not_here
from hitl_jupyter.engine.submission import ThreadPoolTaskRunner

__all__ = ["ConcurrentTaskRunner", "ProcessPoolTaskRunner", "ThreadPoolTaskRunner"]

ConcurrentTaskRunner = ThreadPoolTaskRunner


class ProcessPoolTaskRunner:
    """Prefect's runner in processes, which there is none of here."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise not_here("ProcessPoolTaskRunner()", "use ThreadPoolTaskRunner(max_workers=...), or a pool in your task")
