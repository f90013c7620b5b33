"""What happened, append-only (invariant 6): an event for each state, question and answer, in the same commit.

Kinds: ``flow-run.<State>``, ``task-run.<State>``, ``pause.opened``, ``pause.<outcome>``, ``submission.received``,
``submission.sent_back``, ``effect.<kind>``, ``input.received``, ``input.deleted``. What was shown and answered stands
in the pause and the submission, which the event names.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select

from hitl_jupyter.core.records import EventRecord
from hitl_jupyter.core.states import State
from hitl_jupyter.store import rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import event

_ADD = Statement(insert(event))
_OF_RUN = Statement(select(event).where(event.c.run_id == bindparam("run")).order_by(event.c.number))


def of_state(run_id: str, state: State, actor: str | None = None, origin: str | None = None) -> EventRecord:
    """Give the event of a run's new state."""
    payload = {"state_id": state.id, "type": state.type.value}
    return EventRecord(f"flow-run.{state.name}", state.timestamp, run_id, actor, origin, payload=payload)


def of_task_state(run_id: str, task_run_id: str, state: State) -> EventRecord:
    """Give the event of a task run's new state."""
    payload = {"state_id": state.id, "type": state.type.value, "task_run_id": task_run_id}
    return EventRecord(f"task-run.{state.name}", state.timestamp, run_id, payload=payload)


def add(conn: Connection, happened: Sequence[EventRecord]) -> None:
    """Append events; the store numbers them."""
    _ADD.do_all(conn, [rows.event(one) for one in happened])


def of_run(conn: Connection, run_id: str) -> list[EventRecord]:
    """Give the events of a run, oldest first."""
    return [rows.read_event(row) for row in _OF_RUN.rows(conn, {"run": run_id})]
