"""The flow run that the calling code belongs to: ``id``, ``name``, ``tags``, ``parameters``, ..."""

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
