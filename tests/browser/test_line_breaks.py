"""What a box of one line is given that has more than one: nothing of it is lost unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect
from pydantic import BaseModel, Field, SecretStr

from hitl_jupyter.forms import Document, compile_plan
from tests.browser.desk import Desk

KEY = "-----BEGIN KEY-----\nAbC=\n\n-----END KEY-----"


class Notes(BaseModel):
    """Boxes of one line."""

    label: str = "xy"
    suggested: str = Field("", examples=["a", "b"])
    key: SecretStr | None = None
    count: int = 0
    day: date | None = None


@pytest.fixture(scope="module")
def desk(browser) -> Iterator[Desk]:
    opened = Desk(browser)
    yield opened
    opened.close()


def paste(page: Page, text: str) -> None:
    """Paste a text where the caret is, from the clipboard."""
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=source></textarea>')")
    caret = page.evaluate_handle("document.activeElement")
    page.locator("#source").fill(text)
    page.locator("#source").select_text()
    page.keyboard.press("Control+X")
    caret.as_element().focus()
    page.locator("#source").evaluate("one => one.remove()")
    page.keyboard.press("Control+V")


def box(desk: Desk, title: str) -> Locator:
    return desk.form.get_by_label(title, exact=True)


def send(desk: Desk) -> None:
    desk.form.get_by_role("button", name="Submit", exact=True).click()


def answer(desk: Desk) -> Notes:
    """Send the form, and give what pydantic makes of it."""
    send(desk)
    # A judge that takes its time makes "busy" of "sending".
    desk.page.wait_for_function("['open', 'done'].includes(document.querySelector('.hitl-form').dataset.phase)")
    return desk.verdicts[-1].value


@pytest.mark.parametrize("title", ["Label", "Suggested"])
@pytest.mark.parametrize("text", ["a\nb", "end\n", "\n\n start", "tab\t\nand\u2028more  ", "one line\u2028 "])
def test_a_text_keeps_the_lines_that_are_pasted(desk, title, text):
    """They go where the caret was, the box grows and keeps its name, and Enter begins a new line there."""
    desk.ask(Document(compile_plan(Notes)))
    box(desk, title).fill("xy")
    desk.page.keyboard.press("ArrowLeft")
    paste(desk.page, text)
    expect(box(desk, title)).to_be_focused()
    assert f"x{text}y" == box(desk, title).input_value()
    desk.page.keyboard.type("!")
    if "\n" in text:
        desk.page.keyboard.press("Enter")
    whole = f"x{text}!{chr(10) if chr(10) in text else ''}y"
    assert whole == getattr(answer(desk), title.lower())
    assert [] == desk.errors


def test_pasted_lines_can_be_taken_back(desk):
    """The browser's own Undo gives the text before."""
    desk.ask(Document(compile_plan(Notes)))
    box(desk, "Label").focus()
    desk.page.keyboard.press("End")
    paste(desk.page, "a\nb")
    assert "xya\nb" == box(desk, "Label").input_value()
    desk.page.keyboard.press("Control+Z")
    assert "xy" == box(desk, "Label").input_value()
    assert "xy" == answer(desk).label


@pytest.mark.parametrize("text", ["a\r\nb", "a\rb\r\n", "\n", "a\u2028b", " a\t"])
def test_line_breaks_that_were_there_stay_what_they_are(desk, text):
    """What an edit elsewhere in the text does not touch comes back to the letter."""
    document = Document(compile_plan(Notes))
    document["label"].value = text
    desk.ask(document)
    assert text == answer(desk).label
    desk.ask(document)
    box(desk, "Label").press("Control+End")
    desk.page.keyboard.type("z")
    box(desk, "Label").press("Control+Home")
    desk.page.keyboard.type("z")
    assert f"z{text}z" == answer(desk).label


def test_a_secret_keeps_its_lines(desk):
    """A key of several lines arrives as it was pasted; the line break after a secret of one line is none of it."""
    desk.ask(Document(compile_plan(Notes)))
    box(desk, "Key").focus()
    paste(desk.page, KEY)
    desk.page.keyboard.type("\U00010000")
    assert f"{KEY}\U00010000" == answer(desk).key.get_secret_value()
    desk.ask(Document(compile_plan(Notes)))
    box(desk, "Key").focus()
    paste(desk.page, "secret\n")
    assert "secret" == answer(desk).key.get_secret_value()


def test_a_number_of_two_lines_is_none(desk):
    """A line break after a number is no part of it; one in it does not make one number of two."""
    desk.ask(Document(compile_plan(Notes)))
    box(desk, "Count").fill("")
    paste(desk.page, "12\n")
    assert 12 == answer(desk).count
    desk.ask(Document(compile_plan(Notes)))
    box(desk, "Count").fill("")
    paste(desk.page, "1\n2")
    assert answer(desk) is None
    assert ("count",) == desk.verdicts[-1].errors[0].path


def test_half_a_date_is_not_left_out(desk):
    """Submit says that it is not complete, at its box, also where there need be none."""
    desk.ask(Document(compile_plan(Notes)))
    desk.form.get_by_role("checkbox", name="No value").last.uncheck()
    box(desk, "Day").press("1")
    send(desk)
    assert [] == desk.verdicts
    expect(box(desk, "Day")).to_be_focused()
    expect(desk.form).to_contain_text("This date is not complete.")
