"""How many task runs of a flow run, and of those that it called, are in which state: counted, never looked up.

Ten thousand task runs change their states in seconds, on many threads. The presenter hears of it now and then.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hitl_jupyter.core.states import State, StateType

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

PAUSE: Final = 0.25
"""Seconds for which news are collected."""
NOT_READY: Final = "NotReady"
"""The name of the state in which a task run ends that is never begun; its type is Pending."""


class Tally:
    """The task runs of one attempt of a run, by state."""

    def __init__(self, run: FlowRun[Any]) -> None:
        self._run = run
        above = None if run.parent is None else run.parent.tasks
        self.lock: threading.Lock = threading.Lock() if above is None else above.lock
        """One for the whole tree."""
        self.line: list[Counter[str]] = [Counter()] if above is None else [Counter(), *above.line]
        """What is counted here, and in the runs above."""
        self._due = False

    def made(self, state: State | None) -> None:
        """Take note of one more task run; None is one that has not begun."""
        self._move(None, _kind(state))

    def note(self, before: State | None, after: State) -> None:
        """Take note of a task run's next state."""
        self._move(_kind(before), _kind(after))

    def begin(self) -> Tally:
        """Give the tally of the run's next attempt, in which nothing has happened yet."""
        with self.lock:
            mine, *above = self.line
            for counts in above:
                counts.subtract(mine)
            # Task runs that the attempt has left behind are counted where nobody looks.
            self.line = [mine]
        return Tally(self._run)

    def counts(self) -> dict[str, int]:
        """Give how many are in each type of state, or in NOT_READY."""
        with self.lock:
            return {kind: count for kind, count in self.line[0].items() if count > 0}

    def tell(self) -> None:
        """Have the presenter told soon."""
        if self._due:
            return
        self._due = True
        home = self._run.session.host.home()
        home.call_soon_threadsafe(home.call_later, PAUSE, self._now)

    def _move(self, before: str | None, after: str) -> None:
        with self.lock:
            for counts in self.line:
                counts[after] += 1
                if before is not None:
                    counts[before] -= 1
        self._run.root.tasks.tell()

    def _now(self) -> None:
        self._due = False
        self._run.session.present("tasks_changed", self._run)


def _kind(state: State | None) -> str:
    if state is None:
        return StateType.PENDING.value
    return "NOT_READY" if state.name == NOT_READY else state.type.value
