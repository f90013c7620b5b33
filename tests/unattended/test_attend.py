"""What becomes of a question where no person is: answered, waited for, or the flow fails at once and says how."""

from __future__ import annotations

import asyncio
import os
from types import SimpleNamespace
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator

from hitl_jupyter import flow, pause_flow_run, resume_flow_run, store, suspend_flow_run
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine import inbox, unattended
from hitl_jupyter.exceptions import AnswerRefused, AnswersFileError, NobodyThere, RunCancelled
from hitl_jupyter.input import RunInput
from hitl_jupyter.widgets import signs


class Shirt(RunInput):
    size: Literal["S", "M"]
    color: str = "black"

    @model_validator(mode="after")
    def is_in_stock(self):
        if (self.size, self.color) == ("S", "green"):
            raise ValueError("Green shirts start at M.")
        return self


@flow
def order():
    return pause_flow_run(str), pause_flow_run(Shirt, key="shirt").size, pause_flow_run()


@flow
async def order_async():
    return await pause_flow_run(str), (await pause_flow_run(Shirt, key="shirt")).size, await pause_flow_run()


def pauses(desk, run_id):
    return {pause.pause_key: pause for pause in desk.read(store.pauses.of_run, run_id)}


def only_run(desk):
    (run_id,) = desk.read(lambda conn: [row[0] for row in conn.exec_driver_sql("SELECT id FROM flow_run")])
    return run_id


def submissions(desk):
    query = "SELECT data, submitted_by, submitted_from FROM submission ORDER BY received_at"
    return desk.read(lambda conn: [tuple(row) for row in conn.exec_driver_sql(query)])


# -- answered ---------------------------------------------------------------------------------------------------------

BY_KEY = "order: {1: Jeff, shirt: {size: M}, 3: null}\norder-async: {1: Jeff, shirt: {size: M}, 3: null}"


@pytest.mark.parametrize("text", [BY_KEY, "[Jeff, {size: M}, null]", "'*': [{value: Jeff}, {size: M}, {}]"])
async def test_answers_of_a_file(alone, answers, text):
    """Sync and async flows get what the file says, plain values where a plain type is asked, null for a Resume."""
    answers(text)
    assert ("Jeff", "M", None) == await asyncio.to_thread(order)
    answers(text + "\n")
    assert ("Jeff", "M", None) == await order_async()


def test_the_record_says_where_an_answer_came_from(alone, answers):
    """Who, and which answer of which file."""
    answers("[Jeff, {size: M}, null]")
    order()
    who = alone.session.owner.user
    assert [(who, f"answers.yaml, answer {number}") for number in (1, 2, 3)] == [row[1:] for row in submissions(alone)]


async def test_gathered_questions_each_get_their_own(alone, answers):
    """By key no answer is in another's place, whatever the order in which they are asked."""

    @flow
    async def many():
        return await asyncio.gather(*(pause_flow_run(int, key=f"item-{i}") for i in range(50)))

    answers("many:\n" + "\n".join(f"  item-{i}: {i}" for i in reversed(range(50))))
    assert list(range(50)) == await many()


def test_a_subflow_has_its_own_answers(alone, answers):
    """They stand under the subflow's name, and a star is for it too."""

    @flow
    def outer():
        return pause_flow_run(str), order()

    answers("outer: [first]\norder: [Jeff, {size: S}, null]")
    assert ("first", ("Jeff", "S", None)) == outer()


def test_a_form_as_it_stands(alone, answers):
    """null for a form is Submit without a change: what is filled in beforehand is the answer."""

    @flow
    def confirm():
        return pause_flow_run(Shirt.with_initial_data(size="M"))

    answers("[null]")
    assert "M" == confirm().size


def test_a_plain_type_that_is_a_mapping(alone, answers):
    """A mapping with the one key `value` is the form; any other is the value."""

    @flow
    def weigh():
        return pause_flow_run(dict[str, int])

    answers("[{a: 1}, {value: {value: 2}}]")
    assert [{"a": 1}, {"value": 2}] == [weigh(), weigh()]


def test_a_secret_is_not_in_the_record(alone, answers):
    """What a secret field is answered with reaches the flow and no row."""

    class Login(BaseModel):
        user: str
        password: SecretStr

    @flow
    def log_in():
        return pause_flow_run(Login).password.get_secret_value()

    answers("[{user: ana, password: open-sesame}]")
    assert "open-sesame" == log_in()
    assert "open-sesame" not in str(submissions(alone))
    assert "ana" in str(submissions(alone))


def test_a_changed_file_is_read_again(alone, answers):
    """Saved anew, it starts over; left alone, it goes on."""

    @flow
    def ask():
        return pause_flow_run(str)

    path = answers("[a, b]")
    assert ["a", "b"] == [ask(), ask()]
    path.write_text("[c]")
    os.utime(path, ns=(0, 0))
    assert "c" == ask()


