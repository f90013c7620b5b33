"""What a run finds recorded when it is taken up, corrected and tried again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hitl_jupyter.core.records import CorrectionRecord, Identity
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import InvalidTransition, NotCorrectable, ObjectNotFound
from hitl_jupyter.store import corrections, events, journal, pauses, submissions, tasks
from tests.store.build import T


@pytest.fixture
def story(scene):
    return Story(scene)


class Story:
    """Short words for what a run does, one attempt after the other."""

    def __init__(self, scene):
        self.scene = scene
        self.attempts = {scene.run.id: 1}

    def ask(self, key, scope="", run=None, **more):
        run = run or self.scene.run
        identity = Identity(run.id, self.attempts.get(run.id, 1), scope, key)
        return self.scene.open(key, run=run, identity=identity, **more)

    def answer(self, question, value="yes"):
        assert self.scene.accept(self.scene.receive(question), value) is None

    def begin(self, key, scope="", run=None):
        run = run or self.scene.run
        task, states = self.scene.make.task(run)
        task = replace(task, identity=Identity(run.id, self.attempts.get(run.id, 1), scope, key))
        self.scene.do(tasks.add, task, states)
        return task

    def end(self, task, result=1):
        state = self.scene.make.state(T.COMPLETED)
        self.scene.do(tasks.advance, task.id, state, result=result, result_kept=True)

    def correct(self, question, value, cut=None, run=None, attempt=None):
        run = run or self.scene.run
        number = attempt or self.attempts.get(run.id, 1) + 1
        made = CorrectionRecord(
            f"correction-{run.id}-{number}",
            run.id,
            number,
            None if question is None else question.id,
            value,
            "a slip",
            "ana",
            "notebook",
            self.scene.make.now(),
            self.scene.see(journal.cut, question.id) if cut is None else cut,
        )
        self.scene.do(corrections.add, made, self.scene.make.state(T.RUNNING), actor="ana", origin="notebook")
        self.attempts[run.id] = number
        return made

    def journal(self, run=None):
        run = run or self.scene.run
        return self.scene.see(journal.load, run.id, self.attempts.get(run.id, 1))

    def values(self, run=None):
        """Give what the attempt finds: its questions' values and its tasks' states by scope and key."""
        found = self.journal(run)
        asked = {
            f"{p.identity.scope}/{p.identity.key}": p.value if p.value is not None else p.state for p in found.pauses
        }
        return asked | {f"{t.identity.scope}/{t.identity.key}": t.state.type for t in found.tasks}


def test_a_run_finds_what_it_has_recorded(story, scene):
    """An attempt finds its pauses and tasks as they are, its subflow runs, and answers that nobody has judged."""
    first, second = story.ask("1"), story.ask("2")
    story.answer(first, {"value": 1})
    task = story.begin("fetch#1")
    child = scene.add_run(parent_run_id=scene.run.id, parent_task_run_id=task.id)
    late, later = scene.receive(second), scene.receive(second)
    refused = scene.receive(second)
    scene.do(submissions.send_back, refused.id, {"": "no"}, scene.make.now())
    scene.open("1", run=scene.add_run())
    found = story.journal()
    assert [scene.see(pauses.get, first.id), second] == found.pauses
    assert scene.see(tasks.of_run, scene.run.id) == found.tasks
    assert [child.id] == [one.id for one in found.children]
    assert {second.id: [late, later]} == found.answers


def test_an_answer_that_met_an_interrupt_is_found(story, scene):
    """An answer that was received and not judged when the run crashed is there when its question is opened again."""
    question = story.ask("1")
    answer = scene.receive(question)
    scene.advance(T.CRASHED)
    assert {question.id: [answer]} == story.journal().answers


def test_a_retry_begins_with_nothing(story, scene):
    """Another attempt that no correction made finds nothing of the one before."""
    story.answer(story.ask("1"))
    scene.advance(T.FAILED)
    scene.advance(T.RUNNING, attempt=2)
    story.attempts[scene.run.id] = 2
    assert {} == story.values()
    story.answer(story.ask("1"), "again")
    assert {"/1": "again"} == story.values()


def test_a_correction_keeps_what_had_begun_before(story, scene):
    """The next attempt finds what had begun before the answer, with the new value, and nothing that began after it."""
    before = story.ask("before")
    story.answer(before)
    early = story.begin("early#1")
    wrong = story.ask("wrong")
    beside = story.ask("beside")
    story.answer(wrong, "no")
    story.end(early)
    story.answer(beside)
    story.end(story.begin("late#1"))
    story.answer(story.ask("late"))
    scene.advance(T.COMPLETED)
    story.correct(wrong, "right")
    assert {"/before": "yes", "/wrong": "right", "/beside": "yes", "/early#1": T.COMPLETED} == story.values()
    assert {1} == {one.identity.attempt for one in (*story.journal().pauses, *story.journal().tasks)}
    assert {PauseState.ANSWERED} == {one.state for one in story.journal().pauses}
    assert "no" == scene.see(pauses.get, wrong.id).value


def test_the_new_attempt_adds_its_own(story, scene):
    """What the corrected attempt records is found beside what it inherits, and wins in the same place."""
    wrong = story.ask("wrong")
    story.begin("cut short#1")
    story.answer(wrong, "no")
    story.correct(wrong, "right")
    story.end(story.begin("cut short#1"))
    story.answer(story.ask("new"))
    assert {"/wrong": "right", "/new": "yes", "/cut short#1": T.COMPLETED} == story.values()


def test_corrections_of_corrections(story, scene):
    """Each correction sees the attempt before it: later questions of an earlier attempt do not come back."""
    first = story.ask("first")
    story.answer(first, "a1")
    second = story.ask("second")
    story.answer(second, "b1")
    story.answer(story.ask("third"), "c1")
    story.correct(second, "b2")
    assert {"/first": "a1", "/second": "b2"} == story.values()
    story.answer(story.ask("third"), "c2")
    story.correct(second, "b3")
    assert {"/first": "a1", "/second": "b3"} == story.values()
    story.answer(story.ask("third"), "c3")
    assert {"/first": "a1", "/second": "b3", "/third": "c3"} == story.values()
    story.correct(first, "a4")
    assert {"/first": "a4"} == story.values()
    assert {"/first": "a1", "/second": "b1", "/third": "c1"} == {
        f"/{one.identity.key}": one.value for one in scene.see(journal.load, scene.run.id, 1).pauses
    }


def test_a_correction_of_an_attempt_after_a_retry_does_not_reach_behind_it(story, scene):
    """A chain of corrections ends at the retry it stands on."""
    story.answer(story.ask("1"), "first")
    scene.advance(T.FAILED)
    scene.advance(T.RUNNING, attempt=2)
    story.attempts[scene.run.id] = 2
    question = story.ask("2")
    story.answer(question, "second")
    story.correct(question, "third")
    assert {"/2": "third"} == story.values()


def test_a_question_that_the_correction_closed_is_asked_again(story, scene):
    """A question open beside the corrected one is cancelled by the correction, and not inherited as cancelled."""
    wrong, beside = story.ask("wrong"), story.ask("beside")
    story.answer(wrong, "no")
    story.correct(wrong, "right")
    assert PauseState.CANCELLED is scene.see(pauses.get, beside.id).state
    assert {"/wrong": "right"} == story.values()


def test_an_interrupted_question_before_the_cut_is_inherited(story, scene):
    """A question that a crash interrupted is found as such by the corrected attempt, which opens it again."""
    wrong = story.ask("wrong")
    story.ask("beside")
    story.answer(wrong, "no")
    scene.advance(T.CRASHED)
    story.correct(wrong, "right")
    assert {"/wrong": "right", "/beside": PauseState.INTERRUPTED} == story.values()


def test_a_task_around_the_corrected_answer_is_done_again(story, scene):
    """A task run that contains the corrected pause, at any depth, is not inherited; what is in and beside it is."""
    outer = story.begin("outer#1")
    inner = story.begin("inner#1", scope="/outer#1")
    done = story.begin("done#1", scope="/outer#1/inner#1")
    story.end(done)
    namesake = story.begin("outer#10")
    wrong = story.ask("#1", scope="/outer#1/inner#1/branch:1")
    story.answer(wrong, "no")
    for task in (inner, outer, namesake):
        story.end(task)
    story.correct(wrong, "right")
    assert {
        "/outer#1/inner#1/branch:1/#1": "right",
        "/outer#1/inner#1/done#1": T.COMPLETED,
        "/outer#10": T.COMPLETED,
    } == story.values()


def test_a_task_around_a_question_with_a_key_of_its_own_is_done_again(story):
    """A key makes the identity of a pause independent of its scope; what asked it is found all the same."""
    task = story.begin("ask#1")
    wrong = story.ask("size", within="/ask#1")
    story.answer(wrong, "no")
    story.end(task)
    story.correct(wrong, "right")
    assert {"/size": "right"} == story.values()


def test_a_correction_in_a_subflow_takes_the_run_around_it_along(story, scene):
    """The parent inherits the subflow's task run, which goes on, and not the tasks around it nor what came later."""
    outer = story.begin("outer#1")
    call = story.begin("child#1", scope="/outer#1")
    child = scene.add_run(parent_run_id=scene.run.id, parent_task_run_id=call.id)
    story.answer(story.ask("first", run=child))
    wrong = story.ask("wrong", run=child)
    story.answer(wrong, "no")
    scene.advance(T.COMPLETED, child)
    story.end(call)
    story.end(outer)
    story.answer(story.ask("after"))
    scene.advance(T.COMPLETED)
    made = story.correct(wrong, "right", run=child)
    story.correct(None, None, cut=made.cut)
    assert {"/outer#1/child#1": T.RUNNING} == story.values()
    assert {"/first": "yes", "/wrong": "right"} == story.values(child)
    assert [(child.id, 2, T.RUNNING)] == [(run.id, run.attempt, run.state.type) for run in story.journal().children]


