"""What a run has called, as its card shows it: the flow runs below it, and how many task runs are in which state."""

from __future__ import annotations

from typing import Any, Final

from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.widgets import wire

SHOWN: Final = 20
"""Flow runs that are shown; those that go on come before those that are over, the newest of these before the others."""


class Below:
    """The runs below a root run. It holds those that are or may be shown, and counts the others."""

    def __init__(self) -> None:
        self._runs: dict[str, dict[str, Any]] = {}
        self._left_out = 0
        self._tasks: dict[str, int] = {}

    def note(self, run: FlowRun[Any]) -> None:
        """Take note of a run's present state, and of the task runs of its whole tree."""
        self._tasks = run.root.tasks.counts()
        if run.parent is not None:
            told = wire.shown(run, None)
            self._runs[run.id_text] = {**told, "parent": run.parent.id_text, "depth": _depth(run)}

    def to_json(self) -> dict[str, Any]:
        """Give what is shown, a run before those that it called; and let go of what will not be shown any more."""
        going = [run for run in self._runs.values() if not run["ended"]]
        over = [run for run in self._runs.values() if run["ended"]]
        kept = {run["id"] for run in (*going, *over[-SHOWN:])}
        self._left_out += len(self._runs) - len(kept)
        self._runs = {key: run for key, run in self._runs.items() if key in kept}
        shown = [*going[:SHOWN], *over[max(0, len(over) + len(going) - SHOWN) :]]
        more = self._left_out + len(self._runs) - len(shown)
        return {"tasks": self._tasks, "runs": self._in_order({run["id"] for run in shown}), "more": more}

    def _in_order(self, shown: set[str]) -> list[dict[str, Any]]:
        called: dict[str | None, list[dict[str, Any]]] = {}
        for run in self._runs.values():
            if run["id"] in shown:
                called.setdefault(run["parent"] if run["parent"] in shown else None, []).append(run)
        ordered, ahead = [], list(reversed(called.get(None, [])))
        while ahead:
            run = ahead.pop()
            ordered.append({name: value for name, value in run.items() if name != "parent"})
            ahead.extend(reversed(called.get(run["id"], [])))
        return ordered


def _depth(run: FlowRun[Any]) -> int:
    depth, up = 0, run.parent
    while up is not None:
        depth, up = depth + 1, up.parent
    return depth
