"""The inbox: what is open, in any process, and how to answer it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime

import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.engine.openings import Inbox, OpenQuestion
from hitl_jupyter.exceptions import NotPausedError, SubmissionRefused
from hitl_jupyter.record import inbox

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HITL_")}


class Shirt(RunInput):
    size: str
    count: int = 1


@flow
def order():
    return pause_flow_run(Shirt.with_initial_data(description="**Which?**"), key="shirt", timeout=600)


@flow
def number():
    return pause_flow_run(int)


@flow
def resume():
    return pause_flow_run()


def question(**more):
    return OpenQuestion(**{
        "run": "merry-puma", "run_id": "1", "flow": "order", "key": "1", "schema": None, "description": None,
        "since": datetime(2026, 11, 23, 10, 0, tzinfo=UTC), "deadline": None, "owner": "process 7 on host ada",
        "_submit": None, **more,
    })  # fmt: skip


def test_it_lists_what_is_open(desk):
    """Each open question comes with run, flow, key, schema, description, times and owner, the oldest first."""
    first = order.start()
    asked = desk.next_question()
    second = number.start()
    desk.next_question()
    found, other = inbox()
    assert (first.name, str(first.id), "order", "shirt") == (found.run, found.run_id, found.flow, found.key)
    assert {"size", "count"} == set(found.schema["properties"])
    assert ("**Which?**", asked.opened_at, asked.deadline) == (found.description, found.since, found.deadline)
    assert "this process" == found.owner
    assert (second.name, "number") == (other.run, other.flow)
    for run in (first, second):
        run.cancel()


def test_a_question_is_answered_from_the_list(desk):
    """Answers by field, plain values, instances of the model and a bare Resume all reach the flow."""
    ways = [
        (order, {"size": "M"}, Shirt(size="M")),
        (order, Shirt(size="L", count=2), Shirt(size="L", count=2)),
        (number, 3, 3),
        (number, {"value": 4}, 4),
        (resume, None, None),
    ]
    for its_flow, data, expected in ways:
        run = its_flow.start()
        desk.next_question()
        (found,) = inbox()
        found.answer(data)
        value = run.result()
        assert (expected.model_dump() if isinstance(expected, Shirt) else expected) == (
            value.model_dump() if isinstance(value, Shirt) else value
        )
        assert [] == inbox()


def test_an_answer_that_does_not_fit_leaves_the_question_open(desk):
    """A refused answer says why, and the question is still in the inbox."""
    run = order.start()
    desk.next_question()
    with pytest.raises(SubmissionRefused, match="size"):
        inbox()[0].answer({"size": 5})
    assert 1 == len(inbox())
    run.cancel()


def test_a_late_answer_is_told_who_was_first(desk):
    """A list is of the moment it was made: a question answered meanwhile refuses and says that nothing waits."""
    run = number.start()
    desk.next_question()
    (found,) = inbox()
    found.answer(1)
    assert 1 == run.result()
    with pytest.raises(NotPausedError):
        found.answer(2)


def test_a_question_of_another_process_is_answered_from_here(desk, tmp_path):
    """What another process asks is listed with that process, is answered here, and goes on there."""
    code = """
        from hitl_jupyter import flow, pause_flow_run

        @flow
        def elsewhere():
            return pause_flow_run(int)

        print("got", elsewhere())
    """
    there = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**ENVIRONMENT, "HITL_STORE": desk.session.store.url, "HITL_WAIT": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        while not inbox():
            assert there.poll() is None
            time.sleep(0.05)
        (found,) = inbox()
        assert ("elsewhere", True) == (found.flow, found.owner.startswith(f"process {there.pid} on host "))
        found.answer(5)
        assert "got 5" in there.communicate(timeout=60)[0]
    finally:
        there.kill()
        there.wait()


def test_an_owner_that_has_ended_is_named(desk):
    """A question whose process is gone is still listed, and says when an answer to it counts."""
    code = """
        import os
        import time
        from hitl_jupyter import flow, pause_flow_run
        from hitl_jupyter.record import inbox

        @flow
        def orphan():
            pause_flow_run(int)

        run = orphan.start()
        while not inbox():
            time.sleep(0.05)
        os.kill(os.getpid(), 9)
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**ENVIRONMENT, "HITL_STORE": desk.session.store.url, "HITL_WAIT": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    (found,) = inbox()
    assert "which has ended: an answer counts when the run is taken up" in found.owner


def test_an_inbox_reads_well():
    """As text it is a table with one line for each question, and says how to answer; empty, it says so."""
    deadline = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    shown = repr(Inbox([question(description="**Which?**\n\nPlease\x1b[2J"), question(key="shirt", deadline=deadline)]))
    head, first, second, foot = shown.splitlines()
    assert ["flow", "run", "key", "asked", "since", "until", "where"] == head.split()
    assert "order  merry-puma  1      **Which?** Please [2J  2026-11-23 10:00 UTC" in first
    assert "2026-11-23 11:00 UTC  process 7 on host ada" in second
    assert "inbox()[0].answer(...)" in foot
    assert "No question is open." == repr(Inbox())
    assert "<question 'shirt' of run 'merry-puma': Which?>" == repr(question(key="shirt", description="Which?"))


def test_what_people_wrote_is_text_in_a_notebook():
    """In HTML, descriptions, names and keys are escaped: none of them is markup (invariant 13)."""
    bad = "<img src=x onerror=alert(1)>"
    shown = Inbox([question(run=bad, flow=bad, key=bad, description=bad, owner=bad)])._repr_html_()
    assert "<img" not in shown
    assert 5 == shown.count("&lt;img")
    assert "No question is open." in Inbox()._repr_html_()


def test_a_long_description_is_cut():
    """A description of many lines takes one line of the table."""
    (_, line, _) = repr(Inbox([question(description="word " * 100)])).splitlines()
    assert "…" in line
    assert 200 > len(line)
