"""What the store costs: run it with ``python -m tests.benchmarks.bench_store [rounds]``.

Each round does a bare commit of the same disk first, so that the figures can be read on any machine: what is above it
is ours. Nothing is asserted here; a table is printed.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hitl_jupyter.core.records import SubmissionRecord
from hitl_jupyter.store import logs, pauses, submissions
from hitl_jupyter.store.open import open_store
from tests.store.build import Scene, T

AT_ONCE = 100


def main(rounds: int) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as directory:
        print(f"{rounds} rounds; milliseconds\n")
        print(f"{'':44}{'p50':>8}{'p99':>8}{'worst':>8}")
        measure(Path(directory), rounds)
        print()
        start_up(Path(directory))


def measure(directory: Path, rounds: int) -> None:
    """Time the operations of one run, in turn with a bare commit on the same disk."""
    store = open_store(str(directory / "hitl.db"))
    scene = Scene.begin(store)
    commit = bare(directory / "bare.db")
    times: dict[str, list[float]] = {}

    def timed(name: str, action: Callable[[], object]) -> None:
        begin = time.perf_counter()
        action()
        times.setdefault(name, []).append((time.perf_counter() - begin) * 1000)

    for number in range(rounds):
        line = [scene.make.log(scene.run, "a line of a log")]
        timed("bare sqlite3 commit, WAL and FULL", commit)
        timed("one write: a log line", lambda line=line: scene.do(logs.add, line))
        timed("open a pause", lambda key=str(number): scene.open(key))
        answer = scene.make.submission(scene.see(open_pause, scene.run.id))
        timed("submit: receive and accept", lambda answer=answer: submit(scene, answer))
        timed("read a run", scene.present)
    for number in range(max(1, rounds // AT_ONCE)):
        lines = [scene.make.log(scene.run, f"{number} {n}") for n in range(AT_ONCE)]
        timed(f"{AT_ONCE} writes at once, all of them", lambda lines=lines: together(scene, lines))
    store.close()
    for name, of in times.items():
        of.sort()
        print(f"{name:44}{of[len(of) // 2]:8.2f}{of[int(len(of) * 0.99)]:8.2f}{of[-1]:8.2f}")


def bare(path: Path) -> Callable[[], None]:
    """Give a commit of one row with nothing of ours around it."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE log (number INTEGER PRIMARY KEY, message TEXT)")

    def commit() -> None:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO log (message) VALUES (?)", ("a line of a log",))
        conn.execute("COMMIT")

    return commit


def open_pause(conn, run_id):
    """Give the run's only open question."""
    (pause,) = pauses.open_of_run(conn, run_id)
    return pause


def submit(scene: Scene, answer: SubmissionRecord) -> None:
    """Do what a click on Submit does in the store: two commits, one after the other."""
    scene.do(submissions.receive, answer)
    scene.do(submissions.accept, answer.id, {"value": "yes"}, scene.make.now(), scene.make.state(T.RUNNING))


def together(scene: Scene, lines) -> None:
    """Hand in many writes before the first is done, and wait for all."""
    for future in [scene.store.write(logs.add, [line]) for line in lines]:
        future.result()


START = """
import sys, time
a = time.perf_counter()
from hitl_jupyter.store.open import open_store
b = time.perf_counter()
open_store(sys.argv[1]).close()
print((b - a) * 1000, (time.perf_counter() - b) * 1000)
"""


def start_up(directory: Path) -> None:
    """Time importing and opening in fresh processes: a new file, with its migration, and one that is there."""
    figures: dict[str, list[tuple[float, float]]] = {"new": [], "existing": []}
    for number in range(5):
        path = directory / f"start-{number}.db"
        for some in figures.values():
            done = subprocess.run([sys.executable, "-c", START, str(path)], capture_output=True, text=True, check=True)
            imported, opened = map(float, done.stdout.split())
            some.append((imported, opened))
    both = sorted(imported for some in figures.values() for imported, _ in some)
    print(f"{'import hitl_jupyter.store.open, median':44}{both[len(both) // 2]:8.1f}")
    for kind, some in figures.items():
        print(f"{f'open_store, {kind} file, median':44}{sorted(opened for _, opened in some)[len(some) // 2]:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
