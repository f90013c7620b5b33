"""Terminals with a person at them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.terminal.person import Person, environment, script


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A store that is made once, because making it takes longer than the rest of a test."""
    path = tmp_path_factory.mktemp("store") / "hitl.db"
    subprocess.run(
        [sys.executable, "-c", "from hitl_jupyter.store.open import open_store; open_store().close()"],
        env=environment(path),
        check=True,
    )
    return path


@pytest.fixture
def store(migrated, tmp_path):
    """A store of the test's own."""
    return shutil.copy(migrated, tmp_path / "hitl.db")


@pytest.fixture
def sit_down(store, tmp_path):
    """Start a script at a terminal of its own; gives the person in front of it."""
    people = []

    def start(source, **streams):
        people.append(Person(sys.executable, str(script(tmp_path, source)), store=store, **streams))
        return people[-1]

    yield start
    for person in people:
        person.close()


@pytest.fixture
def elsewhere(store):
    """Begin to run a line of Python in another process on the same store.

    What it does is heard of here long before that process has ended, which on a busy machine takes its time.
    """
    begun = []

    def run(line):
        command = [sys.executable, "-c", f"from hitl_jupyter import resume_flow_run\n{line}"]
        begun.append(subprocess.Popen(command, env=environment(store), stderr=subprocess.PIPE, text=True))

    yield run
    for process in begun:
        _, said = process.communicate(timeout=60)
        assert 0 == process.returncode, said
