"""Flow runs and the history of their states.

A run keeps its present state beside its history, and both move in one commit with the event. It becomes Paused only by
`pauses.open_`; a move out of that state that no answer caused takes the run's open questions with it, so that a run is
Paused if and only if one of its questions is open. Which process may go on with a run is decided by one conditional
update, the first statement of `claim`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, func, insert, or_, select, update

from hitl_jupyter.core.records import EventRecord, Json, LogRecord, Owner, RunRecord
from hitl_jupyter.core.states import FINAL, PauseState, State, StateType, check_move
from hitl_jupyter.exceptions import ObjectNotFound, RunTakenOver
from hitl_jupyter.store import events, rows
from hitl_jupyter.store import logs as log_lines
from hitl_jupyter.store.columns import Instant
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, flow_run_state, owner, pause

T = StateType
# As a chain of comparisons: a `Statement` does not spell an `in` out.
_resumable = or_(*(flow_run.c.state_type == type_.value for type_ in T if type_ not in FINAL - {T.CRASHED}))


def _waiting(*where: ColumnElement[bool]) -> Select[Any]:
    """Give the select of unfinished root runs, their owners, and how many questions wait in each and below it."""
    roots = (flow_run.c.parent_run_id.is_(None), _resumable, *where)
    tree = select(flow_run.c.id.label("root"), flow_run.c.id).where(*roots).cte("roots", recursive=True)
    below = flow_run.alias("beneath")
    tree = tree.union_all(select(tree.c.root, below.c.id).where(below.c.parent_run_id == tree.c.id))
    asked = (
        select(tree.c.root, func.count().label("questions"))
        .join(pause, pause.c.run_id == tree.c.id)
        .where(or_(pause.c.state == PauseState.OPEN.value, pause.c.state == PauseState.INTERRUPTED.value))
        .group_by(tree.c.root)
        .subquery()
    )
    return (
        select(
            *flow_run.c,
            *(column.label(f"of_{column.name}") for column in owner.c),
            func.coalesce(asked.c.questions, 0).label("questions"),
        )
        .join(owner, owner.c.id == flow_run.c.owner_id)
        .outerjoin(asked, asked.c.root == flow_run.c.id)
        .where(*roots)
        .order_by(flow_run.c.created_at.desc(), flow_run.c.id)
    )


_ADD = Statement(insert(flow_run))
_ADD_STATE = Statement(insert(flow_run_state))
_GET = Statement(select(flow_run).where(flow_run.c.id == bindparam("run")))
_BY_KEY = Statement(
    select(flow_run).where(flow_run.c.flow_name == bindparam("flow"), flow_run.c.idempotency_key == bindparam("key"))
)
_CHILDREN = Statement(
    select(flow_run).where(flow_run.c.parent_run_id == bindparam("run")).order_by(flow_run.c.created_at, flow_run.c.id)
)
_PRESENT = Statement(select(flow_run.c.state_type, flow_run.c.owner_id).where(flow_run.c.id == bindparam("run")))
_HISTORY = Statement(
    select(flow_run_state).where(flow_run_state.c.run_id == bindparam("run")).order_by(flow_run_state.c.number)
)
_FIRST = Statement(
    select(flow_run_state).where(flow_run_state.c.run_id == bindparam("run")).order_by(flow_run_state.c.number).limit(1)
)
_MOVE = Statement(
    update(flow_run)
    .where(flow_run.c.id == bindparam("run"))
    .values(
        start_time=func.coalesce(flow_run.c.start_time, bindparam("begun", type_=Instant)),
        attempt=func.coalesce(bindparam("as_attempt", type_=Integer), flow_run.c.attempt),
    )
)
_open = (pause.c.run_id == bindparam("run"), pause.c.state == PauseState.OPEN.value)
_OPEN_PAUSES = Statement(select(pause.c.id).where(*_open))
_CLOSE_PAUSES = Statement(update(pause).where(*_open).values(state=bindparam("outcome"), closed_at=bindparam("at")))
_INTERRUPT = Statement(
    update(pause)
    .where(
        pause.c.id == bindparam("pause"),
        pause.c.run_id == bindparam("run"),
        pause.c.state == PauseState.CANCELLED.value,
    )
    .values(state=PauseState.INTERRUPTED.value)
)

_CLAIM = Statement(
    update(flow_run)
    .where(flow_run.c.id == bindparam("run"), flow_run.c.owner_id == bindparam("before"))
    .values(owner_id=bindparam("now"))
)
_tree = select(flow_run.c.id).where(flow_run.c.id == bindparam("run")).cte("tree", recursive=True)
_below = flow_run.alias("below")
_tree = _tree.union_all(select(_below.c.id).where(_below.c.parent_run_id == _tree.c.id))
_CLAIM_BELOW = Statement(
    update(flow_run)
    .where(flow_run.c.id.in_(select(_tree.c.id)), flow_run.c.id != bindparam("run"), _resumable)
    .values(owner_id=bindparam("now"))
)
_IN_NOTEBOOK, _ANYWHERE = (
    Statement(_waiting(*where)) for where in ((flow_run.c.notebook == bindparam("notebook"),), ())
)
_ID_PREFIX = re.compile("[0-9a-f-]{1,36}")


def check_path(states: Sequence[State], run_id: str) -> None:
    """Let the first states of a new run pass.

    Raises
    ------
    InvalidTransition
        The table of moves has no such path.
    """
    before: StateType | None = None
    for state in states:
        check_move(before, state.type, run_id)
        before = state.type


def add(conn: Connection, run: RunRecord, states: Sequence[State], logs: Sequence[LogRecord] = ()) -> RunRecord | None:
    """Insert a run with its first states, of which the last is its present one: None.

    If another run of the flow has its idempotency key already: that run, and nothing is added.

    Raises
    ------
    InvalidTransition
        The table of moves has no such path.
    ValueError
        The run's own state is not the last of them.
    """
    check_path(states, run.id)
    if not states or states[-1] != run.state:
        raise ValueError(f"The run {run.id} is {run.state!r}, which is not the last of its states {[*states]}.")
    if run.idempotency_key is not None:
        # Nobody adds one between this look and the insert: who writes has taken the lock.
        before = by_key(conn, run.flow_name, run.idempotency_key)
        if before is not None:
            return before
    row = rows.run(run)
    if row["start_time"] is None:
        row["start_time"] = next((state.timestamp for state in states if state.is_running()), None)
    if row["end_time"] is None and run.state.is_final():
        row["end_time"] = run.state.timestamp
    _ADD.do(conn, row)
    _ADD_STATE.do_all(conn, [{"run_id": run.id, **rows.state(state)} for state in states])
    events.add(conn, [events.of_state(run.id, state) for state in states])
    log_lines.add(conn, logs)
    return None


def advance(
    conn: Connection,
    run_id: str,
    state: State,
    *,
    result: Json = None,
    result_kept: bool = False,
    serializer: str | None = None,
    failure: Json = None,
    attempt: int | None = None,
    owner_id: str | None = None,
    interrupted: Collection[str] = (),
    logs: Sequence[LogRecord] = (),
    actor: str | None = None,
    origin: str | None = None,
) -> None:
    """Move a run to a state. What is still open of its questions is cancelled, or interrupted if the run crashes.

    Parameters
    ----------
    result, result_kept, serializer, failure
        Go with a final state, and are dropped by any other.
    attempt
        The attempt that begins with this state.
    owner_id
        The process that believes to own the run.
    interrupted
        Questions of the run that were cancelled on its way to the crash, and that are to be asked again.

    Raises
    ------
    InvalidTransition
        Its present state does not lead there.
    ObjectNotFound
        There is no such run.
    RunTakenOver
        It belongs to another process than `owner_id` by now.
    ValueError
        The state is a paused one: opening a pause leads there. Or questions are interrupted by no crash.
    """
    present = check_owner(conn, run_id, owner_id)
    check_move(present, state.type, run_id)
    if state.is_paused():
        raise ValueError("A run pauses by opening a pause: use pauses.open_.")
    if interrupted and not state.is_crashed():
        raise ValueError(f"A run that becomes {state!r} has not been interrupted.")
    ended: dict[str, Any] = {
        "result": result,
        "result_kept": result_kept,
        "serializer": serializer,
        "failure": failure,
    }
    happened = move(conn, run_id, state, **ended, attempt=attempt, actor=actor, origin=origin)
    outcome = PauseState.INTERRUPTED if state.is_crashed() else PauseState.CANCELLED
    closed = close_pauses(conn, run_id, outcome, state.timestamp) if present is T.PAUSED else []
    closed += [one for one in interrupted if _INTERRUPT.do(conn, {"pause": one, "run": run_id})]
    what = f"pause.{outcome}"
    happened += [EventRecord(what, state.timestamp, run_id, actor, origin, pause_id) for pause_id in closed]
    events.add(conn, happened)
    log_lines.add(conn, logs)


def move(
    conn: Connection,
    run_id: str,
    state: State,
    *,
    result: Json = None,
    result_kept: bool = False,
    serializer: str | None = None,
    failure: Json = None,
    attempt: int | None = None,
    actor: str | None = None,
    origin: str | None = None,
) -> list[EventRecord]:
    """Write a run's new state, whose move the caller has checked; gives the event for the caller to add."""
    final = state.is_final()
    _ADD_STATE.do(conn, {"run_id": run_id, **rows.state(state)})
    _MOVE.do(
        conn,
        {
            "run": run_id,
            "begun": state.timestamp if state.is_running() else None,
            "as_attempt": attempt,
            "end_time": state.timestamp if final else None,
            "result": result if final else None,
            "result_kept": result_kept and final,
            "serializer": serializer if final else None,
            "failure": failure if final else None,
            **rows.state(state, "state_"),
        },
    )
    return [events.of_state(run_id, state, actor, origin)]


