"""Runs that are taken up again: kept results, drafts, corrections, and where a process lived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    # Added one by one, which touches no row; only a rebuilt table could change a column that is there.
    op.add_column("owner", sa.Column("machine", sa.Text))
    op.add_column("owner", sa.Column("ended_at", sa.Text))
    op.add_column(
        "flow_run",
        sa.Column("result_kept", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    )
    for name in ("serializer", "failure", "notebook", "definition"):
        op.add_column("flow_run", sa.Column(name, sa.Text))
    op.create_index("ix_flow_run_notebook", "flow_run", ["notebook", "state_type"])
    op.create_index("ix_flow_run_state_type", "flow_run", ["state_type", "created_at"])
    for name in ("serializer", "failure", "inputs"):
        op.add_column("task_run", sa.Column(name, sa.Text))
    for name in ("draft", "within"):
        op.add_column("pause", sa.Column(name, sa.Text))
    op.create_table(
        "correction",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("pause_id", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("corrected_by", sa.Text, nullable=False),
        sa.Column("corrected_from", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("cut", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(["run_id"], ["flow_run.id"], name="fk_correction_run_id"),
        sa.ForeignKeyConstraint(["pause_id"], ["pause.id"], name="fk_correction_pause_id"),
        sa.UniqueConstraint("run_id", "attempt", name="uq_correction_run_id"),
    )
