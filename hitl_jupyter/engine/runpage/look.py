"""One look at a run: what is at hand while one question of a page is answered, and what all sections share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.core.text import short
from hitl_jupyter.engine.runpage.grids import Grids
from hitl_jupyter.engine.runpage.lines import LogIndex
from hitl_jupyter.engine.runpage.shapes import Instant, ToldState

if TYPE_CHECKING:
    from sqlalchemy import Connection

MESSAGE: Final = 10_000
"""Characters of one message that are shown, of a state or of a line of the log."""


@dataclass(frozen=True, slots=True)
class Look:
    """A run as one commit left it. `folder` has the values that are kept as files."""

    conn: Connection
    run: RunRecord
    now: datetime
    folder: Path
    index: LogIndex
    grids: Grids


def iso(at: datetime) -> Instant:
    """Write an instant."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def iso_if(at: datetime | None) -> Instant | None:
    """Write an instant if there is one."""
    return None if at is None else iso(at)


def told_state(type_: str, name: str, message: str | None) -> ToldState:
    """Give a state as rows have it."""
    return {"type": type_, "name": name, "message": None if message is None else short(message, MESSAGE)}
