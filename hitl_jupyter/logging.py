"""Logs of runs (Prefect: ``prefect.logging``)."""

from hitl_jupyter.engine.logs import get_run_logger

__all__ = ["get_run_logger"]
