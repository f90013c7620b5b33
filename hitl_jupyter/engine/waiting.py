"""Waiting for something that is no question: it ends with the run, or with the cell, that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from hitl_jupyter.engine.bridge import waker
from hitl_jupyter.engine.context import current_run
from hitl_jupyter.exceptions import RunInterrupted

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

T = TypeVar("T")


async def until(run: FlowRun[Any], future: Future[Any], timeout: float | None = None) -> None:  # noqa: ASYNC109 - no error
    """Wait on a run's behalf until a future of any thread is done, or the time is over.

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


def wait_until(session: Session, future: Future[Any], timeout: float | None = None) -> None:
    """Wait from sync code until a future of any thread is done, or the time is over.

    Inside a run on its behalf; outside any, an interrupt of the cell ends the wait and not what is waited for.

    Raises
    ------
    CannotWait
        The calling code is at a place that cannot wait.
    CancelledError
        The run that waits was ended.
    KeyboardInterrupt
        The cell was interrupted.
    """
    __tracebackhide__ = True
    run = current_run.get()
    if run is not None:
        run.wait(until(run, future, timeout), idle=True)
        return
    cell = session.host.cell()
    interrupted: Future[None] = Future()

    def interrupt() -> None:
        if not interrupted.done():
            interrupted.set_result(None)

    release = None if cell is None else cell.adopt(interrupt)
    try:
        session.bridge.wait(_first(timeout, future, interrupted))
    finally:
        if release is not None:
            release()
    if cell is None or future.done() or not interrupted.done():
        return
    # Elsewhere it would pass through the event loop and end the kernel.
    raise KeyboardInterrupt if cell.own_task() else RunInterrupted("The cell was interrupted.")


async def _first(timeout: float | None, *futures: Future[Any]) -> None:  # noqa: ASYNC109 - no error
    woken = asyncio.Event()
    wake = waker(woken)
    for future in futures:
        future.add_done_callback(wake)
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            await woken.wait()


async def unless_ended(run: FlowRun[Any], work: Coroutine[Any, Any, T]) -> T:
    """Give what is waited for in the middle of a run, and break it off when somebody ends the run, or does so again.

    Raises
    ------
    CancelledError
        Somebody did.
    """
    # Its context is given: one that the loop made would count as a branch of the flow.
    loop = asyncio.get_running_loop()
    task = loop.create_task(work, context=copy_context())

    def end(_: object) -> None:
        loop.call_soon_threadsafe(task.cancel)

    run.session.waits[token := object()] = (run, end)
    try:
        return await task
    except asyncio.CancelledError:
        if run.ending():
            # It tells who ended it.
            run.check()
        raise
    finally:
        del run.session.waits[token]


def wake_all(run: FlowRun[Any]) -> None:
    """Have everything look again that waits on behalf of a run, or of one that it called."""
    for waiting, wake in list(run.session.waits.values()):
        if waiting.belongs_to(run):
            wake(None)
