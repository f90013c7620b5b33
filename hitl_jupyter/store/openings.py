"""The questions that are open, in whichever run and process: what an inbox lists."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hitl_jupyter.core.records import FormRecord, Owner, PauseRecord, RunRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.store import rows
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, form, owner, pause

_OPEN = Statement(
    select(
        *pause.c,
        *(column.label(f"run_{column.name}") for column in flow_run.c),
        *(column.label(f"owner_{column.name}") for column in owner.c),
        *(column.label(f"form_{column.name}") for column in form.c),
    )
    .join(flow_run, flow_run.c.id == pause.c.run_id)
    .join(owner, owner.c.id == flow_run.c.owner_id)
    .outerjoin(form, form.c.fingerprint == pause.c.form)
    .where(pause.c.state == PauseState.OPEN.value)
    .order_by(pause.c.opened_at, pause.c.id)
)


def open_(conn: Connection) -> list[tuple[PauseRecord, RunRecord, Owner, FormRecord | None]]:
    """Give every open question, oldest first, with its run, the process that owns the run, and its form."""
    return [
        (
            rows.read_pause(row),
            rows.read_run(row, "run_"),
            rows.read_owner(row, "owner_"),
            None if row["form"] is None else rows.read_form(row, "form_"),
        )
        for row in _OPEN.rows(conn, {})
    ]
