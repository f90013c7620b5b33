"""Between records and rows: the fields of `core.records` as columns, and back.

A record nests its identity and its state, a row spells them out. Nobody else names a column to build a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_jupyter.core.records import (
    ArtifactRecord,
    CorrectionRecord,
    EffectRecord,
    EventRecord,
    FormRecord,
    Identity,
    InputRecord,
    LogRecord,
    Owner,
    PauseRecord,
    RunRecord,
    SubmissionRecord,
    TaskRunRecord,
)
from hitl_jupyter.core.states import PauseState, State, StateType, SubmissionState

Row = Mapping[Any, Any]

_OWNER = ("id", "host", "pid", "user", "where", "started_at", "heartbeat_at", "machine", "ended_at")
_RUN = (
    *("id", "name", "flow_name", "owner_id", "attempt", "created_at", "parent_run_id", "parent_task_run_id"),
    *("parameters", "start_time", "end_time", "result", "result_kept", "serializer", "failure"),
    *("idempotency_key", "notebook", "definition"),
)
_TASK_RUN = (
    *("id", "name", "task_name", "created_at", "start_time", "end_time", "result", "result_kept", "serializer"),
    *("failure", "inputs"),
)
_IDENTITY = ("run_id", "attempt", "scope", "key")
_FORM = ("fingerprint", "plan", "json_schema")
_PAUSE = (
    *("id", "pause_key", "opened_at", "form", "description", "initial", "deadline", "closed_at", "answer_id"),
    *("value", "draft", "within", "shown", "cells"),
)
_SUBMISSION = (
    *("id", "pause_id", "data", "submitted_by", "submitted_from", "received_at", "decided_at", "errors"),
    "seconds",
)
_CORRECTION = (
    "id",
    "run_id",
    "attempt",
    "pause_id",
    "value",
    "reason",
    "corrected_by",
    "corrected_from",
    "at",
    "cut",
    "cells",
)
_EFFECT = ("id", "kind", "value", "at")
_INPUT = ("run_id", "key", "value", "sender", "created_at")
_ARTIFACT = ("id", "key", "type", "data", "description", "run_id", "task_run_id", "created_at", "updated_at")
_EVENT = ("kind", "at", "run_id", "actor", "origin", "pause_id", "payload")
_LOG = ("run_id", "level", "name", "message", "at", "task_run_id")


def _take(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _read(row: Row, names: tuple[str, ...], prefix: str = "") -> dict[str, Any]:
    return {name: row[prefix + name] for name in names}


def owner(of: Owner) -> dict[str, Any]:
    """Give an owner as a row."""
    return _take(of, _OWNER)


def read_owner(row: Row, prefix: str = "") -> Owner:
    """Give the owner in a row."""
    found = _read(row, _OWNER, prefix)
    # The first version did not write it.
    return Owner(**{**found, "machine": found["machine"] or ""})


def state(of: State, prefix: str = "") -> dict[str, Any]:
    """Give the columns of a state."""
    return {
        f"{prefix}id": of.id,
        f"{prefix}type": of.type.value,
        f"{prefix}name": of.name,
        f"{prefix}timestamp": of.timestamp,
        f"{prefix}message": of.message,
        f"{prefix}details": dict(of.details),
    }


def read_state(row: Row, prefix: str = "") -> State:
    """Give the state in a row."""
    return State(
        row[f"{prefix}id"],
        StateType(row[f"{prefix}type"]),
        row[f"{prefix}name"],
        row[f"{prefix}timestamp"],
        row[f"{prefix}message"],
        row[f"{prefix}details"],
    )


def run(of: RunRecord) -> dict[str, Any]:
    """Give a run as a row."""
    return {**_take(of, _RUN), "tags": list(of.tags), **state(of.state, "state_")}


def read_run(row: Row, prefix: str = "") -> RunRecord:
    """Give the run in a row."""
    return RunRecord(
        state=read_state(row, f"{prefix}state_"), tags=tuple(row[f"{prefix}tags"]), **_read(row, _RUN, prefix)
    )


def task_run(of: TaskRunRecord) -> dict[str, Any]:
    """Give a task run as a row."""
    return {
        **_take(of, _TASK_RUN),
        **_take(of.identity, _IDENTITY),
        **state(of.state, "state_"),
        "tags": list(of.tags),
    }


def read_task_run(row: Row) -> TaskRunRecord:
    """Give the task run in a row."""
    return TaskRunRecord(
        identity=Identity(**_read(row, _IDENTITY)),
        state=read_state(row, "state_"),
        # The first versions did not write them.
        tags=tuple(row["tags"] or ()),
        **_read(row, _TASK_RUN),
    )


def form(of: FormRecord) -> dict[str, Any]:
    """Give a form as a row."""
    return _take(of, _FORM)


def read_form(row: Row, prefix: str = "") -> FormRecord:
    """Give the form in a row."""
    return FormRecord(**_read(row, _FORM, prefix))


def pause(of: PauseRecord) -> dict[str, Any]:
    """Give a pause as a row."""
    return {**_take(of, _PAUSE), **_take(of.identity, _IDENTITY), "state": of.state.value}


def read_pause(row: Row, prefix: str = "") -> PauseRecord:
    """Give the pause in a row."""
    return PauseRecord(
        identity=Identity(**_read(row, _IDENTITY, prefix)),
        state=PauseState(row[f"{prefix}state"]),
        **_read(row, _PAUSE, prefix),
    )


def submission(of: SubmissionRecord) -> dict[str, Any]:
    """Give a submission as a row."""
    return {**_take(of, _SUBMISSION), "state": of.state.value}


def read_submission(row: Row) -> SubmissionRecord:
    """Give the submission in a row."""
    return SubmissionRecord(state=SubmissionState(row["state"]), **_read(row, _SUBMISSION))


def correction(of: CorrectionRecord) -> dict[str, Any]:
    """Give a correction as a row."""
    return _take(of, _CORRECTION)


def read_correction(row: Row) -> CorrectionRecord:
    """Give the correction in a row."""
    return CorrectionRecord(**_read(row, _CORRECTION))


def effect(of: EffectRecord) -> dict[str, Any]:
    """Give an effect as a row."""
    return {**_take(of, _EFFECT), **_take(of.identity, _IDENTITY)}


def read_effect(row: Row) -> EffectRecord:
    """Give the effect in a row."""
    return EffectRecord(identity=Identity(**_read(row, _IDENTITY)), **_read(row, _EFFECT))


def input_(of: InputRecord) -> dict[str, Any]:
    """Give an input as a row, without the number that the store gives it."""
    return _take(of, _INPUT)


def read_input(row: Row) -> InputRecord:
    """Give the input in a row."""
    return InputRecord(number=row["number"], **_read(row, _INPUT))


def artifact(of: ArtifactRecord) -> dict[str, Any]:
    """Give an artifact as a row."""
    return _take(of, _ARTIFACT)


def read_artifact(row: Row) -> ArtifactRecord:
    """Give the artifact in a row."""
    return ArtifactRecord(**_read(row, _ARTIFACT))


def event(of: EventRecord) -> dict[str, Any]:
    """Give an event as a row, without the number that the store gives it."""
    return {**_take(of, _EVENT), "payload": dict(of.payload)}


def read_event(row: Row) -> EventRecord:
    """Give the event in a row."""
    return EventRecord(number=row["number"], **_read(row, _EVENT))


def log(of: LogRecord) -> dict[str, Any]:
    """Give a line of a log as a row, without the number that the store gives it."""
    return _take(of, _LOG)


def read_log(row: Row) -> LogRecord:
    """Give the line in a row."""
    return LogRecord(number=row["number"], **_read(row, _LOG))
