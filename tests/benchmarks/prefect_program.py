"""What `bench_prefect` runs in Prefect's environment: ``prefect_program.py sync|async poll_interval rounds``.

A thread does what a person's page does: it asks the server whether the flow is paused, waits a moment of random length
so that the phase of the flow's polling is random, and resumes. Prints the times as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import queue
import random
import sys
import threading
import time

import httpx
from prefect import flow
from prefect.context import get_run_context
from prefect.flow_runs import pause_flow_run

begun: queue.Queue[str] = queue.Queue()
lines: list[float] = []


def main(kind: str, poll: float, rounds: int) -> None:
    """Pause and resume, one run after the other."""

    @flow
    def sync() -> None:
        begun.put(str(get_run_context().flow_run.id))
        pause_flow_run(str, poll_interval=poll)
        lines.append(time.monotonic())

    @flow
    async def asynchronous() -> None:
        begun.put(str(get_run_context().flow_run.id))
        await pause_flow_run(str, poll_interval=poll)
        lines.append(time.monotonic())

    paused, resumed = [], []
    for _ in range(rounds):
        seen: dict[str, float] = {}
        person = threading.Thread(target=answer, args=(poll, seen))
        person.start()
        called = time.monotonic()
        if kind == "sync":
            sync()
        else:
            asyncio.run(asynchronous())
        person.join()
        paused.append(seen["paused"] - called)
        resumed.append(lines[-1] - seen["resumed"])
    print(json.dumps({"paused": paused, "resumed": resumed}))


def answer(poll: float, seen: dict[str, float]) -> None:
    """Wait for the pause and its form, then answer."""
    run = f"flow_runs/{begun.get()}"
    with httpx.Client(base_url=f"{os.environ['PREFECT_API_URL']}/", timeout=30) as api:
        while api.get(run).json()["state_type"] != "PAUSED":
            time.sleep(0.01)
        seen["paused"] = time.monotonic()
        while api.get(f"{run}/input/paused-1-schema").status_code != 200:
            time.sleep(0.01)
        time.sleep(random.uniform(0.5, 0.5 + max(poll, 1)))
        while True:
            seen["resumed"] = time.monotonic()
            answered = api.post(f"{run}/resume", json={"run_input": {"value": "Ada"}})
            # Its SQLite may be locked by one of its own services; a person would click again.
            if answered.status_code < 500:
                break
        answered.raise_for_status()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
