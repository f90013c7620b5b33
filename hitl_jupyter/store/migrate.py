"""Brings the tables of a store up to the newest revision.

The only module that uses Alembic, and it imports it when there is something to do: a third of a second that a store
whose tables are new enough does not cost.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection

from hitl_jupyter.store.migrations import HEAD

_one_at_a_time = threading.Lock()
"""Alembic keeps what it is working on in globals of its modules."""


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Apply the revisions that are missing up to one, in the transaction that the connection is in.

    A process that dies meanwhile leaves the store as it was.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, to)