def test_a_correction_is_recorded(story, scene):
    """The correction is stored as it is, and its event says who, from where, why and which attempt came of it."""
    wrong = story.ask("wrong")
    story.answer(wrong, "no")
    scene.advance(T.COMPLETED, result="done", result_kept=True)
    made = story.correct(wrong, "right")
    assert [made] == scene.see(corrections.of_run, scene.run.id)
    found = scene.present()
    assert (2, T.RUNNING, None, False) == (found.attempt, found.state.type, found.result, found.result_kept)
    event = scene.see(events.of_run, scene.run.id)[-2]
    assert ("pause.corrected", "ana", "notebook", wrong.id) == (event.kind, event.actor, event.origin, event.pause_id)
    assert {"correction_id": made.id, "attempt": 2, "reason": "a slip"} == event.payload


@pytest.mark.parametrize("type_", [T.COMPLETED, T.FAILED, T.CRASHED, T.RUNNING, T.PAUSED])
def test_a_run_can_be_corrected_in_each_of_these_states(story, scene, type_):
    """Finished, crashed, running and waiting runs go on, Running, on a path that the table of moves has."""
    wrong = story.ask("wrong")
    story.answer(wrong, "no")
    if type_ is T.PAUSED:
        story.ask("open")
    elif type_ is not T.RUNNING:
        scene.advance(type_)
    before = scene.types()
    story.correct(wrong, "right")
    assert T.RUNNING is scene.present().state.type
    assert (before if type_ is T.RUNNING else [*before, T.RUNNING]) == scene.types()
    assert [] == scene.see(pauses.open_of_run, scene.run.id)


