"""What the page of a run is told: windows of its log, tasks, subflows, results, artifacts, questions, and a timeline.

It is made of committed records alone, in which there are no secrets, and knows nothing of a run but its id: it is the
same for a run that lives here, lives elsewhere, or is over. `RunReader` is the only door; `shapes` has what it gives.
"""

from __future__ import annotations

from hitl_jupyter.engine.runpage.reader import RunReader

__all__ = ["RunReader"]
