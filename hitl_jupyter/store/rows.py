"""Between records and rows: the fields of `core.records` as columns, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from hitl_jupyter.core.records import (
    FormRecord,
    Identity,
    LogRecord,
    Owner,
    PauseRecord,
    RunRecord,
    SubmissionRecord,
    TaskRunRecord,
)
from hitl_jupyter.core.states import PauseState, State, StateType, SubmissionState

Row = Mapping[Any, Any]
R = TypeVar("R", FormRecord, LogRecord, Owner)


def plain(record: FormRecord | LogRecord | Owner) -> dict[str, Any]:
    """Give a record whose fields are its columns as a row."""
    return {f.name: getattr(record, f.name) for f in fields(record)}


def read_plain(kind: type[R], row: Row) -> R:
    """Give the record of such a row."""
    return kind(**{f.name: row[f.name] for f in fields(kind)})


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


def _identity(of: Identity) -> dict[str, Any]:
    return {"run_id": of.run_id, "attempt": of.attempt, "scope": of.scope, "key": of.key}


def _read_identity(row: Row) -> Identity:
    return Identity(row["run_id"], row["attempt"], row["scope"], row["key"])


def run(of: RunRecord) -> dict[str, Any]:
    """Give a run as a row."""
    same = ("id", "name", "flow_name", "owner_id", "attempt", "created_at", "parent_run_id", "parent_task_run_id")
    times = ("parameters", "start_time", "end_time", "result")
    row = {name: getattr(of, name) for name in (*same, *times)}
    return {**row, "tags": list(of.tags), **state(of.state, "state_")}


def read_run(row: Row) -> RunRecord:
    """Give the run in a row."""
    return RunRecord(
        id=row["id"],
        name=row["name"],
        flow_name=row["flow_name"],
        owner_id=row["owner_id"],
        attempt=row["attempt"],
        state=read_state(row, "state_"),
        created_at=row["created_at"],
        parent_run_id=row["parent_run_id"],
        parent_task_run_id=row["parent_task_run_id"],
        parameters=row["parameters"],
        tags=tuple(row["tags"]),
        start_time=row["start_time"],
        end_time=row["end_time"],
        result=row["result"],
    )


def task_run(of: TaskRunRecord) -> dict[str, Any]:
    """Give a task run as a row."""
    same = ("id", "name", "task_name", "created_at", "start_time", "end_time", "result", "result_kept")
    row = {name: getattr(of, name) for name in same}
    return {**row, **_identity(of.identity), **state(of.state, "state_")}


def read_task_run(row: Row) -> TaskRunRecord:
    """Give the task run in a row."""
    return TaskRunRecord(
        id=row["id"],
        identity=_read_identity(row),
        name=row["name"],
        task_name=row["task_name"],
        state=read_state(row, "state_"),
        created_at=row["created_at"],
        start_time=row["start_time"],
        end_time=row["end_time"],
        result=row["result"],
        result_kept=row["result_kept"],
    )


_PAUSE = (
    "id",
    "pause_key",
    "opened_at",
    "form",
    "description",
    "initial",
    "deadline",
    "closed_at",
    "answer_id",
    "value",
)


def pause(of: PauseRecord) -> dict[str, Any]:
    """Give a pause as a row."""
    return {**{name: getattr(of, name) for name in _PAUSE}, **_identity(of.identity), "state": of.state.value}


def read_pause(row: Row) -> PauseRecord:
    """Give the pause in a row."""
    return PauseRecord(
        identity=_read_identity(row), state=PauseState(row["state"]), **{name: row[name] for name in _PAUSE}
    )


_SUBMISSION = (
    "id",
    "pause_id",
    "data",
    "submitted_by",
    "submitted_from",
    "received_at",
    "decided_at",
    "errors",
    "seconds",
)


def submission(of: SubmissionRecord) -> dict[str, Any]:
    """Give a submission as a row."""
    return {**{name: getattr(of, name) for name in _SUBMISSION}, "state": of.state.value}


def read_submission(row: Row) -> SubmissionRecord:
    """Give the submission in a row."""
    return SubmissionRecord(state=SubmissionState(row["state"]), **{name: row[name] for name in _SUBMISSION})
