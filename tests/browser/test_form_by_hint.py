"""Fields that are drawn as their hints say, and types that hold themselves, in a real Chromium."""

from __future__ import annotations

import os
import pathlib
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import pytest
from pydantic import BaseModel, Field, RootModel

from hitl_jupyter.forms import Document, compile_plan, judge
from tests.browser.gallery import AXE, open_form, wear
from tests.browser.pages import settled
from tests.browser.test_form_look import BARRIERS, TOO_WIDE, WIDTHS


class Tree(RootModel[Any]):
    root: int | list[Tree]


class Link(NamedTuple):
    name: str
    after: Link | None = None


def hint(**hints):
    return {"json_schema_extra": {"hitl": hints}}


class Looks(BaseModel):
    """An order, drawn by hints."""

    street: str = Field(**hint(group="Address", width=8))
    share: float = Field(0.25, ge=0, le=1, **hint(control="slider"))
    zip: str = Field(**hint(group="Address", width="third"))
    weight: Decimal = Field(gt=0, description="Without the box.", **hint(unit="kg", width="half"))
    height: float | None = Field(None, **hint(unit="cm", width="half"))
    fast: bool = Field(False, **hint(control="switch"))
    gift: bool | None = Field(None, **hint(control="select"))
    how: Literal["by post", "by courier"] = Field(**hint(control="radio"))
    notes: list[str] = Field(["a"], **hint(control="textarea"))
    raw: dict[str, int] = Field({"a": 1}, **hint(control="json"))
    tree: Tree = Tree([1, [2]])
    chain: Link = Link("a")
    spots: dict[tuple[int, str], int] = {(1, "a"): 2}
    either: dict[int | str | None, int] = {1: 1, "1": 2, None: 3}


@pytest.fixture
def shown(browser):
    """Opens the form, and closes it after the test."""
    pages = []

    def opened(**how):
        page = open_form(browser, Document(compile_plan(Looks)), **how)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.context.close()


def sent(page):
    """Press Submit, and give what Python makes of what was sent."""
    page.get_by_role("button", name="Submit").click()
    document = Document(compile_plan(Looks))
    sent = "window.model.sent.filter(one => one.kind === 'submit').at(-1)"
    page.wait_for_function(f"{sent} !== undefined")
    document.replace(page.evaluate(f"{sent}.document"))
    return judge(Looks, document)


def test_it_fits_and_has_no_barriers(shown):
    """From 320 px on, in both themes, nothing is cut off, and a scan for barriers finds none."""
    page = shown()
    page.add_script_tag(path=AXE)
    shots = os.environ.get("HITL_SHOTS")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for dark in (False, True):
            wear(page, dark=dark)
            assert [] == settled(page, lambda: page.evaluate(TOO_WIDE))
            assert [] == page.evaluate(BARRIERS)
            if shots:
                name = f"by-hint-{width}-{'dark' if dark else 'light'}.png"
                page.screenshot(path=pathlib.Path(shots) / name, full_page=True)


def test_it_is_filled_in_and_sent(shown):
    """Each control gives what its type takes, and what is left alone stays what it was."""
    page = shown()
    page.get_by_label("Street").fill("Main Street 1")
    page.get_by_label("Zip").fill("89073")
    page.get_by_label("Weight").fill("2.50")
    page.get_by_role("switch", name="Fast").click()
    page.get_by_label("Gift").select_option("No")
    page.get_by_label("by courier").click()
    slider = page.locator(".hitl-slider").first
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    verdict = sent(page)
    assert () == verdict.errors
    given = verdict.value
    assert ("Main Street 1", "89073", Decimal("2.50"), True) == (given.street, given.zip, given.weight, given.fast)
    assert ("by courier", False, 0.5) == (given.how, given.gift, given.share)
    untouched = Looks(street="", zip="", weight=1, how="by post")
    for name in ("tree", "chain", "spots", "either", "raw", "notes"):
        assert getattr(untouched, name) == getattr(given, name)


def test_tab_goes_in_the_order_in_which_one_reads(shown):
    """Fields of one group, side by side or below each other, come one after the other."""
    page = shown()
    page.get_by_label("Street").focus()
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.labels?.[0]?.textContent ?? ''"))
    assert ["Zip", "Share", "Weight", "Height", "No value"] == names


def test_narrow_fields_stand_below_each_other(shown):
    """Side by side there is room, on a phone there is not."""
    page = shown()
    tops = "[...document.querySelectorAll('.hitl-columns > [style]')].map(one => one.getBoundingClientRect().top)"
    street, zip_, *_ = page.evaluate(tops)
    assert street == zip_
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function(f"() => {{ const [street, zip] = {tops}; return street < zip; }}")


def test_a_type_that_holds_itself_is_opened_step_by_step(shown):
    """A row inside a row, and a chain that goes on while somebody says so."""
    page = shown()
    chain = page.get_by_role("group", name="Chain")
    for _ in range(3):
        chain.get_by_label("No value").last.uncheck()
    for box in chain.get_by_label("Name").all():
        box.fill("b")
    page.get_by_label("Street").fill("a")
    page.get_by_label("Zip").fill("1")
    page.get_by_label("Weight").fill("1")
    page.get_by_label("by post").click()
    assert Link("b", Link("b", Link("b", Link("b")))) == sent(page).value.chain
