"""Run by Alembic: applies the revisions over the connection, and in the transaction, that `migrate.upgrade` gives."""

from __future__ import annotations

from alembic import context

# SQLite's DDL is transactional; Alembic assumes it is not, for drivers that commit behind one's back.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
