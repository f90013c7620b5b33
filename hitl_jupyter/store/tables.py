"""The tables, with the words of `core.records` for columns.

Histories, events and logs only grow; their `number` is the order in which they were committed. What an index is for
stands beside it. A change here goes with a new migration: a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from hitl_jupyter.core.states import SubmissionState
from hitl_jupyter.store.columns import Instant, JsonText, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

# SQLite numbers rows by itself only where the type is spelled INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def _state(prefix: str = "") -> list[Column[object]]:
    """Give the columns of one state of a run."""
    return [
        Column(f"{prefix}id", Text, nullable=False),
        Column(f"{prefix}type", Text, nullable=False),
        Column(f"{prefix}name", Words, nullable=False),
        Column(f"{prefix}timestamp", Instant, nullable=False),
        Column(f"{prefix}message", Words),
        Column(f"{prefix}details", JsonText, nullable=False),
    ]


def _identity() -> list[Column[object]]:
    """Give the columns of an identity (invariant 5)."""
    return [
        Column("run_id", Text, ForeignKey("flow_run.id"), nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("scope", Words, nullable=False),
        Column("key", Words, nullable=False),
    ]


owner = Table(
    "owner",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Words, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("user", Words, nullable=False),
    Column("where", Words, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("machine", Words),
    Column("ended_at", Instant),
)

flow_run = Table(
    "flow_run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Words, nullable=False),
    Column("flow_name", Words, nullable=False),
    Column("owner_id", Text, ForeignKey("owner.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("idempotency_key", Words),
    *_state("state_"),
    Column("created_at", Instant, nullable=False),
    Column("parent_run_id", Text, ForeignKey("flow_run.id")),
    # Not a foreign key: flow_run and task_run would each need the other first.
    Column("parent_task_run_id", Text),
    Column("parameters", JsonText),
    Column("tags", JsonText, nullable=False),
    Column("start_time", Instant),
    Column("end_time", Instant),
    Column("result", JsonText),
    Column("result_kept", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("serializer", Text),
    Column("failure", JsonText),
    Column("notebook", Words),
    Column("definition", JsonText),
    UniqueConstraint("flow_name", "idempotency_key"),
    Index("ix_flow_run_owner_id", "owner_id"),  # the runs of a process that died
    Index("ix_flow_run_name", "name"),  # a run by its name
    Index("ix_flow_run_start_time", "start_time"),  # runs by start
    Index("ix_flow_run_parent_run_id", "parent_run_id"),  # the subflows of a run
    Index("ix_flow_run_notebook", "notebook", "state_type"),  # what waits in a notebook, asked when it is opened
    Index("ix_flow_run_state_type", "state_type", "created_at"),  # what waits anywhere
)

flow_run_state = Table(
    "flow_run_state",
    metadata,
    Column("number", Number, primary_key=True),
    Column("run_id", Text, ForeignKey("flow_run.id"), nullable=False),
    *_state(),
    UniqueConstraint("id"),
    Index("ix_flow_run_state_run_id", "run_id", "number"),  # the history of a run
)

task_run = Table(
    "task_run",
    metadata,
    Column("id", Text, primary_key=True),
    *_identity(),
    Column("name", Words, nullable=False),
    Column("task_name", Words, nullable=False),
    *_state("state_"),
    Column("created_at", Instant, nullable=False),
    Column("start_time", Instant),
    Column("end_time", Instant),
    Column("result", JsonText),
    Column("result_kept", Boolean(create_constraint=False), nullable=False),
    Column("serializer", Text),
    Column("failure", JsonText),
    Column("inputs", Text),
    Column("tags", JsonText),
    UniqueConstraint("run_id", "attempt", "scope", "key"),
)

task_run_state = Table(
    "task_run_state",
    metadata,
    Column("number", Number, primary_key=True),
    Column("task_run_id", Text, ForeignKey("task_run.id"), nullable=False),
    *_state(),
    UniqueConstraint("id"),
    Index("ix_task_run_state_task_run_id", "task_run_id", "number"),  # the history of a task run
)

cached = Table(
    "cached",
    metadata,
    Column("key", Words, primary_key=True),
    Column("task_run_id", Text, ForeignKey("task_run.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
)

effect = Table(
    "effect",
    metadata,
    Column("id", Text, primary_key=True),
    *_identity(),
    Column("kind", Text, nullable=False),
    Column("value", JsonText),
    Column("at", Instant, nullable=False),
    UniqueConstraint("run_id", "attempt", "scope", "key"),
)

flow_run_input = Table(
    "flow_run_input",
    metadata,
    Column("number", Number, primary_key=True),
    Column("run_id", Text, ForeignKey("flow_run.id"), nullable=False),
    Column("key", Words, nullable=False),
    Column("value", JsonText),
    Column("sender", Words),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("run_id", "key"),
    Index("ix_flow_run_input_run_id", "run_id", "number"),  # what was sent to a run, oldest first
    sqlite_autoincrement=True,  # a row may be deleted, and a receiver goes on behind the last number that it saw
)

artifact = Table(
    "artifact",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Words),
    Column("type", Text, nullable=False),
    Column("data", JsonText),
    Column("description", Words),
    Column("run_id", Text, ForeignKey("flow_run.id")),
    # Not a foreign key, as in the log: worth keeping whatever became of its task.
    Column("task_run_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_artifact_run_id", "run_id", "created_at"),  # the artifacts of a run
    Index("ix_artifact_key", "key", "created_at"),  # the history of a key, newest last
)

form = Table(
    "form",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("plan", JsonText),
    Column("json_schema", JsonText),
)

pause = Table(
    "pause",
    metadata,
    Column("id", Text, primary_key=True),
    *_identity(),
    Column("pause_key", Words, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("form", Text, ForeignKey("form.fingerprint")),
    Column("description", Words),
    Column("initial", JsonText),
    Column("deadline", Instant),
    Column("closed_at", Instant),
    # Not a foreign key: a submission already points at its pause.
    Column("answer_id", Text),
    Column("value", JsonText),
    Column("draft", JsonText),
    Column("within", Words),
    Column("shown", JsonText),
    Column("cells", JsonText),
    UniqueConstraint("run_id", "attempt", "scope", "key"),
    Index("ix_pause_state", "state", "run_id"),  # what is open, everywhere or in one run
)

submission = Table(
    "submission",
    metadata,
    Column("id", Text, primary_key=True),
    Column("pause_id", Text, ForeignKey("pause.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("data", JsonText),
    Column("submitted_by", Words, nullable=False),
    Column("submitted_from", Words, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("errors", JsonText),
    Column("seconds", Float),
    Index("ix_submission_pause_id", "pause_id"),  # the answers to a question
    Index("ix_submission_state", "state", "pause_id"),  # what is received and not yet judged
)
# Invariant 3 once more, below the compare-and-set that keeps it: no code of any version can break it.
Index(
    "uq_submission_accepted",
    submission.c.pause_id,
    unique=True,
    sqlite_where=submission.c.state == SubmissionState.ACCEPTED.value,
    postgresql_where=submission.c.state == SubmissionState.ACCEPTED.value,
)

correction = Table(
    "correction",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, ForeignKey("flow_run.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("pause_id", Text, ForeignKey("pause.id")),
    Column("value", JsonText),
    Column("reason", Words),
    Column("corrected_by", Words, nullable=False),
    Column("corrected_from", Words, nullable=False),
    Column("at", Instant, nullable=False),
    # The number of an event, and not a foreign key: it marks a place in their order.
    Column("cut", Number, nullable=False),
    Column("cells", JsonText),
    UniqueConstraint("run_id", "attempt"),  # of two corrections at once, one makes the attempt
)

event = Table(
    "event",
    metadata,
    Column("number", Number, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("run_id", Text, ForeignKey("flow_run.id"), nullable=False),
    Column("actor", Words),
    Column("origin", Words),
    Column("pause_id", Text, ForeignKey("pause.id")),
    Column("payload", JsonText, nullable=False),
    Index("ix_event_run_id", "run_id", "number"),  # what happened in a run
)

log = Table(
    "log",
    metadata,
    Column("number", Number, primary_key=True),
    Column("run_id", Text, ForeignKey("flow_run.id"), nullable=False),
    # Not a foreign key: a line is worth keeping whatever became of the commit of its task.
    Column("task_run_id", Text),
    Column("level", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_log_run_id", "run_id", "number"),  # the lines of a run, from a number on
)
