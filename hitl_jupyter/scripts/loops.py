"""``asyncio.run`` of a script, and what else begins a loop in sync code: all of it goes on in the kernel's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from functools import partial
from types import TracebackType
from typing import Any, Self

from hitl_jupyter import _session
from hitl_jupyter.engine.scope import begins
from hitl_jupyter.scripts.script import Script
from hitl_jupyter.scripts.tasks import Tasks, over

LOOP_OF_ITS_OWN = (
    "it asks for an event loop of its own kind, which cannot run inside the notebook's. Its coroutines run on the "
    "notebook's loop."
)


class Group:
    """What begins together and ends together: the tasks of one loop that a script believes to have."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.tasks = Tasks(script.outliving)
        script.groups.append(self.tasks)
        self.context = copy_context()
        self.running = False
        self.closed = False

    def run(self, work: Any, context: Context | None = None, stop: Callable[[], None] | None = None) -> Any:
        """Give what a coroutine or future gives, waiting for it in sync code; `stop` is what ``loop.stop()`` does.

        Raises
        ------
        RuntimeError
            ``loop.stop()`` was called before the end.
        """
        __tracebackhide__ = True
        stopped = False

        def break_off() -> None:
            nonlocal stopped
            stopped = True
            task.cancel()

        stop = stop or break_off
        task = self._begin(work, context or self.context)
        before, self.tasks.main = self.tasks.main, task
        self.script.stoppable.append(stop)
        self.script.waits.append(task)
        self.running = True
        try:
            _session.current().bridge.wait(over(task, task.cancel))
        finally:
            self.running = False
            self.script.stoppable.pop()
            self.script.waits.pop()
            self.tasks.main = before
        fatal, self.tasks.fatal = self.tasks.fatal, None
        if fatal is not None:
            raise fatal
        if task.cancelled() and self.script.interrupted:
            raise KeyboardInterrupt
        if task.cancelled() and stopped:
            raise RuntimeError("Event loop stopped before Future completed.")
        return task.result()

    def _begin(self, work: Any, context: Context) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        if asyncio.isfuture(work):
            return work
        context.run(begins.set, self.tasks.begin)
        if asyncio.iscoroutine(work):
            return context.run(loop.create_task, work, context=context)
        return context.run(asyncio.ensure_future, work)

    def close(self) -> None:
        """End what was begun and has not ended."""
        if not self.closed:
            self.closed = True
            self.script.groups.remove(self.tasks)
            _session.current().bridge.wait(self.tasks.close(interrupted=self.script.interrupted))


class Runner:
    """`asyncio.Runner` for the sync code of a script."""

    def __init__(self, script: Script, *, debug: bool | None = None, loop_factory: Any = None) -> None:
        # Debugging would be the whole kernel's.
        del debug
        if loop_factory is not None:
            script.say(LOOP_OF_ITS_OWN)
        self._group = Group(script)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop."""
        self._check()
        return _loop_of(self._group)

    def run(self, coro: Coroutine[Any, Any, Any], *, context: Context | None = None) -> Any:
        """Run a coroutine to its end, as `asyncio.Runner.run` does.

        Raises
        ------
        ValueError
            It is no coroutine.
        RuntimeError
            The runner is closed, or the calling code is in a coroutine itself.
        """
        __tracebackhide__ = True
        if not asyncio.iscoroutine(coro):
            raise ValueError(f"a coroutine was expected, got {coro!r}")
        if not self._group.script.in_sync_code():
            raise RuntimeError("Runner.run() cannot be called from a running event loop")
        self._check()
        return self._group.run(coro, context)

    def close(self) -> None:
        """Cancel the tasks that are left and finalise the async generators."""
        self._group.close()

    def _check(self) -> None:
        if self._group.closed:
            raise RuntimeError("Runner is closed")


def run(script: Script, main: Coroutine[Any, Any, Any], *, debug: bool | None = None, loop_factory: Any = None) -> Any:
    """Run a coroutine to its end, and end what it leaves behind (`asyncio.run`).

    Raises
    ------
    ValueError
        It is no coroutine.
    """
    __tracebackhide__ = True
    with Runner(script, debug=debug, loop_factory=loop_factory) as runner:
        return runner.run(main)


class Loop(asyncio.AbstractEventLoop):
    """The loop that the sync code of a script begins and ends; for all else it is the kernel's."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._home = asyncio.get_running_loop()

    def __getattribute__(self, name: str) -> Any:
        if name in _OWN:
            return object.__getattribute__(self, name)
        return getattr(object.__getattribute__(self, "_home"), name)

    def run_until_complete(self, future: Any) -> Any:
        """Wait for a coroutine or future.

        Raises
        ------
        RuntimeError
            The loop is closed, is running, or is stopped before the end.
        """
        __tracebackhide__ = True
        self._check()
        return self._group.run(future)

    def run_forever(self) -> None:
        """Wait until the loop is stopped.

        Raises
        ------
        RuntimeError
            The loop is closed or is running.
        """
        __tracebackhide__ = True
        self._check()
        stopped: asyncio.Future[None] = self._home.create_future()
        self._group.run(stopped, stop=lambda: None if stopped.done() else stopped.set_result(None))

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Make a coroutine a task that ends with this loop."""
        context = options.pop("context", None) or self._group.context.copy()
        context.run(begins.set, self._group.tasks.begin)
        task: asyncio.Task[Any] = context.run(partial(self._home.create_task, coro, context=context, **options))
        return task

    def stop(self) -> None:
        """End the innermost wait."""
        stop(self._group.script)

    def is_running(self) -> bool:
        """Tell whether the script waits for this loop."""
        return self._group.running

    def is_closed(self) -> bool:
        """Tell whether the loop is closed."""
        return self._group.closed

    def close(self) -> None:
        """End the tasks of the loop."""
        self._group.close()

    async def shutdown_asyncgens(self) -> None:
        """Leave this to `close`: the other generators of the kernel's loop are not the script's."""

    async def shutdown_default_executor(self, *_: Any) -> None:
        """Leave the kernel's threads alone."""

    def set_debug(self, enabled: bool) -> None:
        """Leave the kernel's loop as it is."""

    def _check(self) -> None:
        if self._group.closed:
            raise RuntimeError("Event loop is closed")
        if not self._group.script.in_sync_code():
            raise RuntimeError("This event loop is already running")


def new_loop(script: Script) -> asyncio.AbstractEventLoop:
    """Give a script a loop (`asyncio.new_event_loop`)."""
    return _loop_of(Group(script))


def _loop_of(group: Group) -> asyncio.AbstractEventLoop:
    return Loop(group)  # type: ignore[abstract] # what it does not define is the kernel's loop's


_OWN = frozenset(name for name in vars(Loop) if not name.startswith("__")) | {"_group", "_home", "__class__"}


def stop(script: Script) -> None:
    """End the innermost wait of a script's sync code, as ``loop.stop()`` does; the kernel's loop goes on."""
    if script.stoppable:
        script.stoppable[-1]()
