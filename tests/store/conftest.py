"""A store in a file of its own for each test, and one run in it."""

from __future__ import annotations

import shutil

import pytest

from hitl_jupyter.store.open import open_store
from tests.store.build import Scene


@pytest.fixture
def path(tmp_path):
    """A place where no file is yet."""
    return tmp_path / "hitl.db"


@pytest.fixture(scope="session")
def blank(tmp_path_factory):
    """A new and empty store that nobody has open, to be copied: making one takes a fifth of a second."""
    blank = tmp_path_factory.mktemp("blank") / "hitl.db"
    open_store(str(blank)).close()
    return blank


@pytest.fixture
def file(blank, path):
    """An empty store that is not open."""
    shutil.copy(blank, path)
    return path


@pytest.fixture
def store(file):
    """An empty store."""
    store = open_store(str(file), patience=2)
    yield store
    store.close()


@pytest.fixture
def scene(store):
    """A store with a running run in it."""
    return Scene.begin(store)
