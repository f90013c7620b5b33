"""How much time a run or task run has: its `timeout_seconds`, counted from when it begins."""

from __future__ import annotations

from collections.abc import Callable

from hitl_jupyter.core.clock import Source


class Deadline:
    """A limit of time, or none, `within` another. `error` makes what is raised by who comes past it."""

    def __init__(
        self,
        seconds: float | None,
        source: Source,
        error: Callable[[float], Exception],
        within: Deadline | None = None,
    ) -> None:
        self._seconds, self._source, self._error, self._within = seconds, source, error, within
        self._at: float | None = None

    def begin(self) -> None:
        """Start counting, from now."""
        if self._seconds is not None:
            self._at = self._source.monotonic() + self._seconds

    def seconds_left(self) -> float | None:
        """Give the seconds until then, None where there is no limit."""
        left = [None if self._at is None else self._at - self._source.monotonic()]
        if self._within is not None:
            left.append(self._within.seconds_left())
        return min((one for one in left if one is not None), default=None)

    def passed(self) -> Exception | None:
        """Give the error of who has used up the time, None for who has not."""
        if self._at is not None and self._source.monotonic() >= self._at:
            return self._error(self._seconds or 0.0)
        return None if self._within is None else self._within.passed()
