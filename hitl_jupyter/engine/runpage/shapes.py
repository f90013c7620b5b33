"""What a run page is told, by section: plain JSON, with the words of the page.

Instants are ISO-8601 in UTC, durations seconds, sizes bytes. What people and programs wrote is text. The page's own
types, `js/src/runpage`, say the same.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from hitl_jupyter.core.records import Json

Instant = str


class StateShape(TypedDict):
    """A state in a row."""

    type: str
    name: str


class ToldState(StateShape):
    """The present state of a run or task run, and what it says, if it does."""

    message: str | None


class FullState(ToldState):
    """The present state of the run itself."""

    timestamp: Instant


class Named(TypedDict):
    """Something with an id and a name."""

    id: str
    name: str


class Parameter(TypedDict):
    """What the flow was called with; `value` is JSON text."""

    name: str
    value: str
    kept: bool


class Detail(TypedDict):
    """One more fact."""

    name: str
    value: str


class Said(TypedDict):
    """One field of an answer; a plain value has no title."""

    title: str
    value: str


class Counts(TypedDict):
    """How much there is in each section."""

    logs: int
    task_runs: int
    subflow_runs: int
    results: int
    artifacts: int
    inputs: int


class Summary(TypedDict):
    """The run. Where `parameters_kept` is false, it has parameters that could not be written down."""

    id: str
    name: str
    flow_name: str
    state: FullState
    created: Instant
    started: Instant | None
    ended: Instant | None
    seconds_running: float
    seconds_waiting: float
    parent: Named | None
    parameters: list[Parameter]
    parameters_kept: bool
    tags: list[str]
    details: list[Detail]
    counts: Counts
    over: bool


class Line(TypedDict):
    """A line of the log. `left_out` is how many characters of a very long message are not in `message`."""

    number: int
    at: Instant
    level: int
    message: str
    left_out: int
    name: str
    run_name: str


class Logs(TypedDict):
    """A window of the lines that match; `total` are all lines."""

    total: int
    matching: int
    offset: int
    lines: list[Line]


class Copy(TypedDict):
    """The lines that match as text; `lines` says how many, `cut` whether there are more."""

    text: str
    lines: int
    cut: bool


class TaskRun(TypedDict):
    """A task run. `attempts` is how often its function was begun; `result` the beginning of a kept value."""

    id: str
    name: str
    task: str
    state: ToldState
    started: Instant | None
    ended: Instant | None
    seconds: float | None
    attempts: int
    cached: bool
    run_name: str
    result: str | None


class TaskRuns(TypedDict):
    """A window of the task runs, in the order in which they began."""

    total: int
    rows: list[TaskRun]


class SubflowRun(TypedDict):
    """A run that the run called, or one that that one called."""

    id: str
    name: str
    flow_name: str
    state: ToldState
    started: Instant | None
    ended: Instant | None
    seconds_running: float
    seconds_waiting: float


class SubflowRuns(TypedDict):
    """A window of the runs below the run, in the order in which they began."""

    total: int
    rows: list[SubflowRun]


class Result(TypedDict):
    """What a run or task run gave. Where `kept` is false only that it is done is recorded.

    `text` is the beginning of what is text; of a table or an array there is none.
    """

    of: Literal["flow run", "subflow run", "task run"]
    name: str
    at: Instant
    size: int | None
    serializer: str | None
    text: str
    kept: bool


class Results(TypedDict):
    """A window of the results, in the order in which they came."""

    total: int
    rows: list[Result]


class TableHead(TypedDict):
    """What is told of a table in a list; its rows are read with `table`."""

    columns: list[str]
    total: int


class Artifact(TypedDict):
    """Something made to be looked at. `version` counts those of its key, in any run, from 1."""

    id: str
    key: str | None
    type: str
    description: str | None
    created: Instant
    updated: Instant
    version: int
    run_name: str
    data: Json
    table: TableHead | None


class Artifacts(TypedDict):
    """A window of the artifacts, oldest first."""

    total: int
    rows: list[Artifact]


class Table(TypedDict):
    """A window of the rows of a table artifact, as text."""

    total: int
    columns: list[str]
    rows: list[list[str | None]]


class Refused(TypedDict):
    """An answer that did not count, and why."""

    at: Instant
    by: str
    answer: list[Said]
    errors: list[str]


class Corrected(TypedDict):
    """An answer that superseded the one before."""

    at: Instant
    by: str
    reason: str | None
    answer: list[Said]


class Input(TypedDict):
    """A question; `title` says in a few words what it is about.

    `answer` is None while there is none that counts, and empty for one that says nothing (Resume). `seconds` is how
    long it took. `errors` are what a validator said of one that counts all the same.
    """

    key: str
    title: str
    description: str | None
    run_name: str
    state: str
    asked_at: Instant
    answered_at: Instant | None
    closed_at: Instant | None
    seconds: float | None
    by: str | None
    origin: str | None
    deadline: Instant | None
    answer: list[Said] | None
    errors: list[str]
    refused: list[Refused]
    corrected: list[Corrected]


class Inputs(TypedDict):
    """A window of the questions, oldest first."""

    total: int
    rows: list[Input]


class Span(TypedDict):
    """For how long something was in a state."""

    state: StateShape
    start: Instant
    end: Instant | None


class Bar(TypedDict):
    """One bar of the timeline; `parent` is the bar that it belongs to."""

    id: str
    kind: Literal["flow", "subflow", "task", "pause"]
    name: str
    parent: str | None
    start: Instant
    end: Instant | None
    state: StateShape
    spans: list[Span]


class Timeline(TypedDict):
    """What happened when. Of `total` bars `shown` are told."""

    start: Instant
    end: Instant | None
    now: Instant
    total: int
    shown: int
    bars: list[Bar]
