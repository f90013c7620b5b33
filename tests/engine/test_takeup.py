"""Runs whose kernel died go on where they were: nothing is asked twice, nothing recorded is done twice."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from enum import Enum

import numpy as np
import pytest
from pydantic import SecretStr

from hitl_jupyter import RunInput, flow, inbox, pause_flow_run, recover, resume_flow_run, store, task
from hitl_jupyter.core.clock import Source
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine import inbox as door
from hitl_jupyter.engine import recovery
from hitl_jupyter.exceptions import (
    FlowNotDefined,
    FlowPauseTimeout,
    KeptValueLost,
    NonDeterminismError,
    NotPausedError,
    RecoveryError,
    RunIsOver,
    RunOwnedElsewhere,
    SubmissionRefused,
)

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class Label(RunInput):
    label: str
    sure: bool = True


def keyed(fn, key="k"):
    """The flow of a function, under an idempotency key."""
    return flow(fn).with_options(idempotency_key=key)


def labels(calls):
    """Three questions, a task after each."""

    @task
    def keep(text) -> str:
        calls.append(text)
        return text.upper()

    def label():
        return ",".join(keep(pause_flow_run(Label).label) for _ in range(3))

    return keyed(label)


class Box:
    """A value that no record can hold."""

    def __init__(self, *inside):
        self.inside = inside


def answer(desk, **fields):
    """Answer the next question that is shown."""
    question = desk.next_question()
    resume_flow_run(question.run.id, fields, key=question.key)
    return question


def test_run_all_goes_on_where_the_kernel_died(kernels):
    """The same cell in a new kernel: answered questions stay answered, done tasks done, the open one is shown."""
    calls = []
    label = labels(calls)
    desk = kernels.start()
    first = label.start()
    answer(desk, label="a")
    asked = desk.next_question()
    desk = kernels.start()
    run = label.start()
    again = desk.next_question()
    assert (first.id, asked.id, asked.opened_at) == (run.id, again.id, again.opened_at)
    resume_flow_run(run.id, {"label": "b"})
    answer(desk, label="c")
    assert "A,B,C" == run.result()
    assert ["a", "b", "c"] == calls
    assert 1 == sum("Beginning flow run" in line for line in desk.log(run))
    assert f"Taking up flow run {run.name!r} again; 2 recorded step(s) are not done again." in desk.log(run)


def test_a_complete_run_gives_its_recorded_result(kernels):
    """Called again under its key, a run that is complete asks nothing and does nothing."""
    calls = []
    label = labels(calls)
    desk = kernels.start()
    run = label.start()
    for letter in "abc":
        answer(desk, label=letter)
    run.result()
    desk = kernels.start()
    # Its function has no annotation, and text comes back as it went.
    assert "A,B,C" == label()
    assert ["a", "b", "c"] == calls
    assert desk.session.presenter.opened.empty()


def test_a_run_has_waited_as_long_in_the_next_kernel(kernels):
    """Time for people is not taken for time of work: not while the run goes on elsewhere, and not when it is over."""
    label = labels([])
    desk = kernels.start()
    begun = label.start()
    answer(desk, label="a")
    desk.next_question()
    desk = kernels.start()
    run = label.start()
    question = desk.next_question()
    assert 0 < begun.waits.over == run.waits.over
    assert begun.waits.since == run.waits.since
    resume_flow_run(question.run.id, {"label": "b"})
    answer(desk, label="c")
    run.result()
    kernels.start()
    over = label.start()
    over.result()
    assert run.waits.over == over.waits.over < (over.ended - over.started).total_seconds()


def test_a_result_that_cannot_be_kept_is_computed_again_from_the_answers(kernels):
    """A complete run whose value is no JSON: its function runs over what is recorded, and nothing is added to it."""
    calls = []

    @task
    def count(n) -> int:
        calls.append(n)
        return n

    def numbers():
        return Box(count(pause_flow_run(int)))

    ask = keyed(numbers)
    desk = kernels.start()
    run = ask.start()
    answer(desk, value=7)
    run.result()
    desk = kernels.start()
    before = desk.log(run)
    assert (7,) == ask().inside
    assert ([7], before) == (calls, desk.log(run))
    assert "Completed" == desk.states(run)[-1]


def test_a_complete_run_is_not_added_to(kernels):
    """Its function changed meanwhile and asks more: an error, and no question."""

    def more():
        return Box(*(pause_flow_run(int) for _ in range(times[0])))

    times = [1]
    ask = keyed(more)
    desk = kernels.start()
    run = ask.start()
    answer(desk, value=1)
    run.result()
    times[0] = 2
    with pytest.raises(NonDeterminismError, match="is complete and had no question '2'"):
        ask()


def test_a_failed_run_says_how_to_start_anew_and_can_be_tried_again(kernels):
    """Under its key a failed run is over; recover() tries what failed again, with the answers it has."""
    works = []

    @task
    def fragile(n) -> int:
        if not works:
            raise ConnectionError("no network")
        return n * 2

    def ask():
        return fragile(pause_flow_run(int))

    made = keyed(ask)
    kernels.flows["ask"] = made
    desk = kernels.start()
    run = made.start()
    answer(desk, value=4)
    with pytest.raises(ConnectionError):
        run.result()
    with pytest.raises(RunIsOver, match=r"ended in state Failed\. To start anew, .* To try it again"):
        made()
    works.append(True)
    desk = kernels.start()
    assert 8 == recover(run.name).result()
    assert ["Failed", "Running", "Completed"] == desk.states(run)[-3:]
    assert desk.session.presenter.opened.empty()


def test_a_cancelled_run_stays_cancelled(kernels):
    """Neither its key nor recover() brings back what a person ended."""
    ask = keyed(lambda: pause_flow_run(int))
    kernels.flows[ask.name] = ask
    desk = kernels.start()
    run = ask.start()
    desk.next_question()
    run.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        run.result()
    for again in (ask, lambda: recover(run)):
        with pytest.raises(RunIsOver, match="ended in state Cancelled"):
            again()


def test_a_key_called_twice_at_once_is_one_run(kernels):
    """Two calls in one kernel: one run, one question, the same value for both."""
    ask = keyed(lambda: pause_flow_run(int))
    desk = kernels.start()
    one, other = ask.start(), ask.start()
    answer(desk, value=3)
    assert [3, 3] == [one.result(), other.result()]
    assert one.id == other.id
    assert desk.session.presenter.opened.empty()


def test_a_run_is_not_taken_from_a_living_kernel(kernels, monkeypatch):
    """The other kernel and the notebook of the run are named, and the run goes on undisturbed."""
    ask = keyed(lambda: pause_flow_run(int))
    kernels.flows[ask.name] = ask
    desk = kernels.start()
    monkeypatch.setattr(desk.session.host, "notebook", "/home/ana/labels.ipynb")
    run = ask.start()
    desk.next_question()
    told = rf"^Run '{run.name}', begun in labels.ipynb, is being executed by process \d+ on host"
    with pytest.raises(RunOwnedElsewhere, match=told):
        recovery.recover(kernels.beside(), run.name)
    resume_flow_run(run.id, {"value": 1})
    assert 1 == run.result()


def test_of_two_kernels_one_takes_a_run_up(kernels):
    """Twenty kernels at once try to take up one run: one does, the others are told who."""
    ask = keyed(lambda: pause_flow_run(int))
    kernels.flows[ask.name] = ask
    desk = kernels.start()
    run = ask.start()
    desk.next_question()
    kernels.kill()
    sessions = [kernels.beside() for _ in range(8)]
    start = threading.Barrier(len(sessions))

    def take(session):
        session.store  # noqa: B018 - open before the race
        start.wait()
        try:
            return recovery.recover(session, run.id_text)
        except RunOwnedElsewhere as error:
            return error

    with ThreadPoolExecutor(len(sessions)) as pool:
        outcomes = list(pool.map(take, sessions))
    won = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert 1 == len(won)
    assert won[0].session.presenter.opened.get(timeout=60).run is won[0]


def test_other_parameters_are_another_run(kernels):
    """A key called with other parameters than its run was begun with: the error says which, then and now."""

    def ask(threshold: float = 0.5):
        return pause_flow_run(int)

    made = keyed(ask)
    desk = kernels.start()
    made.start(0.8)
    desk.next_question()
    kernels.start()
    with pytest.raises(NonDeterminismError, match=r"threshold was 0.8 and is 0.9"):
        made(0.9)


def change(kernels, before, after, *, answered):
    """Ask with one class, die, and come back with another."""
    now = [before]

    def ask():
        first = pause_flow_run(now[0])
        return first, pause_flow_run(int)

    made = keyed(ask)
    desk = kernels.start()
    run = made.start()
    question = desk.next_question()
    if answered:
        resume_flow_run(run.id, {"value": 1} if before is int else {"label": "x"})
        desk.next_question()
    now[0] = after
    return made, question


def test_an_answer_is_not_given_to_another_class(kernels):
    """The class of an answered question changed: the error says how, and the run can be taken up once it is mended."""

    class Changed(RunInput):
        label: int

    made, _ = change(kernels, Label, Changed, answered=True)
    desk = kernels.start()
    with pytest.raises(NonDeterminismError, match=r"for Label\(label: string, sure: boolean\) and asks for"):
        made()
    assert "Crashed" == desk.read(store.runs.by_key, "ask", "k").state.name


def test_the_same_class_defined_anew_is_the_same(kernels):
    """A re-run cell defines its classes again; that changes nothing."""

    def again():
        class Label(RunInput):
            label: str
            sure: bool = True

        return Label

    made, _ = change(kernels, again(), again(), answered=True)
    desk = kernels.start()
    run = made.start()
    answer(desk, value=2)
    assert "x" == run.result()[0].label


def test_an_open_question_is_asked_as_its_class_is_now(kernels):
    """The class of an open question changed: the new form is shown, an answer to the old one is sent back."""

    class Changed(RunInput):
        label: str
        colour: str

    made, question = change(kernels, Label, Changed, answered=False)
    kernels.kill()
    beside = kernels.beside()
    beside.bridge.wait(door.resume(beside, question.run.id, {"label": "old"}, None))
    desk = kernels.start()
    run = made.start()
    asked = desk.next_question()
    assert (question.id, {"label", "colour"}) == (asked.id, set(asked.plan.json_schema()["properties"]))
    resume_flow_run(run.id, {"label": "new", "colour": "red"})
    answer(desk, value=2)
    assert "red" == run.result()[0].colour


def test_an_unnamed_question_in_other_words_is_another_question(kernels):
    """What was answered for one text must not be taken for another one; a key makes it the same question."""

    def ask(texts):
        return lambda: [pause_flow_run(Label.with_initial_data(description=text)).label for text in texts]

    order = ["a", "b"]
    made = keyed(ask(order))
    desk = kernels.start()
    made.start()
    answer(desk, label="about a")
    desk.next_question()
    order.reverse()
    kernels.start()
    with pytest.raises(NonDeterminismError, match="was asked as 'a' and is asked as 'b' now"):
        made()


def test_a_flow_that_is_not_defined_here_names_its_cell(kernels):
    """recover() without the flow says what to run first."""
    ask = keyed(lambda: pause_flow_run(int))
    desk = kernels.start()
    run = ask.start()
    desk.next_question()
    kernels.start()
    with pytest.raises(FlowNotDefined, match=r"which is not defined here\. Run .* first, then try again"):
        recover(run.id)


def test_recover_without_a_name_takes_up_all_that_waits(kernels):
    """Every orphan whose flow is here goes on; the others are left as they are."""
    ask = keyed(lambda: pause_flow_run(int))
    kernels.flows[ask.name] = ask
    desk = kernels.start()
    ask.start()
    flow(name="unknown")(lambda: pause_flow_run(str)).start()
    desk.next_question()
    desk.next_question()
    desk = kernels.start()
    (run,) = recover()
    answer(desk, value=5)
    assert 5 == run.result()


def test_parameters_that_no_record_holds_must_be_given(kernels):
    """recover() cannot make them up: it says so, and takes them."""

    class Model:
        pass

    def ask(model):
        return type(model).__name__, pause_flow_run(int)

    made = flow(ask)
    kernels.flows["ask"] = made
    desk = kernels.start()
    run = made.start(Model())
    desk.next_question()
    desk = kernels.start()
    with pytest.raises(RecoveryError, match="could not be recorded"):
        recover(run.name)
    again = recover(run.name, parameters={"model": Model()})
    answer(desk, value=5)
    assert ("Model", 5) == again.result()


def test_a_draft_is_there_again(kernels):
    """What somebody typed and did not send is in the form that the next kernel shows."""
    ask = keyed(lambda: pause_flow_run(Label).label)
    desk = kernels.start()
    ask.start()
    question = desk.next_question()
    question.document["label"].value = "half a thou"
    desk.session.bridge.wait(door.draft(question, question.document.to_wire()))
    desk = kernels.start()
    ask.start()
    assert "half a thou" == desk.next_question().document["label"].value


def test_an_answer_that_came_while_no_kernel_lived_is_judged_first(kernels):
    """Stored by another process in between: taken up, the run has its answer and nobody is asked."""
    ask = keyed(lambda: pause_flow_run(int))
    desk = kernels.start()
    ask.start()
    question = desk.next_question()
    kernels.kill()
    beside = kernels.beside()
    beside.bridge.wait(door.resume(beside, question.run.id, {"value": 11}, None))
    kernels.start()
    assert 11 == ask()


@pytest.mark.parametrize("on_timeout", ["fail", 9])
def test_a_deadline_that_passed_meanwhile_holds(kernels, monkeypatch, on_timeout):
    """Nobody answered while no kernel lived: taken up, the run gets what the deadline says; and again the next time."""
    ask = keyed(lambda: (pause_flow_run(int, timeout=600, on_timeout=on_timeout), pause_flow_run(str)))
    desk = kernels.start()
    run = ask.start()
    desk.next_question()
    kernels.kill()
    now = Source.now
    monkeypatch.setattr(Source, "now", lambda source: now(source) + timedelta(hours=1))
    beside = kernels.beside()
    with pytest.raises(NotPausedError, match="its time was over at"):
        beside.bridge.wait(door.resume(beside, run.id, {"value": 1}, None))
    desk = kernels.start()
    if on_timeout == "fail":
        with pytest.raises(FlowPauseTimeout):
            ask()
        return
    run = ask.start()
    desk.next_question()
    desk.next_question()
    desk = kernels.start()
    run = ask.start()
    answer(desk, value="x")
    assert (9, "x") == run.result()


def test_an_interrupted_run_asks_again(kernels):
    """A kernel that is restarted interrupts its cell first; the run is Crashed, and its key brings it back."""
    ask = keyed(lambda: (pause_flow_run(int), pause_flow_run(int)))
    desk = kernels.start()
    run = ask.start()
    answer(desk, value=1)
    question = desk.next_question()
    run.interrupt()
    with pytest.raises(Exception, match="Crashed"):
        run.result()
    assert PauseState.INTERRUPTED == desk.read(store.pauses.get, question.id).state
    desk = kernels.start()
    run = ask.start()
    assert question.id == answer(desk, value=2).id
    assert (1, 2) == run.result()


def test_a_question_that_the_flow_gave_up_is_given_up_again(kernels):
    """A race whose loser was cancelled: taken up, the loser is not shown, and the winner's answer stands."""

    @flow
    async def race():
        tasks = [asyncio.create_task(pause_flow_run(int, key=key)) for key in "ab"]
        done, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for one in late:
            one.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return [one.result() for one in done], await pause_flow_run(int, key="c")

    made = race.with_options(idempotency_key="k")
    desk = kernels.start()
    run = made.start()
    asked = {desk.next_question().key, desk.next_question().key}
    assert {"a", "b"} == asked
    resume_flow_run(run.id, {"value": 1}, key="b")
    assert "c" == desk.next_question().key
    desk = kernels.start()
    run = made.start()
    assert "c" == answer(desk, value=3).key
    assert ([1], 3) == run.result()


