"""The run pages of this kernel, and which of them a change concerns."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from hitl_jupyter.engine.run import FlowRun

if TYPE_CHECKING:
    from uuid import UUID

    from hitl_jupyter.widgets.run_page import RunPage


class RunPages:
    """The pages that are told of what runs do here."""

    def __init__(self) -> None:
        self._open: WeakSet[RunPage] = WeakSet()

    def opened(self, page: RunPage) -> None:
        """Tell a page of changes from now on."""
        self._open.add(page)

    def made(self, run: FlowRun[Any] | UUID, *, on_card: bool = False) -> RunPage:
        """Make a page. What it needs is loaded only now: a host may lack it."""
        page: RunPage = import_module("hitl_jupyter.widgets.run_page").RunPage(run, on_card=on_card)
        return page

    def changed(self, run: FlowRun[Any]) -> None:
        """Tell the pages of a run, and of those that called it, that it has changed."""
        if not self._open:
            return
        concerned = set()
        up: FlowRun[Any] | None = run
        while up is not None:
            concerned.add(up.id_text)
            up = up.parent
        for page in list(self._open):
            if page.run_id in concerned:
                page.changed()
