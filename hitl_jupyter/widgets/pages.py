"""Pages that open when a cell runs already: what they must know to show it as the page did that is gone.

A page that is loaded again, and a notebook that is opened again, find their kernel at work. They ask which cells run
and which cards live, and are told of cells that were sent to the kernel before and begin later.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hitl_jupyter.widgets.transcript import HEARD, Transcript

if TYPE_CHECKING:
    from hitl_jupyter.widgets.executing import ExecutingCell
    from hitl_jupyter.widgets.kernel import Kernel
    from hitl_jupyter.widgets.spot import Spot

TARGET: Final = "hitl-jupyter.pages"
MOST: Final = 16
"""So many pages are told of cells that begin. One that was closed does not say so."""


@dataclass(frozen=True)
class Placed:
    """Where a card is on a page: below which cell, and the widget around it, by its model, if there is one."""

    spot: Spot | None
    around: str | None = None


@dataclass(eq=False)
class _Shown:
    """A card on the page: the widgets of which one shows it, and whether its run goes on."""

    spot: Spot
    views: list[str]
    words: str
    lives: bool = True


class Pages:
    """What one kernel tells pages."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._shown: dict[str, _Shown] = {}
        self._transcripts: dict[str, Transcript] = {}
        self._newest: dict[str, str] = {}
        """The last request to run each cell: what an older one shows is no longer below it."""
        self._open: deque[tuple[Any, dict[str, Any]]] = deque(maxlen=MOST)
        for cell in kernel.executing():
            self._began(cell)
        kernel.began = self._began
        kernel.listen(self._heard)
        kernel.kernel.comm_manager.register_target(TARGET, self._opened)

    def put(self, card: str, words: str, placed: Placed) -> None:
        """Take note that a card, by its model, is on the page; `words` stand for it where it cannot be drawn."""
        if placed.spot is not None:
            self._shown[card] = _Shown(placed.spot, [card, *([placed.around] if placed.around else [])], words)

    def over(self, card: str) -> None:
        """Take note that a card's run is over: it stays as long as its cell runs, which has printed around it."""
        if card in self._shown:
            self._shown[card].lives = False

    def spot(self, card: str) -> Spot | None:
        """Give where a card is, if that is known."""
        shown = self._shown.get(card)
        return None if shown is None else shown.spot

    def gone(self, card: str) -> None:
        """Forget a card that was closed."""
        self._shown.pop(card, None)
        for transcript in list(self._transcripts.values()):
            transcript.forget(card)

    def known(self) -> list[dict[str, Any]]:
        """Give the cells that run or have a card that lives, with what stands below them, oldest first."""
        running = self._running()
        cells = {request: {**spot.to_json(running=True), "cards": []} for request, spot in running.items()}
        for shown in list(self._shown.values()):
            request = shown.spot.request
            if shown.lives or request in cells:
                cell = cells.setdefault(request, {**shown.spot.to_json(running=False), "cards": []})
                cell["cards"].append({"views": shown.views, "words": shown.words})
        for request, cell in cells.items():
            transcript = self._transcripts.get(request) if self._newest.get(cell["cell"]) == request else None
            cell["transcript"] = None if transcript is None else transcript.to_json()
        return list(cells.values())

    def _running(self) -> dict[str, Spot]:
        return {cell.spot.request: cell.spot for cell in self._kernel.executing() if cell.spot is not None}

    def _opened(self, comm: Any, message: dict[str, Any]) -> None:
        # JupyterLab may deliver this in a thread of its own, while a cell computes: nothing here waits for the loop.
        page = (comm, message["header"])

        def closed(_: Any) -> None:
            if page in self._open:
                self._open.remove(page)

        self._open.append(page)
        comm.on_close(closed)
        comm.send({"kind": "cells", "cells": self.known()})

    def _heard(self, message: dict[str, Any]) -> None:
        if message.get("msg_type") in HEARD:
            transcript = self._transcripts.get((message.get("parent_header") or {}).get("msg_id", ""))
            if transcript is not None:
                transcript.take(message)

    def _began(self, cell: ExecutingCell) -> None:
        """Write down what a cell shows from now on, and tell pages of it that were opened since it was sent here."""
        spot = cell.spot
        # A cell may run another one inside it, as %run and the magics do.
        if spot is None or spot.request in self._transcripts:
            return
        needed = set(self._running())
        self._shown = {card: one for card, one in self._shown.items() if one.lives or one.spot.request in needed}
        needed |= {one.spot.request for one in self._shown.values()}
        self._transcripts = {request: one for request, one in self._transcripts.items() if request in needed}
        self._transcripts[spot.request] = Transcript()
        self._newest[spot.cell] = spot.request
        for comm, header in list(self._open):
            if spot.page != header["session"] and spot.sent < header["date"]:
                known = {**spot.to_json(running=True), "cards": [], "transcript": None}
                comm.send({"kind": "began", "cells": [known]})
