"""The task run that the calling code belongs to, value by value.

Attributes
----------
id : str | None
    The task run's id.
name : str | None
    Its name, such as "fetch-a1f".
tags : list[str]
    Its tags, in order.
task_name : str | None
    The name of its task.
parameters : dict[str, Any]
    What the task was called with.
run_count : int
    Which try this is, the first being 1; 0 outside a task run.
api_url, ui_url : None
    Prefect's; there are none here.
"""

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
