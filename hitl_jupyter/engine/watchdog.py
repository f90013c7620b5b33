"""Says so when a cell keeps the flows from going on that it may be waiting for.

Answers arrive in the kernel's loop, and async runs live there. A cell that waits outside the door, as with
``threading.Event().wait()`` or ``while not run.done(): time.sleep(1)``, stops that loop and would wait for ever.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from hitl_jupyter.engine.logs import logger

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

STALL = 2.0
"""Seconds for which a cell may wait idly while a thread waits for what the cell holds up."""
PATIENCE = 10.0
"""Seconds for which a cell may block the loop otherwise: it may just be computing."""
IDLE = 0.2
"""The part of the processor's time from which on a cell is taken to compute."""


class Watchdog:
    """Watches the home loop, from the keeper's thread, while something depends on it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waits_since: float | None = None
        self._next = 0.0
        self._used = 0.0
        self._said = False

    def look(self) -> None:
        """Have the loop give a sign of life, and say so if the last one is overdue."""
        host = self._session.host
        home = host.home()
        if home is host.side() or home.is_closed():
            # It has a thread of its own, or there is nothing left to wait for.
            return
        now = time.monotonic()
        if self._waits_since is None:
            if now < self._next:
                return
            self._next = now + STALL / 2
            self._waits_since, self._used, self._said = now, _time_used(), False
            home.call_soon_threadsafe(self._alive)
            return
        waited = now - self._waits_since
        if self._said or waited < STALL:
            return
        held_up = self._held_up()
        if held_up is not None and (waited >= PATIENCE or (self._idle(waited) and self._session.bridge.waiting)):
            self._said = True
            logger.warning(
                "Flow run %r waits, but the cell that runs now blocks the notebook, so no answer can arrive. If that "
                "cell waits for this flow, interrupt it and write 'await asyncio.to_thread(flow)', or "
                "'run = flow.start()' and 'await run', instead of 'future.result()', 'thread.join()' or a loop.",
                held_up.name,
            )

    def _alive(self) -> None:
        self._waits_since = None

    def _idle(self, waited: float) -> bool:
        return _time_used() - self._used < IDLE * waited

    def _held_up(self) -> FlowRun[Any] | None:
        """Give a run that cannot go on without the home loop."""
        session = self._session
        for question in list(session.questions.values()):
            if not question.detached:
                return question.run
        home = session.host.home()
        for run in list(session.runs.values()):
            if run.task is not None and not run.done() and run.task.get_loop() is home:
                return run
        return None


def _time_used() -> float:
    """Give the seconds of the processor's time that the main thread has used; 0 where that cannot be told."""
    clock = getattr(time, "pthread_getcpuclockid", None)
    main = threading.main_thread()
    if clock is None or main.ident is None or not main.is_alive():
        return 0.0
    return time.clock_gettime(clock(main.ident))