def test_gathered_branches_get_their_own_answers(kernels):
    """Answers in another order than the questions, a death in between: each branch has its own."""

    @flow
    async def sums():
        async def branch(n):
            return n * 100 + await pause_flow_run(int) * 10 + await pause_flow_run(int)

        return await asyncio.gather(*(branch(n) for n in range(1, 4)))

    made = sums.with_options(idempotency_key="k")
    desk = kernels.start()
    run = made.start()
    first = {question.key: question for question in (desk.next_question() for _ in range(3))}
    resume_flow_run(run.id, {"value": 3}, key="3")
    later = desk.next_question()
    resume_flow_run(run.id, {"value": 4}, key=later.key)
    assert {"1", "2", "3"} == set(first)
    desk = kernels.start()
    run = made.start()
    for _ in range(2):
        question = desk.next_question()
        resume_flow_run(run.id, {"value": int(question.key)}, key=question.key)
    for _ in range(2):
        question = desk.next_question()
        resume_flow_run(run.id, {"value": 0}, key=question.key)
    assert [110, 220, 334] == run.result()


def test_tasks_in_threads_are_told_apart_by_what_they_are_called_with(kernels):
    """Threads that share a scope finish in any order; replayed, each call has its own value."""
    calls = []

    @task
    def square(n) -> int:
        calls.append(n)
        return n * n

    def ask():
        with ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(contextvars.copy_context().run, square, n) for n in order]
            values = {n: future.result() for n, future in zip(order, futures, strict=True)}
        return sorted(values.items()), pause_flow_run(int)

    order = list(range(8))
    made = keyed(ask)
    desk = kernels.start()
    made.start()
    desk.next_question()
    order.reverse()
    desk = kernels.start()
    run = made.start()
    answer(desk, value=1)
    assert ([(n, n * n) for n in range(8)], 1) == run.result()
    assert list(range(8)) == sorted(calls)


