"""Questions: opening and closing them, and what that does to their run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hitl_jupyter.core.records import Identity
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import InvalidTransition, ObjectNotFound
from hitl_jupyter.store import events, logs, pauses, runs
from tests.store.build import FORM, START, T


def test_a_question_is_stored_with_its_form_in_the_commit_that_pauses_its_run(scene):
    """Opening stores question and form, and moves the run to Paused, with an event for each and the lines."""
    pause = scene.make.pause(
        scene.run, form=FORM.fingerprint, description="**Ja?**", initial={"is": "absent"}, deadline=START
    )
    paused = scene.make.state(T.PAUSED, details={"pause_key": "1", "pause_timeout": None})
    lines = [scene.make.log(scene.run, "Pausing flow")]
    assert scene.do(pauses.open_, pause, FORM, paused, logs=lines) is None
    assert pause == scene.see(pauses.get, pause.id)
    assert FORM == scene.see(pauses.form_of, pause)
    assert paused == scene.present().state
    assert ["pause.opened", "flow-run.Paused"] == scene.kinds()[2:]
    assert ["Pausing flow"] == [line.message for line in scene.see(logs.of_run, scene.run.id)]


def test_a_form_is_stored_once(scene):
    """A second question with a known form stores no second form; a bare one has none."""
    for key in "12":
        pause = scene.make.pause(scene.run, key, form=FORM.fingerprint)
        scene.do(pauses.open_, pause, FORM, scene.make.state(T.PAUSED))
        assert FORM == scene.see(pauses.form_of, pause)
    with pytest.raises(ObjectNotFound, match="form of pause"):
        scene.see(pauses.form_of, scene.open("3"))


def test_several_questions_of_a_run_make_one_paused_state(scene):
    """A run that is Paused already is not paused again by a second question."""
    scene.open("1")
    scene.open("2")
    assert [T.PENDING, T.RUNNING, T.PAUSED] == scene.types()
    assert ["pause.opened", "flow-run.Paused", "pause.opened"] == scene.kinds()[2:]
    assert ["1", "2"] == [pause.pause_key for pause in scene.see(pauses.open_of_run, scene.run.id)]


@pytest.mark.parametrize("answered", [False, True])
def test_asking_again_gives_what_is_recorded(scene, answered):
    """A question whose identity is taken is not asked again: only its lines are written (invariant 5)."""
    pause = scene.open("same")
    if answered:
        scene.accept(scene.receive(pause), value={"value": 7})
    before = scene.types(), scene.kinds()
    again = scene.make.pause(scene.run, "same")
    lines = [scene.make.log(scene.run, "Pausing flow")]
    recorded = scene.do(pauses.open_, again, FORM, scene.make.state(T.PAUSED), logs=lines)
    assert scene.see(pauses.get, pause.id) == recorded
    assert ({"value": 7} if answered else None) == recorded.value
    assert before == (scene.types(), scene.kinds())
    assert 1 == len(scene.see(pauses.of_run, scene.run.id))
    assert 1 == len(scene.see(logs.of_run, scene.run.id))


@pytest.mark.parametrize("other", [{"attempt": 2}, {"scope": "task/0"}, {"key": "2"}], ids=["attempt", "scope", "key"])
def test_every_part_of_the_identity_tells_questions_apart(scene, other):
    """Questions that differ in attempt, scope or key alone are different questions."""
    first = scene.open("1")
    identity = replace(first.identity, **other)
    scene.open("1", identity=identity)
    assert {first.identity, identity} == {pause.identity for pause in scene.see(pauses.open_of_run, scene.run.id)}


def test_a_run_that_is_over_cannot_pause(scene):
    """Opening a question in a finished run is refused, and nothing is stored."""
    scene.advance(T.COMPLETED)
    with pytest.raises(InvalidTransition, match="is COMPLETED and cannot become PAUSED"):
        scene.open("1")
    assert [] == scene.see(pauses.of_run, scene.run.id)


def test_an_unknown_run_cannot_pause(scene):
    """Opening a question of a run that is not in the store raises ObjectNotFound."""
    pause = scene.make.pause(scene.run, identity=Identity("nowhere", 1, "", "1"))
    with pytest.raises(ObjectNotFound, match="flow run nowhere"):
        scene.do(pauses.open_, pause, None, scene.make.state(T.PAUSED))


@pytest.mark.parametrize("outcome", [PauseState.TIMED_OUT, PauseState.CANCELLED])
def test_closing_the_last_question_lets_the_run_go_on(scene, outcome):
    """The run leaves Paused with the last of its questions, not before; each closing has an event that says by whom."""
    first, second = scene.open("1"), scene.open("2")
    assert scene.close(first, outcome, actor="ana", origin="card")
    assert T.PAUSED is scene.present().state.type
    assert scene.close(second, outcome)
    assert T.RUNNING is scene.present().state.type
    closed = [event for event in scene.see(events.of_run, scene.run.id) if event.kind == f"pause.{outcome}"]
    assert [(first.id, "ana", "card"), (second.id, None, None)] == [(e.pause_id, e.actor, e.origin) for e in closed]
    assert outcome is scene.see(pauses.get, first.id).state


def test_a_question_is_closed_once(scene):
    """The second closing changes nothing and says so: the first stands."""
    pause = scene.open()
    assert scene.close(pause, PauseState.TIMED_OUT)
    before = scene.see(pauses.get, pause.id), scene.types(), scene.kinds()
    lines = [scene.make.log(scene.run, "never")]
    assert not scene.close(pause, PauseState.CANCELLED, logs=lines)
    assert before == (scene.see(pauses.get, pause.id), scene.types(), scene.kinds())
    assert [] == scene.see(logs.of_run, scene.run.id)


def test_closing_and_ending_are_one_commit_when_one_operation_does_both(scene):
    """Operations compose: without a state to go on with, the run is ended by the same transaction."""
    pause = scene.open()

    def end(conn):
        pauses.close(conn, pause.id, PauseState.CANCELLED, scene.make.now(), None)
        runs.advance(conn, scene.run.id, scene.make.state(T.CANCELLED))

    scene.do(end)
    assert [T.PENDING, T.RUNNING, T.PAUSED, T.CANCELLED] == scene.types()


def test_a_question_is_not_closed_as_answered(scene):
    """An answer closes a question by being accepted, never by close."""
    with pytest.raises(ValueError, match="accepted submission"):
        scene.close(scene.open(), PauseState.ANSWERED)


def test_an_unknown_question(scene):
    """Reading or closing a question that is not there raises ObjectNotFound."""
    nowhere = scene.make.pause(scene.run, id="nowhere")
    with pytest.raises(ObjectNotFound, match="pause nowhere"):
        scene.see(pauses.get, "nowhere")
    with pytest.raises(ObjectNotFound, match="pause nowhere"):
        scene.close(nowhere, PauseState.CANCELLED)
