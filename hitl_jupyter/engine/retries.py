"""Trying again what failed: how often, after how long, and whether at all. One for flows and tasks."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

MOST_DELAYS = 50
"""Prefect's limit on a list of delays."""

Delay = float | Sequence[float] | Callable[[int], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Retries:
    """When something that failed is tried again. `delays` are seconds; the last one serves for all tries after it."""

    most: int
    delays: tuple[float, ...]
    jitter: float | None = None
    condition: Callable[..., Any] | None = None

    @classmethod
    def of(
        cls,
        retries: int | None,
        delay: Delay | None,
        jitter: float | None = None,
        condition: Callable[..., Any] | None = None,
    ) -> Retries:
        """Make it of the options of `@flow` and `@task`.

        Raises
        ------
        TypeError
            One has the wrong type; a callable gave something else than delays.
        ValueError
            One is negative, or there are too many delays.
        """
        most = 0 if retries is None else retries
        if isinstance(most, bool) or not isinstance(most, int):
            raise TypeError(f"'retries' must be a whole number, got {retries!r}")
        if most < 0:
            raise ValueError(f"'retries' must not be negative, got {most}")
        if jitter is not None and (isinstance(jitter, bool) or not isinstance(jitter, int | float)):
            raise TypeError(f"'retry_jitter_factor' must be a number, got {jitter!r}")
        if jitter is not None and not jitter >= 0:
            raise ValueError(f"'retry_jitter_factor' must not be negative, got {jitter}")
        if condition is not None and not callable(condition):
            raise TypeError(f"'retry_condition_fn' must be a function, got {condition!r}")
        return cls(most, _delays(most, delay), jitter, condition)

    def delay(self, number: int, chance: random.Random) -> float:
        """Give the seconds before the try with this number, from 1."""
        if not self.delays:
            return 0.0
        seconds = self.delays[min(number, len(self.delays)) - 1]
        if not self.jitter:
            return seconds
        return seconds * chance.uniform(max(0.0, 1 - self.jitter), 1 + self.jitter)


def _delays(most: int, delay: Delay | None) -> tuple[float, ...]:
    if callable(delay):
        delay = delay(most)
    if delay is None:
        return ()
    if isinstance(delay, str) or not isinstance(delay, int | float | Sequence):
        raise TypeError(f"'retry_delay_seconds' must be a number, a list of numbers or a function, got {delay!r}")
    seconds = delay if isinstance(delay, Sequence) else [delay]
    wrong = [one for one in seconds if isinstance(one, bool) or not isinstance(one, int | float)]
    if wrong:
        raise TypeError(f"'retry_delay_seconds' must be a number of seconds, got {wrong[0]!r}")
    if len(seconds) > MOST_DELAYS:
        raise ValueError(f"'retry_delay_seconds' takes at most {MOST_DELAYS} delays, got {len(seconds)}")
    if not all(one >= 0 for one in seconds):
        raise ValueError(f"'retry_delay_seconds' must not be negative, got {min(seconds)}")
    return () if not any(seconds) else tuple(float(one) for one in seconds)


def exponential_backoff(backoff_factor: float) -> Callable[[int], list[float]]:
    """Give delays that double from try to try, for `retry_delay_seconds` (Prefect: ``prefect.tasks``).

    Parameters
    ----------
    backoff_factor
        Seconds before the first retry.
    """

    def delays(retries: int) -> list[float]:
        return [backoff_factor * 2**number for number in range(min(retries, MOST_DELAYS))]

    return delays


def line(what: str, error: BaseException, number: int, retries: Retries, delay: float) -> str:
    """Say that something failed and is tried again, in Prefect's words."""
    when = f"{delay:g} second(s) from now" if delay else "immediately"
    return f"{what} failed with exception: {error!r} - Retry {number}/{retries.most} will start {when}"