def test_subflows_are_taken_up_with_their_parent(kernels):
    """A finished subflow gives its value, the one that waits goes on as the same run."""
    calls = []

    @flow
    def child(n: int) -> int:
        calls.append(n)
        return n + pause_flow_run(int)

    def parent():
        return child(10) + child(20)

    made = keyed(parent)
    desk = kernels.start()
    made.start()
    answer(desk, value=1)
    waiting = desk.next_question()
    desk = kernels.start()
    run = made.start()
    again = answer(desk, value=2)
    assert (waiting.run.id, waiting.id) == (again.run.id, again.id)
    assert 33 == run.result()
    assert [10, 20, 20] == calls


def test_a_task_that_failed_fails_the_same_way(kernels):
    """A caught error is raised again without running the task; one that cannot be rebuilt is found out anew."""
    calls = []

    class Odd(Exception):
        def __init__(self, lock):
            super().__init__("odd")
            self.lock = lock

    @task
    def broken(kind):
        calls.append(kind.__name__)
        raise kind(threading.Lock()) if kind is Odd else kind("bad")

    def ask():
        caught = []
        for kind in (ValueError, Odd):
            try:
                broken(kind)
            except (ValueError, Odd) as error:
                caught.append(str(error))
        return caught, pause_flow_run(int)

    made = keyed(ask)
    desk = kernels.start()
    made.start()
    desk.next_question()
    desk = kernels.start()
    run = made.start()
    answer(desk, value=1)
    assert (["bad", "odd"], 1) == run.result()
    assert ["ValueError", "Odd", "Odd"] == calls


