"""How much time a run or task run has: its `timeout_seconds`, counted from when it begins."""

from __future__ import annotations

from collections.abc import Callable

from hitl_jupyter.core.clock import Source


class Deadline:
    """A limit of time, or none. `error` makes what is raised by who comes past it."""

    def __init__(self, seconds: float | None, source: Source, error: Callable[[float], Exception]) -> None:
        self._seconds, self._source, self._error = seconds, source, error
        self._at: float | None = None

    def begin(self) -> None:
        """Start counting, from now."""
        if self._seconds is not None:
            self._at = self._source.monotonic() + self._seconds

    def seconds_left(self) -> float | None:
        """Give the seconds until then, None where there is no limit."""
        return None if self._at is None else self._at - self._source.monotonic()

    def passed(self) -> Exception | None:
        """Give the error of who has used up the time, None for who has not."""
        left = self.seconds_left()
        return None if left is None or left > 0 else self._error(self._seconds or 0.0)
