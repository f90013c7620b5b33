"""Kernels for the tests of this folder, and the tables that they fill."""

from __future__ import annotations

import pytest

from tests.kernel.notebook import Notebook

tables: dict[str, list[str]] = {}


@pytest.fixture
def notebook(tmp_path):
    """A fresh kernel that has not imported the package."""
    notebook = Notebook(tmp_path / "hitl.db")
    yield notebook
    notebook.close()


@pytest.fixture
def ready(shared):
    """A kernel, shared by the tests of a file, in which an earlier cell has imported the package and made flows."""
    yield shared
    # What a failed test has left behind must not fail the next one.
    for card, _ in shared.open():
        shared.send(card, {"kind": "cancel", "id": "clean-up"})
    if shared.last() is not None and shared.last().status is None:
        shared.interrupt()
        shared.finish(shared.last())
    # Nor what this one leaves open: the next would take it for its own question.
    shared.until(lambda: not shared.open(), "a question stayed open")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The kernel of `ready`."""
    notebook = Notebook(tmp_path_factory.mktemp("kernel") / "hitl.db")
    cell = notebook.run(SETUP)
    assert cell.status == "ok", cell.traceback
    yield notebook
    notebook.close()


@pytest.fixture
def table():
    """Adds a row to a table that is printed when all tests are over."""

    def add(name, row):
        tables.setdefault(name, []).append(row)

    return add


SETUP = """
import asyncio, threading, time
from concurrent.futures import ThreadPoolExecutor
from hitl_jupyter import RunInput, flow, get_run_logger, pause_flow_run, resume_flow_run, task

@flow
def ask():
    return pause_flow_run(str)

@flow
async def aask():
    return await pause_flow_run(str)

async def wrapped():
    return ask()
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/kernel" in item.path.as_posix():
            item.add_marker("kernel")
