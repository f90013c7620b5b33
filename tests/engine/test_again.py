"""A run that is over is run again: the same questions get the same answers, the others are asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr, field_validator

from hitl_jupyter import RunInput, flow, history, pause_flow_run, recover, resume_flow_run, run_again, task
from hitl_jupyter.exceptions import FlowNotDefined, NotRunAgain, ObjectNotFound
from tests.engine.test_takeup import answer


class Label(RunInput):
    label: str
    sure: bool = True


@pytest.fixture
def define(kernels):
    """Defines a flow in all kernels, as running its cell does."""

    def define(fn, **options):
        made = flow(fn, **{"name": "label", **options})
        kernels.flows[made.name] = made
        return made

    return define


@pytest.fixture
def failed(kernels, define):
    """A run that got two answers and failed."""
    desk = kernels.start()

    def label(prefix: str, count: int = 2) -> str:
        return prefix + ",".join(pause_flow_run(Label, key=f"k{n}").label for n in range(count)) + missing  # noqa: F821 - it fails

    run = define(label).start("> ")
    answer(desk, label="a")
    answer(desk, label="b", sure=False)
    with pytest.raises(NameError):
        run.result()
    return run


def asked_of(run):
    """What the history says of a run: key, value, who, from where, what came of it."""
    rows = history(run.id_text)
    return [tuple(row) for row in rows[["key", "value", "by", "origin", "outcome"]].itertuples(index=False)]


def test_a_mended_flow_asks_nothing_that_was_answered(kernels, define, failed):
    """The same parameters, the same answers and one new question; the record says who ran it again, and from what."""
    desk = kernels.start()

    def label(prefix: str, count: int = 2) -> str:
        given = [pause_flow_run(Label, key=f"k{n}") for n in range(count)]
        return prefix + ",".join(f"{one.label}{one.sure}" for one in given) + str(pause_flow_run(int, key="new"))

    define(label)
    run = run_again(failed.name)
    assert "new" == answer(desk, value=7).key
    assert "> aTrue,bFalse7" == run.result()
    assert run.id != failed.id
    me, origin = desk.session.owner.user, f"run again from {failed.name} ({failed.id_text[:8]})"
    assert [
        ("k0", {"label": "a"}, me, origin, "accepted"),
        ("k1", {"label": "b", "sure": False}, me, origin, "accepted"),
    ] == asked_of(run)[:2]
    assert [row[:2] for row in asked_of(failed)] == [row[:2] for row in asked_of(run)[:2]]
    assert f"Running again what run '{failed.name}' was, with the 2 answer(s)" in desk.log(run)[0]


def test_a_changed_form_is_asked_with_the_old_answer_in_it(kernels, define, failed):
    """The class has another field now: the form opens with what was answered, and nothing is taken for granted."""

    class Label(RunInput):
        label: str
        sure: bool = True
        why: str = "no reason"

    desk = kernels.start()

    def label(prefix: str) -> str:
        return prefix + str(pause_flow_run(Label, key="k1").model_dump())

    define(label)
    run = failed.run_again() if failed.session is desk.session else run_again(failed.id)
    asked = desk.next_question()
    assert ["b", False, "no reason"] == [asked.document[name].value for name in ("label", "sure", "why")]
    assert "its form has changed" in "".join(desk.log(run))
    answer_to(asked, **asked.document.to_json())
    assert "> {'label': 'b', 'sure': False, 'why': 'no reason'}" == run.result()


def test_questions_in_another_order_are_told_apart_by_what_they_say(kernels, define):
    """A question without a key that has moved gets its own answer; a new one in its place is asked."""

    def said(words):
        return Label.with_initial_data(description=words)

    def label() -> str:
        return ",".join(pause_flow_run(said(words)).label for words in ("First?", "Second?")) + missing  # noqa: F821 - it fails

    desk = kernels.start()
    run = define(label).start()
    answer(desk, label="a")
    answer(desk, label="b")
    with pytest.raises(NameError):
        run.result()

    def label() -> str:
        return ",".join(pause_flow_run(said(words)).label for words in ("New?", "Second?", "First?", "First?"))

    define(label)
    again = run.run_again()
    assert ["New?", "First?"] == [answer(desk, label=letter).description for letter in "xy"]
    assert "x,b,a,y" == again.result()


def test_what_a_question_shows_is_part_of_it(kernels, define):
    """An answer to one picture is no answer to another, however alike the questions are."""

    def label(things: list[str]) -> str:
        found = [pause_flow_run(Label, show=thing).label for thing in things]
        raise ValueError(found)

    desk = kernels.start()
    run = define(label).start(["one", "two"])
    answer(desk, label="1")
    answer(desk, label="2")
    with pytest.raises(ValueError, match="'1', '2'"):
        run.result()
    again = run.run_again(parameters={"things": ["two", "three"]})
    asked = desk.next_question()
    assert asked.document["label"].is_absent
    answer_to(asked, label="3")
    with pytest.raises(ValueError, match="'2', '3'"):
        again.result()


def answer_to(question, **data):
    """Answer one question."""
    resume_flow_run(question.run.id, data, key=question.key)


@pytest.mark.parametrize("gathered", [False, True])
def test_subflows_gathers_and_tasks_find_their_own_answers(kernels, define, gathered):
    """Each answer goes back to where it was asked: in the subflow, the branch, the task; tasks run anew."""
    calls = []

    @task
    async def work(name: str) -> str:
        calls.append(name)
        return (await pause_flow_run(Label)).label

    async def below(name: str) -> str:
        return (await pause_flow_run(Label)).label + await work(name)

    sub = define(below, name="below")

    async def label() -> str:
        made = [sub(name) if name != "t" else work(name) for name in "abt"]
        found = await asyncio.gather(*made) if gathered else [await one for one in made]
        return ",".join(found) + (missing if calls.count("t") == 1 else "")  # noqa: F821 - it fails

    desk = kernels.start()
    run = define(label).start()
    letters = iter("123456789")
    for _ in range(5):
        answer_to(desk.next_question(), label=next(letters))
    with pytest.raises(NameError):
        run.result()
    before = {(row.run_id != run.id_text, row.scope, row.key): row.value for row in history(run.id_text).itertuples()}
    again = run.run_again()
    value = again.result()
    after = {
        (row.run_id != again.id_text, row.scope, row.key): row.value for row in history(again.id_text).itertuples()
    }
    assert before == after
    assert set("12345") == set(value) - {","}
    assert 2 * ["a", "b", "t"] == sorted(calls[:3]) + sorted(calls[3:])


def test_an_answer_that_led_to_the_error_itself_is_asked_again(kernels, define):
    """A validator of the class had refused it, which was the failure: the form opens with it, to be put right."""

    class Age(RunInput):
        age: int

        @field_validator("age")
        @classmethod
        def check(cls, age):
            if age < 0:
                raise ValueError("Nobody is younger than 0.")
            return age

    def label() -> int:
        return pause_flow_run(Age).age

    desk = kernels.start()
    run = define(label).start()
    answer(desk, age=-5)
    with pytest.raises(ValueError, match="younger"):
        run.result()
    again = run.run_again()
    asked = desk.next_question()
    assert -5 == asked.document["age"].value
    answer_to(asked, age=5)
    assert 5 == again.result()


def test_secrets_and_files_are_asked_again(kernels, define):
    """They are in no record: the form opens with the rest of the answer."""

    class Login(RunInput):
        user: str
        password: SecretStr

    class Report(RunInput):
        title: str
        file: Path

    def label() -> str:
        login, report = pause_flow_run(Login, key="login"), pause_flow_run(Report, key="report")
        return f"{login.password.get_secret_value()} {report.title}" + missing  # noqa: F821 - it fails

    desk = kernels.start()
    run = define(label).start()
    answer(desk, user="ada", password="one")
    answer(desk, title="A", file="a.txt")
    with pytest.raises(NameError):
        run.result()
    again = run.run_again()
    asked = desk.next_question()
    assert "ada" == asked.document["user"].value
    assert asked.document["password"].is_absent
    again.cancel()


@pytest.mark.parametrize("ends", ["cancelled", "timed out", "corrected"])
def test_however_it_ended(kernels, define, ends):
    """A cancelled run, one that nobody answered in time, and one with a corrected answer are run again alike."""

    def label(timeout: float | None = None) -> str:
        return pause_flow_run(Label, key="a").label + pause_flow_run(Label, key="b", timeout=timeout).label

    desk = kernels.start()
    run = define(label).start(timeout=0.01 if ends == "timed out" else None)
    answer(desk, label="a")
    desk.next_question()
    if ends == "corrected":
        run.correct("a", {"label": "c"})
        desk.next_question()
    if ends != "timed out":
        run.cancel()
    with pytest.raises(Exception):  # noqa: B017 - each end has its own
        run.result()
    again = run.run_again(parameters={"timeout": None})
    assert "b" == answer(desk, label="z").key
    assert f"{'c' if ends == 'corrected' else 'a'}z" == again.result()


def test_a_retry_asks_and_its_answers_are_the_last(kernels, define):
    """Of a run that tried twice, each question's newest answer is given again; the second try of the new run asks."""

    def label() -> str:
        first = pause_flow_run(Label).label
        if first in "ab":
            raise ValueError(first)
        return first

    desk = kernels.start()
    run = define(label, retries=1).start()
    answer(desk, label="a")
    answer(desk, label="b")
    with pytest.raises(ValueError, match="b"):
        run.result()
    again = run.run_again()
    assert 2 == answer(desk, label="c").run.attempt
    assert "c" == again.result()
    assert [{"label": "b"}, {"label": "c"}] == [one[1] for one in asked_of(again)]


