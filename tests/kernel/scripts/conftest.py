"""A kernel for scripts, and a look at what they leave in it."""

from __future__ import annotations

import shlex
import textwrap

import pytest

from tests.kernel.scripts.programs import kernel_in

SETUP = """
import asyncio, builtins, logging, os, signal, sys, threading
%load_ext hitl_jupyter
from hitl_jupyter import flow, pause_flow_run
from hitl_jupyter.scripts import run_script

def state():
    return sys.argv, list(sys.path), os.getcwd(), list(logging.root.handlers), signal.getsignal(signal.SIGTERM)
"""
NOTHING_LEFT = """
print(
    sys.modules["__main__"] is get_ipython().user_module,
    asyncio.run.__module__, asyncio.Runner.__module__, builtins.__import__.__name__, signal.signal.__module__,
    "stop" in vars(asyncio.get_running_loop()),
    [name for name in sys.modules if name.partition(".")[0] == "prefect"],
    state() == before,
)
"""
AS_BEFORE = "True asyncio.runners asyncio.runners __import__ signal False [] True\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The kernel of `ready`, its folder that of the scripts."""
    notebook = kernel_in(tmp_path_factory.mktemp("scripts"))
    cell = notebook.run(SETUP)
    assert "ok" == cell.status, cell.traceback
    yield notebook
    notebook.close()


@pytest.fixture
def script(ready):
    """Writes a script and runs it in a cell; afterwards nothing of it may be left in the kernel."""
    ready.run("before = state()")
    started = []

    def start(text, *args, call="%hitl run {line}", name=None):
        path = ready.folder / (name or f"script{len(started)}.py")
        path.write_text(textwrap.dedent(text))
        cell = ready.start(call.format(path=path.name, line=shlex.join([path.name, *args])))
        started.append(cell)
        return cell

    yield start
    for cell in started:
        assert cell.status is not None
    assert AS_BEFORE == ready.run(NOTHING_LEFT).text
