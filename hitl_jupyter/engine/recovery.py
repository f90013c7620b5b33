"""Finds runs that wait for nobody any more, and has them go on: after a kernel's end, an answer, a correction.

A run is taken up in the background, by the flow of its name that is defined in this process; `takeup` then does the
rest as the run begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.core.records import Owner, RunRecord
from hitl_jupyter.core.states import PauseState, StateType
from hitl_jupyter.engine import options, takeup, values
from hitl_jupyter.engine.finding import find
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.process import is_alive
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import (
    FlowNotDefined,
    HitlError,
    RecoveryError,
    RunIsOver,
)

if TYPE_CHECKING:
    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.session import Session

RESTARTED = 15.0
"""Seconds between a run's interrupt and the end of its process within which the two were one restart of the kernel."""


def waiting(session: Session, notebook: str | None) -> list[RunRecord]:
    """Give the runs whose process has ended and that can go on, newest first; of one notebook or of all.

    Reads the store and waits for it, a few milliseconds.
    """
    now = session.source.now()
    found: list[tuple[RunRecord, Owner, int]] = session.store.read(store.runs.waiting, notebook).result()
    return [run for run, owner, _ in found if _waits(run, owner) and not is_alive(owner, now)]


def _waits(run: RunRecord, owner: Owner) -> bool:
    """Tell a run that a restart of its kernel ended from one that a person did not want any more."""
    if not run.state.is_crashed():
        return True
    over = owner.ended_at or owner.heartbeat_at
    return run.end_time is None or abs((over - run.end_time).total_seconds()) < RESTARTED


def recover(
    session: Session, which: FlowRun[Any] | UUID | str, parameters: Mapping[str, Any] | None = None
) -> FlowRun[Any]:
    """Take a run up again in the background and give its handle; of a run that is complete, one with its value.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    FlowNotDefined
        Its flow is not defined in this process; the text says where it was.
    RunOwnedElsewhere
        Another process executes it.
    RecoveryError
        It was cancelled, or its parameters are not in the record; the text says what to do.
    """
    record = root_of(session, find(session, which))
    live = session.runs.get(record.id)
    if live is not None:
        return live
    if record.state.type is StateType.CANCELLED:
        raise RunIsOver(record.name, record.idempotency_key or "", record.state.name, again=False)
    flow = flow_of(session, record)
    given = parameters_of(flow, record, parameters)
    claimed = record.state.type is not StateType.COMPLETED
    if claimed:
        claim(session, record)
    return begin(session, flow, record, given, claimed=claimed)


def recover_all(session: Session) -> list[FlowRun[Any]]:
    """Take up every run of this notebook that waits for its kernel; those that cannot be are named in the log."""
    runs: list[FlowRun[Any]] = []
    notebook = session.host.notebook
    # A program, which is no notebook, leaves the notebooks' runs alone.
    for record in (run for run in waiting(session, notebook) if run.notebook == notebook):
        try:
            runs.append(recover(session, record.id))
        except RecoveryError as error:
            logger.warning("%s", error)
    return runs


def begin(
    session: Session, flow: Flow[Any, Any], record: RunRecord, given: Mapping[str, Any], *, claimed: bool
) -> FlowRun[Any]:
    """Begin to execute a recorded run in the background, unless it is executed here already; gives its handle."""
    run = in_background(session, flow, record.id, record.name, given)
    live = session.runs.setdefault(record.id, run)
    if live is not run:
        return live
    session.present("run_placed", run)
    return _go(run, flow, record, claimed=claimed)


def in_background(
    session: Session, flow: Flow[Any, Any], run_id: str, name: str, given: Mapping[str, Any]
) -> FlowRun[Any]:
    """Give a handle of a run that is to go on, or to begin, in the background; no other run calls it."""
    run: FlowRun[Any] = FlowRun(
        session,
        run_id,
        name,
        flow.name,
        dict(given),
        is_async=flow.is_async,
        parent=None,
        timeout=flow.timeout_seconds,
        foreground=False,
        at_once=flow.task_runner.max_workers,
    )
    run.flow = flow
    return run


def handle(session: Session, record: RunRecord) -> FlowRun[Any]:
    """Give a handle of a recorded run, to look at: of one that is over in whichever process, or the live one here."""
    live = session.runs.get(record.id)
    if live is not None:
        return live
    run: FlowRun[Any] = FlowRun(
        session,
        record.id,
        record.name,
        record.flow_name,
        record.parameters if isinstance(record.parameters, dict) else {},
        is_async=False,
        parent=None,
        timeout=None,
        foreground=False,
        tags=frozenset(record.tags),
    )
    run.adopt(record)
    return run


