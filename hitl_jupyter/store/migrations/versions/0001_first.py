"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _state(prefix: str = "") -> list[sa.Column[object]]:
    return [
        sa.Column(f"{prefix}id", sa.Text, nullable=False),
        sa.Column(f"{prefix}type", sa.Text, nullable=False),
        sa.Column(f"{prefix}name", sa.Text, nullable=False),
        sa.Column(f"{prefix}timestamp", sa.Text, nullable=False),
        sa.Column(f"{prefix}message", sa.Text),
        sa.Column(f"{prefix}details", sa.Text, nullable=False),
    ]


def _identity() -> list[sa.Column[object]]:
    return [
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
    ]


def upgrade() -> None:
    _runs()
    _tasks()
    _pauses()
    _events()


def _runs() -> None:
    op.create_table(
        "owner",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("where", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("heartbeat_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owner"),
    )
    op.create_table(
        "flow_run",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("flow_name", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        *_state("state_"),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("parent_run_id", sa.Text),
        sa.Column("parent_task_run_id", sa.Text),
        sa.Column("parameters", sa.Text),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("start_time", sa.Text),
        sa.Column("end_time", sa.Text),
        sa.Column("result", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_flow_run"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name="fk_flow_run_owner_id"),
        sa.ForeignKeyConstraint(["parent_run_id"], ["flow_run.id"], name="fk_flow_run_parent_run_id"),
        sa.UniqueConstraint("flow_name", "idempotency_key", name="uq_flow_run_flow_name"),
    )
    op.create_index("ix_flow_run_owner_id", "flow_run", ["owner_id"])
    op.create_index("ix_flow_run_name", "flow_run", ["name"])
    op.create_index("ix_flow_run_start_time", "flow_run", ["start_time"])
    op.create_index("ix_flow_run_parent_run_id", "flow_run", ["parent_run_id"])
    op.create_table(
        "flow_run_state",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        *_state(),
        sa.PrimaryKeyConstraint("number", name="pk_flow_run_state"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_flow_run_state_run_id"),
        sa.UniqueConstraint("id", name="uq_flow_run_state_id"),
    )
    op.create_index("ix_flow_run_state_run_id", "flow_run_state", ["run_id", "number"])


def _tasks() -> None:
    op.create_table(
        "task_run",
        sa.Column("id", sa.Text, nullable=False),
        *_identity(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("task_name", sa.Text, nullable=False),
        *_state("state_"),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("start_time", sa.Text),
        sa.Column("end_time", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("result_kept", sa.Boolean(create_constraint=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task_run"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_task_run_run_id"),
        sa.UniqueConstraint("run_id", "attempt", "scope", "key", name="uq_task_run_run_id"),
    )
    op.create_table(
        "task_run_state",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("task_run_id", sa.Text, nullable=False),
        *_state(),
        sa.PrimaryKeyConstraint("number", name="pk_task_run_state"),
        sa.ForeignKeyConstraint(["task_run_id"], ["task_run.id"], name="fk_task_run_state_task_run_id"),
        sa.UniqueConstraint("id", name="uq_task_run_state_id"),
    )
    op.create_index("ix_task_run_state_task_run_id", "task_run_state", ["task_run_id", "number"])


def _pauses() -> None:
    op.create_table(
        "form",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("json_schema", sa.Text),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_form"),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Text, nullable=False),
        *_identity(),
        sa.Column("pause_key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("form", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("initial", sa.Text),
        sa.Column("deadline", sa.Text),
        sa.Column("closed_at", sa.Text),
        sa.Column("answer_id", sa.Text),
        sa.Column("value", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_pause"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_pause_run_id"),
        sa.ForeignKeyConstraint(["form"], ["form.fingerprint"], name="fk_pause_form"),
        sa.UniqueConstraint("run_id", "attempt", "scope", "key", name="uq_pause_run_id"),
    )
    op.create_index("ix_pause_state", "pause", ["state", "run_id"])
    op.create_table(
        "submission",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("pause_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("data", sa.Text),
        sa.Column("submitted_by", sa.Text, nullable=False),
        sa.Column("submitted_from", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("decided_at", sa.Text),
        sa.Column("errors", sa.Text),
        sa.Column("seconds", sa.Float),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.ForeignKeyConstraint(["pause_id"], ["pause.id"], name="fk_submission_pause_id"),
    )
    op.create_index("ix_submission_pause_id", "submission", ["pause_id"])
    op.create_index("ix_submission_state", "submission", ["state", "pause_id"])
    accepted = sa.text("state = 'accepted'")
    op.create_index(
        "uq_submission_accepted",
        "submission",
        ["pause_id"],
        unique=True,
        sqlite_where=accepted,
        postgresql_where=accepted,
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("origin", sa.Text),
        sa.Column("pause_id", sa.Text),
        sa.Column("payload", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_event"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_event_run_id"),
        sa.ForeignKeyConstraint(["pause_id"], ["pause.id"], name="fk_event_pause_id"),
    )
    op.create_index("ix_event_run_id", "event", ["run_id", "number"])
    op.create_table(
        "log",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("task_run_id", sa.Text),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_log_run_id"),
    )
    op.create_index("ix_log_run_id", "log", ["run_id", "number"])
