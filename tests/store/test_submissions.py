"""Answers: received, then accepted once or sent back."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from hitl_jupyter.core.states import PauseState, SubmissionState
from hitl_jupyter.exceptions import InvalidTransition, NotPausedError, ObjectNotFound
from hitl_jupyter.store import events, logs, owners, pauses, rows, runs, submissions
from hitl_jupyter.store.tables import submission
from tests.store.build import T


def test_an_answer_is_kept_as_it_came(scene):
    """A received answer equals the record, the run goes on waiting, and the event says who, from where, how long."""
    pause = scene.open()
    answer = scene.receive(pause, data={"value": "0.10", "big": 2**53 + 1})
    assert answer == scene.see(submissions.get, answer.id)
    assert T.PAUSED is scene.present().state.type
    event = scene.see(events.of_run, scene.run.id)[-1]
    assert ("submission.received", "ana", "notebook", pause.id) == (
        event.kind,
        event.actor,
        event.origin,
        event.pause_id,
    )
    assert {"pause_key": "1", "submission_id": answer.id, "seconds": 1.5} == event.payload


def test_the_accepted_answer_lets_the_run_go_on(scene):
    """Accepting closes the question with its value, moves the run, and writes event and lines, in one commit."""
    pause = scene.open()
    answer = scene.receive(pause)
    at, running = scene.make.now(), scene.make.state(T.RUNNING)
    lines = [scene.make.log(scene.run, "Resuming flow run execution!")]
    assert scene.do(submissions.accept, answer.id, {"value": 5}, at, running, logs=lines) is None
    closed = scene.see(pauses.get, pause.id)
    assert (PauseState.ANSWERED, answer.id, {"value": 5}, at) == (
        closed.state,
        closed.answer_id,
        closed.value,
        closed.closed_at,
    )
    winner = scene.see(submissions.winner, pause.id)
    assert (answer.id, SubmissionState.ACCEPTED, at) == (winner.id, winner.state, winner.decided_at)
    assert running == scene.present().state
    assert ["submission.received", "pause.answered", "flow-run.Running"] == scene.kinds()[-3:]
    assert ["Resuming flow run execution!"] == [line.message for line in scene.see(logs.of_run, scene.run.id)]


def test_a_run_waits_for_all_its_questions(scene):
    """An accepted answer moves the run only when no other of its questions is open."""
    first, second = scene.open("1"), scene.open("2")
    scene.accept(scene.receive(first))
    assert T.PAUSED is scene.present().state.type
    scene.accept(scene.receive(second))
    assert [T.PENDING, T.RUNNING, T.PAUSED, T.RUNNING] == scene.types()


def test_a_question_of_another_run_does_not_hold_a_run(scene):
    """Open questions of other runs do not matter."""
    other = scene.add_run()
    scene.open("1", run=other)
    scene.accept(scene.receive(scene.open("1")))
    assert T.RUNNING is scene.present().state.type
    assert T.PAUSED is scene.present(other).state.type


def test_the_second_answer_loses_and_is_told_who_won(scene):
    """Of two received answers the first accepted wins; the other is sent back with the winner's name (invariant 3)."""
    pause = scene.open()
    first, second = scene.receive(pause), scene.receive(pause, submitted_by="bob")
    assert scene.accept(second, "bob's") is None
    kinds = scene.kinds()
    lost = scene.accept(first, "ana's")
    assert (second.id, "bob's") == (lost.answer_id, lost.value)
    sent_back = scene.see(submissions.get, first.id)
    assert SubmissionState.SENT_BACK is sent_back.state
    assert "answered by bob at 2026-11-23 10:00:00 UTC" in sent_back.errors[""]
    assert [*kinds, "submission.sent_back"] == scene.kinds()
    assert second.id == scene.see(submissions.winner, pause.id).id


def test_an_answer_is_accepted_once(scene):
    """Accepting the winner again changes nothing and does not say that it won."""
    pause = scene.open()
    answer = scene.receive(pause)
    scene.accept(answer)
    before = scene.see(submissions.get, answer.id), scene.types(), scene.kinds()
    assert scene.accept(answer, "other").value == "yes"
    assert before == (scene.see(submissions.get, answer.id), scene.types(), scene.kinds())


def test_an_answer_that_was_sent_back_cannot_win(scene):
    """An answer that was refused is not accepted afterwards: the question stays open."""
    pause = scene.open()
    answer = scene.receive(pause)
    scene.do(submissions.send_back, answer.id, {"value": "no"}, scene.make.now())
    assert PauseState.OPEN is scene.accept(answer).state
    assert PauseState.OPEN is scene.see(pauses.get, pause.id).state
    assert scene.see(submissions.winner, pause.id) is None


def test_a_refused_answer_leaves_the_question_open(scene):
    """Sending back keeps the reasons and the time, and touches neither question nor run."""
    pause = scene.open()
    answer = scene.receive(pause)
    at = scene.make.now()
    scene.do(submissions.send_back, answer.id, {"address.zip": "Please fill this in."}, at)
    found = scene.see(submissions.get, answer.id)
    assert (SubmissionState.SENT_BACK, {"address.zip": "Please fill this in."}, at) == (
        found.state,
        found.errors,
        found.decided_at,
    )
    assert pause == scene.see(pauses.get, pause.id)
    assert T.PAUSED is scene.present().state.type


