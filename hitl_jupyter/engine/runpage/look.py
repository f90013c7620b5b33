"""One look at a run: what is at hand while one question of a page is answered, and what all sections share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.core.states import State
from hitl_jupyter.engine.runpage.grids import Grids
from hitl_jupyter.engine.runpage.lines import LogIndex
from hitl_jupyter.engine.runpage.shapes import Instant, StateShape

if TYPE_CHECKING:
    from sqlalchemy import Connection


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


def state_of(state: State) -> StateShape:
    """Give a state as rows have it."""
    return {"type": state.type.value, "name": state.name}