def test_a_secret_is_asked_again(kernels):
    """It is in no record, so only the person can say it again; what else was answered stays."""

    class Login(RunInput):
        password: SecretStr

    ask = keyed(lambda: (pause_flow_run(int), pause_flow_run(Login, key="login"), pause_flow_run(int)))
    desk = kernels.start()
    run = ask.start()
    answer(desk, value=1)
    answer(desk, password="one")
    desk.next_question()
    desk = kernels.start()
    run = ask.start()
    assert "login" == answer(desk, password="two").key
    answer(desk, value=3)
    first, login, last = run.result()
    assert (1, "two", 3) == (first, login.password.get_secret_value(), last)


def test_an_answer_that_no_record_can_hold_is_asked_again(kernels):
    """A choice of objects is taken from the form; taken up, the run asks for it once more, and only for it."""
    one, other = object(), object()

    class Model(Enum):
        SMALL = one
        LARGE = other

    ask = keyed(lambda: (pause_flow_run(int), pause_flow_run(Model), pause_flow_run(int)))

    def choose(desk):
        question = desk.next_question()
        question.document["value"].value = Model.LARGE
        return desk.session.bridge.wait(door.submit(question, question.document, by="ana", origin="test")).status

    desk = kernels.start()
    ask.start()
    answer(desk, value=1)
    assert "accepted" == choose(desk)
    desk.next_question()
    desk = kernels.start()
    run = ask.start()
    assert "accepted" == choose(desk)
    answer(desk, value=3)
    assert (1, Model.LARGE, 3) == run.result()


