"""Kills a process of many runs again and again, and compares what its store holds with what it said before it died.

``python -m tests.faults.taken_up [RUNS] [SEED]`` prints the figures; the tests do the same with fewer runs. The store
is looked at in a copy: the next life of the process must get on with the files as the last one left them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.faults.taken_up_program import QUESTIONS

AT_ONCE = 40
MOST_KILLS = 6
"""After so many the runs of a batch are left to end."""
BEFORE_ITS_END = ("before", "middle", "after")
KEPT = "SELECT result FROM task_run WHERE result_kept AND task_name LIKE 'kept%'"
ANSWERED = (
    "SELECT id, json_extract(value, '$.text'), json_extract(value, '$.value') FROM pause WHERE state = 'answered'"
)
NOT_JUDGED = "SELECT pause_id, id FROM submission WHERE state = 'received' ORDER BY received_at DESC, id DESC"
TORN = """
    SELECT p.id FROM pause p JOIN flow_run r ON r.id = p.run_id LEFT JOIN submission s ON s.id = p.answer_id
    WHERE (p.state = 'open' AND r.state_type <> 'PAUSED') OR (p.state = 'answered') <> (s.state IS 'accepted')
"""
TREE = """
    WITH RECURSIVE tree (id, name) AS (
        SELECT id, idempotency_key FROM flow_run WHERE parent_run_id IS NULL
        UNION ALL SELECT child.id, tree.name FROM flow_run child JOIN tree ON child.parent_run_id = tree.id
    )
    SELECT tree.name, p.id FROM pause p JOIN tree ON tree.id = p.run_id