@pytest.mark.parametrize("decided", ["accepted", "sent_back"])
def test_a_decided_answer_is_not_sent_back(scene, decided):
    """Sending back an answer that is decided already is refused and changes nothing."""
    answer = scene.receive(scene.open())
    if decided == "accepted":
        scene.accept(answer)
    else:
        scene.do(submissions.send_back, answer.id, {"": "first"}, scene.make.now())
    before = scene.see(submissions.get, answer.id), scene.kinds()
    with pytest.raises(InvalidTransition, match=f"Submission {answer.id} is {decided} and cannot become sent_back"):
        scene.do(submissions.send_back, answer.id, {"": "second"}, scene.make.now())
    assert before == (scene.see(submissions.get, answer.id), scene.kinds())


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (None, "had its pause '1' answered by ana at 2026-11-23 10:00:00 UTC"),
        (PauseState.TIMED_OUT, "its pause '1' timed out at 2026-11-23 10:00:00 UTC"),
        (PauseState.CANCELLED, "its pause '1' was cancelled at 2026-11-23 10:00:00 UTC"),
        (PauseState.INTERRUPTED, "was interrupted at 2026-11-23 10:00:00 UTC. Take the run up again"),
    ],
)
def test_a_late_answer_is_told_what_became_of_the_question(scene, outcome, says):
    """An answer to a closed question is not stored; the error says who answered, or how it was closed, and when."""
    pause = scene.open()
    if outcome is None:
        scene.accept(scene.receive(pause))
    else:
        scene.close(pause, outcome)
    late = scene.make.submission(pause, submitted_by="bob")
    with pytest.raises(NotPausedError) as error:
        scene.do(submissions.receive, late)
    assert str(error.value).startswith("Cannot resume a run that isn't paused! Run 'merry-puma' ")
    assert says in str(error.value)
    with pytest.raises(ObjectNotFound):
        scene.see(submissions.get, late.id)


def test_an_answer_after_the_deadline_is_refused(scene):
    """An answer is refused from its deadline on, though nobody has closed the question; one in time is kept."""
    deadline = scene.make.now() + timedelta(seconds=1)
    pause = scene.open(deadline=deadline)
    scene.receive(pause, received_at=deadline)
    late = scene.make.submission(pause, received_at=deadline + timedelta(microseconds=1))
    with pytest.raises(NotPausedError, match=r"its time was over at 2026-11-23 10:00:01 UTC. Run the flow again"):
        scene.do(submissions.receive, late)
    with pytest.raises(ObjectNotFound):
        scene.see(submissions.get, late.id)


@pytest.mark.parametrize("type_", [T.COMPLETED, T.FAILED, T.CANCELLED])
def test_an_answer_to_a_run_that_is_over_is_told_so(scene, type_):
    """The refusal says which state the run has and since when."""
    pause = scene.open()
    scene.advance(type_)
    with pytest.raises(NotPausedError, match=f"The run is {type_.capitalize()} since 2026-11-23 10:00:00 UTC"):
        scene.receive(pause)


def test_an_answer_can_count_though_a_validator_refused_it(scene):
    """What the validator said is kept with an accepted answer."""
    pause = scene.open()
    answer = scene.receive(pause)
    scene.do(
        submissions.accept,
        answer.id,
        {"size": "XXL"},
        scene.make.now(),
        scene.make.state(T.RUNNING),
        errors={"size": "out of stock"},
    )
    found = scene.see(submissions.winner, pause.id)
    assert (SubmissionState.ACCEPTED, {"size": "out of stock"}) == (found.state, found.errors)


def test_answers_left_to_judge_are_those_of_one_owner_s_open_questions(scene):
    """received gives answers that are not decided, to open questions, of this owner's runs, oldest first."""
    other = scene.make.owner()
    scene.do(owners.register, other)
    foreign, states = scene.make.run(other)
    scene.do(runs.add, foreign, states)
    first, second, closed = scene.open("1"), scene.open("2"), scene.open("3")
    abandoned = scene.receive(closed)
    scene.receive(scene.open("1", run=foreign))
    late, early = scene.make.submission(second), scene.make.submission(first)
    scene.do(submissions.receive, early)
    scene.do(submissions.receive, late)
    refused = scene.receive(first)
    scene.do(submissions.send_back, refused.id, {}, scene.make.now())
    scene.close(closed, PauseState.CANCELLED)
    assert [(late, second), (early, first)] == scene.see(submissions.received, scene.owner.id)
    assert SubmissionState.RECEIVED is scene.see(submissions.get, abandoned.id).state


def test_an_unknown_answer_or_question(scene):
    """Answers to unknown questions, and decisions on unknown answers, raise ObjectNotFound."""
    nowhere = scene.make.pause(scene.run, id="nowhere")
    with pytest.raises(ObjectNotFound, match="pause nowhere"):
        scene.receive(nowhere)
    with pytest.raises(ObjectNotFound, match="submission "):
        scene.accept(scene.make.submission(nowhere))
    with pytest.raises(ObjectNotFound, match="submission none"):
        scene.do(submissions.send_back, "none", {}, scene.make.now())
    with pytest.raises(ObjectNotFound, match="submission none"):
        scene.see(submissions.get, "none")


def test_the_database_itself_refuses_a_second_accepted_answer(scene):
    """Below all code, the schema lets a question have one accepted answer (invariant 3)."""
    pause = scene.open()
    scene.accept(scene.receive(pause))
    other = scene.make.submission(pause, state=SubmissionState.ACCEPTED)

    def force(conn):
        conn.execute(submission.insert(), rows.submission(other))

    with pytest.raises(Exception, match=r"UNIQUE constraint failed: submission\.pause_id") as error:
        scene.do(force)
    assert isinstance(error.value.orig, sqlite3.IntegrityError)
