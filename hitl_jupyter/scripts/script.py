"""A script that runs in this process: its module, its arguments, its tasks and threads, what it leaves behind."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cached_property
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from hitl_jupyter.core.colour import sync_task
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.scripts.tasks import Tasks

_current: ContextVar[Script | None] = ContextVar("hitl_script", default=None)
_of_thread: WeakKeyDictionary[threading.Thread, Script] = WeakKeyDictionary()
_of_namespace: WeakValueDictionary[int, Script] = WeakValueDictionary()

OTHERS_THREADS = ("hitl", "asyncio_")
"""How the names of threads begin that serve whoever comes: this package's, and those of ``asyncio.to_thread``."""

POOL = {"concurrent.futures.thread"}
"""The module in which a worker of a pool waits for work."""


class Script:
    """One run of a script."""

    def __init__(self, path: Path, given: str, args: list[str], *, as_prefect: bool) -> None:
        self.path = path
        self.argv = [given, *args]
        self.module = _main_module(path)
        self.task: asyncio.Task[Any] | None = None
        self.outliving: WeakSet[asyncio.Task[Any]] = WeakSet()
        self.tasks = Tasks(self.outliving)
        self.interrupted = False
        self.error: BaseException | None = None
        self.groups: list[Tasks] = []
        """The tasks of the loops that it believes to have."""
        self.loop: asyncio.AbstractEventLoop | None = None
        self.waits: list[asyncio.Future[Any]] = []
        """What its sync code waits for, the innermost last."""
        self.stoppable: list[Callable[[], None]] = []
        """What ends each wait that ``loop.stop()`` ends, the innermost last."""
        self.at_exit: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
        self._by = here()
        self._as_prefect = as_prefect
        self._threads: WeakSet[threading.Thread] = WeakSet()
        self._said: set[str] = set()
        _of_namespace[id(self.module.__dict__)] = self

    @cached_property
    def maps_prefect(self) -> bool:
        """Whether Prefect's names mean this package's in the script."""
        return self._as_prefect or not _is_installed("prefect")

    def enter(self) -> None:
        """Make the calling context the script's."""
        _current.set(self)

    def runs(self, other: Script) -> bool:
        """Tell whether this script is what runs another."""
        return other._by is self

    def in_sync_code(self) -> bool:
        """Tell whether the calling code is the script's own, in no coroutine, with the kernel's loop around it."""
        return self.task is not None and sync_task.get() is self.task and _running_task() is self.task

    def interrupt(self) -> None:
        """End what the script waits for (called on the loop)."""
        self.interrupted = True
        waits_for = self.waits[-1] if self.waits else self.task
        # At once: a run that is ended by its cell as well must not be cancelled a second time while it records its end.
        if waits_for is not None:
            waits_for.cancel()

    def end(self, error: BaseException) -> None:
        """End the script with an exception of a signal's handler."""
        if self.tasks.fatal is None:
            self.tasks.fatal = error
        if self.task is not None:
            self.task.get_loop().call_soon_threadsafe(self.task.cancel)

    async def close(self) -> None:
        """End its tasks that are left."""
        for tasks in (*self.groups, self.tasks):
            await tasks.close(interrupted=self.interrupted)

    def say(self, what: str) -> None:
        """Tell the person something about the script, once."""
        if what not in self._said:
            self._said.add(what)
            sys.stdout.flush()
            logger.warning("%s: %s", self.argv[0], what)

    # -- its threads --------------------------------------------------------------------------------------------------

    def adopt(self, thread: threading.Thread) -> None:
        """Make a thread that the script begins its own."""
        self._threads.add(thread)
        if not thread.name.startswith(OTHERS_THREADS):
            _of_thread[thread] = self

    def left_threads(self) -> list[threading.Thread]:
        """Give the threads that still work for the script."""
        frames = sys._current_frames()  # noqa: SLF001 - documented, and named so to keep it from everyday use
        return [
            thread
            for thread in list(self._threads)
            if thread.is_alive() and self._has_work(thread, frames.get(thread.ident or 0))
        ]

    def _has_work(self, thread: threading.Thread, frame: FrameType | None) -> bool:
        if _whose_frames(frame) is self:
            return True
        if thread.daemon or thread.name.startswith(OTHERS_THREADS):
            return False
        # Python waits at its end for the others, but tells a pool's workers that wait for work to end.
        modules = {each.f_globals.get("__name__") for each in _outward(frame)}
        return not POOL <= modules <= {*POOL, "threading", "queue"}

    def goes_on(self) -> bool:
        """Tell whether something of the script has outlived it: a background run, a thread."""
        return any(not task.done() for task in self.outliving) or bool(self.left_threads())

    # -- its end ------------------------------------------------------------------------------------------------------

    def exit(self) -> None:
        """Call what the script has registered with `atexit`, the last first; an error ends none of the others."""
        while self.at_exit:
            function, args, kwargs = self.at_exit.pop()
            try:
                function(*args, **kwargs)
            except Exception:  # noqa: BLE001 - a border, and what Python itself does at its end
                print(f"Exception ignored in atexit callback {function!r}:", file=sys.stderr)  # noqa: T201 - likewise
                traceback.print_exc()

    def register(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """Have a function called at the script's end (`atexit.register`)."""
        self.at_exit.append((function, args, kwargs))
        return function

    def unregister(self, function: Callable[..., Any]) -> None:
        """Have a function not called (`atexit.unregister`)."""
        self.at_exit[:] = [one for one in self.at_exit if one[0] != function]


def here() -> Script | None:
    """Give the script that the calling code belongs to, None for everybody else's code.

    Its tasks and what ``asyncio.to_thread`` runs for it have its context. Other threads have none: they are the
    script's if it began them, or if they run its code.
    """
    script = _current.get()
    if script is not None or threading.current_thread() is threading.main_thread():
        return script
    return _of_thread.get(threading.current_thread()) or _whose_frames(inspect.currentframe())


def _whose_frames(frame: FrameType | None) -> Script | None:
    found = (_of_namespace.get(id(each.f_globals)) for each in _outward(frame))
    return next((script for script in found if script is not None), None)


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _main_module(path: Path) -> ModuleType:
    module = ModuleType("__main__")
    module.__dict__.update(
        __file__=str(path),
        __cached__=None,
        __loader__=SourceFileLoader("__main__", str(path)),
        __package__=None,
        __spec__=None,
        __annotations__={},
        __builtins__=sys.modules["builtins"],
    )
    return module


def _is_installed(package: str) -> bool:
    if package in sys.modules:
        return True
    spec = importlib.util.find_spec(package)
    # A folder of that name that happens to be on the path is no package.
    return spec is not None and spec.origin is not None


def _running_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
