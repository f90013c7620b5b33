"""The flow run that the calling code belongs to, value by value.

Attributes
----------
id : str | None
    The run's id.
name : str | None
    Its name, such as "merry-puma".
tags : list[str]
    Its tags, in order.
flow_name : str | None
    The name of its flow.
flow_version : str | None
    The version that the flow was given.
parameters : dict[str, Any]
    What the flow was called with.
run_count : int
    Which attempt this is, the first being 1; 0 outside a run.
scheduled_start_time : datetime | None
    When the run was made, in UTC.
parent_flow_run_id : str | None
    The id of the run that called it.
root_flow_run_id : str | None
    The id of the run that no other called.
parent_deployment_id, job_variables, api_url, ui_url : None
    Prefect's; there are none here.
"""

from __future__ import annotations

from typing import Any

from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.runtime._lookup import Values, nothing, value

_VALUES: Values[FlowRun[Any]] = {
    "id": (lambda run: run.id_text, None),
    "name": (lambda run: run.name, None),
    "tags": (lambda run: sorted(run.tags), []),
    "flow_name": (lambda run: run.flow_name, None),
    "flow_version": (lambda run: run.flow.version if run.flow else None, None),
    "parameters": (lambda run: dict(run.parameters), {}),
    "run_count": (lambda run: run.attempt, 0),
    "scheduled_start_time": (lambda run: run.created, None),
    "parent_flow_run_id": (lambda run: run.parent.id_text if run.parent else None, None),
    "root_flow_run_id": (lambda run: run.root.id_text, None),
    "parent_deployment_id": (nothing, None),
    "job_variables": (nothing, None),
    "api_url": (nothing, None),
    "ui_url": (nothing, None),
}


def __getattr__(name: str) -> Any:
    return value(__name__, _VALUES, name, current_run.get())


def __dir__() -> list[str]:
    return sorted(_VALUES)
