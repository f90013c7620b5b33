"""For how long a run, or one that it called, has waited for people."""

from __future__ import annotations

from datetime import datetime

from hitl_jupyter.core.states import State


class Waits:
    """The time in which at least one run of a tree was Paused; kept by the root."""

    def __init__(self) -> None:
        self._paused: set[str] = set()
        self.since: datetime | None = None
        """The beginning of a wait that goes on."""
        self.over = 0.0
        """The seconds before that."""

    def note(self, run_id: str, state: State) -> None:
        """Take note of a run's next state."""
        if state.is_paused():
            self._paused.add(run_id)
            self.since = self.since or state.timestamp
            return
        self._paused.discard(run_id)
        if self.since is not None and not self._paused:
            self.over += (state.timestamp - self.since).total_seconds()
            self.since = None

    def seconds(self, now: datetime) -> float:
        """Give the seconds up to now, a wait that goes on included."""
        since = self.since
        return self.over + (0.0 if since is None else (now - since).total_seconds())
