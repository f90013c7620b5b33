"""Flows that stop and ask a person, in a Jupyter notebook. The names and their meaning are Prefect's."""

from __future__ import annotations

from typing import Any

from hitl_jupyter import _session
from hitl_jupyter.core.states import State
from hitl_jupyter.engine.logs import get_run_logger
from hitl_jupyter.flow_runs import pause_flow_run, recover, resume_flow_run, suspend_flow_run
from hitl_jupyter.flows import Flow, FlowRun, flow
from hitl_jupyter.input import RunInput
from hitl_jupyter.record import history, inbox
from hitl_jupyter.tasks import Task, task

__all__ = [
    "Flow",
    "FlowRun",
    "RunInput",
    "State",
    "Task",
    "flow",
    "get_run_logger",
    "history",
    "inbox",
    "pause_flow_run",
    "recover",
    "resume_flow_run",
    "suspend_flow_run",
    "task",
]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built extension is."""
    return [{"src": "labextension", "dest": "hitl-jupyter"}]


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook ``%hitl`` (``%load_ext hitl_jupyter``)."""
    from hitl_jupyter.magics import HitlMagics

    shell.register_magics(HitlMagics)


_session.attach()
