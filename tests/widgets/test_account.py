"""How an account writes what was asked, answered and made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run
from hitl_jupyter.artifacts import create_progress_artifact, create_table_artifact
from hitl_jupyter.core.text import words
from hitl_jupyter.engine.account import account
from hitl_jupyter.engine.told import value
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.widgets.account import as_html, as_text, begun
from tests.engine.conftest import desk, empty_store  # noqa: F401 - fixtures


def told(desk, run):  # noqa: F811 - the fixture
    return desk.read(account, run.id_text, datetime.now(UTC))


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
    assert text[1].startswith("- Which one?: Size: M; Many: 3 (")
    assert text[2].startswith("- how many: 4 (")
    assert "Made: All prices." == text[-1]
    assert 2 == found.asked
    assert found.seconds_paused > 0
    page = as_html(found)
    assert [] == [text for text in ("Size: M<br>Many: 3", "how many", "All prices.") if text not in page]


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
        ("- one\n- two\n\n> three", "one two three"),
        ("2 * 3 * 4 and snake_case", "2 * 3 * 4 and snake_case"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b | | 1 | 2 |"),
    ],
)
def test_markdown_as_words(markdown, said):
    """The marks go, what they mark stays, and what only looks like a mark stays too."""
    assert said == words(markdown)