def test_a_quicker_answer_from_elsewhere_counts(alone, answers, monkeypatch):
    """The file's answer is not used up by a question that somebody else has answered."""

    @flow
    def ask():
        return pause_flow_run(str)

    async def somebody(_, run):
        monkeypatch.undo()
        question = next(iter(run.questions.values()))
        await inbox.submit(question, {"value": "quicker"}, by="ana", origin="elsewhere")

    answers("[slower]")
    path = os.environ["HITL_ANSWERS"]
    monkeypatch.setattr(unattended, "_recall", somebody)
    assert "quicker" == ask()
    monkeypatch.setenv("HITL_ANSWERS", path)
    assert "slower" == ask()


def test_answers_that_nobody_asked_for(alone, answers):
    """One line in the log of the run names them, with their places; the run is as good as any."""

    @flow
    def ask():
        return pause_flow_run(str)

    answers("ask:\n  1: Jeff\n  shirt: M\nother: [1]")
    run = ask.start()
    assert "Jeff" == run.result()
    (line,) = [line for line in alone.log(run) if "Nobody has asked" in line]
    assert "Nobody has asked for answers.yaml, line 3, 'shirt' of flow 'ask' so far." == line


def test_a_run_that_would_be_suspended(alone, answers):
    """With an answer in the file it goes on; without one it leaves the process, for which nobody need be there."""

    @flow
    def ask():
        return suspend_flow_run(str), suspend_flow_run(str)

    answers("[Jeff]")
    with pytest.raises(BaseException, match=r"(?i)suspended"):
        ask()
    assert {"1": PauseState.ANSWERED, "2": PauseState.OPEN} == {
        key: pause.state for key, pause in pauses(alone, only_run(alone)).items()
    }


# -- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        ("order:\n  1: 3", "value", 2),
        ("order:\n  1: Jeff\n  shirt: {size: L}", "size", 3),
        ("order:\n  - Jeff\n  - {}", "size", 3),
        ("order:\n  - Jeff\n  - {size: M, sleeves: 3}", "", 3),
        ("order:\n  - Jeff\n\n  - M", "", 4),
        ("order: [Jeff, {size: M}, yes]", "", 1),
    ],
)
def test_an_answer_that_does_not_fit(alone, answers, text, field, line):
    """The flow gets an error with the answer's line and the field, and the question is not left open."""
    answers(text)
    with pytest.raises(AnswerRefused) as error:
        order()
    assert [field] == list(error.value.errors)
    assert f"answers.yaml, line {line}, " in str(error.value)
    assert PauseState.OPEN not in [pause.state for pause in pauses(alone, only_run(alone)).values()]
    assert "Crashed" == alone.states(alone_run(alone))[-1]


def alone_run(desk):
    """What `Desk.states` takes: something with the id of the only run."""
    return type("Run", (), {"id_text": only_run(desk)})


def test_a_flow_may_go_on_without_the_answer(alone, answers):
    """It is an exception like any other: caught, the run goes on and asks the next question."""

    @flow
    def try_twice():
        try:
            return pause_flow_run(int)
        except AnswerRefused:
            return pause_flow_run(int)

    answers("[x, 3]")
    assert 3 == try_twice()


def test_what_a_validator_refuses(alone, answers):
    """As for a person: raised in the flow, or with "ask_again" refused."""

    @flow
    def ask(on_invalid):
        return pause_flow_run(Shirt, on_invalid=on_invalid)

    answers("[{size: S, color: green}, {size: S, color: green}]")
    with pytest.raises(ValidationError, match="start at M"):
        ask("raise")
    with pytest.raises(AnswerRefused, match="start at M"):
        ask("ask_again")


@pytest.mark.parametrize("text", ["order: Jeff", "a: [", "Order: [1]"])
def test_a_file_that_cannot_be_used_stops_the_flow_before_it_starts(alone, answers, text):
    """Nothing of the run is recorded, its body does not run."""
    answers(text)
    with pytest.raises(AnswersFileError):
        order()
    assert [] == alone.read(lambda conn: conn.exec_driver_sql("SELECT id FROM flow_run").all())


# -- nobody there -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "[]", "order-async: [1]", "order: {name: Jeff}"])
def test_without_an_answer_the_flow_fails_at_once(alone, answers, text):
    """The question is closed, the run may be taken up, and the error tells what was asked and why nobody answers."""
    if text is not None:
        answers(text)
    with pytest.raises(NobodyThere, match="nobody looks") as error:
        order()
    assert ("order", "1") == (error.value.flow, error.value.key)
    assert PauseState.INTERRUPTED == pauses(alone, only_run(alone))["1"].state
    assert "Crashed" == alone.states(alone_run(alone))[-1]
    assert ("answers.yaml" if text else "HITL_ANSWERS") in error.value.source


class Asked(BaseModel):
    """A form with an alias, and a field that needs no answer."""

    size: Literal["S", "M"] = Field(alias="The size")
    count: int
    note: str = ""


