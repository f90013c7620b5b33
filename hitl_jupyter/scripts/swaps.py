"""What sync code of a script finds in place of functions that would change or stop the kernel around it.

Each decides by who calls: everybody else gets the function that was there.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import functools
import importlib.util
import inspect
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from types import FrameType
from typing import Any

from hitl_jupyter.engine.scope import begins
from hitl_jupyter.scripts import entrances, prefect
from hitl_jupyter.scripts.script import Script, here
from hitl_jupyter.scripts.tasks import Tasks
from hitl_jupyter.widgets.frames import in_users_code

Real = Callable[..., Any]


def _import(real: Real, loaded: Callable[[], None]) -> Real:
    @functools.wraps(real)
    def import_(
        name: str,
        globals: Any = None,  # noqa: A002 - the names that `__import__` has
        locals: Any = None,  # noqa: A002 - likewise
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        __tracebackhide__ = True
        if level == 0 and prefect.means_prefect(name) and not prefect.is_in_prefect(globals) and _maps_prefect():
            return prefect.import_(name, fromlist or (), importlib.import_module)
        found = real(name, globals, locals, fromlist, level)
        if name in entrances.OTHER_RUNS:
            loaded()
        return found

    return import_


def _import_module(real: Real) -> Real:
    @functools.wraps(real)
    def import_module(name: str, package: str | None = None) -> Any:
        __tracebackhide__ = True
        full = importlib.util.resolve_name(name, package) if package and name.startswith(".") else name
        if prefect.means_prefect(full) and _maps_prefect():
            return prefect.module_(full, real)
        return real(name, package)

    return import_module


def _maps_prefect() -> bool:
    script = here()
    return script is not None and script.maps_prefect


def _signal(real: Real) -> Real:
    @functools.wraps(real)
    def set_handler(signum: int, handler: Any) -> Any:
        script = here()
        if script is None or threading.current_thread() is not threading.main_thread():
            return real(signum, handler)
        if signum == signal.SIGINT and handler in (signal.SIG_DFL, signal.default_int_handler):
            # Either would end the kernel where it waits; what is there ends the script, which is what is meant.
            return signal.getsignal(signum)
        return real(signum, _sparing_the_loop(script, handler) if callable(handler) else handler)

    return set_handler


def _sparing_the_loop(script: Script, handler: Callable[[int, FrameType | None], Any]) -> Any:
    """Give a handler that may raise: where the loop is what was stopped, its exception ends the script from there."""
    if getattr(handler, "__module__", "").startswith("hitl_jupyter"):
        return handler
    context = copy_context()

    @functools.wraps(handler)
    def handle(signum: int, frame: FrameType | None) -> None:
        try:
            context.copy().run(handler, signum, frame)
        except BaseException as error:
            if in_users_code(frame):
                raise
            script.end(error)

    return handle


def _register(real: Real) -> Real:
    @functools.wraps(real)
    def register(function: Any, *args: Any, **kwargs: Any) -> Any:
        frame = inspect.currentframe()
        script = _whose_code(frame.f_back if frame is not None else None)
        return (real if script is None else script.register)(function, *args, **kwargs)

    return register


def _unregister(real: Real) -> Real:
    @functools.wraps(real)
    def unregister(function: Any) -> None:
        script = here()
        if script is not None:
            script.unregister(function)
        real(function)

    return unregister


def _start(real: Real) -> Real:
    @functools.wraps(real)
    def start(thread: threading.Thread) -> None:
        script = here()
        if script is not None:
            script.adopt(thread)
        real(thread)

    return start


def _whose_code(frame: FrameType | None) -> Script | None:
    """Give the script if the code of a frame is its own and not that of a module that it imports."""
    script = here()
    own = script is not None and frame is not None and frame.f_globals is script.module.__dict__
    return script if own else None


SWAPS: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
    (importlib, "import_module", _import_module),
    (asyncio, "run", entrances.run_),
    (asyncio, "Runner", entrances.runner_),
    (asyncio, "get_event_loop", entrances.get_event_loop_),
    (asyncio, "new_event_loop", entrances.new_event_loop_),
    (asyncio, "set_event_loop", entrances.set_event_loop_),
    (asyncio, "set_event_loop_policy", entrances.set_event_loop_policy_),
    (signal, "signal", _signal),
    (atexit, "register", _register),
    (atexit, "unregister", _unregister),
    (threading.Thread, "start", _start),
)


def swap() -> Callable[[], None]:
    """Put everything in its place; gives what takes it away again."""
    undo = [_swap(*one) for one in SWAPS]
    others = dict(entrances.OTHER_RUNS)

    def swap_loaded() -> None:
        there = [name for name in others if hasattr(sys.modules.get(name), "run")]
        undo.extend([_swap(sys.modules[name], "run", others.pop(name)) for name in there])

    def end() -> None:
        for one in reversed(undo):
            one()

    undo.append(_swap(builtins, "__import__", lambda real: _import(real, swap_loaded)))
    swap_loaded()
    return end


@contextmanager
def sharing_the_loop() -> Iterator[None]:
    """Let a script share the running loop, if there is one: it cannot stop it, and its async generators are known."""
    loop = asyncio._get_running_loop()  # noqa: SLF001 - asyncio's documented low-level query
    if loop is None:
        yield
        return
    undo = [_hear_of_generators()]
    if hasattr(loop, "__dict__"):
        undo.append(_swap(loop, "stop", entrances.stop_))
    try:
        yield
    finally:
        for one in undo:
            one()


def _swap(owner: Any, name: str, make: Callable[[Any], Any]) -> Callable[[], None]:
    real = getattr(owner, name)
    was_its_own = name in vars(owner)
    ours = make(real)
    setattr(owner, name, ours)

    def end() -> None:
        # What somebody else has put there meanwhile is theirs.
        if vars(owner).get(name) is not ours:
            return
        if was_its_own:
            setattr(owner, name, real)
        else:
            delattr(owner, name)

    return end


def _hear_of_generators() -> Callable[[], None]:
    """Know the async generators of scripts, which end with their ``asyncio.run`` and not with the kernel's loop."""
    before = sys.get_asyncgen_hooks()

    def first(generator: AsyncGenerator[Any, Any]) -> None:
        owner = getattr(begins.get(), "__self__", None)
        if isinstance(owner, Tasks):
            owner.add_generator(generator)
        if before.firstiter is not None:
            before.firstiter(generator)

    sys.set_asyncgen_hooks(firstiter=first)

    def end() -> None:
        if sys.get_asyncgen_hooks().firstiter is first:
            sys.set_asyncgen_hooks(firstiter=before.firstiter)

    return end
