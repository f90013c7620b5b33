"""Where the answers of a run came from, those of its subflows among them, whatever became of them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, pause, submission

_root = select(flow_run.c.id).where(flow_run.c.id == bindparam("run")).cte("tree", recursive=True)
_tree = _root.union_all(select(flow_run.c.id).join(_root, flow_run.c.parent_run_id == _root.c.id))
_OF_RUN = Statement(
    select(submission.c.submitted_from)
    .distinct()
    .join(pause, pause.c.id == submission.c.pause_id)
    .where(pause.c.run_id.in_(select(_tree.c.id)))
)


def of_run(conn: Connection, run_id: str) -> frozenset[str]:
    """Give what `submitted_from` says in every answer to a run."""
    return frozenset(row["submitted_from"] for row in _OF_RUN.rows(conn, {"run": run_id}))
