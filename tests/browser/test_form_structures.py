"""Forms of real classes with lists, tuples, dictionaries, unions and models that hold themselves, in a real Chromium.

The plan is Python's, the page is the built card, and what the page sends is judged in Python.
"""

from __future__ import annotations

import os
import pathlib
from typing import Annotated, Literal, NamedTuple, NotRequired, Optional, Union

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from hitl_jupyter.forms import Document, compile_plan, judge
from tests.browser.gallery import AXE, open_form, wear
from tests.browser.pages import settled
from tests.browser.test_form_look import BARRIERS, TOO_WIDE, WIDTHS


class Card(BaseModel):
    kind: Literal["card"] = "card"
    number: str = Field(min_length=4)


class Transfer(BaseModel):
    kind: Literal["transfer"] = "transfer"
    iban: str
    days: int = 14


class Person(TypedDict):
    name: str
    age: NotRequired[int]


class Point(NamedTuple):
    x: int
    y: int = 0


class Part(BaseModel):
    name: str
    parts: list[Part] = []
    spare: Optional[Part] = None  # noqa: UP045 - it holds itself


def hint(**hints):
    return {"json_schema_extra": {"hitl": hints}}


class Everything(BaseModel):
    """A form with every structure."""

    payment: Annotated[Card | Transfer, Field(discriminator="kind")]
    amount: int | str | None = Field(None, description="A number, or in words.")
    either: Union[int, str, bool, list[int], dict[str, int]] = True  # noqa: UP007
    colours: set[str] = Field({"red", "blue"}, max_length=4)
    corner: tuple[int, str] = (1, "left")
    point: Point = Point(1, 2)
    path: list[Point] = [Point(3)]
    prices: dict[str, float] = {"tea": 2.5, "coffee": 3}
    grid: list[list[int]] = [[1, 2], [3]]
    person: Person = {"name": "Ana"}
    machine: Part = Part(name="engine")
    delivery: Literal["post", "pick up"] = "post"
    street: str = Field("Main Street", **hint(show_if={"delivery": "post"}))
    shop: str = Field("North", **hint(show_if={"delivery": "pick up"}))
    secret_number: int = Field(3, **hint(hidden=True))
    version: str = Field("v2", **hint(readonly=True))


@pytest.fixture
def shown(browser):
    """Opens a form of a class, and closes it after the test."""
    pages = []

    def opened(model, initial=None, **how):
        page = open_form(browser, Document(compile_plan(model), initial), **how)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.context.close()


def sent(page, model):
    """Submit, and give what Python makes of what the page sends: the instance, or the messages by path."""
    page.get_by_role("button", name="Submit").click()
    requests = page.evaluate("window.model.sent.filter(one => one.kind === 'submit')")
    document = Document(compile_plan(model))
    document.replace(requests[-1]["document"])
    verdict = judge(model, document)
    return verdict.value or {".".join(map(str, error.path)): error.message for error in verdict.errors}


def test_structures_fit_and_have_no_barriers(shown):
    """From 320 px on, in both themes, nothing scrolls sideways, and a scan for barriers finds none."""
    page = shown(Everything)
    page.get_by_role("radiogroup", name="Payment").get_by_label("Transfer").check()
    page.get_by_role("group", name="Machine").get_by_role("button", name="Add item").click()
    page.get_by_role("group", name="Colours").get_by_role("button", name="Add item").click()
    page.get_by_label("Colours 3").fill("red")
    page.add_script_tag(path=AXE)
    for dark in (False, True):
        wear(page, dark=dark)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if folder := os.environ.get("HITL_SHOTS"):
                shot = f"structures-{width}-{'dark' if dark else 'light'}.png"
                page.screenshot(path=pathlib.Path(folder) / shot, full_page=True)
            assert [] == settled(page, lambda: page.evaluate(TOO_WIDE)), (width, dark)
        assert [] == page.evaluate(BARRIERS), dark


def test_an_untouched_form_gives_the_defaults(shown):
    """A form of every structure that is filled in beforehand is sent back as it is."""
    given = Everything(payment=Card(number="1234"), either=[1, 2], amount="ten")
    assert given == sent(shown(Everything, given), Everything)