def close_pauses(conn: Connection, run_id: str, outcome: PauseState, at: datetime) -> list[str]:
    """Close all open questions of a run without an answer; gives their ids, for the caller to add the events."""
    ids = [row["id"] for row in _OPEN_PAUSES.rows(conn, {"run": run_id})]
    if ids:
        _CLOSE_PAUSES.do(conn, {"run": run_id, "outcome": outcome.value, "at": at})
    return ids


def claim(  # noqa: PLR0917 - who, from whom, when: nothing of it is optional
    conn: Connection,
    run_id: str,
    owner_id: str,
    expected_owner_id: str,
    at: datetime,
    actor: str | None,
    origin: str | None,
) -> bool:
    """Make a process the owner of a run and of all unfinished or crashed runs below it.

    False, and nothing is done, if the run does not belong to the expected one (any more): of two that try, one wins.
    """
    if _CLAIM.do(conn, {"run": run_id, "before": expected_owner_id, "now": owner_id}) == 0:
        return False
    _CLAIM_BELOW.do(conn, {"run": run_id, "now": owner_id})
    payload: dict[str, Json] = {"owner_id": owner_id, "before": expected_owner_id}
    events.add(conn, [EventRecord("flow-run.TakenUp", at, run_id, actor, origin, payload=payload)])
    return True


