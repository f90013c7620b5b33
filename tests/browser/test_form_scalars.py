"""The kinds that are one thing to a person, from a real plan, in a real Chromium; what is sent is judged by pydantic.

The model behind the card is a stand-in: see `gallery.py`. With HITL_SHOTS=folder the forms are photographed.
"""

from __future__ import annotations

import os
import pathlib
from datetime import UTC, time, timedelta
from decimal import Decimal
from enum import Flag, StrEnum
from fractions import Fraction
from ipaddress import IPv4Address
from pathlib import Path
from re import Pattern
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ByteSize, EmailStr, Field, HttpUrl
from pydantic.color import Color

from hitl_jupyter.forms import Document, compile_plan, judge
from tests.browser.gallery import AXE, open_scene, wear
from tests.browser.pages import settled
from tests.browser.test_form_look import BARRIERS, TOO_WIDE, sent

ONE = UUID("12345678-1234-4678-9234-567812345678")
COUNTRIES = ("Austria", "Australia", "Fiji", "Germany", "Kenya", "South Africa", *(f"Island {n}" for n in range(30)))


class Day(StrEnum):
    MON = "Monday"
    TUE = "Tuesday"
    WED = "Wednesday"
    THU = "Thursday"


class Rights(Flag):
    READ = 1
    WRITE = 2
    RUN = 4


class Things(BaseModel):
    """One field of each kind."""

    customer: str = Field(examples=["Ana", "Jeff"], description="A known name, or another one.")
    stars: int = Field(ge=1, le=10)
    price: Decimal = Field(gt=0, max_digits=8, decimal_places=2)
    ratio: Fraction = Fraction(1, 3)
    impedance: complex | None = None
    memory: ByteSize = ByteSize(1_500_000)
    opens: time = time(9, 30)
    exactly: time = time(9, 30, 0, 1)
    takes: timedelta = timedelta(days=1, hours=2, microseconds=500)
    order_number: UUID
    folder: Path = Path("data/in")
    host: IPv4Address
    search: Pattern[str] | None = None
    zone: ZoneInfo
    site: HttpUrl
    mail: EmailStr
    country: Literal[COUNTRIES]  # type: ignore[valid-type]
    days: set[Day] = Field(min_length=1)
    paint: Color | None = None
    rights: Rights = Rights.READ


pytestmark = pytest.mark.filterwarnings("ignore:The `Color` class is deprecated")

GOOD = {
    "customer": "Bo",
    "stars": 7,
    "price": Decimal("12.50"),
    "order_number": ONE,
    "host": IPv4Address("10.0.0.1"),
    "zone": ZoneInfo("Europe/Berlin"),
    "site": HttpUrl("https://example.org/"),
    "mail": "ana@example.org",
    "country": "Kenya",
    "days": {Day.TUE},
}


@pytest.fixture
def asked(browser):
    """Opens a form of `Things`, fresh or filled in, and closes it after the test."""
    pages = []

    def opened(initial=None, scene="bare"):
        page = open_scene(browser, scene)
        pages.append(page)
        plan = compile_plan(Things)
        document = Document(plan, initial)
        page.evaluate(
            """([plan, document]) => {
                const [old] = model.get("questions");
                model.put({
                    plans: {[plan.fingerprint]: plan},
                    questions: [{...old, pause_id: "things", plan: plan.fingerprint, document}],
                });
            }""",
            [plan.to_json(), document.to_wire()],
        )
        page.get_by_label("Customer").wait_for()
        return page

    yield opened
    for page in pages:
        page.context.close()


def judged(page):
    """What pydantic says of the form that the page sent."""
    page.get_by_role("button", name="Submit").click()
    document = Document(compile_plan(Things))
    document.replace(sent(page, "submit")[-1]["document"])
    return judge(Things, document)


WRONG = {
    "customer": "Bo",
    "stars": 11,
    "price": "12.505",
    "ratio": "a third",
    "impedance": "i",
    "memory": "much",
    "opens": "late",
    "takes": "P1X",
    "order_number": "1",
    "folder": "data",
    "host": "home",
    "search": "(",
    "zone": "Mars",
    "site": "example",
    "mail": "ana",
    "days": [],
    "paint": "reddish",
}


def test_what_is_wrong_is_said_beside_each_kind(asked):
    """Each kind shows its error, says to a screen reader that it is wrong, and makes no barrier of it."""
    page = asked(WRONG, scene="busy")
    page.get_by_role("button", name="Submit").click()
    document = Document(compile_plan(Things))
    document.replace(sent(page, "submit")[-1]["document"])
    errors = judge(Things, document).errors
    assert (set(WRONG) | {"country"}) - {"customer", "folder"} == {error.path[0] for error in errors}
    page.evaluate(
        """errors => {
            const {id} = model.sent.findLast(({kind}) => kind === "submit");
            model.hear({kind: "reply", id, status: "refused", errors, message: null});
        }""",
        [error.to_wire() for error in errors],
    )
    titles = {field.name: field.node.title for field in compile_plan(Things).root.fields}
    for error in errors:
        control = page.get_by_label(titles[error.path[0]], exact=True)
        assert "true" == control.get_attribute("aria-invalid")
        described = control.evaluate(
            "one => one.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).innerText)"
        )
        assert error.message in described
    page.add_script_tag(path=AXE)
    for dark in (False, True):
        wear(page, dark=dark)
        assert [] == page.evaluate(BARRIERS), dark
    if folder := os.environ.get("HITL_SHOTS"):
        page.screenshot(path=pathlib.Path(folder) / "scalars-wrong-1300-dark.png", full_page=True)


