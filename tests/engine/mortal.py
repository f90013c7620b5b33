"""A process that dies within this one: its store takes nothing more and gives nothing more, from some write on.

What still runs of it is torn down by an exception that no flow's own ``except`` takes for its own. The store itself
lives on, for the process that comes next.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future

from hitl_jupyter import _session, store
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import StoreUnavailable
from tests.engine.conftest import HOST, Recorder

UNCOUNTED = (store.logs.add, store.owners.beat, store.owners.register)
"""What happens by the clock, and the first write of a process."""


class Killed(BaseException):
    """Raised in a dead process wherever it turns to its store."""


class Mortal:
    """A store as a process sees it that dies at a write: just before it, or when it is committed and nobody knows."""

    def __init__(self, real, dies_at, *, committed):
        self.dead = False
        self._real, self._left, self._committed = real, dies_at, committed
        self._lock = threading.Lock()
        self.url, self.values = real.url, real.values

    def write(self, operation, *args, **kwargs):
        with self._lock:
            if not self.dead and operation not in UNCOUNTED:
                self._left -= 1
                self.dead = self._left == 0
                if self.dead and self._committed:
                    self._real.write(operation, *args, **kwargs)
            if not self.dead:
                return self._real.write(operation, *args, **kwargs)
        return self._lost()

    def read(self, operation, *args, **kwargs):
        return self._lost() if self.dead else self._real.read(operation, *args, **kwargs)

    def changed(self):
        return False

    def close(self):
        pass

    def _lost(self):
        lost = Future()
        # The keeper is to end in peace: nothing that it does is a step of a run.
        keeper = threading.current_thread().name.startswith("hitl-keeper")
        lost.set_exception(StoreUnavailable(self.url, "is dead", "Nothing.") if keeper else Killed())
        return lost


class Life:
    """One process, from its first run to its death or its last run's end."""

    def __init__(self, real, flows, dies_at, *, committed):
        self._real = real
        self.store = Mortal(real, dies_at, committed=committed)
        self.session = Session(open_store=lambda: self.store, presenter=Recorder(), host=HOST, flows=flows)

    def __enter__(self):
        # What other tests have left waiting on this loop is not of this life.
        self._before = asyncio.all_tasks(HOST.home())
        self._threads = set(_working())
        self._using = _session.using(self.session)
        self._using.__enter__()
        return self

    def __exit__(self, *_):
        self._using.__exit__(None, None, None)
        self.store.dead = True
        end = time.monotonic() + 60
        while left := asyncio.all_tasks(HOST.home()) - self._before:
            assert time.monotonic() < end, left
            for question in list(self.session.questions.values()):
                question.fail(Killed())
            time.sleep(0.002)
        while any(thread.name.startswith("hitl-") and thread not in self._threads for thread in _working()):
            assert time.monotonic() < end, threading.enumerate()
            time.sleep(0.002)
        self.session.keeper.stop()
        self._real.write(store.owners.leave, self.session.owner.id, self.session.source.now()).result()


def _working():
    """Give the threads that execute runs and tasks."""
    return [one for one in threading.enumerate() if not one.name.startswith(("hitl-keeper", "hitl-home", "hitl-store"))]
