"""The tasks of a script, on the kernel's loop: they end with the ``asyncio.run`` in which they began.

No script's task can end the kernel: what Python raises through an event loop, SystemExit and KeyboardInterrupt, ends
the script's main task instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any
from weakref import WeakSet

from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.users_code import user_code
from hitl_jupyter.exceptions import RunInterrupted


class Tasks:
    """The tasks and async generators of one ``asyncio.run``, or of a script outside any."""

    def __init__(self, outliving: WeakSet[asyncio.Task[Any]]) -> None:
        self.main: asyncio.Future[Any] | None = None
        self.fatal: BaseException | None = None
        self._outliving = outliving
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._generators: WeakSet[AsyncGenerator[Any, Any]] = WeakSet()

    def begin(self, coro: Coroutine[Any, Any, Any], make: Callable[[Any], Any]) -> Any:
        """Make a coroutine a task of these; the background runs of flows are tasks of their own."""
        run = current_run.get()
        if getattr(coro, "__qualname__", "") == "Flow._in_loop" or (run is not None and not run.foreground):
            task = make(coro)
            self._outliving.add(task)
            return task
        task = make(_Guarded(coro, self))
        self._tasks.add(task)
        return task

    def add_generator(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Take note of an async generator, which must be finalised."""
        self._generators.add(generator)

    def end(self, error: BaseException) -> None:
        """End the main task, because one of the tasks wants the program to end."""
        if self.fatal is None:
            self.fatal = error
        main = self.main
        # A second cancellation would end what the first has begun to clean up.
        if main is not None and not (isinstance(main, asyncio.Task) and main.cancelling()):
            main.cancel()

    async def close(self, *, interrupted: bool) -> None:
        """Cancel what is left and finalise the async generators, as ``asyncio.run`` does at its end."""
        loop = asyncio.get_running_loop()
        left = [task for task in self._tasks if not task.done()]
        for task in left:
            # An interrupt ends the runs of the cell by itself, and what records its end is left to do so.
            if not (interrupted and task.cancelling()):
                task.cancel()
        await _all_over(left)
        for task in left:
            if not task.cancelled() and task.exception() is not None:
                message = "unhandled exception during asyncio.run() shutdown"
                loop.call_exception_handler({"message": message, "exception": task.exception(), "task": task})
        generators = list(self._generators)
        results = await asyncio.gather(*[each.aclose() for each in generators], return_exceptions=True)
        for generator, result in zip(generators, results, strict=True):
            if isinstance(result, Exception):
                message = f"an error occurred during closing of asynchronous generator {generator!r}"
                loop.call_exception_handler({"message": message, "exception": result, "asyncgen": generator})


class _Guarded(Coroutine[Any, Any, Any]):
    """A coroutine of a script: user's code that may be interrupted, and that cannot end the event loop."""

    def __init__(self, coro: Coroutine[Any, Any, Any], tasks: Tasks) -> None:
        self._coro = coro
        self._tasks = tasks

    def send(self, value: Any) -> Any:
        __tracebackhide__ = True
        return self._step(self._coro.send, value)

    def throw(self, *error: Any) -> Any:
        __tracebackhide__ = True
        return self._step(self._coro.throw, *error)

    def close(self) -> None:
        self._coro.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coro.__await__()

    def __getattr__(self, name: str) -> Any:
        # What a task's repr shows is the script's coroutine.
        return getattr(self._coro, name)

    def _step(self, step: Callable[..., Any], *args: Any) -> Any:
        __tracebackhide__ = True
        try:
            return user_code(step, list(args), {})
        except RunInterrupted:
            self._tasks.end(KeyboardInterrupt())
        except (SystemExit, KeyboardInterrupt) as error:
            self._tasks.end(error)
        raise asyncio.CancelledError


async def over(task: asyncio.Future[Any], cancel: Callable[[], Any]) -> None:
    """Wait for the end of a task; a cancellation of the wait calls `cancel`, and the wait goes on."""
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancel()


async def _all_over(tasks: list[asyncio.Task[Any]]) -> None:
    """Wait for the end of tasks that were cancelled; an interrupt meanwhile cancels them once more."""
    while waiting := [task for task in tasks if not task.done()]:
        try:
            await asyncio.wait(waiting)
        except asyncio.CancelledError:
            for task in waiting:
                task.cancel()
