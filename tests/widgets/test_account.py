"""How an account writes what was asked, answered and made."""

from __future__ import annotations

import dataclasses
import re
from contextlib import suppress
from datetime import UTC, datetime

import pydantic
import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run
from hitl_jupyter.artifacts import create_progress_artifact, create_table_artifact
from hitl_jupyter.core.text import words
from hitl_jupyter.engine.account import account
from hitl_jupyter.engine.told import value
from hitl_jupyter.exceptions import FlowPauseTimeout, ObjectNotFound, SubmissionRefused
from hitl_jupyter.widgets.account import as_html, as_text, begun
from tests.engine.conftest import desk, empty_store, kernels  # noqa: F401 - fixtures


def told(desk, run):  # noqa: F811 - the fixture
    return desk.read(account, run.id_text, datetime.now(UTC))


NAME_OR_TIME = r"<p><strong>.*|<p>Completed: begun .*|<td>\d\d:\d\d:\d\d</td>|<td>(less than )?\d+ s</td>"


class Shirt(RunInput):
    size: str
    many: int = 1


@flow
def sub():
    return pause_flow_run(int, key="how many")


@flow
def order():
    pause_flow_run(Shirt.with_initial_data(description="## Which **one**?"))
    create_table_artifact([{"a": 1}], key="prices", description="All [prices](http://x)")
    create_progress_artifact(50.0)
    sub()


def test_questions_answers_and_artifacts_are_told_by_title(desk):  # noqa: F811 - the fixture
    """Those of subflows too; Markdown as words; progress is nothing to be read later."""
    run = order.start()
    desk.next_question()
    resume_flow_run(run.id, {"size": "M", "many": 3})
    asked = desk.next_question()
    resume_flow_run(asked.run.id, {"value": 4})
    run.result()
    found = told(desk, run)
    text = as_text(found).splitlines()
    assert text[0].startswith("Completed: begun ")
    assert text[1].startswith("- Which one? Size: M; Many: 3 (")
    assert text[2].startswith("- how many: 4 (")
    assert "Made: All prices." == text[-1]
    assert 2 == found.asked
    assert found.seconds_paused > 0
    page = as_html(found)
    assert [] == [text for text in ("Size: M<br>Many: 3", "how many", "All prices.") if text not in page]


class Known(RunInput):
    known: bool = pydantic.Field(title="Is it known?")

    @pydantic.model_validator(mode="after")
    def is_known(self):
        if not self.known:
            raise ValueError("It must\nbe known.")
        return self


def test_an_answer_that_was_sent_back_is_told_with_the_reason(desk):  # noqa: F811 - the fixture
    """And a title that asks stands before its answer as it is."""

    @flow
    def ask():
        pause_flow_run(Known, on_invalid="ask_again")

    run = ask.start()
    desk.next_question()
    for known in (False, True):
        with suppress(SubmissionRefused):
            resume_flow_run(run.id, {"known": known})
    run.result()
    text = as_text(told(desk, run)).splitlines()
    assert text[1].startswith("- Is it known? Is it known? no; (sent back: It must be known.) (")
    assert text[2].startswith("- Is it known? Is it known? yes (")


def test_what_a_deadline_gave_is_nobodys_answer(desk):  # noqa: F811 - the fixture
    """The account says which default it was and that nobody answered; where there was none, that the time was over."""

    @flow
    def ask():
        pause_flow_run(Shirt, timeout=0.01, on_timeout=Shirt(size="<b>M</b>"))
        pause_flow_run(int, timeout=0.01)

    run = ask.start()
    with suppress(FlowPauseTimeout):
        run.result()
    text, page = as_text(told(desk, run)), as_html(told(desk, run))
    assert "Size: <b>M</b>; Many: 1; (its default: nobody answered in time)" in text
    assert "Size: &lt;b&gt;M&lt;/b&gt;<br>Many: 1<br>(its default: nobody answered in time)" in page
    assert "- Question 2: (timed out)" in text


def test_an_unknown_run_is_said_to_be_none(desk):  # noqa: F811 - the fixture
    """Nothing is made up for it."""
    with pytest.raises(ObjectNotFound):
        desk.read(account, "0" * 36, datetime.now(UTC))


def test_what_people_wrote_is_text():
    """Names may hold markup, and it stays text."""
    page = begun("<i>run</i>", "<script>", "because of <b>")["text/html"]
    assert "&lt;i&gt;run&lt;/i&gt;" in page
    assert [] == [mark for mark in ("<i>", "<script>", "<b>") if mark in page]


