"""`kill -9` of a real kernel at random moments: what the form confirmed is in the store, nothing is half-written."""

from __future__ import annotations

import random
import sqlite3
import time

import pytest

from hitl_jupyter import store
from hitl_jupyter.core.states import RUN_MOVES, PauseState, SubmissionState
from hitl_jupyter.store.open import open_store
from tests.kernel.conftest import tables
from tests.kernel.notebook import Notebook

PAUSES = 200
LOOP = """
from hitl_jupyter import flow, pause_flow_run

@flow
def loop():
    while True:
        pause_flow_run(int)

loop()
"""


def answer_until_killed(notebook, rng, numbers, confirmed):
    """Answer questions one after the other until the kernel is killed at a moment nobody chose."""
    cell = notebook.start(LOOP)
    notebook.asked()
    end = time.monotonic() + rng.uniform(0.02, 0.6)
    asked = 0
    while time.monotonic() < end:
        [(card, question)] = notebook.asked()
        asked += 1
        number = next(numbers)
        if notebook.answer(card, question, value=number)["status"] == "accepted":
            confirmed[question["pause_id"]] = number
        notebook.until(lambda card=card, q=question: q not in card.questions, "the answered question stayed")
    # One more is under way while the kernel dies.
    [(card, question)] = notebook.asked()
    document = {"is": "value", "value": {"value": {"is": "value", "value": str(next(numbers))}}}
    notebook.send(card, {"kind": "submit", "id": "last", "pause_id": question["pause_id"], "document": document})
    time.sleep(rng.uniform(0, 0.006))
    notebook.manager.provisioner.process.kill()
    notebook.manager.provisioner.process.wait()
    assert cell.status is None
    time.sleep(0.05)
    if any(m["kind"] == "reply" and m["id"] == "last" and m["status"] == "accepted" for m in card.messages):
        confirmed[question["pause_id"]] = int(document["value"]["value"]["value"])
    return asked + 1


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_the_form_confirmed_is_in_the_store(tmp_path):
    """Two hundred pauses over kernels that are killed: every confirmed answer is found, every record is whole."""
    path, rng = tmp_path / "hitl.db", random.Random(2026)
    numbers, confirmed, asked, kills = iter(range(10**6)), {}, 0, 0
    while asked < PAUSES:
        notebook = Notebook(path)
        try:
            asked += answer_until_killed(notebook, rng, numbers, confirmed)
        finally:
            notebook.close()
        kills += 1
    with sqlite3.connect(path) as raw:
        assert [("ok",)] == raw.execute("PRAGMA integrity_check").fetchall()
        assert [] == raw.execute("PRAGMA foreign_key_check").fetchall()
        runs = [row[0] for row in raw.execute("SELECT id FROM flow_run")]
    raw.close()
    opened = open_store(str(path))
    found = {}
    for run in runs:
        states = [state.type for state in opened.read(store.runs.history, run).result()]
        assert all(after in RUN_MOVES[before] for before, after in zip([None, *states], states, strict=False))
        for pause in opened.read(store.pauses.of_run, run).result():
            if pause.state is PauseState.ANSWERED:
                answer = opened.read(store.submissions.get, pause.answer_id).result()
                assert (SubmissionState.ACCEPTED, pause.value) == (answer.state, answer.data)
                found[pause.id] = pause.value["value"]
    opened.close()
    lost = confirmed.keys() - found.keys()
    row = f"{asked} pauses, {kills} kills, {len(confirmed)} answers confirmed, {len(found)} found, {len(lost)} lost"
    tables["kill -9 of the kernel"] = [row]
    assert len(runs) == kills
    assert confirmed == {pause: found.get(pause) for pause in confirmed}