def test_a_secret_is_never_stored(kernels):
    """By program, in the process that asks: it is in no file of the store; from another process it is refused."""

    class Login(RunInput):
        user: str
        password: SecretStr

    desk = kernels.start()
    run = flow(lambda: len(pause_flow_run(Login).password.get_secret_value())).start()
    desk.next_question()
    beside = kernels.beside()
    given = {"user": "ana", "password": "open-sesame"}
    with pytest.raises(SubmissionRefused, match="secrets are never stored, so it can only be answered in process"):
        beside.bridge.wait(door.resume(beside, run.id, given, None))
    resume_flow_run(run.id, given)
    assert len("open-sesame") == run.result()
    assert not [file for file in kernels.path.parent.iterdir() if b"open-sesame" in file.read_bytes()]


def test_the_inbox_answers_what_another_kernel_asks(kernels):
    """An open question of a dead kernel is listed with its words, and the answer waits for the run."""
    ask = keyed(lambda: pause_flow_run(Label.with_initial_data(description="Which?")).label)
    desk = kernels.start()
    ask.start()
    desk.next_question()
    kernels.start()
    (one,) = inbox()
    assert ("Which?", "1") == (one.description, one.key)
    assert "an answer counts when the run is taken up" in one.owner
    one.answer({"label": "this"})
    assert "this" == ask()