def test_what_cannot_be_run_again_says_what_to_do(kernels, define, failed):
    """A run that is not over or runs again already, a flow that is not defined, parameters nobody knows."""
    desk = kernels.start()

    def label(prefix: str, other: int) -> str:
        return prefix + pause_flow_run(Label, key="k9").label + str(other)

    define(label)
    with pytest.raises(NotRunAgain, match=r"takes 'other', which it was not called with. Say what it is: hitl_jup"):
        run_again(failed.name)
    with pytest.raises(NotRunAgain, match=r"takes no 'othr'. Leave that out"):
        run_again(failed.name, parameters={"othr": 1})
    run = run_again(failed.name, parameters={"other": 1})
    asked = desk.next_question()
    with pytest.raises(NotRunAgain, match=f"it runs again already, as '{run.name}'"):
        run_again(failed.name)
    with pytest.raises(NotRunAgain, match=r"not over, but Paused. Wait for its end or cancel it"):
        run.run_again()
    answer_to(asked, label="x")
    assert "> x1" == run.result()
    assert "> x1" == run.run_again().result()
    del kernels.flows["label"]
    with pytest.raises(FlowNotDefined, match=r"is not defined here\. Run"):
        run_again(failed.name)
    with pytest.raises(ObjectNotFound):
        run_again("nobody")


