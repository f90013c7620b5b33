"""Answers that are put right: what came before stays, what came after is done again, and the old record with it."""

from __future__ import annotations

import asyncio

import pandas as pd
import pytest

from hitl_jupyter import RunInput, flow, history, pause_flow_run, resume_flow_run, store, task
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import FlowNotDefined, NotCorrectable, RunOwnedElsewhere, SubmissionRefused
from tests.engine.test_takeup import answer


class Label(RunInput):
    label: str
    sure: bool = True


@pytest.fixture
def calls():
    return []


@pytest.fixture
def label(calls):
    """Three questions, a task after each."""

    @task
    def keep(text) -> str:
        calls.append(text)
        return text.upper()

    @flow
    def label():
        return ",".join(keep(pause_flow_run(Label).label) for _ in range(3))

    return label


def test_a_waiting_run_goes_on_from_the_corrected_answer(kernels, label, calls):
    """The first answer was wrong: the second is asked again, the first is not, and the handle stays the same."""
    kernels.flows["label"] = label
    desk = kernels.start()
    run = label.start()
    answer(desk, label="a")
    answer(desk, label="b")
    asked = desk.next_question()
    assert run is run.correct("1", {"label": "x"}, reason="mistyped")
    again = answer(desk, label="y")
    assert "2" == again.key
    assert PauseState.CANCELLED == desk.read(store.pauses.get, asked.id).state
    answer(desk, label="z")
    assert "X,Y,Z" == run.result()
    assert ["a", "b", "x", "y", "z"] == calls


def test_a_finished_run_is_taken_up_as_a_new_attempt(kernels, label, calls):
    """Corrected in another kernel after its end: what began before the answer is replayed, the rest is asked again."""
    kernels.flows["label"] = label
    desk = kernels.start()
    run = label.start()
    for letter in "abc":
        answer(desk, label=letter)
    run.result()
    desk = kernels.start()
    other = desk.session.correct(run, "2", Label(label="q"), "second look")
    assert "3" == answer(desk, label="r").key
    assert "A,Q,R" == other.result()
    assert ["a", "b", "c", "q", "r"] == calls
    assert ["Completed", "Corrected", "Paused", "Running", "Completed"] == desk.states(run)[-5:]
    assert 2 == desk.read(store.runs.get, run.id_text).attempt


def test_a_correction_can_be_corrected(kernels, label, calls):
    """Each correction is a new attempt over the one before."""
    kernels.flows["label"] = label
    desk = kernels.start()
    run = label.start()
    answer(desk, label="a")
    desk.next_question()
    run.correct("1", {"label": "b"})
    desk.next_question()
    run.correct("1", {"label": "c"})
    for letter in "xy":
        answer(desk, label=letter)
    assert "C,X,Y" == run.result()
    run = run.correct("2", {"label": "z"})
    answer(desk, label="!")
    assert "C,Z,!" == run.result()
    kernels.start()
    assert ["a", "b", "c", "x", "y", "z", "!"] == calls


def test_what_was_asked_beside_the_corrected_answer_stays(kernels):
    """Gathered questions do not depend on each other: only what began after the wrong answer is asked again."""

    @flow
    async def beside():
        async def branch(name):
            return name, await pause_flow_run(int, key=name), await pause_flow_run(int, key=f"{name}2")

        return await asyncio.gather(*map(branch, "abc"))

    kernels.flows["beside"] = beside
    desk = kernels.start()
    run = beside.start()
    for key, value in (("a", 1), ("b", 2), ("c", 3), ("a2", 10), ("b2", 20), ("c2", 30)):
        for _ in range(6000):
            if key in {question.key for question in desk.session.questions.values()}:
                break
            asyncio.run(asyncio.sleep(0.01))
        resume_flow_run(run.id, {"value": value}, key=key)
    run.result()
    run = run.correct("b", {"value": 5})
    while not desk.session.presenter.opened.empty():
        desk.session.presenter.opened.get()
    asked = {desk_question.key for desk_question in waits(desk, run, 2)}
    assert {"b2", "c2"} == asked
    resume_flow_run(run.id, {"value": 50}, key="b2")
    resume_flow_run(run.id, {"value": 60}, key="c2")
    assert [("a", 1, 10), ("b", 5, 50), ("c", 3, 60)] == run.result()


