"""Two processes answer one question at the same moment, many times: one answer counts, and the other hears whose."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time

import pytest

from hitl_jupyter import flow, pause_flow_run, store
from hitl_jupyter.core.states import SubmissionState
from hitl_jupyter.engine import inbox
from hitl_jupyter.forms import Document
from tests.engine.conftest import HOST, desk, empty_store  # noqa: F401 - fixtures
from tests.kernel.conftest import tables

ROUNDS = 500
HERE, THERE = "here", "there"
WHOSE = r"Run '[a-z]+-[a-z]+' had its pause '{}' answered by {} at \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\."


@flow
async def ask_often() -> list[str]:
    return [await pause_flow_run(str, key=str(number)) for number in range(ROUNDS)]


@pytest.fixture
def second(desk):  # noqa: F811
    """The other process, as another person."""
    environment = {**os.environ, "HITL_STORE": str(desk.session.store._file.path), "JUPYTERHUB_USER": "Grace"}
    command = [sys.executable, "-m", "tests.faults.racing_program"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


def answered_here(question, answer, at):
    """Answer as the form does, at a moment; gives the Future of the receipt."""
    document = Document(question.plan)
    document["value"].value = answer

    async def submit():
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        return await inbox.submit(question, document, by="Ada", origin="run card")

    return asyncio.run_coroutine_threadsafe(submit(), HOST.home())


@pytest.mark.slow
@pytest.mark.timeout(360)
def test_of_two_answers_at_once_one_counts(desk, second):  # noqa: F811
    """The flow goes on with the one that was accepted; whoever gave the other is told who answered, and when."""
    chance, won, run = random.Random(2026), [], ask_often.start()
    for number in range(ROUNDS):
        question = desk.next_question()
        at = time.monotonic() + 0.005
        told = [run.id_text, question.key, f"{THERE} {number}", at]
        second.stdin.write(json.dumps(told) + "\n")
        second.stdin.flush()
        # The way through a second process is the longer one.
        here = answered_here(question, f"{HERE} {number}", at + chance.uniform(0, 0.025))
        receipt, there = here.result(timeout=60), json.loads(second.stdout.readline())
        won.append(HERE if receipt.status == "accepted" else THERE)
        if won[-1] == HERE:
            assert "NotPausedError" == there[0]
            assert re.search(WHOSE.format(number, "Ada"), there[1]), there[1]
        else:
            assert None is there
            assert "gone" == receipt.status
            assert re.fullmatch(WHOSE.format(number, "Grace"), receipt.message), receipt.message
    assert [f"{who} {number}" for number, who in enumerate(won)] == run.result()
    accepted = []
    for question in desk.read(store.pauses.of_run, run.id_text):
        answers = desk.read(of_question, question.id)
        accepted += [one.data["value"] for one in answers if one.state is SubmissionState.ACCEPTED]
        assert {SubmissionState.ACCEPTED, SubmissionState.SENT_BACK} >= {one.state for one in answers}
    assert run.result() == accepted
    tables["two processes answer at once"] = [f"{ROUNDS} rounds: {won.count(HERE)} times the form, else the other"]
    assert {HERE, THERE} == set(won)


def of_question(conn, pause_id):
    rows = conn.exec_driver_sql("SELECT id FROM submission WHERE pause_id = ? ORDER BY rowid", (pause_id,)).fetchall()
    return [store.submissions.get(conn, id_) for (id_,) in rows]
