"""Questions: opening and closing them, and what that does to their run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hitl_jupyter.core.records import FormRecord, Identity
from hitl_jupyter.core.states import PauseState, SubmissionState
from hitl_jupyter.exceptions import InvalidTransition, ObjectNotFound, RunTakenOver
from hitl_jupyter.store import events, logs, pauses, runs, submissions
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


OTHER = FormRecord("0" * 64, {"version": 1, "title": "Anders"}, {"type": "object"})
CAN_COME_BACK = [PauseState.TIMED_OUT, PauseState.INTERRUPTED]


def ask_again(scene, key, its_form=None, **more):
    """Open the question of a key once more, as a run does that is taken up; gives what that gives."""
    record = scene.make.pause(scene.run, key, form=its_form and its_form.fingerprint, **more)
    return scene.do(pauses.open_, record, its_form, scene.make.state(T.PAUSED), again=True)


@pytest.mark.parametrize("outcome", CAN_COME_BACK)
def test_a_question_that_was_closed_for_want_of_an_answer_is_opened_again(scene, outcome):
    """It is the same row, open, with what is shown now; its first opening stays, and its run waits again."""
    pause = scene.open("1", form=None, description="old", deadline=START)
    scene.do(pauses.draft, pause.id, {"typed": "half"})
    scene.close(pause, outcome, value={"value": "default"})
    assert ask_again(scene, "1", description="new", deadline=None) is None
    found = scene.see(pauses.get, pause.id)
    assert replace(pause, description="new", deadline=None, draft={"typed": "half"}) == found
    assert T.PAUSED is scene.present().state.type
    assert ["pause.reopened", "flow-run.Paused"] == scene.kinds()[-2:]
    assert {pause.id} == {event.pause_id for event in scene.see(events.of_run, scene.run.id) if event.pause_id}
    assert scene.accept(scene.receive(pause), "at last") is None
    assert "at last" == scene.see(pauses.get, pause.id).value


@pytest.mark.parametrize("outcome", [None, PauseState.ANSWERED, PauseState.CANCELLED])
def test_a_question_that_is_open_or_done_with_is_not_opened_again(scene, outcome):
    """Asking again gives an open, answered or cancelled question as it is recorded, and changes nothing."""
    pause = scene.open("1")
    if outcome is PauseState.ANSWERED:
        scene.accept(scene.receive(pause))
    elif outcome is not None:
        scene.close(pause, outcome)
    before = scene.see(pauses.get, pause.id), scene.types(), scene.kinds()
    assert before[0] == ask_again(scene, "1", description="new")
    assert before == (scene.see(pauses.get, pause.id), scene.types(), scene.kinds())


def test_what_is_closed_stays_closed_unless_asked_again(scene):
    """Without `again`, a question that timed out is given as it is recorded."""
    pause = scene.open("1")
    scene.close(pause, PauseState.TIMED_OUT)
    again = scene.make.pause(scene.run, "1")
    assert PauseState.TIMED_OUT is scene.do(pauses.open_, again, None, scene.make.state(T.PAUSED)).state
    assert T.RUNNING is scene.present().state.type


@pytest.mark.parametrize("way", ["renew", "reopen"])
@pytest.mark.parametrize("changed", [True, False])
def test_a_form_that_has_changed_meanwhile(scene, way, changed):
    """With another form the draft is dropped and answers not judged are sent back; with the same both stay."""
    pause = scene.make.pause(scene.run, "1", form=FORM.fingerprint)
    scene.do(pauses.open_, pause, FORM, scene.make.state(T.PAUSED))
    scene.do(pauses.draft, pause.id, {"typed": "half"})
    answer = scene.receive(pause)
    form = OTHER if changed else FORM
    if way == "renew":
        record = scene.make.pause(scene.run, "1", form=form.fingerprint, description="now", initial={"n": 1})
        scene.do(pauses.renew, pause.id, form, record)
    else:
        scene.close(pause, PauseState.INTERRUPTED)
        ask_again(scene, "1", form, description="now", initial={"n": 1})
    found = scene.see(pauses.get, pause.id)
    assert (form.fingerprint, "now", {"n": 1}) == (found.form, found.description, found.initial)
    assert (PauseState.OPEN, pause.opened_at) == (found.state, found.opened_at)
    assert (None if changed else {"typed": "half"}) == found.draft
    assert form == scene.see(pauses.form_of, found)
    left = scene.see(submissions.get, answer.id)
    if changed:
        assert SubmissionState.SENT_BACK is left.state
        assert "form of this question has changed" in left.errors[""]
        sent_back = [event for event in scene.see(events.of_run, scene.run.id) if "sent_back" in event.kind]
        assert [{"pause_key": "1", "submission_id": answer.id}] == [event.payload for event in sent_back]
    else:
        assert answer == left


def test_a_renewed_question_keeps_its_deadline_and_says_what_it_was(scene):
    """renew leaves the deadline, and its event names the form before."""
    pause = scene.make.pause(scene.run, "1", form=FORM.fingerprint, deadline=START)
    scene.do(pauses.open_, pause, FORM, scene.make.state(T.PAUSED))
    scene.do(pauses.renew, pause.id, OTHER, scene.make.pause(scene.run, "1", form=OTHER.fingerprint))
    assert START == scene.see(pauses.get, pause.id).deadline
    event = scene.see(events.of_run, scene.run.id)[-1]
    assert ("pause.renewed", FORM.fingerprint, OTHER.fingerprint) == (
        event.kind,
        event.payload["before"],
        event.payload["form"],
    )


def test_only_an_open_question_is_renewed(scene):
    """A question that was answered meanwhile stays as it was shown; an unknown one raises ObjectNotFound."""
    pause = scene.open("1", description="shown")
    scene.accept(scene.receive(pause))
    before = scene.see(pauses.get, pause.id), scene.kinds()
    record = scene.make.pause(scene.run, "1", form=OTHER.fingerprint, description="never shown")
    scene.do(pauses.renew, pause.id, OTHER, record)
    assert before == (scene.see(pauses.get, pause.id), scene.kinds())
    with pytest.raises(ObjectNotFound, match="pause nowhere"):
        scene.do(pauses.renew, "nowhere", None, record)


def test_what_is_typed_is_kept_while_the_question_is_open(scene):
    """A draft is kept, replaced and dropped with the answer; a closed question takes none and says so."""
    pause = scene.open()
    for typed in ({"a": "1"}, {"a": "12"}):
        assert scene.do(pauses.draft, pause.id, typed)
        assert typed == scene.see(pauses.get, pause.id).draft
    scene.accept(scene.receive(pause))
    assert not scene.do(pauses.draft, pause.id, {"a": "123"})
    assert not scene.do(pauses.draft, "nowhere", {})
    assert scene.see(pauses.get, pause.id).draft is None


def test_what_a_deadline_gives_is_kept(scene):
    """The value that a deadline gave in place of an answer is recorded with the question."""
    pause = scene.open()
    scene.close(pause, PauseState.TIMED_OUT, value={"value": "default"})
    found = scene.see(pauses.get, pause.id)
    assert (PauseState.TIMED_OUT, {"value": "default"}, None) == (found.state, found.value, found.answer_id)


@pytest.mark.parametrize("outcome", [PauseState.TIMED_OUT, PauseState.CANCELLED, PauseState.INTERRUPTED])
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


@pytest.mark.parametrize("outcome", [PauseState.ANSWERED, PauseState.OPEN])
def test_a_question_is_not_closed_as_answered(scene, outcome):
    """An answer closes a question by being accepted, never by close, and open is no way to be closed."""
    with pytest.raises(ValueError, match="accepted submission"):
        scene.close(scene.open(), outcome)


def test_an_unknown_question(scene):
    """Reading or closing a question that is not there raises ObjectNotFound."""
    nowhere = scene.make.pause(scene.run, id="nowhere")
    with pytest.raises(ObjectNotFound, match="pause nowhere"):
        scene.see(pauses.get, "nowhere")
    with pytest.raises(ObjectNotFound, match="pause nowhere"):
        scene.close(nowhere, PauseState.CANCELLED)


def test_only_the_owner_opens_and_closes(scene):
    """A process whose run was taken over meanwhile changes nothing of it."""
    pause = scene.open()
    other = scene.make.pause(scene.run, "2")
    for operation in (
        lambda: scene.do(pauses.open_, other, None, scene.make.state(T.PAUSED), owner_id="another"),
        lambda: scene.close(pause, PauseState.TIMED_OUT, owner_id="another"),
    ):
        with pytest.raises(RunTakenOver):
            operation()
    assert [pause] == scene.see(pauses.of_run, scene.run.id)
    assert scene.close(pause, PauseState.TIMED_OUT, owner_id=scene.owner.id)
