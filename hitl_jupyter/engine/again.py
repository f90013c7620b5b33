"""Runs anew what a run that is over was: its flow as it is defined now, its parameters, and its answers.

It is a new run, in the background. Its tasks run anew, unless they are cached; `old_answers` says which questions of it
are asked.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter.core.records import Json, RunRecord
from hitl_jupyter.core.signatures import signature_of
from hitl_jupyter.engine import recovery
from hitl_jupyter.engine.annotated import from_json, parameter_hint
from hitl_jupyter.engine.finding import find
from hitl_jupyter.engine.logs import flow_run_logger
from hitl_jupyter.engine.names import flow_run_name
from hitl_jupyter.engine.old_answers import Again, answers_of
from hitl_jupyter.engine.people import who
from hitl_jupyter.exceptions import NotRunAgain

if TYPE_CHECKING:
    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session


def run_again(
    session: Session, which: FlowRun[Any] | UUID | str, parameters: Mapping[str, Any] | None = None
) -> FlowRun[Any]:
    """Begin a run anew, as `hitl_jupyter.run_again` says; reads the store and waits for it."""
    return begin(session, *prepared(session, which, parameters))


def prepared(
    session: Session,
    which: FlowRun[Any] | UUID | str,
    parameters: Mapping[str, Any] | None = None,
    by: str | None = None,
) -> tuple[Flow[Any, Any], dict[str, Any], Again]:
    """Find out what is to be run, and with what; reads the store and waits for it. `by` is who asks, for the record.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    FlowNotDefined
        Its flow is not defined in this process.
    NotRunAgain
        It is not over, is run again already, or what it was called with is not known.
    """
    record = recovery.root_of(session, find(session, which))
    if not record.state.is_final():
        raise NotRunAgain(
            record.name,
            f"it is not over, but {record.state.name}. Wait for its end or cancel it; if its kernel has ended, "
            f"hitl_jupyter.recover({record.name!r}) takes it up",
        )
    _check_once(session, record)
    flow = recovery.flow_of(session, record)
    given = _parameters(flow, record, parameters or {})
    return flow, given, Again(record, by or who(None), session.store.read(answers_of, record).result())


def begin(session: Session, flow: Flow[Any, Any], given: Mapping[str, Any], again: Again) -> FlowRun[Any]:
    """Begin the new run in the background and give its handle.

    Raises
    ------
    NotRunAgain
        Somebody else has begun it meanwhile.
    """
    run = new(session, flow, given, again)
    session.present("run_placed", run)
    return flow.begin(run)


def new(session: Session, flow: Flow[Any, Any], given: Mapping[str, Any], again: Again) -> FlowRun[Any]:
    """Give the new run, which nobody knows yet.

    Raises
    ------
    NotRunAgain
        Somebody else has begun one meanwhile.
    """
    _check_once(session, again.of)
    source = session.source
    run = recovery.in_background(session, flow, source.new_id(), flow_run_name(source), given)
    run.again, run.tags = again, frozenset(again.of.tags)
    session.coming[run.id_text] = run
    flow_run_logger(run).info(
        "Running again what run %r was, with the %d answer(s) it had. Tasks run anew, unless they are cached.",
        again.of.name,
        sum(map(len, again.answers.values())),
    )
    return run


def _check_once(session: Session, record: RunRecord) -> None:
    """Let a run pass that is not run again at the moment."""
    for run in list(session.coming.values()):
        if run.again is not None and run.again.of.id == record.id and not run.done():
            raise NotRunAgain(record.name, f"it runs again already, as {run.name!r}. Wait for its end or cancel it")


def _parameters(flow: Flow[Any, Any], record: RunRecord, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the flow is called with: what is given, else what is recorded, else its default."""
    known = signature_of(flow.fn).parameters
    unknown = ", ".join(repr(name) for name in given if name not in known)
    if unknown:
        raise NotRunAgain(record.name, f"flow {flow.name!r} takes no {unknown}. Leave that out")
    recorded = record.parameters if isinstance(record.parameters, dict) else {}
    found = dict(given)
    missing = []
    for name, parameter in known.items():
        if name in recorded and name not in given:
            found[name] = _recorded(flow, record, parameter, recorded[name])
        elif name not in given:
            found[name] = _default(parameter)
            missing += [name] if found[name] is parameter.empty else []
    if missing:
        why = "is not in its record" if record.parameters is None else "it was not called with"
        raise NotRunAgain(record.name, f"flow {flow.name!r} takes {_listed(missing)}, which {why}. {_call(record)}")
    return found


def _default(parameter: inspect.Parameter) -> Any:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return ()
    return {} if parameter.kind is parameter.VAR_KEYWORD else parameter.default


def _recorded(flow: Flow[Any, Any], record: RunRecord, parameter: inspect.Parameter, data: Json) -> Any:
    try:
        return from_json(data, parameter_hint(flow.fn, parameter))
    except Exception as error:
        why = f"its {parameter.name!r} does not fit the annotation that flow {flow.name!r} has now"
        raise NotRunAgain(record.name, f"{why}. {_call(record)}") from error


def _call(record: RunRecord) -> str:
    return f"Say what it is: hitl_jupyter.run_again({record.name!r}, parameters={{...}})"


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names))
