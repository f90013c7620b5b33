"""A cell that is being executed: what belongs to it, and what an interrupt of it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from hitl_jupyter.core.colour import loop_is_running
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.widgets.spot import Spot


class ExecutingCell:
    """One execution of a cell."""

    def __init__(self, task: asyncio.Task[Any] | None, spot: Spot | None, *, is_async: bool) -> None:
        self._task = task
        self.spot = spot
        self._is_async = is_async
        self._interrupted = False
        self.steps = 0
        self._interrupts: dict[object, tuple[int, Callable[[], None]]] = {}
        self.started: list[FlowRun[Any]] = []

    def own_task(self) -> bool:
        """Tell whether the calling code runs in the cell's own task."""
        return self._task is not None and current_task() is self._task

    def adopt(self, interrupt: Callable[[], None]) -> Callable[[], None]:
        """Have `interrupt` called when the cell is interrupted; gives the function that ends this."""
        token = object()
        self._interrupts[token] = threading.get_ident(), interrupt
        return lambda: self._interrupts.pop(token, None) and None

    def interrupt(self) -> None:
        """End everything the cell waits for (called on the loop)."""
        self._end_runs()
        # What else an async cell awaits ends as ipykernel ends it. A sync cell's task is the kernel's own, and one that
        # steps the loop awaits nothing: its cancellation would end ipykernel's next await.
        if self._is_async and self._task is not None and not (self._task.cancelling() or self.steps):
            self._task.cancel()

    def interrupt_beside(self) -> None:
        """End the runs of the cell's threads: its own code gets a KeyboardInterrupt, and may then wait for them."""
        self._interrupted = True
        mine = threading.get_ident()
        for thread, interrupt in list(self._interrupts.values()):
            if thread != mine:
                interrupt()

    def over(self) -> None:
        """End the runs that an interrupted cell has left behind, such as those gathered with the one it was in."""
        if self._interrupted:
            self._end_runs()

    def _end_runs(self) -> None:
        for _, interrupt in list(self._interrupts.values()):
            interrupt()


def current_task() -> asyncio.Task[Any] | None:
    """Give the task that the calling code runs in, None outside any."""
    return asyncio.current_task() if loop_is_running() else None