@pytest.mark.parametrize(
    ("data", "written"),
    [
        (None, "nothing"),
        (True, "yes"),
        (1.5, "1.5"),
        ("two\nlines", "two lines"),
        ("", "(empty)"),
        ([], "none"),
        (["a", 1, False], "a, 1, no"),
        ({"a": [1]}, '{"a": [1]}'),
        ("x" * 500, "x" * 199 + "…"),
        ({"file": "f", "sha256": "s", "name": "photo.png", "size": 1234, "encoding": None}, "photo.png (1,234 bytes)"),
    ],
)
def test_values(data, written):
    """As a person writes them, and not too long."""
    assert written == value(data)


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("# Which **one**?", "Which one?"),
        ("a *b* `c` __d__", "a b c d"),
        ("see [this](http://x) and ![that](y.png)", "see this and that"),
        ("- one\n- two\n\n> three", "• one • two three"),
        ("2 * 3 * 4 and snake_case", "2 * 3 * 4 and snake_case"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b | | 1 | 2 |"),
    ],
)
def test_markdown_as_words(markdown, said):
    """The marks go, what they mark stays, and what only looks like a mark stays too."""
    assert said == words(markdown)


def test_a_failure_is_told_with_what_led_to_it(desk):  # noqa: F811 - the fixture
    """The last answer first, by its fields and once for each question, then the parameters; what they say is text."""

    @flow
    def label(name: str, count: int):
        pause_flow_run(int, key="first")
        shirt = pause_flow_run(Shirt, key="second")
        return {}[shirt.size]

    run = label.start("<b>Ada</b>", 2)
    for data in ({"value": 1}, {"size": "<i>M</i>"}):
        desk.next_question()
        resume_flow_run(run.id, data)
    with pytest.raises(KeyError):
        run.result()
    found = told(desk, run)
    _, why, last, parameters, *_ = as_text(found).splitlines()
    assert "Flow run encountered an exception: KeyError: '<i>M</i>'" == why
    assert "Last answer: second: Size: <i>M</i>." == last
    assert "Parameters: name: <b>Ada</b>; count: 2." == parameters
    page = as_html(found)
    assert "Parameters: name: &lt;b&gt;Ada&lt;/b&gt;; count: 2." in page
    assert "<i>" not in page


def test_a_corrected_answer_is_told_once(kernels):  # noqa: F811 - the fixture
    """At its place among the others, by whom and why, and what it was before; what is asked again is told so too."""

    @flow
    def label():
        return [pause_flow_run(Shirt, key=key) for key in ("first", "second")] + [pause_flow_run(int, key="third")]

    kernels.flows["label"] = label
    desk = kernels.start()  # noqa: F811 - no fixture here
    run = label.start()
    for size in "SM":
        desk.next_question()
        resume_flow_run(run.id, {"size": size})
    desk.next_question()
    for size, why in (("L", "a <typo>"), ("XL", None)):
        run.correct("first", {"size": size, "many": 2}, reason=why)
        desk.next_question()
    resume_flow_run(run.id, {"size": "M", "many": 7}, key="second")
    desk.next_question()
    resume_flow_run(run.id, {"value": 3})
    run.result()
    found = told(desk, run)
    me = found.rows[0]["by"]
    _, first, second, third = as_text(found).splitlines()
    assert first.startswith(f"- first: Size: XL; Many: 2; (corrected); (before: Size: L, Many: 2, by {me} at ")
    assert f"); (before: Size: S, by {me} at " in first
    assert second.startswith(f"- second: Size: M; Many: 7; (before: Size: M, by {me} at ")
    assert third.startswith("- third: 3 (")
    page = as_html(found).splitlines()
    assert 3 == sum("<td>Size" in line or "<td>3</td>" in line for line in page)


def test_a_long_account_is_folded_and_says_where_the_rest_is(desk):  # noqa: F811 - the fixture
    """A page shows the number of its rows first; what is not in it is in the history."""

    @flow
    def many():
        return [pause_flow_run(int, key=f"no. {number}") for number in range(101)]

    run = many.start()
    for number in range(101):
        desk.next_question()
        resume_flow_run(run.id, {"value": number})
    run.result()
    found = told(desk, run)
    page = as_html(found)
    assert "<details><summary>100 questions and answers</summary>" in page
    assert f"<p>And 1 before these; hitl_jupyter.history(&#x27;{run.name}&#x27;) has them all.</p>" in page
    assert len(page) < 14_000
    assert "<details>" not in as_html(dataclasses.replace(found, rows=found.rows[:20]))


def test_a_second_run_differs_in_its_name_and_its_times_alone(desk):  # noqa: F811 - the fixture
    """Line by line, as a diff of two saved files shows them."""

    def lines():
        run = order.start()
        desk.next_question()
        resume_flow_run(run.id, {"size": "M"})
        asked = desk.next_question()
        resume_flow_run(asked.run.id, {"value": 4})
        run.result()
        return as_html(told(desk, run)).splitlines()

    first, second = lines(), lines()
    differing = [two for one, two in zip(first, second, strict=True) if one != two]
    assert [] == [line for line in differing if not re.fullmatch(NAME_OR_TIME, line)]
