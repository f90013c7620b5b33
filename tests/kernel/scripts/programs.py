"""What the tests of scripts share: a kernel that stands in a folder, and how a cell ended."""

from __future__ import annotations

import re

from tests.kernel.notebook import Notebook

ASKS = """
from prefect import flow, pause_flow_run
@flow
def greet():
    return pause_flow_run(str)
@flow
async def agreet():
    return await pause_flow_run(str)
"""


def kernel_in(folder, **env):
    """A kernel of its own, with this folder as its working directory."""
    notebook = Notebook(folder / "hitl.db", **env)
    notebook.folder = folder
    notebook.run(f"import os\nos.chdir({str(folder)!r})")
    return notebook


def ran(notebook, cell):
    """What a cell printed that ended well."""
    notebook.finish(cell)
    assert "ok" == cell.status, cell.traceback
    return cell.text


def failed(notebook, cell, *parts):
    """The cell, once it has ended with an error that says all these."""
    notebook.finish(cell)
    assert "error" == cell.status
    for part in parts:
        assert part in cell.error + plain(cell.traceback)
    return cell


def plain(text):
    """A text without its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
