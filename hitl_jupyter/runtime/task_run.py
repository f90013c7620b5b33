"""The task run that the calling code belongs to: ``id``, ``name``, ``tags``, ``parameters``, ..."""

from __future__ import annotations

from typing import Any

from hitl_jupyter.engine.context import current_task_run
from hitl_jupyter.engine.task_run import TaskRun
from hitl_jupyter.runtime._lookup import Values, nothing, value

_VALUES: Values[TaskRun] = {
    "id": (lambda task_run: task_run.id_text, None),
    "name": (lambda task_run: task_run.name, None),
    "tags": (lambda task_run: sorted(task_run.tags), []),
    "task_name": (lambda task_run: task_run.task.name, None),
    "parameters": (lambda task_run: task_run.parameters, {}),
    "run_count": (lambda task_run: task_run.run_count, 0),
    "api_url": (nothing, None),
    "ui_url": (nothing, None),
}


def __getattr__(name: str) -> Any:
    return value(__name__, _VALUES, name, current_task_run.get())


def __dir__() -> list[str]:
    return sorted(_VALUES)
