"""Whether a person can see this notebook's cards: no single sign is sure, so there are several.

Voila shows its page to somebody, whatever its kernel is told. A front end that takes input for `input()` has a person
at it; what runs notebooks by itself says that it takes none. And a card that comes into view says hello.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from hitl_jupyter.engine.people import in_voila

if TYPE_CHECKING:
    from hitl_jupyter.widgets.executing import ExecutingCell
    from hitl_jupyter.widgets.kernel import Kernel

PATIENCE = 2.0
"""Seconds that a card has to come into view where no other sign tells of a person."""
GLANCE = 0.02
"""Seconds between two looks meanwhile. No task waits instead: inside a run it would be counted as a branch of it."""


class Signs:
    """The signs of one kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._seen = False

    def seen(self) -> None:
        """Take note that a card came into view."""
        self._seen = True

    async def absent(self, needless: Callable[[], bool]) -> str | None:
        """Say why nobody can see a card that is shown now, the end of a sentence; None if somebody can.

        None too as soon as it is `needless` that anybody does.
        """
        until = time.monotonic() + PATIENCE
        while not (self.told() or needless()):
            if time.monotonic() >= until:
                return "this notebook is run by a program that takes no input, and no page shows its cards"
            await asyncio.sleep(GLANCE)
        return None

    async def outlast(self, cell: ExecutingCell) -> None:
        """Wait for the background runs that a cell has started, if nobody sees them.

        A program that runs a notebook ends the kernel after the last cell, and the runs with it.
        """
        interrupted, task = threading.Event(), asyncio.current_task()
        release = cell.adopt(interrupted.set)
        try:
            while not (self.told() or interrupted.is_set() or all(run.done() for run in cell.started)):  # noqa: ASYNC110
                await asyncio.sleep(GLANCE)
        except asyncio.CancelledError:
            if not interrupted.is_set() or task is None:
                raise
            # The cell is over already, so there is nothing to cancel; the kernel would not reply to it.
            while task.cancelling():
                task.uncancel()
        finally:
            release()

    def told(self) -> bool:
        """Tell whether some sign tells of a person."""
        return self._seen or in_voila() or self._kernel.takes_input()
