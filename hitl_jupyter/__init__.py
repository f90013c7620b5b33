"""Flows that stop and ask a person, in a Jupyter notebook. The names and their meaning are Prefect's.

In a notebook the question below is a form under the cell; here its answer is there beforehand.

Examples
--------
>>> from hitl_jupyter import flow, pause_flow_run
>>> from hitl_jupyter.testing import answers
>>> @flow
... def greet() -> str:
...     name = pause_flow_run(str, timeout=600)
...     return f"Hello {name}"
>>> with answers("Jeff"):
...     greet()
'Hello Jeff'
"""

from __future__ import annotations

from typing import Any

from hitl_jupyter import _session
from hitl_jupyter.context import tags
from hitl_jupyter.core.door import door
from hitl_jupyter.deployments import Transaction, aserve, deploy, get_client, serve
from hitl_jupyter.flow_runs import (
    apause_flow_run,
    aresume_flow_run,
    asuspend_flow_run,
    pause_flow_run,
    recover,
    resume_flow_run,
    run_again,
    suspend_flow_run,
)
from hitl_jupyter.flows import Flow, FlowRun, flow
from hitl_jupyter.input import RunInput
from hitl_jupyter.logging import get_run_logger
from hitl_jupyter.progress import track
from hitl_jupyter.record import history, inbox
from hitl_jupyter.states import State
from hitl_jupyter.tasks import Task, task
from hitl_jupyter.utilities.annotations import allow_failure, unmapped

__all__ = [
    "Flow",
    "FlowRun",
    "RunInput",
    "State",
    "Task",
    "Transaction",
    "allow_failure",
    "apause_flow_run",
    "aresume_flow_run",
    "aserve",
    "asuspend_flow_run",
    "deploy",
    "flow",
    "get_client",
    "get_run_logger",
    "history",
    "inbox",
    "pause_flow_run",
    "recover",
    "resume_flow_run",
    "run_again",
    "serve",
    "suspend_flow_run",
    "tags",
    "task",
    "track",
    "unmapped",
]

_FACES = ("artifacts", "cache_policies", "exceptions", "futures", "runtime", "show", "task_runners", "testing")
"""Modules that are loaded when they are asked for: ``hitl_jupyter.runtime.flow_run.id``, as with Prefect."""
__getattr__ = door(__name__, {}, _FACES)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built extension is."""
    return [{"src": "labextension", "dest": "hitl-jupyter"}]


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook ``%hitl`` and ``%%hitl`` (``%load_ext hitl_jupyter``)."""
    from hitl_jupyter.magics import load

    load(shell)


_session.attach()