def _go(run: FlowRun[Any], flow: Flow[Any, Any], record: RunRecord, *, claimed: bool) -> FlowRun[Any]:
    run.record, run.claimed = record, claimed
    return flow.begin(run)


def root_of(session: Session, record: RunRecord) -> RunRecord:
    """Give the run that no other run called."""
    while record.parent_run_id is not None:
        record = session.store.read(store.runs.get, record.parent_run_id).result()
    return record


def flow_of(session: Session, record: RunRecord) -> Flow[Any, Any]:
    """Give the flow of a run as it is defined in this process, with the options that it had for this run.

    Raises
    ------
    FlowNotDefined
        It is not.
    """
    of, changes = options.recorded(record.definition)
    flow = session.flows.get(record.flow_name)
    if flow is None and of is not None:
        flow, changes = session.flows.get(of), {**changes, "name": record.flow_name}
    if flow is None:
        raise FlowNotDefined(record.name, of or record.flow_name, where(record, session.host.notebook))
    return flow.with_options(**changes) if changes else flow


def where(record: RunRecord, here: str | None = None) -> str:
    """Say where the flow of a run was defined, as something to be run; `here` is the notebook of who asks."""
    known = record.definition if isinstance(record.definition, dict) else {}
    name = f"'def {known['function']}'" if known.get("function") else f"the flow {record.flow_name!r}"
    if known.get("cell"):
        notebook = f" of {record.notebook}" if record.notebook not in (None, here) else ""
        return f"the cell with {name} (it was In [{known['cell']}]{notebook})"
    if known.get("file"):
        return f"{known['file']} (line {known.get('line')} has {name})"
    return f"the code with {name}"


def parameters_of(flow: Flow[Any, Any], record: RunRecord, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Give what a recorded run is called with.

    Raises
    ------
    RecoveryError
        It is not in the record, and was not given.
    """
    if given is not None:
        return given
    if not isinstance(record.parameters, dict):
        again = where(record, None)
        call = "the cell that called it" if record.idempotency_key else "hitl_jupyter.recover(run, parameters={...})"
        raise RecoveryError(
            f"The parameters of run {record.name!r} could not be recorded, so it cannot be called without them. Run "
            f"{again}, and then {call}."
        )
    return values.parameters_from_json(flow.fn, record.parameters)


def claim(session: Session, record: RunRecord) -> None:
    """Become the process that executes a run, unless it is already.

    Raises
    ------
    RunOwnedElsewhere
        Another process does, or was quicker.
    """
    if record.owner_id != session.owner.id:
        session.store.write(takeup.claim, session, record).result()


def come_back(run: FlowRun[Any]) -> None:
    """Have a suspended run go on, for which somebody answered here (called on any thread)."""
    session = run.session
    session.host.home().call_soon_threadsafe(_come_back, run)


def _come_back(run: FlowRun[Any]) -> None:
    session = run.session
    for question in list(session.questions.values()):
        if question.run is run:
            # What else the run asks is asked again as it comes by.
            run.close(question)
            session.present("question_closed", question, PauseState.CANCELLED, "The run goes on.")
    flow = session.flows.get(run.flow_name)
    if flow is None:
        error = FlowNotDefined(run.name, run.flow_name, "the cell that defines it")
        logger.error("Run %s was answered and could not go on. %s", run.name, error)
        return
    again = run
    if run.done():
        # Who called it was told that it was suspended; it goes on under a handle of its own.
        again = in_background(session, flow, run.id_text, run.name, run.parameters)
        again.again = run.again
    if session.runs.setdefault(run.id_text, again) is not again:
        return
    session.present("run_placed", again)
    found = session.store.read(store.runs.get, run.id_text)
    found.add_done_callback(lambda record: session.host.home().call_soon_threadsafe(_begin_again, again, flow, record))


def _begin_again(run: FlowRun[Any], flow: Flow[Any, Any], found: Future[RunRecord]) -> None:
    try:
        record = found.result()
    except HitlError as error:
        run.session.runs.pop(run.id_text, None)
        logger.error("Run %s was answered and could not go on. %s", run.name, error)
        run.lost(error)
        return
    _go(run, flow, record, claimed=True)
