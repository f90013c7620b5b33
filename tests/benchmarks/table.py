"""The rows that every benchmark prints: a promise, what was measured, and the target where there is one.

Figures are printed and never asserted: what a machine does today is no property of the code.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterable


def heading(title: str) -> None:
    """Print what follows, and how busy the machine is with other things."""
    print(f"\n{title}   [load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors]", flush=True)


def row(promise: str, measured: str, target: str = "") -> None:
    """Print one figure."""
    print(f"  {promise:58}  {measured:34}  {target}".rstrip(), flush=True)


def milliseconds(seconds: Iterable[float]) -> str:
    """Give the middle and the tail of some times."""
    times = sorted(seconds)
    return f"p50 {quantile(times, 0.5) * 1000:.2f} ms, p99 {quantile(times, 0.99) * 1000:.2f} ms"


def spread(seconds: Iterable[float]) -> str:
    """Give the middle and the ends of a few times."""
    times = sorted(seconds)
    return f"{statistics.median(times):.2f} s ({times[0]:.2f} to {times[-1]:.2f}, n={len(times)})"


def quantile(times: list[float], share: float) -> float:
    """Give the value that this share of the sorted times does not exceed."""
    return times[min(len(times) - 1, int(len(times) * share))]
