"""Puts a recorded answer right: the run goes on from there as a new attempt, and the old record stays.

What had begun before the answer was given is replayed; what began after it is asked or run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hitl_jupyter import forms, store
from hitl_jupyter.core.records import CorrectionRecord, Json, PauseRecord, RunRecord
from hitl_jupyter.core.states import PauseState, StateType
from hitl_jupyter.engine import recovery
from hitl_jupyter.engine.files import Shelf
from hitl_jupyter.engine.finding import find
from hitl_jupyter.engine.people import who
from hitl_jupyter.engine.question import judged
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import CannotHold, NotCorrectable, SubmissionRefused
from hitl_jupyter.forms import RunInput

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session


def correct(session: Session, which: FlowRun[Any] | str, key: str, value: Any, reason: str | None) -> FlowRun[Any]:
    """Supersede a recorded answer and have the run go on from it; gives the handle of the run that does.

    Raises
    ------
    NotCorrectable
        The run has no such answer, or was cancelled.
    SubmissionRefused
        The value does not fit the form; nothing is changed.
    FlowNotDefined
        The run's flow is not defined in this process.
    RunOwnedElsewhere
        Another process executes the run.
    """
    asked = find(session, which)
    root = recovery.root_of(session, asked)
    live = session.runs.get(root.id)
    flow = recovery.flow_of(session, root)
    record, pause = _answered(session, asked, key)
    data = _checked(session, pause, value)
    if root.state.type is StateType.CANCELLED:
        raise NotCorrectable(record.name, key, "the run was cancelled. Start a new one.")
    if live is None:
        recovery.claim(session, root)
    corrections = session.store.write(_apply, session, (record, pause), data, reason).result()
    if live is not None:
        for one in corrections:
            executed = session.runs.get(one.run_id)
            if executed is not None:
                executed.supersede(one)
        return live
    root = session.store.read(store.runs.get, root.id).result()
    given = recovery.parameters_of(flow, root, None)
    return recovery.begin(session, flow, root, given, claimed=True)


def _answered(session: Session, record: RunRecord, key: str) -> tuple[RunRecord, PauseRecord]:
    """Give the answered question of a key, in a run or in one that it called."""
    found: list[tuple[RunRecord, PauseRecord]] = session.store.read(_questions, record, key).result()
    if not found:
        raise NotCorrectable(record.name, key, "it has no such question. Its questions are in run.history().")
    answered = [one for one in found if one[1].state in (PauseState.ANSWERED, PauseState.TIMED_OUT)]
    if not answered:
        raise NotCorrectable(
            record.name, key, f"the question is {found[-1][1].state}. An open one is answered with resume_flow_run."
        )
    runs = {run.id: run for run, _ in answered}
    if len(runs) > 1:
        names = ", ".join(repr(run.name) for run in runs.values())
        raise NotCorrectable(record.name, key, f"several of its subflows have it: {names}. Correct it in one of those.")
    return answered[-1]


def _questions(conn: Any, record: RunRecord, key: str) -> list[tuple[RunRecord, PauseRecord]]:
    journal = store.journal.load(conn, record.id, record.attempt)
    found = [(record, pause) for pause in journal.pauses if pause.pause_key == key]
    for child in journal.children:
        found += _questions(conn, child, key) if not found else []
    return found


def _checked(session: Session, pause: PauseRecord, value: Any) -> tuple[Json, Json]:
    """Give the value as it is recorded, and its cells.

    It is judged by the class where this process knows it, else by its JSON schema.

    Raises
    ------
    SubmissionRefused
        It does not fit.
    """
    if pause.form is None:
        return None, None
    form = session.store.read(store.pauses.form_of, pause).result()
    shelf = Shelf(session.store.values)
    data = _data(value, shelf) if isinstance(value, BaseModel) else value
    if not isinstance(data, Mapping):
        data = {"value": data}
    model = session.models.get(pause.form)
    if model is None:
        forms.check_by_schema(form.json_schema, data)
        return dict(data), None
    judgement = judged(model, "ask_again", _filled_in(model, value) or data, shelf)
    if judgement.errors:
        errors = {".".join(map(str, error.path)): error.message for error in judgement.errors}
        raise SubmissionRefused("; ".join(f"{field or 'form'}: {why}" for field, why in errors.items()), errors)
    return judgement.to_store, judgement.cells


def _filled_in(model: type[RunInput], value: Any) -> forms.Document | None:
    """Give the form with an instance in it, of which JSON may not say all; None for data."""
    document = forms.Document(forms.compile_plan(model))
    if not isinstance(value, model) or not document.plan.root.is_doubtful:
        return None
    try:
        document.set(value)
    except CannotHold:
        return None
    return document


def _data(value: BaseModel, shelf: Shelf) -> Any:
    if forms.compile_plan(type(value)).has_files:
        return shelf.record(value)
    return value.model_dump(mode="json", by_alias=True)


def _apply(
    conn: Any, session: Session, asked: tuple[RunRecord, PauseRecord], given: tuple[Json, Json], reason: str | None
) -> list[CorrectionRecord]:
    """Write the correction of a run, and the new attempt of each run that called it."""
    (record, pause), (value, cells) = asked, given
    cut, at, by, origin = store.journal.cut(conn, pause.id), session.source.now(), who(None), session.owner.where
    done: list[CorrectionRecord] = []
    run: RunRecord | None = record
    while run is not None:
        one = CorrectionRecord(
            id=session.source.new_id(),
            run_id=run.id,
            attempt=run.attempt + 1,
            pause_id=None if done else pause.id,
            value=None if done else value,
            cells=None if done else cells,
            reason=reason,
            corrected_by=by,
            corrected_from=origin,
            at=at,
            cut=cut,
        )
        running = session.state(StateType.RUNNING, name="Corrected")
        store.corrections.add(conn, one, running, actor=by, origin=origin)
        done.append(one)
        run = None if run.parent_run_id is None else store.runs.get(conn, run.parent_run_id)
    return done
