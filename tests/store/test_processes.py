"""Several processes on one store: races, sudden death, forks."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

from hitl_jupyter.core.states import SubmissionState
from hitl_jupyter.store import owners, pauses, runs, submissions
from hitl_jupyter.store.open import open_store
from tests.store.build import Build, T

FORKSERVER = multiprocessing.get_context("forkserver")
# Each child then begins in milliseconds, with everything imported and no thread of the tests in it.
FORKSERVER.set_forkserver_preload([__name__])

ROUNDS = 200


def race(path, barrier, mine, send):
    """Accept one's own answer to each question, at the same moment as the other process its own."""
    store, make = open_store(str(path), patience=20), Build()
    won = []
    for answer in mine:
        barrier.wait(30)
        lost = store.write(submissions.accept, answer, answer, make.now(), make.state(T.RUNNING)).result(30)
        won.append(lost is None)
    store.close()
    send.send(won)


def test_two_processes_that_accept_at_once(scene, file):
    """In 200 races of two processes exactly one answer is accepted each time, the other sent back (invariant 3)."""
    asked = [scene.open(str(number)) for number in range(ROUNDS)]
    answers = [(scene.receive(pause).id, scene.receive(pause, submitted_by="bob").id) for pause in asked]
    barrier, pipes, processes = FORKSERVER.Barrier(2), [], []
    for mine in zip(*answers, strict=True):
        receive, send = FORKSERVER.Pipe(duplex=False)
        processes.append(FORKSERVER.Process(target=race, args=(file, barrier, mine, send)))
        pipes.append(receive)
        processes[-1].start()
    won = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join(30)
    assert [1] * ROUNDS == [sum(pair) for pair in zip(*won, strict=True)]
    for pause, both, who in zip(asked, answers, zip(*won, strict=True), strict=True):
        winner, loser = both if who[0] else both[::-1]
        assert winner == scene.see(submissions.winner, pause.id).id == scene.see(pauses.get, pause.id).value
        assert SubmissionState.SENT_BACK is scene.see(submissions.get, loser).state
    assert [T.PENDING, T.RUNNING, T.PAUSED, T.RUNNING] == scene.types()


def write_until_killed(path, send):
    """Begin runs, ask and answer, from two threads, and tell of each only when the store has confirmed it."""
    store, make = open_store(str(path), patience=20), Build()
    owner = make.owner()
    store.write(owners.register, owner).result()

    def work():
        while True:
            run, states = make.run(owner)
            store.write(runs.add, run, states).result()
            pause = make.pause(run)
            store.write(pauses.open_, pause, None, make.state(T.PAUSED)).result()
            answer = make.submission(pause)
            store.write(submissions.receive, answer).result()
            os.write(send, f"received {answer.id}\n".encode())
            store.write(submissions.accept, answer.id, "x", make.now(), make.state(T.RUNNING)).result()
            os.write(send, f"accepted {answer.id}\n".encode())

    threading.Thread(target=work, daemon=True).start()
    work()


def write_and_tell(path, pipe):
    write_until_killed(path, pipe.fileno())


def test_what_was_confirmed_survives_sudden_death(file):
    """Killed 50 times at random, a process loses nothing that a Future confirmed and leaves nothing half done."""
    chance = random.Random(20261123)
    confirmed = {"received": set(), "accepted": set()}
    for number in range(50):
        receive, send = FORKSERVER.Pipe(duplex=False)
        process = FORKSERVER.Process(target=write_and_tell, args=(file, send))
        process.start()
        send.close()
        if number % 5:
            # Wherever it is some moments after its first confirmed answer; every fifth dies on its way there.
            assert receive.poll(60)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        process.join(30)
        with open(receive.fileno(), "rb", closefd=False) as pipe:
            for line in pipe.read().decode().splitlines():
                what, _, id_ = line.partition(" ")
                confirmed[what].add(id_)
        receive.close()
        conn = sqlite3.connect(file)
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        check_whole(conn, confirmed)
        conn.close()
    assert len(confirmed["received"]) >= 40


def check_whole(conn, confirmed):
    """Look for what was confirmed, and for anything that is there without what belongs into the same commit."""
    stored = dict(conn.execute("SELECT id, state FROM submission"))
    assert confirmed["received"] <= set(stored)
    assert confirmed["accepted"] <= {id_ for id_, state in stored.items() if state == "accepted"}
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    states, events = (
        conn.execute(query).fetchone()[0]
        for query in ("SELECT count(*) FROM flow_run_state", "SELECT count(*) FROM event WHERE kind LIKE 'flow-run.%'")
    )
    assert states == events
    torn = """
        SELECT count(*) FROM pause JOIN flow_run ON flow_run.id = run_id
        LEFT JOIN submission ON submission.id = answer_id
        WHERE (pause.state = 'open') <> (state_type = 'PAUSED')
           OR (pause.state = 'answered') <> (submission.state IS 'accepted')
    """
    assert conn.execute(torn).fetchone() == (0,)


FORK = """
import os, sys, threading, time
from hitl_jupyter.exceptions import StoreUnavailable
from hitl_jupyter.store import logs, runs
from hitl_jupyter.store.open import open_store
from tests.store.build import Scene

def refused(use):
    try:
        use()
    except StoreUnavailable as error:
        return "was open when this process was forked off" in str(error)
    return False

store = open_store(sys.argv[1], patience=20)
scene = Scene.begin(store)
scene.see(runs.get, scene.run.id)
begun = threading.Event()

def slow(conn):
    logs.add(conn, [scene.make.log(scene.run, "during")])
    begun.set()
    time.sleep(0.5)

# The writer is in the middle of a transaction, and SQLite's mutex is held: the worst moment for a fork.
future = store.write(slow)
begun.wait()
child = os.fork()
if child == 0:
    line = [scene.make.log(scene.run, "child")]
    uses = (
        lambda: store.write(logs.add, line).result(5),
        lambda: store.read(runs.get, scene.run.id).result(5),
        store.changed,
        lambda: open_store(sys.argv[1]),
    )
    answers = [refused(use) for use in uses]
    open_store(sys.argv[1] + "-other").close()
    store.close()
    sys.exit(7 if all(answers) else 8)
_, status = os.waitpid(child, 0)
future.result(20)
scene.do(logs.add, [scene.make.log(scene.run, "after")])
print(os.waitstatus_to_exitcode(status), [line.message for line in scene.see(logs.of_run, scene.run.id)], flush=True)
store.close()
if os.fork() == 0:
    # Closed before the fork: nothing is inherited, and the child may open the store for itself.
    open_store(sys.argv[1]).close()
    sys.exit(9)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_forked_process_is_told_and_hurts_nobody(file):
    """After a fork in the middle of a write every use in the child is one clear error, and the parent goes on."""
    # From 3.12 on Python itself warns of such a fork.
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK, str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "7 ['during', 'after']\n9\n"
    conn = sqlite3.connect(file)
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    conn.close()