def test_a_cancelled_run_is_not_corrected(story, scene):
    """A run that a person cancelled does not go on by a correction, and nothing is stored."""
    wrong = story.ask("wrong")
    story.answer(wrong)
    scene.advance(T.CANCELLED)
    with pytest.raises(InvalidTransition):
        story.correct(wrong, "right")
    assert [] == scene.see(corrections.of_run, scene.run.id)
    assert 1 == scene.present().attempt


def test_of_two_corrections_at_once_one_makes_the_attempt(story, scene):
    """A correction for an attempt that another has made already is refused and says which attempt the run is at."""
    wrong = story.ask("wrong")
    story.answer(wrong, "no")
    story.correct(wrong, "right")
    with pytest.raises(NotCorrectable, match=r"question 'wrong' of run 'merry-puma'.*went on as attempt 2 meanwhile"):
        story.correct(wrong, "left", attempt=2)
    with pytest.raises(ObjectNotFound, match="flow run nowhere"):
        story.correct(wrong, "left", run=replace(scene.run, id="nowhere"))
    assert {"/wrong": "right"} == story.values()


def test_the_cut_is_where_the_value_came_from(story, scene):
    """cut gives the event of the answer, of the deadline, or of the last correction; without a value there is none."""
    question, late = story.ask("1"), story.ask("2")
    with pytest.raises(ObjectNotFound, match=f"answer to pause {question.id}"):
        scene.see(journal.cut, question.id)
    story.answer(question)
    scene.close(late, PauseState.TIMED_OUT, value={"value": "default"})
    kinds = {event.number: event.kind for event in scene.see(events.of_run, scene.run.id)}
    assert ["pause.answered", "pause.timed_out"] == [kinds[scene.see(journal.cut, one.id)] for one in (question, late)]
    story.correct(question, "other")
    kinds = {event.number: event.kind for event in scene.see(events.of_run, scene.run.id)}
    assert "pause.corrected" == kinds[scene.see(journal.cut, question.id)]


def test_answers_of_a_question_that_has_one_are_not_judged_again(story, scene):
    """A second answer that nobody judged before the first one counted is not handed out again."""
    question = story.ask("1")
    scene.receive(question)
    story.answer(question)
    assert {} == story.journal().answers
