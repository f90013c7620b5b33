"""A run and those that it called, however deep: what a page of the run is about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, bindparam, select

from hitl_jupyter.store.tables import flow_run

_below = flow_run.alias("below")


def _tree() -> CTE:
    root = select(flow_run.c.id).where(flow_run.c.id == bindparam("run")).cte("tree", recursive=True)
    return root.union_all(select(_below.c.id).where(_below.c.parent_run_id == root.c.id))


ids: Select[Any] = select(_tree().c.id)
"""The ids of the runs in the tree of the parameter `run`."""
stands_for: Select[Any] = select(flow_run.c.parent_task_run_id).where(
    flow_run.c.parent_run_id.in_(ids), flow_run.c.parent_task_run_id.is_not(None)
)
"""The ids of the task runs that are there for a subflow, which is told of itself."""
