"""Where in a notebook something comes out: the cell, and the request to run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Spot:
    """A cell, and the request that its output belongs to; pages file what comes out by that request."""

    cell: str
    request: str
    page: str
    """The session of the page that sent the request."""
    sent: datetime
    count: int
    """The number in the cell's prompt."""

    def to_json(self, *, running: bool) -> dict[str, Any]:
        """Give what a page has to know of it."""
        return {"cell": self.cell, "request": self.request, "count": self.count, "running": running}


def spot_of(message: Mapping[str, Any], count: int) -> Spot | None:
    """Give the spot of a request; None for one that no cell of a notebook has sent."""
    header, cell = message.get("header") or {}, (message.get("metadata") or {}).get("cellId")
    if header.get("msg_type") != "execute_request" or not isinstance(cell, str):
        return None
    return Spot(cell, header["msg_id"], header["session"], header["date"], count)
