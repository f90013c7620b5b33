"""Who waits in this process for something to be sent to a run.

What is sent from here wakes the receivers of that run at once, what another process sends wakes all of them when the
keeper sees that the store has changed. Nobody looks into the store without such a reason.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hitl_jupyter.engine.bridge import waker
from hitl_jupyter.exceptions import RunInterrupted

if TYPE_CHECKING:
    from hitl_jupyter.engine.bridge import Cell
    from hitl_jupyter.engine.run import FlowRun


class Receiver:
    """One wait, on one loop. `address` is the run that it wants to hear of, `run` the one that waits, if one does."""

    def __init__(self, address: str, run: FlowRun[Any] | None) -> None:
        self.address, self.run = address, run
        self._woken = asyncio.Event()
        self.wake = waker(self._woken)
        self._arrived = False
        self._error: BaseException | None = None

    def interrupt(self) -> None:
        """End a wait that belongs to no run, for its cell was interrupted (called on any thread)."""
        self._error = RunInterrupted("The cell was interrupted.")
        self.wake(None)

    def arrived(self) -> None:
        """Wake it, for there may be something new (called on any thread)."""
        self._arrived = True
        self.wake(None)

    async def wait(self, seconds: float) -> bool:
        """Wait for something new, at most so long; tells whether there may be something.

        Raises
        ------
        CancelledError
            The run or this wait was ended.
        FlowRunTimeoutError
            The flow has used up its `timeout_seconds`.
        """
        timer = asyncio.get_running_loop().call_later(seconds, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            timer.cancel()
        self._woken.clear()
        if self._error is not None:
            raise self._error
        if self.run is not None:
            self.run.check()
        arrived, self._arrived = self._arrived, False
        return arrived


class Receivers:
    """The waits of this process."""

    def __init__(self) -> None:
        self._waiting: set[Receiver] = set()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Tell whether somebody waits."""
        return bool(self._waiting)

    @contextmanager
    def waiting(self, address: str, run: FlowRun[Any] | None, cell: Cell | None) -> Iterator[Receiver]:
        """Have what is sent to `address` wake the calling code inside the block, which its run or its cell may end."""
        receiver = Receiver(address, run)
        with self._lock:
            self._waiting.add(receiver)
        if run is not None:
            # Whoever ends the run wakes it, too.
            run.session.waits[receiver] = (run, receiver.wake)
        release = cell.adopt(receiver.interrupt) if run is None and cell is not None else None
        try:
            yield receiver
        finally:
            if run is not None:
                del run.session.waits[receiver]
            if release is not None:
                release()
            with self._lock:
                self._waiting.discard(receiver)

    def arrived(self, address: str | None = None) -> None:
        """Wake those who wait for something to a run; None: to any run."""
        with self._lock:
            waiting = list(self._waiting)
        for receiver in waiting:
            if address in (None, receiver.address):
                receiver.arrived()
