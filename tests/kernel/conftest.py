"""Kernels for the tests of this folder."""

from __future__ import annotations

import pytest

from tests.kernel.notebook import Notebook


@pytest.fixture
def notebook(tmp_path):
    """A fresh kernel that has not imported the package."""
    notebook = Notebook(tmp_path / "hitl.db")
    yield notebook
    notebook.close()


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/kernel" in item.path.as_posix():
            item.add_marker("kernel")
