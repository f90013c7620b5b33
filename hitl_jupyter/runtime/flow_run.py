"""The flow run that the calling code belongs to: ``id``, ``name``, ``tags``, ``parameters``, ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.run import FlowRun

_VALUES: dict[str, tuple[Callable[[FlowRun[Any]], Any], Any]] = {
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
    "parent_deployment_id": (lambda _: None, None),
    "job_variables": (lambda _: None, None),
    # There is no server with pages.
    "api_url": (lambda _: None, None),
    "ui_url": (lambda _: None, None),
}
"""How each value is found, and what it is outside a run."""


def __getattr__(name: str) -> Any:
    if name not in _VALUES:
        raise AttributeError(f"{__name__} has no attribute {name!r}; here are {', '.join(sorted(_VALUES))}")
    find, outside = _VALUES[name]
    run = current_run.get()
    if run is not None:
        return find(run)
    return outside if outside is None else type(outside)(outside)


def __dir__() -> list[str]:
    return sorted(_VALUES)
