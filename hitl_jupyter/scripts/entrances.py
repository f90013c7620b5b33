"""The entrances of asyncio: each gives a function for everybody, in which the sync code of a script is led aside.

What it finds there goes on in the kernel's loop (`loops`). Its coroutines and its threads have asyncio's own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hitl_jupyter.scripts import loops
from hitl_jupyter.scripts.script import Script, here

Real = Callable[..., Any]


def run_(real: Real) -> Real:
    """Give `asyncio.run`."""

    @functools.wraps(real)
    def run(main: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        script = _of_sync_code()
        return real(main, **options) if script is None else loops.run(script, main, **options)

    return run


def anyio_run_(real: Real) -> Real:
    """Give `anyio.run`."""

    @functools.wraps(real)
    def run(func: Any, *args: Any, backend: str = "asyncio", **options: Any) -> Any:
        __tracebackhide__ = True
        script = _of_sync_code()
        if script is None or backend != "asyncio":
            return real(func, *args, backend=backend, **options)
        return loops.run(script, func(*args))

    return run


def uvloop_run_(real: Real) -> Real:
    """Give `uvloop.run`."""

    @functools.wraps(real)
    def run(main: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        script = _of_sync_code()
        if script is None:
            return real(main, **options)
        script.say(loops.LOOP_OF_ITS_OWN)
        return loops.run(script, main)

    return run


OTHER_RUNS: dict[str, Callable[[Any], Any]] = {"anyio": anyio_run_, "uvloop": uvloop_run_}
"""The packages that have a ``run`` of their own, led aside as soon as they are loaded."""


def runner_(real: Any) -> Any:
    """Give `asyncio.Runner`."""

    class Runner(real):  # type: ignore[misc] # the class is asyncio's
        def __new__(cls, **options: Any) -> Any:
            script = _of_sync_code()
            return super().__new__(cls) if script is None else loops.Runner(script, **options)

    Runner.__name__, Runner.__qualname__, Runner.__module__ = real.__name__, real.__qualname__, real.__module__
    return Runner


def get_event_loop_(real: Real) -> Real:
    """Give `asyncio.get_event_loop`."""

    @functools.wraps(real)
    def get_event_loop() -> Any:
        script = _of_sync_code()
        if script is None:
            return real()
        if script.loop is None:
            script.loop = loops.new_loop(script)
        return script.loop

    return get_event_loop


def new_event_loop_(real: Real) -> Real:
    """Give `asyncio.new_event_loop`."""

    @functools.wraps(real)
    def new_event_loop() -> Any:
        script = _of_sync_code()
        return real() if script is None else loops.new_loop(script)

    return new_event_loop


def set_event_loop_(real: Real) -> Real:
    """Give `asyncio.set_event_loop`."""

    @functools.wraps(real)
    def set_event_loop(loop: Any) -> None:
        script = _of_sync_code()
        if script is None:
            real(loop)
            return
        if loop is not None and not isinstance(loop, loops.Loop):
            script.say(loops.LOOP_OF_ITS_OWN)
        script.loop = loop

    return set_event_loop


def set_event_loop_policy_(real: Real) -> Real:
    """Give `asyncio.set_event_loop_policy`: the kernel's stays, and the person is told."""

    @functools.wraps(real)
    def set_event_loop_policy(policy: Any) -> None:
        script = here()
        if script is None:
            real(policy)
        elif policy is not None:
            script.say(loops.LOOP_OF_ITS_OWN)

    return set_event_loop_policy


def stop_(real: Real) -> Real:
    """Give the ``stop`` of the kernel's loop, which ends a wait of the script and not the kernel."""

    @functools.wraps(real)
    def stop() -> None:
        script = here()
        if script is None:
            real()
        else:
            loops.stop(script)

    return stop


def _of_sync_code() -> Script | None:
    script = here()
    return script if script is not None and script.in_sync_code() else None
