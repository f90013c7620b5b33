"""What the calling code belongs to, as plain values (Prefect: ``prefect.runtime``).

``flow_run.id``, ``task_run.name`` and so on are looked up each time; outside a run they are None or empty.
"""

from hitl_jupyter.runtime import deployment, flow_run, task_run

__all__ = ["deployment", "flow_run", "task_run"]
