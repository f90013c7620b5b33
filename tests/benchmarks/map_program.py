"""What `bench_map` runs, here and in Prefect's environment: ``map_program.py hitl_jupyter|prefect sync|async count``.

Prints as JSON how long each part took, in seconds, and how much memory the process held, in MB.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import resource
import sys
import time
from typing import Any


def main(library: str, kind: str, count: int) -> None:
    """Map a task over so many numbers and wait for all results."""
    names: Any = importlib.import_module(library)
    seen: dict[str, float] = {}

    @names.task
    def double(number: int) -> int:
        return 2 * number

    @names.task
    async def double_async(number: int) -> int:
        return 2 * number

    def mapped(task: Any) -> int:
        began = time.perf_counter()
        futures = task.map(range(count))
        seen["mapped"] = time.perf_counter() - began
        total = sum(futures.result())
        seen["results"] = time.perf_counter() - began
        return total

    @names.flow
    def sync() -> int:
        return mapped(double)

    @names.flow
    async def asynchronous() -> int:
        return mapped(double_async)

    before = peak()
    began = time.perf_counter()
    total = sync() if kind == "sync" else asyncio.run(asynchronous())
    seen["flow"] = time.perf_counter() - began
    assert total == count * (count - 1), total
    print(json.dumps({**seen, "before": before, "peak": peak()}))


def peak() -> float:
    """Give the most memory that this process has held so far, in MB."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