def check_owner(conn: Connection, run_id: str, owner_id: str | None) -> StateType:
    """Let a process pass that owns a run, or None; gives the type of the run's present state.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    RunTakenOver
        It belongs to another process.
    """
    found = _PRESENT.row(conn, {"run": run_id})
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    if owner_id is not None and found["owner_id"] != owner_id:
        raise RunTakenOver(run_id)
    return StateType(found["state_type"])


def get(conn: Connection, run_id: str) -> RunRecord:
    """Give a run.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = _GET.row(conn, {"run": run_id})
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    return rows.read_run(found)


def by_key(conn: Connection, flow_name: str, key: str) -> RunRecord | None:
    """Give the run of a flow that has an idempotency key, None where there is none."""
    found = _BY_KEY.row(conn, {"flow": flow_name, "key": key})
    return None if found is None else rows.read_run(found)


def children(conn: Connection, run_id: str) -> list[RunRecord]:
    """Give the subflow runs of a run, oldest first."""
    return [rows.read_run(row) for row in _CHILDREN.rows(conn, {"run": run_id})]


def waiting(conn: Connection, notebook: str | None = None) -> list[tuple[RunRecord, Owner, int]]:
    """Give the root runs that are unfinished or crashed, newest first, if told so only those of a notebook.

    Each comes with its owner, and with how many questions are open or interrupted in it and the runs below it.
    """
    found = _ANYWHERE.rows(conn, {}) if notebook is None else _IN_NOTEBOOK.rows(conn, {"notebook": notebook})
    return [(rows.read_run(row), rows.read_owner(row, "of_"), row["questions"]) for row in found]


def history(conn: Connection, run_id: str) -> list[State]:
    """Give every state of a run, oldest first."""
    return [rows.read_state(row) for row in _HISTORY.rows(conn, {"run": run_id})]


def first_state(conn: Connection, run_id: str) -> State:
    """Give the state in which a run began.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = _FIRST.row(conn, {"run": run_id})
    if found is None:
        raise ObjectNotFound("flow run", run_id)
    return rows.read_state(found)


def find(conn: Connection, text: str) -> list[RunRecord]:
    """Give the runs with this name, this id, or an id that begins so, newest first."""
    wanted = or_(flow_run.c.id == text, flow_run.c.name == text)
    prefix = text.lower()
    if _ID_PREFIX.fullmatch(prefix):
        # A range, which an index serves; "g" sorts behind every character of an id.
        wanted = or_(wanted, flow_run.c.id.between(prefix, f"{prefix}g"))
    found = conn.execute(select(flow_run).where(wanted).order_by(flow_run.c.created_at.desc(), flow_run.c.id))
    return [rows.read_run(row) for row in found.mappings()]
