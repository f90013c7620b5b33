"""Where in a run something happens: the path that makes a record's identity (DESIGN.md, "Replay").

A scope is a piece of a run that goes step by step: the flow's own body, a task run, one concurrent branch. What is
recorded in it is counted in it, so a second run of the same code finds the same place however the branches
interleave. Branches are made by a task factory on the loop that runs a flow: each asyncio task begun inside a scope
is a branch of it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from itertools import count
from typing import Any

from hitl_jupyter.engine.bridge import bestow_portal


class Scope:
    """One step-by-step piece of a run, and how many of each kind of record it has made."""

    __slots__ = ("_counts", "attempt", "open_unnamed", "path", "thread")

    def __init__(self, path: str = "", attempt: int = 1) -> None:
        self.path = path
        self.attempt = attempt
        self.open_unnamed = 0
        self.thread = threading.get_ident()
        self._counts: dict[str, count[int]] = {}

    def next(self, kind: str) -> str:
        """Give the next ordinal of a kind, from 1, to one thread alone."""
        return str(next(self._counts.setdefault(kind, count(1))))

    def call_key(self, name: str, inputs: str | None) -> str:
        """Give the key under which a call of a task or subflow is recorded: its name and ordinal.

        Threads that share a scope call in an order that the next time may be another; there the fingerprint of what is
        called with tells the calls apart, and calls with equal inputs may change places.
        """
        if threading.get_ident() != self.thread:
            name = f"{name}({(inputs or '?')[:16]})"
        return f"{name}#{self.next(name)}"

    def child(self, kind: str) -> Scope:
        """Give the next scope of a kind inside this one, such as ``task:fetch:2``."""
        return Scope(f"{self.path}/{kind}:{self.next(kind)}", self.attempt)


current_scope: ContextVar[Scope | None] = ContextVar("hitl_scope", default=None)
begins: ContextVar[Callable[[Any, Callable[[Any], Any]], Any] | None] = ContextVar("hitl_begins", default=None)
"""Who begins the tasks of the context, given a coroutine and what makes it a task; None: nobody asks to."""


class _Branching:
    """A task factory: each task begun inside a scope is a branch of its own, and sync code in it may wait."""

    def __init__(self, inner: Any, portal_here: Callable[[], bool]) -> None:
        self._inner = inner
        self._portal_here = portal_here

    def __call__(self, loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> Any:
        scope = current_scope.get()
        if scope is None and not self._portal_here():
            return self._make(loop, coro, options)
        if scope is not None and options.get("context") is None:
            options["context"] = context = copy_context()
            context.run(current_scope.set, scope.child("branch"))
        # An eager task would run before it has its portal.
        options.pop("eager_start", None)
        task = self._make(loop, coro, options)
        if isinstance(task, asyncio.Task):
            bestow_portal(task)
        return task

    def _make(self, loop: asyncio.AbstractEventLoop, coro: Any, options: dict[str, Any]) -> Any:
        begin = begins.get()
        if begin is not None:
            return begin(coro, lambda coro: self._task(loop, coro, options))
        return self._task(loop, coro, options)

    def _task(self, loop: asyncio.AbstractEventLoop, coro: Any, options: dict[str, Any]) -> Any:
        if self._inner is None:
            return asyncio.Task(coro, loop=loop, **options)
        return self._inner(loop, coro, **options)


def branch_tasks(loop: asyncio.AbstractEventLoop, portal_here: Callable[[], bool] = lambda: False) -> None:
    """Make the tasks of a loop branches of the scope they are begun in; once per loop, a user's factory stays in use.

    `portal_here` tells of a task begun outside any run whether sync flows in it must be able to wait.
    """
    factory = loop.get_task_factory()
    if not isinstance(factory, _Branching):
        loop.set_task_factory(_Branching(factory, portal_here))
