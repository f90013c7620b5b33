"""What the page of a long run reads, and how long that takes: ``python -m tests.benchmarks runpage``.

One run with 100,000 lines of log, a table of 100,000 rows and 10,000 tasks, beside another whose lines stand between
its own. The first window of a page finds out which lines match; what follows reads windows.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hitl_jupyter.core.records import ArtifactRecord
from hitl_jupyter.engine.runpage import RunReader
from hitl_jupyter.store import artifacts
from hitl_jupyter.store.open import open_store
from tests.benchmarks.table import heading, milliseconds, row
from tests.store.build import Scene
from tests.store.long import log_lines, task_runs

LINES = 100_000
TASKS = 10_000
ROUNDS = 20


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(str(Path(directory) / "hitl.db"))
        scene = Scene.begin(store)
        other = scene.add_run()
        scene.do(log_lines, [scene.run.id, other.id], LINES)
        scene.do(task_runs, scene.run.id, TASKS)
        table = [{"number": n, "name": f"row {n}", "share": n / LINES} for n in range(LINES)]
        now = scene.make.now()
        scene.do(artifacts.add, ArtifactRecord("t", "table", table, now, now, run_id=scene.run.id))
        heading(f"The page of a run with {LINES:,} lines, a table of {LINES:,} rows and {TASKS:,} tasks")
        windows(lambda: RunReader(store, scene.run.id, scene.make.now))
        store.close()


def windows(begin) -> None:
    """Time windows of a page that was just opened, and then of the same page."""
    page = begin()
    timed("summary", begin, "summary")
    timed("log: the first window of a page", begin, "logs", {"limit": 200})
    for name, offset in (("first", 0), ("middle", LINES // 2), ("last", LINES - 200)):
        timed(f"log: the {name} window after that", lambda: page, "logs", {"limit": 200, "offset": offset})
    warnings = {"limit": 200, "level": 30}
    timed("log: warnings and above, the first window", begin, "logs", warnings)
    timed("log: warnings and above, in the middle after that", lambda: page, "logs", {**warnings, "offset": 5000})
    searched = {"limit": 200, "search": "LINE 9"}
    timed("log: a search, the first window", begin, "logs", searched)
    timed("log: a search, in the middle after that", lambda: page, "logs", {**searched, "offset": 5000})
    timed("log: a search for umlauts, the first window", begin, "logs", {"limit": 200, "search": "ÜBER"})
    timed("log: copy, up to 5 MB", lambda: page, "copy", rounds=3)
    for name, offset in (("first", 0), ("middle", TASKS // 2), ("last", TASKS - 100)):
        timed(f"task runs: the {name} window", lambda: page, "task_runs", {"offset": offset})
    timed("results: the last window", lambda: page, "results", {"offset": TASKS - 100})
    timed("artifacts: the list, with a table nobody has read", begin, "artifacts", rounds=5)
    timed("table: the first window of a page", begin, "table", {"artifact_id": "t", "limit": 200}, rounds=5)
    for name, offset in (("middle", LINES // 2), ("last", LINES - 200)):
        asked = {"artifact_id": "t", "limit": 200, "offset": offset}
        timed(f"table: the {name} window after that", lambda: page, "table", asked)
    timed("timeline", lambda: page, "timeline", rounds=5)


def timed(name: str, page, what: str, parameters=None, rounds: int = ROUNDS) -> None:
    """Time one question, and for how long another thread of the process stood still meanwhile."""
    times, work = [], []
    page().read(what, parameters).result()
    with standing_still() as worst:
        for _ in range(rounds):
            reader = page()
            begin, used = time.perf_counter(), time.process_time()
            answer = reader.read(what, parameters).result()
            times.append(time.perf_counter() - begin)
            work.append(time.process_time() - used)
    size = len(json.dumps(answer)) / 1000
    work.sort()
    cpu = f"{work[len(work) // 2] * 1000:.1f} ms of a processor"
    row(name, milliseconds(times), f"{cpu}, {size:,.0f} kB; others stood still {max(worst) * 1000:.0f} ms")


@contextmanager
def standing_still() -> Iterator[list[float]]:
    """Give how long a thread that wakes every millisecond slept too long, as a kernel's loop would."""
    worst, over = [0.0], threading.Event()

    def watch() -> None:
        before = time.perf_counter()
        while not over.wait(0.001):
            now = time.perf_counter()
            worst.append(now - before - 0.001)
            before = now

    thread = threading.Thread(target=watch)
    thread.start()
    yield worst
    over.set()
    thread.join()


if __name__ == "__main__":
    main()
