"""Runs without a notebook: a real store, a real home loop, and a presenter that only takes note."""

from __future__ import annotations

import queue
import shutil
from pathlib import Path

import pytest

from hitl_jupyter import _session, store
from hitl_jupyter.engine.bridge import Program
from hitl_jupyter.engine.presenter import Silent
from hitl_jupyter.engine.session import Session
from hitl_jupyter.store.open import open_store

PATIENCE = 60
"""Seconds for one thing to happen, on a machine that does other things as well."""


class Recorder(Silent):
    """Shows nothing and remembers what it was told."""

    def __init__(self):
        self.opened = queue.Queue()
        self.closed = queue.Queue()

    def question_opened(self, question):
        self.opened.put(question)

    def question_closed(self, question, outcome, message):
        self.closed.put((question, outcome, message))


class Desk:
    """What the tests see of a session: the next question, the store's rows of a run."""

    def __init__(self, session):
        self.session = session

    def next_question(self):
        return self.session.presenter.opened.get(timeout=PATIENCE)

    def next_closed(self):
        return self.session.presenter.closed.get(timeout=PATIENCE)

    def read(self, operation, *args):
        return self.session.store.read(operation, *args).result(timeout=PATIENCE)

    def log(self, run):
        return [line.message for line in self.read(store.logs.of_run, run.id_text)]

    def states(self, run):
        return [state.name for state in self.read(store.runs.history, run.id_text)]


HOST = Program()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """A store without runs, copied by each test: making its tables takes a third of a second."""
    path = tmp_path_factory.mktemp("store") / "hitl.db"
    open_store(str(path)).close()
    return path


@pytest.fixture
def desk(tmp_path, empty_store):
    """A session of its own, its store in a file of its own."""
    path = shutil.copy(empty_store, tmp_path / "hitl.db")
    session = Session(open_store=lambda: open_store(str(path)), presenter=Recorder(), host=HOST)
    with _session.using(session):
        yield Desk(session)
    session.close()


class Kernels:
    """Kernels that share a store, one alive at a time: a session each."""

    def __init__(self, path):
        self.path = path
        self.flows = {}
        self._sessions = []
        self._using = None

    def start(self):
        """Begin a kernel; the one before it is dead from now on, as if its process had been killed."""
        self.kill()
        session = self.beside()
        self._using = _session.using(session)
        self._using.__enter__()
        return Desk(session)

    def beside(self):
        """Begin a kernel that others do not die of, and that nothing uses by itself."""
        session = Session(
            open_store=lambda: open_store(str(self.path)), presenter=Recorder(), host=HOST, flows=self.flows
        )
        self._sessions.append(session)
        return session

    def kill(self):
        """End the kernel in use: nothing it still does reaches the store."""
        if self._using is not None:
            session = self._sessions[-1]
            session.keeper.stop()
            session.store.write(store.owners.leave, session.owner.id, session.source.now()).result()
            session.store.close()
            self._using.__exit__(None, None, None)
            self._using = None

    def close(self):
        self.kill()
        for session in self._sessions:
            session.close()


@pytest.fixture
def kernels(tmp_path, empty_store):
    """A place where kernels die and are begun again."""
    kernels = Kernels(Path(shutil.copy(empty_store, tmp_path / "hitl.db")))
    yield kernels
    kernels.close()
