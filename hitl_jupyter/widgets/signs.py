"""Whether a person can see this notebook's cards: no single sign is sure, so there are several.

Voila shows its page to somebody, whatever its kernel is told. A front end that takes input for `input()` has a person
at it; what runs notebooks by itself says that it takes none. And a card that comes into view says hello.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING

from hitl_jupyter.engine.bridge import waker

if TYPE_CHECKING:
    from hitl_jupyter.widgets.kernel import Kernel

PATIENCE = 2.0
"""Seconds that a card has to come into view where no other sign tells of a person."""


class Signs:
    """The signs of one kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._seen: Future[None] = Future()

    def seen(self) -> None:
        """Take note that a card came into view."""
        with suppress(InvalidStateError):
            self._seen.set_result(None)

    async def absent(self) -> str | None:
        """Say why nobody can see a card that is shown now, the end of a sentence; None if somebody can."""
        if in_voila() or self._kernel.takes_input() or self._seen.done():
            return None
        woken = asyncio.Event()
        self._seen.add_done_callback(waker(woken))
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), PATIENCE)
        if self._seen.done():
            return None
        return "this notebook is run by a program that takes no input, and no page shows its cards"


def in_voila() -> bool:
    """Tell whether this kernel's notebook is shown as a page of Voila."""
    return "VOILA_BASE_URL" in os.environ or os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")
