"""Prefect's deployment of a run: there is none, so each value is None or empty.

Attributes
----------
id, name, version, flow_run_id : None
    Of the deployment, with Prefect.
parameters : dict[str, Any]
    Empty.
"""

from __future__ import annotations

from typing import Any

id: str | None = None  # noqa: A001 - Prefect's name
name: str | None = None
version: str | None = None
flow_run_id: str | None = None
parameters: dict[str, Any] = {}

__all__ = ["flow_run_id", "id", "name", "parameters", "version"]