@pytest.mark.parametrize(
    ("asked", "given", "value"),
    [
        (None, "null", None),
        (str, "Jeff", "Jeff"),
        (int | None, "3", 3),
        (list[int], "[1, 2]", [1, 2]),
        (Asked, ["M", "3"], {"The size": "M", "count": 3, "note": ""}),
    ],
)
@pytest.mark.parametrize("key", [None, "the key: 1"])
def test_the_lines_that_it_prints_answer_it(alone, answers, asked, given, value, key):
    """Pasted into a file, with the answers in the place of the dots, they are a file of answers."""

    @flow(name="it's a: flow")
    def ask():
        return pause_flow_run(asked, key=key)

    with pytest.raises(NobodyThere) as error:
        ask()
    lines = error.value.lines
    for text in given if isinstance(given, list) else [given]:
        lines = lines.replace("...", text, 1)
    answers(lines)
    found = ask()
    assert value == (found.model_dump(by_alias=True) if isinstance(found, BaseModel) else found)


def test_what_is_asked_is_told(alone):
    """The description stands in the error, and beside each field what it takes."""

    @flow
    def ask():
        return pause_flow_run(Shirt.with_initial_data(description="Which **shirt**?\x1b[2J"))

    with pytest.raises(NobodyThere) as error:
        ask()
    assert "Which **shirt**?\\x1b[2J" in str(error.value)
    assert 'size: ...  # "S", "M"' in str(error.value)


def test_a_deadline_does_not_keep_it_waiting(alone):
    """A pause with a default for its deadline fails at once too: nobody would see what was decided."""

    @flow
    def ask():
        return pause_flow_run(str, timeout=3600, on_timeout="Jeff")

    with pytest.raises(NobodyThere):
        ask()


def test_a_background_run_says_it_aloud(alone, capsys):
    """Nobody may ever look at its result, so the error is printed too."""
    run = order.start()
    with pytest.raises(NobodyThere):
        run.result()
    assert "1: ...".replace("1", '"1"') in capsys.readouterr().err


def test_a_run_that_is_ended_meanwhile(alone, monkeypatch):
    """Who cancels a run while the signs of a person are looked for gets a cancelled run, and no other error."""

    @flow
    def ask():
        return pause_flow_run(str)

    async def absent(needless):
        run.cancel()
        return "nobody looks"

    monkeypatch.setattr(alone.session.presenter, "absent", absent)
    run = ask.start()
    with pytest.raises(Exception, match="Cancelled") as error:
        run.result()
    assert not isinstance(error.value, NobodyThere | RunCancelled)
    assert "Cancelled" == alone.states(run)[-1]


# -- waited for -------------------------------------------------------------------------------------------------------


def test_a_person_is_asked_what_the_file_does_not_answer(alone, answers):
    """Where somebody can see the question it stays open; what the file answers they are not asked."""
    alone.session.presenter.why = None
    answers("order: {1: Jeff}")
    run = order.start()
    asked = [alone.next_question().key, alone.next_question().key]
    resume_flow_run(run.id, {"size": "S"}, key="shirt")
    assert "3" == alone.next_question().key
    resume_flow_run(run.id)
    assert (["1", "shirt"], ("Jeff", "S", None)) == (asked, run.result())


@pytest.mark.parametrize("wait", ["1", "yes"])
def test_with_hitl_wait_it_waits_and_says_so_once(alone, monkeypatch, capsys, wait):
    """The line that it prints, pasted with an answer in it, is the answer."""
    monkeypatch.setenv("HITL_WAIT", wait)

    @flow
    def ask():
        return pause_flow_run(str)

    run = ask.start()
    alone.next_question()
    said = ""
    while "To answer: " not in said:
        said += capsys.readouterr().err
    program = said.partition("To answer: ")[2].strip()
    assert f"Flow run {run.name!r} - Waiting for an answer (Value)." in said
    exec(program.replace("...", "'Ana'"), {"resume_flow_run": resume_flow_run})
    assert "Ana" == run.result()
    assert "" == capsys.readouterr().err


def test_looking_for_a_person_leaves_no_trace_in_the_run(alone, monkeypatch):
    """What comes after has the place in the run that it has where nobody is looked for, so it replays there."""
    monkeypatch.setenv("HITL_WAIT", "1")
    monkeypatch.setattr(signs, "PATIENCE", 0.05)
    found = signs.Signs(SimpleNamespace(takes_input=lambda: False))
    monkeypatch.setattr(alone.session.presenter, "absent", found.absent)

    @flow
    async def ask():
        await pause_flow_run(int, key="first")
        return await asyncio.gather(pause_flow_run(int), pause_flow_run(int))

    run = ask.start()
    for _ in range(3):
        resume_flow_run(run.id, {"value": 1}, key=alone.next_question().key)
    assert [1, 1] == run.result()
    assert ["", "/branch:1", "/branch:2"] == sorted(
        p.identity.scope for p in alone.read(store.pauses.of_run, run.id_text)
    )


@pytest.mark.parametrize("wait", ["", "0", "false", "No"])
def test_hitl_wait_switched_off(alone, monkeypatch, wait):
    """A variable that says no is no."""
    monkeypatch.setenv("HITL_WAIT", wait)
    with pytest.raises(NobodyThere):
        order()
