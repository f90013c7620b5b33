"""What the calling code belongs to (Prefect: ``prefect.context``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hitl_jupyter.engine.caching import TaskRunContext
from hitl_jupyter.engine.context import current_run, current_task_run, tags
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import MissingContextError

__all__ = ["FlowRunContext", "TaskRunContext", "get_run_context", "tags"]


@dataclass(frozen=True)
class FlowRunContext:
    """The flow, its run, and what it was called with."""

    flow: Flow[..., Any]
    flow_run: FlowRun[Any]
    parameters: dict[str, Any]


def get_run_context() -> FlowRunContext | TaskRunContext:
    """Give what the calling code belongs to: a task run, else a flow run.

    Raises
    ------
    MissingContextError
        Called outside a run.
    """
    task_run, run = current_task_run.get(), current_run.get()
    if task_run is not None:
        return TaskRunContext(task_run.task, task_run, task_run.parameters)
    if run is None or run.flow is None:
        raise MissingContextError(
            "No run context available. You are not in a flow or task run context: call get_run_context() inside a "
            "function decorated with @flow or @task."
        )
    return FlowRunContext(run.flow, run, dict(run.parameters))