@pytest.mark.parametrize("filled", [False, True])
def test_the_form_fits_and_has_no_barriers(asked, filled):
    """From 320 px on, in both themes, nothing is cut off and a scan for barriers finds none, a search open as well."""
    page = asked(GOOD if filled else None)
    page.add_script_tag(path=AXE)
    page.get_by_role("combobox", name="Country").click()
    for dark in (False, True):
        wear(page, dark=dark)
        for width in (320, 420, 1300):
            page.set_viewport_size({"width": width, "height": 900})
            assert [] == settled(page, lambda: page.evaluate(TOO_WIDE)), (width, dark)
            if folder := os.environ.get("HITL_SHOTS"):
                shot = f"scalars-{'filled' if filled else 'fresh'}-{width}-{'dark' if dark else 'light'}.png"
                page.screenshot(path=pathlib.Path(folder) / shot, full_page=True)
        assert [] == page.evaluate(BARRIERS), dark


def test_every_control_has_its_title_as_its_name(asked):
    """Each control is found by exactly its title, and by no other of the form."""
    page = asked()
    for field in compile_plan(Things).root.fields:
        assert 1 == page.get_by_label(field.node.title, exact=True).count(), field.name


def test_what_was_filled_in_beforehand_is_sent_as_it_is(asked):
    """Being drawn changes no answer: every kind comes back as the value that it was given, to the last digit."""
    assert Things(**GOOD) == judged(asked(GOOD)).value


def test_every_kind_is_entered_by_hand(asked):
    """A person with keyboard and mouse fills in every kind, and the flow gets the values that they mean."""
    page = asked()
    page.get_by_label("Customer").fill("Bo")
    page.get_by_label("Stars", exact=True).fill("6")
    page.keyboard.press("ArrowUp")
    page.get_by_label("Price").fill("12.50")
    page.get_by_label("Impedance").fill("1+2j")
    page.get_by_label("Memory").fill("2 GiB")
    assert page.get_by_text("= 2,147,483,648 bytes").is_visible()
    page.get_by_label("Opens").fill("08:15")
    page.get_by_label("Exactly").fill("23:59:59.999999+02:00")
    page.get_by_role("group", name="Takes").get_by_label("hours").fill("36")
    page.get_by_role("button", name="Make a new one").click()
    made = page.get_by_label("Order Number").input_value()
    page.get_by_label("Host").fill("10.0.0.1")
    page.get_by_label("Search").fill("a|b ")
    page.get_by_label("Zone").fill("Europe/Berlin")
    page.get_by_label("Site").fill("https://example.org/")
    page.get_by_label("Mail").fill(" ana@example.org ")
    page.get_by_label("Country").focus()
    page.keyboard.type("aus")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Days").get_by_label("Wednesday").check()
    page.get_by_role("group", name="Rights").get_by_label("RUN").focus()
    page.keyboard.press("Space")
    got = judged(page).value
    assert ("Bo", 7, "12.50") == (got.customer, got.stars, str(got.price))
    assert (1 + 2j, 2 * 1024**3) == (got.impedance, got.memory)
    assert ("08:15:00", "23:59:59.999999+02:00") == (got.opens.isoformat(), got.exactly.isoformat())
    assert timedelta(days=1, hours=36, microseconds=500) == got.takes
    assert (UUID(made), 4) == (got.order_number, got.order_number.version)
    assert (IPv4Address("10.0.0.1"), "a|b ", "Europe/Berlin") == (got.host, got.search.pattern, got.zone.key)
    assert (HttpUrl("https://example.org/"), "ana@example.org") == (got.site, got.mail)
    assert ("Australia", {Day.WED}, Rights.READ | Rights.RUN) == (got.country, got.days, got.rights)


def test_the_pointer_moves_the_slider(asked):
    """A click on the slider puts the number of that place into the box, and it is what is sent."""
    page = asked(GOOD)
    slider = page.locator("input[type=range]")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert "10" == page.get_by_label("Stars", exact=True).input_value()
    assert 10 == judged(page).value.stars


def test_a_time_is_pasted_to_the_microsecond(asked):
    """What the browser's own box cannot hold makes it one of text, instead of being dropped without a word."""
    page = asked(GOOD)
    page.get_by_label("Opens").evaluate(
        """box => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "23:59:59.000001Z");
            box.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }"""
    )
    assert "23:59:59.000001Z" == page.get_by_label("Opens").input_value()
    assert time(23, 59, 59, 1, UTC) == judged(page).value.opens


def test_a_colour_is_picked_or_written(asked):
    """The browser's own colour shows what is written, by name too, and writes what is picked."""
    page = asked(GOOD)
    picker = page.get_by_label("Pick a colour")
    page.get_by_label("Paint").fill("teal")
    assert "#008080" == picker.input_value()
    picker.fill("#ff0080")
    assert "#ff0080" == page.get_by_label("Paint").input_value()
    assert Color("#ff0080") == judged(page).value.paint


def test_a_search_that_is_left_unfinished_is_not_sent(asked):
    """Words that are no option hold the form back, at their field; keys in the search never leave the card."""
    page = asked(GOOD)
    page.evaluate("window.heard = []; document.body.addEventListener('keydown', event => window.heard.push(event.key))")
    page.get_by_label("Country").fill("Atlantis")
    page.keyboard.press("Escape")
    assert "Kenya" == page.get_by_label("Country").input_value()
    page.get_by_label("Country").fill("Atlantis")
    page.keyboard.press("Control+Enter")
    assert page.get_by_text("This is none of the options.").is_visible()
    assert [] == sent(page, "submit")
    assert [] == page.evaluate("window.heard")
