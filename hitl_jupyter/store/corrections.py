"""Recorded answers that were superseded: what was wrong, by whom it was put right, and which attempt came of it.

A correction never touches what it corrects (invariant 3). It moves its run on as one attempt more; `journal` says what
that attempt finds recorded.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from hitl_jupyter.core.records import CorrectionRecord, EventRecord, Json
from hitl_jupyter.core.states import PauseState, State, StateType, check_move
from hitl_jupyter.exceptions import NotCorrectable
from hitl_jupyter.store import events, pauses, rows, runs, tasks
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import correction, flow_run

_ADD = Statement(insert(correction))
_NEXT = Statement(
    update(flow_run)
    .where(flow_run.c.id == bindparam("run"), flow_run.c.attempt == bindparam("before"))
    .values(attempt=bindparam("next"))
)
_OF_RUN = Statement(select(correction).where(correction.c.run_id == bindparam("run")).order_by(correction.c.attempt))


def add(
    conn: Connection,
    correction: CorrectionRecord,
    running: State,
    *,
    actor: str | None = None,
    origin: str | None = None,
) -> None:
    """Supersede a recorded answer: the run goes on with `running` as the correction's attempt.

    Of its questions, those that are open are cancelled, for the new attempt asks them itself. The task run that stands
    for a subflow in the journal of its parent goes on, too.

    Raises
    ------
    InvalidTransition
        The run has been cancelled.
    NotCorrectable
        Another correction or retry came first: the run is not at the attempt before this one.
    ObjectNotFound
        There is no such run.
    """
    run_id, at = correction.run_id, correction.at
    won = _NEXT.do(conn, {"run": run_id, "before": correction.attempt - 1, "next": correction.attempt}) == 1
    run = runs.get(conn, run_id)
    if not won:
        key = "?" if correction.pause_id is None else pauses.get(conn, correction.pause_id).pause_key
        raise NotCorrectable(
            run.name,
            key,
            f"the run went on as attempt {run.attempt} meanwhile. Look at its history, then correct it again.",
        )
    _ADD.do(conn, rows.correction(correction))
    payload: dict[str, Json] = {
        "correction_id": correction.id,
        "attempt": correction.attempt,
        "reason": correction.reason,
    }
    happened = [EventRecord("pause.corrected", at, run_id, actor, origin, correction.pause_id, payload)]
    outcome = PauseState.CANCELLED
    closed = runs.close_pauses(conn, run_id, outcome, at)
    happened += [EventRecord(f"pause.{outcome}", at, run_id, actor, origin, pause_id) for pause_id in closed]
    if run.state.type is not StateType.RUNNING:
        check_move(run.state.type, running.type, run_id)
        happened += runs.move(conn, run_id, running, actor=actor, origin=origin)
    events.add(conn, happened)
    if run.parent_task_run_id is not None:
        tasks.go_on(conn, run.parent_task_run_id, running)


def of_run(conn: Connection, run_id: str) -> list[CorrectionRecord]:
    """Give the corrections of a run, oldest first."""
    return [rows.read_correction(row) for row in _OF_RUN.rows(conn, {"run": run_id})]
