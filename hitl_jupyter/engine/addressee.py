"""Which open question of a run in the store an answer is for, whichever process the run lives in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.core.clock import canonical_id
from hitl_jupyter.core.records import Owner, PauseRecord, RunRecord
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.exceptions import NotPausedError, ObjectNotFound, SeveralPausesOpen

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session


async def asked(session: Session, flow_run_id: UUID | str, key: str | None) -> tuple[RunRecord, Owner, PauseRecord]:
    """Give the open question that is meant, its run, and the process that owns the run.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    NotPausedError
        It does not wait, or not any more.
    SeveralPausesOpen
        Several questions are open and `key` names none of them.
    """
    try:
        run_id = canonical_id(flow_run_id)
    except ValueError:
        raise ObjectNotFound("flow run", str(flow_run_id)) from None
    await session.ready()
    run, owner, paused, became = await settled(session.store.read(_open_pauses, run_id, key))
    return run, owner, _choose(run, paused, key, became)


def _choose(run: RunRecord, paused: list[PauseRecord], key: str | None, became: str | None) -> PauseRecord:
    if key is not None and became is not None:
        raise NotPausedError(repr(run.name), became)
    if not paused:
        state = f"is in state {run.state!r}: nothing of it is waiting for an answer."
        raise NotPausedError(repr(run.name), state if became is None else f"{state} It {became}")
    if key is None and len(paused) > 1:
        raise SeveralPausesOpen(repr(run.name), [p.pause_key for p in paused])
    for pause in paused:
        if key in (None, pause.pause_key):
            return pause
    open_keys = ", ".join(repr(p.pause_key) for p in paused)
    raise NotPausedError(repr(run.name), f"has no open pause {key!r}; open: {open_keys}.")


def _open_pauses(conn: Any, run_id: str, key: str | None) -> tuple[RunRecord, Owner, list[PauseRecord], str | None]:
    """Give what is open of a run, and what became of the question that is meant if that is not open."""
    run = store.runs.get(conn, run_id)
    paused, became = store.pauses.open_of_run(conn, run_id), None
    if not any(key in (None, pause.pause_key) for pause in paused):
        closed = [pause for pause in store.pauses.of_run(conn, run_id) if key in (None, pause.pause_key)]
        became = store.submissions.became(conn, closed[-1].id) if closed else None
    return run, store.owners.get(conn, run.owner_id), paused, became