def test_who_answers_too_late_is_told_who_was_first(kernels):
    """The refusal of a second answer says by whom the first was given, and when."""
    ask = keyed(lambda: (pause_flow_run(int), pause_flow_run(int)))
    desk = kernels.start()
    run = ask.start()
    (one,) = [answer(desk, value=1)]
    desk.next_question()
    late = desk.session.bridge.wait(door.submit(one, {"value": 2}, by="eve", origin="test"))
    assert "gone" == late.status
    assert f"had its pause '1' answered by {desk.session.owner.user} at" in late.message
    assert run.name in late.message


def test_a_kernel_that_was_given_up_for_dead_stops(kernels):
    """Taken over while it slept, it ends its run at its next sign of life and records nothing more of it."""
    ask = keyed(lambda: pause_flow_run(int))
    kernels.flows[ask.name] = ask
    desk = kernels.start()
    run = ask.start()
    desk.next_question()
    desk.session.keeper.stop()
    desk.session.store.write(store.owners.leave, desk.session.owner.id, desk.session.source.now()).result()
    other = kernels.beside()
    taken = recovery.recover(other, run.id_text)
    other.presenter.opened.get(timeout=60)
    for _ in range(2):
        desk.session.keeper._beat()
    with pytest.raises(RecoveryError, match="was taken up by another process"):
        run.result()
    other.bridge.wait(door.resume(other, run.id, {"value": 6}, None))
    assert 6 == taken.result()
    assert ["Paused", "Running", "Completed"] == desk.states(run)[-3:]


def test_a_kept_file_that_was_altered_stops_the_run_until_it_is_back(kernels):
    """Missing or altered, the run says which file; once it is back the run goes on, and nothing ran twice."""
    calls = []

    @task(result_serializer="npy")
    def load():
        calls.append(1)
        return np.arange(5)

    ask = keyed(lambda: int(load().sum()) + pause_flow_run(int))
    desk = kernels.start()
    run = ask.start()
    desk.next_question()
    (file,) = desk.session.store.values.rglob("*.npy")
    content = file.read_bytes()
    for harm in (lambda: file.write_bytes(content[:-1] + b"!"), file.unlink):
        harm()
        kernels.start()
        with pytest.raises(KeptValueLost, match=file.name):
            ask()
    file.write_bytes(content)
    desk = kernels.start()
    run = ask.start()
    answer(desk, value=1)
    assert (11, [1]) == (run.result(), calls)
