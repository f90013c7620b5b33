"""Waiting on a run's behalf for something that is no question: it ends with the run."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hitl_jupyter.engine.bridge import waker

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun


async def until(run: FlowRun[Any], future: Future[Any], timeout: float | None = None) -> None:  # noqa: ASYNC109 - no error
    """Wait until a future of any thread is done, or the time is over.

    Raises
    ------
    CancelledError
        The run was ended.
    FlowRunTimeoutError
        It has used up its `timeout_seconds`.
    """
    clock, waits = run.session.source.monotonic, run.session.waits
    woken = asyncio.Event()
    wake = waker(woken)
    future.add_done_callback(wake)
    deadline = None if timeout is None else clock() + timeout
    waits[token := object()] = (run, wake)
    try:
        while not future.done():
            run.check()
            left = None if deadline is None else deadline - clock()
            if left is not None and left <= 0:
                return
            limits = [limit for limit in (left, run.seconds_left()) if limit is not None]
            with suppress(TimeoutError):
                async with asyncio.timeout(min(limits, default=None)):
                    await woken.wait()
            woken.clear()
    finally:
        del waits[token]


def wake_all(run: FlowRun[Any]) -> None:
    """Have everything look again that waits on behalf of a run, or of one that it called."""
    for waiting, wake in list(run.session.waits.values()):
        if waiting.belongs_to(run):
            wake(None)
