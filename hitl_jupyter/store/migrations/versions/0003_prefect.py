"""The rest of Prefect's semantics: cached results, inputs sent to runs, artifacts, and what a run did to the world."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("task_run", sa.Column("tags", sa.Text))
    op.create_table(
        "cached",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("task_run_id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_cached"),
        sa.ForeignKeyConstraint(["task_run_id"], ["task_run.id"], name="fk_cached_task_run_id"),
    )
    op.create_table(
        "effect",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_effect"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_effect_run_id"),
        sa.UniqueConstraint("run_id", "attempt", "scope", "key", name="uq_effect_run_id"),
    )
    op.create_table(
        "flow_run_input",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("sender", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_flow_run_input"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_flow_run_input_run_id"),
        sa.UniqueConstraint("run_id", "key", name="uq_flow_run_input_run_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flow_run_input_run_id", "flow_run_input", ["run_id", "number"])
    op.create_table(
        "artifact",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("data", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("run_id", sa.Text),
        sa.Column("task_run_id", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_artifact"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_artifact_run_id"),
    )
    op.create_index("ix_artifact_run_id", "artifact", ["run_id", "created_at"])
    op.create_index("ix_artifact_key", "artifact", ["key", "created_at"])
