"""How much there is of a run, who executes it, and which run called it."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    type_coerce,
)

from hitl_jupyter.core.records import Owner
from hitl_jupyter.core.states import StateType
from hitl_jupyter.store import rows
from hitl_jupyter.store.artifacts import PROGRESS
from hitl_jupyter.store.runpage.tree import ids, stands_for
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import artifact, flow_run, log, owner, pause, task_run

called = and_(flow_run.c.id.in_(ids), flow_run.c.id != bindparam("run"))
"""The runs below a run."""
tasks = and_(task_run.c.run_id.in_(ids), task_run.c.id.not_in(stands_for))
"""Its task runs, without those that stand for subflows."""
flow_results = and_(flow_run.c.id.in_(ids), flow_run.c.state_type == StateType.COMPLETED.value)
task_results = and_(tasks, task_run.c.state_type == StateType.COMPLETED.value)
_is_loop = and_(artifact.c.type == PROGRESS, type_coerce(artifact.c.data, Text).like("{%"))
made = and_(artifact.c.run_id.in_(ids), or_(artifact.c.data.is_(None), not_(_is_loop)))
"""Its artifacts, without the bars of loops, which are nothing to look at later."""


def _counted(*sources: tuple[Table, ColumnElement[bool]]) -> Statement:
    each = [select(func.count()).select_from(source).where(where).scalar_subquery() for source, where in sources]
    return Statement(select(sum(each[1:], each[0]).label("rows")))


_COUNTS = {
    "logs": _counted((log, log.c.run_id.in_(ids))),
    "task_runs": _counted((task_run, tasks)),
    "subflow_runs": _counted((flow_run, called)),
    "results": _counted((flow_run, flow_results), (task_run, task_results)),
    "artifacts": _counted((artifact, made)),
    "inputs": _counted((pause, pause.c.run_id.in_(ids))),
}
_OWNER = Statement(select(owner).where(owner.c.id == bindparam("its_owner")))


def counts(conn: Connection, run_id: str) -> dict[str, int]:
    """Give how many there are of each: logs, task_runs, subflow_runs, results, artifacts, inputs."""
    return {section: count(conn, run_id, section) for section in _COUNTS}


def count(conn: Connection, run_id: str, section: str) -> int:
    """Give how many there are in one of these sections."""
    found = _COUNTS[section].row(conn, {"run": run_id})
    return 0 if found is None else int(found["rows"])


def owner_of(conn: Connection, owner_id: str) -> Owner | None:
    """Give the process that executes a run, or did."""
    found = _OWNER.row(conn, {"its_owner": owner_id})
    return None if found is None else rows.read_owner(found)
