"""The record as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hitl_jupyter.core.records import CorrectionRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.store import corrections, history, journal, openings, pauses, submissions
from tests.store.build import FORM, START, T


def look(scene, run_id=None, flow=None, limit=100):
    return scene.see(history.rows, run_id, flow, limit)


def correct(scene, pause, value):
    cut = scene.see(journal.cut, pause.id)
    made = CorrectionRecord("c", scene.run.id, 2, pause.id, value, "a slip", "eve", "notebook", scene.make.now(), cut)
    scene.do(corrections.add, made, scene.make.state(T.RUNNING))
    return made


def test_an_answer_comes_with_all_that_is_known_of_it(scene):
    """A row says which question of which run was answered, what was shown, by whom, from where, when and how long."""
    pause = scene.open(description="**Ja?**", initial={"is": "absent"}, within="/task#1")
    answer = scene.receive(pause, data={"value": "1"})
    scene.accept(answer, {"value": 1})
    assert [
        {
            "run_id": scene.run.id,
            "run": "merry-puma",
            "flow": "greet",
            "attempt": 1,
            "key": "1",
            "scope": "/task#1",
            "description": "**Ja?**",
            "shown": None,
            "form": None,
            "initial": {"is": "absent"},
            "answer": {"value": "1"},
            "value": {"value": 1},
            "outcome": "accepted",
            "errors": None,
            "reason": None,
            "by": "ana",
            "origin": "notebook",
            "asked_at": pause.opened_at,
            "answered_at": answer.received_at,
            "seconds": 1.5,
        }
    ] == look(scene)


def test_every_outcome_has_its_row(scene):
    """Refused, doubtful, waiting and counting answers, and questions without one, each say what became of them."""
    first = scene.open("1")
    refused = scene.receive(first)
    scene.do(submissions.send_back, refused.id, {"value": "no"}, scene.make.now())
    scene.receive(first, submitted_by="bob")
    counts = scene.receive(first)
    errors = {"value": "odd"}
    scene.do(submissions.accept, counts.id, {}, scene.make.now(), scene.make.state(T.RUNNING), errors=errors)
    for key, outcome in zip("234", [PauseState.TIMED_OUT, PauseState.CANCELLED, PauseState.INTERRUPTED], strict=True):
        scene.close(scene.open(key), outcome, value={"value": key})
    scene.open("5")
    assert [
        ("1", "sent back", {"value": "no"}, None),
        ("1", "received", None, None),
        ("1", "invalid", {"value": "odd"}, {}),
        ("2", "timed out", None, {"value": "2"}),
        ("3", "cancelled", None, {"value": "3"}),
        ("4", "interrupted", None, {"value": "4"}),
        ("5", "open", None, None),
    ] == [(row["key"], row["outcome"], row["errors"], row["value"]) for row in look(scene)]


def test_a_question_answered_in_vain_has_a_row_of_its_own(scene):
    """That a question timed out is not lost in the answers that were refused before."""
    pause = scene.open()
    answer = scene.receive(pause)
    scene.do(submissions.send_back, answer.id, {"": "no"}, scene.make.now())
    scene.close(pause, PauseState.TIMED_OUT)
    assert ["sent back", "timed out"] == [row["outcome"] for row in look(scene)]


def test_a_correction_follows_what_it_corrects(scene):
    """A correction is a row with its value, reason, author and attempt; the answer it supersedes stays."""
    pause = scene.open()
    scene.accept(scene.receive(pause), "wrong")
    made = correct(scene, pause, "right")
    old, new = look(scene)
    assert ("wrong", 1, "accepted") == (old["value"], old["attempt"], old["outcome"])
    assert ("right", 2, "corrected", "a slip", "eve", made.at) == tuple(
        new[name] for name in ("value", "attempt", "outcome", "reason", "by", "answered_at")
    )


def test_a_record_is_chosen_by_run_and_by_flow(scene):
    """A run's record includes the runs it called; a flow's that of all its runs; both together, what is in both."""
    child = scene.add_run(parent_run_id=scene.run.id, flow_name="child")
    other = scene.add_run(flow_name="child")
    for key, run in (("a", scene.run), ("b", child), ("c", other)):
        scene.open(key, run=run)
    assert ["a", "b", "c"] == [row["key"] for row in look(scene)]
    assert ["a", "b"] == [row["key"] for row in look(scene, scene.run.id)]
    assert ["b", "c"] == [row["key"] for row in look(scene, flow="child")]
    assert ["b"] == [row["key"] for row in look(scene, scene.run.id, "child")]
    assert [] == look(scene, "nowhere")


@pytest.mark.parametrize(("limit", "keys"), [(0, ""), (1, "d"), (3, "bcd"), (9, "abcd")])
def test_a_limit_keeps_the_newest(scene, limit, keys):
    """Of more rows than the limit the newest are given, oldest first, answered or not."""
    for key in "abcd":
        pause = scene.open(key)
        if key in "ac":
            scene.accept(scene.receive(pause))
        else:
            scene.close(pause, PauseState.TIMED_OUT)
    assert [*keys] == [row["key"] for row in look(scene, limit=limit)]


def test_what_is_open_is_listed_with_run_owner_and_form(scene):
    """Open questions of all runs come oldest first, with run, owner and form; closed ones do not."""
    late = scene.open("late", opened_at=START + timedelta(hours=1), run=scene.add_run())
    bare = scene.open("bare")
    scene.accept(scene.receive(scene.open("done")))
    scene.close(scene.open("over"), PauseState.TIMED_OUT)
    shown = scene.make.pause(scene.run, "shown", form=FORM.fingerprint)
    scene.do(pauses.open_, shown, FORM, scene.make.state(T.PAUSED))
    found = scene.see(openings.open_)
    assert [bare, shown, late] == [pause for pause, _, _, _ in found]
    assert [scene.present().id, scene.run.id, late.identity.run_id] == [run.id for _, run, _, _ in found]
    assert [scene.owner] * 3 == [owner for _, _, owner, _ in found]
    assert [None, FORM, None] == [form for _, _, _, form in found]
