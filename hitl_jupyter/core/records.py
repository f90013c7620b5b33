"""What the store holds, as plain data.

Every record is JSON-ready except for its instants, which are aware datetimes in UTC; the store writes them as
ISO-8601 text. `Json` is anything that ``json.dumps`` takes without a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from hitl_jupyter.core.states import PauseState, State, SubmissionState

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that runs flows: the only one that may judge answers for the classes it holds."""

    id: str
    host: str
    pid: int
    user: str
    where: str
    started_at: datetime
    heartbeat_at: datetime
    machine: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A flow run.

    `parameters` is None where they cannot be written as JSON. `result` means something only where `result_kept` says
    so: plain JSON, or with a `serializer` the name and checksum of a file. `failure` is the exception of a failed run,
    where it can be written. `definition` tells where the flow is defined, `notebook` in which notebook it was started.
    """

    id: str
    name: str
    flow_name: str
    owner_id: str
    attempt: int
    state: State
    created_at: datetime
    parent_run_id: str | None = None
    parent_task_run_id: str | None = None
    parameters: Json = None
    tags: tuple[str, ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    result: Json = None
    result_kept: bool = False
    serializer: str | None = None
    failure: Json = None
    idempotency_key: str | None = None
    notebook: str | None = None
    definition: Json = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Where in a run something is recorded: unique in the store (invariant 5).

    `scope` is the path of tasks, subflows and concurrent branches inside the run, "" for the flow's own body; `key`
    is the user's or the ordinal in that scope.
    """

    run_id: str
    attempt: int
    scope: str
    key: str


@dataclass(frozen=True, slots=True)
class TaskRunRecord:
    """A task run. `inputs` is a fingerprint of its parameters, where they have one; the rest as in `RunRecord`."""

    id: str
    identity: Identity
    name: str
    task_name: str
    state: State
    created_at: datetime
    start_time: datetime | None = None
    end_time: datetime | None = None
    result: Json = None
    result_kept: bool = False
    serializer: str | None = None
    failure: Json = None
    inputs: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRecord:
    """The form of a class, stored once: `fingerprint` names the plan and the JSON schema together."""

    fingerprint: str
    plan: Json
    json_schema: Json


@dataclass(frozen=True, slots=True)
class PauseRecord:
    """A question put to a person. `pause_key` is Prefect's ("1", "2", ... or the user's key).

    `draft` is what somebody typed and has not sent, as the form's document, secrets left out. `within` is the scope
    that asks, where a key of the user's makes the identity independent of it: it tells which task runs the answer is
    part of. `shown` says what was to be seen with it: texts, and what tells an image or a sound from any other.
    """

    id: str
    identity: Identity
    pause_key: str
    state: PauseState
    opened_at: datetime
    form: str | None = None
    description: str | None = None
    initial: Json = None
    deadline: datetime | None = None
    closed_at: datetime | None = None
    answer_id: str | None = None
    value: Json = None
    draft: Json = None
    within: str | None = None
    shown: Json = None
    cells: Json = None


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """A recorded answer superseded by another: the run goes on as `attempt`, from that answer on.

    `pause_id` is the question, None in a run that only called the corrected one; `cut` is the number of the event that
    answered it: what had begun before is kept, what began after is done again.
    """

    id: str
    run_id: str
    attempt: int
    pause_id: str | None
    value: Json
    reason: str | None
    corrected_by: str
    corrected_from: str
    at: datetime
    cut: int
    cells: Json = None


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One person's answer, as it came.

    `data` is what the person sent, secrets left out. `errors` maps field locations to messages where it was sent back,
    or accepted though a validator of the class refused it. `seconds` is how long the question was on that person's
    screen, None where nobody measured.
    """

    id: str
    pause_id: str
    state: SubmissionState
    data: Json
    submitted_by: str
    submitted_from: str
    received_at: datetime
    decided_at: datetime | None = None
    errors: Json = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class EffectRecord:
    """Something that a run has done to the world around it, once: an input sent or received, an artifact made.

    `value` is what the run was told of it, and is told again when it is taken up.
    """

    id: str
    identity: Identity
    kind: str
    value: Json
    at: datetime


@dataclass(frozen=True, slots=True)
class InputRecord:
    """An input sent to a run: Prefect's row of the same name. `number` is given by the store, oldest first."""

    run_id: str
    key: str
    value: Json
    created_at: datetime
    sender: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ArtifactRecord:
    """Something made for people to look at: `type` is Prefect's ("markdown", "table", "link", "image", "progress")."""

    id: str
    type: str
    data: Json
    created_at: datetime
    updated_at: datetime
    key: str | None = None
    description: str | None = None
    run_id: str | None = None
    task_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """What a run has recorded, as one of its attempts sees it, corrections included.

    Pauses, tasks and effects are in the order in which they began, at most one of each under each scope and key; what
    an earlier attempt has left keeps that attempt in its identity. `children` are all subflow runs of the run.
    `answers` are those to its questions without a value that nobody has judged yet, by pause id, oldest first.
    """

    pauses: list[PauseRecord] = field(default_factory=list)
    tasks: list[TaskRunRecord] = field(default_factory=list)
    children: list[RunRecord] = field(default_factory=list)
    answers: dict[str, list[SubmissionRecord]] = field(default_factory=dict)
    effects: list[EffectRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something that happened, append-only (invariant 6). `number` is given by the store."""

    kind: str
    at: datetime
    run_id: str
    actor: str | None = None
    origin: str | None = None
    pause_id: str | None = None
    payload: Mapping[str, Json] = field(default_factory=dict)
    number: int | None = None


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One line of a run's log. `level` is a number of the logging module."""

    run_id: str
    level: int
    name: str
    message: str
    at: datetime
    task_run_id: str | None = None
    number: int | None = None