"""


class Batch:
    """Some runs that are killed together, and what must be true of them."""

    def __init__(self, folder, seed, first, count):
        self.store, self.log = folder / "hitl.db", folder / "log"
        self.random = random.Random(f"{seed}/{first}")
        self.first, self.count = first, count
        self.figures = Counter()
        self.kills = Counter()
        self.told = {}
        self.answered = {}
        self.kept = set()
        self.received = {}
        self.asked_in, self.did_in = Counter(), Counter()
        self.given = {}
        self.results = {}
        self._read = 0

    def run(self):
        """Give the figures once all runs have ended."""
        kills, life = self.random.randint(3, MOST_KILLS), 0
        while self._live(life, killed=life < kills or len(self.kills) < self.count):
            life += 1
            self._look()
        self._look()
        self._compare_ends()
        self.figures["runs"] = self.count
        self.figures["processes"] = life + 1
        return self.figures, [self.kills[name] for name in self.results]

    def _live(self, life, *, killed):
        """Begin the process once more; tells whether it was killed."""
        crash = []
        # Early, until each run has been killed at least once.
        early = len(self.kills) < self.count
        if killed and self.random.random() < 0.5:
            where = self.random.choice(BEFORE_ITS_END)
            crash = [f"{where}:{self.random.randint(1, 40 if early else 120)}:{self.random.randint(0, 12)}"]
        numbers = map(str, (life, self.random.getrandbits(32), self.first, self.count))
        command = [sys.executable, "-m", "tests.faults.taken_up_program", str(self.store), str(self.log), *numbers]
        process = subprocess.Popen([*command, *crash], stderr=subprocess.PIPE, text=True)
        if killed and not crash:
            self._wait(process, self.random.choice((0, 200, 600) if early else (0, 200, 600, 1500)))
            self.figures["kills from outside"] += 1
            process.kill()
        stderr = process.communicate(timeout=120)[1]
        assert process.returncode in (0, -9), stderr
        assert stderr == "", stderr
        return process.returncode == -9

    def _wait(self, process, most):
        """Wait until the process has said so much, and for a moment that nobody chose."""
        size = self.log.stat().st_size if self.log.exists() else 0
        size += self.random.randint(0, most) * 80
        end = time.monotonic() + self.random.uniform(0.1, 1.5)
        while process.poll() is None and (self.log.stat().st_size if self.log.exists() else 0) < size:
            if most == 0 and time.monotonic() > end:
                break
            time.sleep(0.002)
        time.sleep(self.random.uniform(0, 0.02))

    # -- what is seen -----------------------------------------------------------------------------------------------

    def _look(self):
        """Compare what the process did with what the store held before, then the store with what the process said."""
        for line in self._lines():
            getattr(self, f"_{line.pop('what')}")(**line)
        if not self.store.exists():
            return
        with tempfile.TemporaryDirectory() as folder:
            for path in self.store.parent.glob("hitl.db*"):
                if not path.name.endswith("-shm"):
                    shutil.copy(path, folder)
            with closing(sqlite3.connect(Path(folder) / "hitl.db")) as raw:
                self._look_into(raw)

    def _lines(self):
        if not self.log.exists():
            return
        text = self.log.read_bytes()
        new, self._read = text[self._read :], len(text)
        yield from map(json.loads, new.splitlines())

    def _look_into(self, raw):
        assert [("ok",)] == raw.execute("PRAGMA integrity_check").fetchall()
        assert [] == raw.execute("PRAGMA foreign_key_check").fetchall()
        if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'pause'").fetchall():
            return
        assert [] == raw.execute(TORN).fetchall()
        before, self.answered = self.answered, {id_: text or value for id_, text, value in raw.execute(ANSWERED)}
        assert before.items() <= self.answered.items()
        assert self.told.items() <= self.answered.items()
        kept = [tuple(json.loads(result).split("|")[:2]) for (result,) in raw.execute(KEPT)]
        assert len(set(kept)) == len(kept)
        assert self.kept <= set(kept)
        self.kept = set(kept)
        waiting = dict(raw.execute(NOT_JUDGED))
        self.figures["answers stored but not judged at a kill"] += len(waiting.keys() - self.received.keys())
        # The first that was stored is judged first, and a person who is asked meanwhile comes second.
        self.received = waiting | self.received
        decided = dict(raw.execute("SELECT id, state FROM submission"))
        assert {decided[first] for first in self.received.values()} <= {"received", "accepted"}
        unfinished = "SELECT idempotency_key FROM flow_run WHERE parent_run_id IS NULL AND end_time IS NULL"
        open_ = [name for (name,) in raw.execute(unfinished)]
        self.kills.update(open_)
        self.names = {id_: name for name, id_ in raw.execute(TREE)}

    def _asked(self, life, pause):
        self.asked_in[life, pause] += 1
        assert 1 == self.asked_in[life, pause], f"asked twice at once: {pause}"
        assert pause not in self.answered, f"asked again: {pause} {self.answered[pause]}"
        self.figures["questions shown"] += 1

    def _told(self, life, pause, status, text, message):
        assert status in ("accepted", "gone"), message
        if status == "accepted":
            assert self.told.setdefault(pause, text) == text
            self.figures["answers confirmed"] += 1

    def _did(self, life, name, place):
        self.did_in[life, name, place] += 1
        assert 1 == self.did_in[life, name, place], f"done twice at once: {name} {place}"
        assert (name, str(place)) not in self.kept, f"done again: {name} {place}"
        self.figures["tasks executed"] += 1

    def _given(self, life, name, place, text):
        assert self.given.setdefault((name, place), text) == text, f"another value: {name} {place} {text}"
        assert text.split("|")[0] == name
        assert text.split("|")[1] in ("?", str(place)), f"in another's place: {name} {place} {text}"
        self.figures["values given to the flows"] += 1

    def _crash(self, life, where):
        self.figures[f"kills in a commit, {where} it" if where != "middle" else "kills in the middle of a commit"] += 1

    def _ended(self, life, name, result):
        assert self.results.setdefault(name, result) == result

    def _compare_ends(self):
        assert self.count == len(self.results)
        wanted = {
            name: [f"{name}|{place}|{self.given[name, place]}" for place in range(QUESTIONS)] for name in self.results
        }
        assert wanted == self.results
        # Each answer in the store is one that its own run was given, and each but once.
        assert sorted(self.answered.values()) == sorted(self.given.values())
        assert all(self.names[pause] == text.split("|")[0] for pause, text in self.answered.items())
        self.figures["answers counted"] = len(self.answered)
        self.figures["tasks with a kept value"] = len(self.kept)


def kill_and_take_up(runs, seed, at_once=AT_ONCE):
    """Give the figures of so many runs, and how often each was killed."""
    figures, kills = Counter(), []
    for first in range(0, runs, at_once):
        with tempfile.TemporaryDirectory() as folder:
            more, of_each = Batch(Path(folder), seed, first, min(at_once, runs - first)).run()
        figures.update(more)
        kills += of_each
    return figures, kills


def told(figures, kills):
    """Give the figures as lines."""
    each = f"each run killed {min(kills)} to {max(kills)} times, {sum(kills) / len(kills):.1f} on average"
    return [*(f"{what}: {number}" for what, number in sorted(figures.items())), each]


def main(runs=1000, seed=2026):
    """Print the figures."""
    began = time.monotonic()
    print(*told(*kill_and_take_up(runs, seed)), sep="\n")
    print(f"in {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
