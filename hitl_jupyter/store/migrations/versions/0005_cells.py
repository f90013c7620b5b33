"""Answers as the cells of their form, where JSON does not say which of several types a value is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pause", sa.Column("cells", sa.Text))
    op.add_column("correction", sa.Column("cells", sa.Text))