def test_a_branch_is_picked_and_filled_in_and_keeps_its_draft(shown):
    """A branch that is picked is drawn at once; going to another and back finds what was typed; no tag is asked."""
    page = shown(Everything)
    payment = page.get_by_role("group", name="Payment", exact=True)
    pick = payment.get_by_role("radiogroup", name="Payment")
    assert 0 == pick.get_by_role("radio", checked=True).count()
    pick.get_by_label("Card").check()
    payment.get_by_label("Number").fill("4711")
    pick.get_by_label("Transfer").check()
    payment.get_by_label("Iban").fill("DE12")
    pick.get_by_label("Card").check()
    assert "4711" == payment.get_by_label("Number").input_value()
    assert 0 == payment.get_by_text("Kind").count()
    pick.get_by_label("Transfer").check()
    assert Everything(payment=Transfer(iban="DE12")) == sent(page, Everything)


def test_a_number_and_its_text_are_two_branches(shown):
    """What is typed is of the branch that was picked, and "No value" is neither."""
    page = shown(Everything, {"payment": {"number": "1234"}})
    amount = page.get_by_role("group", name="Amount", exact=True)
    amount.get_by_label("No value").uncheck()
    amount.get_by_label("Text", exact=True).and_(page.get_by_role("radio")).check()
    amount.get_by_role("textbox").fill("12")
    assert "12" == sent(page, Everything).amount
    page = shown(Everything, {"payment": {"number": "1234"}})
    either = page.get_by_role("group", name="Either", exact=True)
    either.get_by_role("combobox", name="Either").select_option("Entries")
    either.get_by_role("button", name="Add entry").click()
    either.get_by_label("Key").fill("constructor")
    either.get_by_label("Value").fill("1")
    assert {"constructor": 1} == sent(page, Everything).either


def test_rows_of_a_dictionary(shown):
    """Rows of key and value are added, removed and compared in the page; the same key twice is told at once."""
    page = shown(Everything, {"payment": {"number": "1234"}})
    prices = page.get_by_role("group", name="Prices", exact=True)
    prices.get_by_role("button", name="Add entry").click()
    row = page.get_by_role("group", name="Prices 3", exact=True)
    row.get_by_label("Key").fill("tea")
    row.get_by_label("Value").fill("9")
    assert prices.get_by_text("Entries 1 and 3 have the same key.").is_visible()
    assert {"prices.2.0": "This key is already there."} == sent(page, Everything)
    page = shown(Everything, {"payment": {"number": "1234"}})
    prices = page.get_by_role("group", name="Prices", exact=True)
    prices.get_by_role("button", name="Remove item 1").click()
    assert {"coffee": 3} == sent(page, Everything).prices


def test_a_model_that_holds_itself_opens_as_deep_as_one_likes(shown):
    """Each level is drawn when somebody opens it; all of it arrives."""
    page = shown(Everything, {"payment": {"number": "1234"}})
    inside = page.get_by_role("group", name="Machine", exact=True)
    for depth in range(4):
        inside.get_by_role("button", name="Add item").last.click()
        inside = page.get_by_role("group", name="Parts 1", exact=True).nth(depth)
        inside.get_by_label("Name", exact=True).fill(f"part {depth}")
    spare = inside.get_by_role("group", name="Spare", exact=True)
    spare.get_by_label("No value").uncheck()
    spare.get_by_label("Name", exact=True).fill("spare")
    machine = sent(page, Everything).machine
    for depth in range(4):
        machine = machine.parts[0]
        assert f"part {depth}" == machine.name
    assert Part(name="spare") == machine.spare


def test_a_field_shows_only_while_another_has_a_value(shown):
    """A condition is followed in the page; what is not shown is not sent; what is read-only cannot be typed in."""
    page = shown(Everything, {"payment": {"number": "1234"}})
    assert page.get_by_label("Street").is_visible()
    assert not page.get_by_label("Shop").is_visible()
    page.get_by_role("radiogroup", name="Delivery").get_by_label("pick up").check()
    assert not page.get_by_label("Street").is_visible()
    page.get_by_label("Shop").fill("South")
    assert page.get_by_label("Version").is_disabled()
    assert 0 == page.get_by_text("Secret Number").count()
    got = sent(page, Everything)
    assert ("pick up", "South") == (got.delivery, got.shop)
    assert "street" not in got.model_fields_set


def test_a_key_that_may_be_missing_can_be_left_out(shown):
    """A key of a typed dictionary that need not be there is left out until somebody says that it is there."""
    page = shown(Everything, {"payment": {"number": "1234"}})
    person = page.get_by_role("group", name="Person", exact=True)
    age = person.locator(".hitl-field", has=page.get_by_label("Age"))
    age.get_by_label("Age").fill("30")
    assert {"name": "Ana", "age": 30} == sent(page, Everything).person
    page = shown(Everything, {"payment": {"number": "1234"}})
    assert {"name": "Ana"} == sent(page, Everything).person