def test_parameters_that_are_in_no_record_are_asked_for(kernels, define):
    """The text names them and the call; given so, the rest is as before."""

    def label(key: SecretStr, thing: object = None) -> str:
        return pause_flow_run(Label).label + key.get_secret_value() + (missing if thing else "")  # noqa: F821 - it fails

    desk = kernels.start()
    run = define(label).start(SecretStr("s"), thing=1)
    answer(desk, label="a")
    with pytest.raises(NameError):
        run.result()
    with pytest.raises(NotRunAgain, match=f"takes 'key', which is not in its record. .*again\\('{run.name}', param"):
        run.run_again()
    assert "at" == run.run_again(parameters={"key": "t"}).result()


def test_a_run_again_keeps_its_answers_when_its_kernel_dies(kernels, define, failed):
    """Taken up in another kernel, what it has not come to yet is still given, and what it was given is not asked."""
    desk = kernels.start()

    def label(prefix: str) -> str:
        first = pause_flow_run(Label, key="k0").label
        new = pause_flow_run(int, key="new")
        return f"{prefix}{first}{new}{pause_flow_run(Label, key='k1').label}"

    define(label)
    run = run_again(failed.id)
    assert "new" == desk.next_question().key
    desk = kernels.start()
    again = recover(run.id)
    assert "new" == answer(desk, value=7).key
    assert "> a7b" == again.result()
    assert 2 == [row[3] for row in asked_of(again)].count(f"run again from {failed.name} ({failed.id_text[:8]})")


def test_the_options_of_the_old_run_are_those_of_the_new_one(kernels, define):
    """Also in a later kernel, where the flow has its own name alone; not the key, nor what JSON cannot say."""
    kernels.start()

    def label(prefix: str) -> str:
        raise ValueError(prefix)

    changed = define(label).with_options(name="other", retries=1, timeout_seconds=50, retry_delay_seconds=[0.001])
    run = changed.with_options(idempotency_key="once", log_prints=True, on_failure=[lambda *_: None]).start("x")
    with pytest.raises(ValueError, match="x"):
        run.result()
    kernels.start()
    define(label)
    again = run_again(run.name)
    with pytest.raises(ValueError, match="x"):
        again.result()
    assert "other" == again.flow_name
    assert (None, True, 50) == (again.idempotency_key, again.flow.log_prints, again.flow.timeout_seconds)
    assert 2 == again.attempt
    assert [] == list(again.flow.hooks["on_failure"] or ())
