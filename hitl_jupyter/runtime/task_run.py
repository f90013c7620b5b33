"""The task run that the calling code belongs to: ``id``, ``name``, ``tags``, ``parameters``, ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hitl_jupyter.engine.context import current_task_run
from hitl_jupyter.engine.task_run import TaskRun

_VALUES: dict[str, tuple[Callable[[TaskRun], Any], Any]] = {
    "id": (lambda task_run: task_run.id_text, None),
    "name": (lambda task_run: task_run.name, None),
    "tags": (lambda task_run: sorted(task_run.tags), []),
    "task_name": (lambda task_run: task_run.task.name, None),
    "parameters": (lambda task_run: task_run.parameters, {}),
    "run_count": (lambda task_run: task_run.run_count, 0),
    # There is no server with pages.
    "api_url": (lambda _: None, None),
    "ui_url": (lambda _: None, None),
}
"""How each value is found, and what it is outside a task run."""


def __getattr__(name: str) -> Any:
    if name not in _VALUES:
        raise AttributeError(f"{__name__} has no attribute {name!r}; here are {', '.join(sorted(_VALUES))}")
    find, outside = _VALUES[name]
    task_run = current_task_run.get()
    if task_run is not None:
        return find(task_run)
    return outside if outside is None else type(outside)(outside)


def __dir__() -> list[str]:
    return sorted(_VALUES)