def waits(desk, run, number):
    """Give the questions of a run once so many are open."""
    for _ in range(6000):
        open_ = [question for question in desk.session.questions.values() if question.run.root is run]
        if len(open_) == number:
            return open_
        asyncio.run(asyncio.sleep(0.01))
    raise AssertionError([question.key for question in open_])


def test_an_answer_inside_a_subflow_can_be_corrected(kernels):
    """The subflow goes on from it, and its parent with the value that comes of it."""
    done = []

    @flow
    def child(n: int) -> int:
        return n + pause_flow_run(int, key=f"child-{n}")

    @flow
    def parent():
        done.append(child(10))
        done.append(child(20))
        return done[-2:]

    kernels.flows |= {"child": child, "parent": parent}
    desk = kernels.start()
    run = parent.start()
    answer(desk, value=1)
    answer(desk, value=2)
    run.result()
    run = run.correct("child-10", {"value": 5})
    answer(desk, value=3)
    assert [15, 23] == run.result()


def test_the_record_shows_what_was_there_and_who_put_it_right(kernels, label):
    """History keeps the old answer, and names the correction, its reason and its attempt."""
    kernels.flows["label"] = label
    desk = kernels.start()
    run = label.start()
    answer(desk, label="a")
    desk.next_question()
    run.correct("1", {"label": "x"}, reason="mistyped")
    desk.next_question()
    rows = history(run)
    assert isinstance(rows, pd.DataFrame)
    corrected = rows[rows.outcome == "corrected"].iloc[0]
    assert ({"label": "x"}, "mistyped", 2) == (corrected["value"], corrected.reason, corrected.attempt)
    assert {"label": "a"} == rows[rows.outcome == "accepted"].iloc[0]["value"]
    assert len(rows) == len(run.history())


@pytest.mark.parametrize(
    ("key", "value", "error", "text"),
    [
        ("9", {"label": "x"}, NotCorrectable, "it has no such question"),
        ("2", {"label": "x"}, NotCorrectable, "the question is open"),
        ("1", {"lable": "x"}, SubmissionRefused, "lable"),
        ("1", {"label": 5}, SubmissionRefused, "label"),
    ],
)
def test_what_cannot_be_corrected_changes_nothing(kernels, label, key, value, error, text):
    """Another key, an open question, a value that does not fit: said at once, and the run waits as before."""
    kernels.flows["label"] = label
    desk = kernels.start()
    run = label.start()
    answer(desk, label="a")
    asked = desk.next_question()
    with pytest.raises(error, match=text):
        run.correct(key, value)
    assert [asked.id] == [question.id for question in desk.session.questions.values()]
    assert 1 == desk.read(store.runs.get, run.id_text).attempt


def test_a_value_is_judged_where_its_class_is_not_known(kernels, label):
    """In a new kernel only the form is at hand: it refuses what does not fit."""
    kernels.flows["label"] = label
    desk = kernels.start()
    run = label.start()
    for letter in "abc":
        answer(desk, label=letter)
    run.result()
    desk = kernels.start()
    desk.session.models.clear()
    with pytest.raises(SubmissionRefused):
        desk.session.correct(run, "3", {"label": 1}, None)
    other = desk.session.correct(run, "3", {"label": "z"}, None)
    assert "A,B,Z" == other.result()


def test_only_the_kernel_with_the_flow_and_the_run_may_correct(kernels, label):
    """Without the flow, or while another kernel executes the run, the error says what to do."""
    desk = kernels.start()
    run = label.start()
    answer(desk, label="a")
    desk.next_question()
    with pytest.raises(FlowNotDefined):
        run.correct("1", {"label": "x"})
    kernels.flows["label"] = label
    with pytest.raises(RunOwnedElsewhere):
        kernels.beside().correct(run, "1", {"label": "x"}, None)
