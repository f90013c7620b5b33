"""What a script may do to the process around it, and what is put back when it has ended."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from hitl_jupyter.scripts.script import Script


@contextmanager
def surroundings(script: Script) -> Iterator[None]:
    """Give a script its arguments and its folder, and put back afterwards what it has changed of the process."""
    with ExitStack() as stack:
        for put_back in (_sys(script), _folder(), _logging(), _signals(), _loop(script)):
            stack.callback(put_back)
        yield


def _sys(script: Script) -> Callable[[], None]:
    names = ("argv", "stdin", "stdout", "stderr", "path")
    before = {name: getattr(sys, name) for name in names}
    path = list(sys.path)
    sys.argv = list(script.argv)
    sys.path.insert(0, str(script.path.parent))

    def put_back() -> None:
        for name, value in before.items():
            setattr(sys, name, value)
        sys.path[:] = path

    return put_back


def _folder() -> Callable[[], None]:
    try:
        before = Path.cwd()
    except OSError:
        # It was removed. There is nothing to come back to.
        return lambda: None

    def put_back() -> None:
        with suppress(OSError):
            os.chdir(before)

    return put_back


def _logging() -> Callable[[], None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def put_back() -> None:
        root.handlers[:] = handlers
        root.setLevel(level)

    return put_back


def _signals() -> Callable[[], None]:
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = {signum: signal.getsignal(signum) for signum in signal.valid_signals()}
    loop = _running_loop()

    def put_back() -> None:
        for signum, handler in before.items():
            if signal.getsignal(signum) is handler:
                continue
            if loop is not None:
                with suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.remove_signal_handler(signum)
            # None: it was installed by other than Python, which cannot put it back.
            if handler is not None:
                signal.signal(signum, handler)

    return put_back


def _loop(script: Script) -> Callable[[], None]:
    policy = _policy()
    loop = _running_loop()
    before: Any = None if loop is None else (loop.get_task_factory(), loop.get_exception_handler(), loop.get_debug())

    def put_back() -> None:
        if _policy() is not policy:
            script.say("it has set an event loop policy, which ends with it.")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                asyncio.set_event_loop_policy(policy)
        if loop is not None:
            factory, handler, debug = before
            if loop.get_task_factory() is not factory:
                loop.set_task_factory(factory)
            loop.set_exception_handler(handler)
            loop.set_debug(debug)

    return put_back


def _policy() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return asyncio.get_event_loop_policy()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    return asyncio._get_running_loop()  # noqa: SLF001 - asyncio's documented low-level query
