"""What the page of a run reads: a run and those below it, in windows, so that its size is no matter.

Rows come as the store has them, times aware and in UTC; `engine.runpage` says what is told of them.
"""

from __future__ import annotations

from hitl_jupyter.store.runpage import artifacts, inputs, logs, overview, results, tasks, timeline

__all__ = ["artifacts", "inputs", "logs", "overview", "results", "tasks", "timeline"]
