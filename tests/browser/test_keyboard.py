"""A form filled in and sent with the keyboard alone, in JupyterLab and Voila; the notebook hears none of the keys."""

from __future__ import annotations

import json
from itertools import pairwise

from playwright.sync_api import expect

from tests.browser.hand import OpenForm
from tests.browser.pages import open_in_voila, write_notebook

TRIP = """
from datetime import date, time, timedelta
from typing import Annotated, Literal
from ipywidgets import HTML, VBox
from pydantic import BaseModel, Field, NaiveDatetime
from hitl_jupyter.widgets import Form

class Card(BaseModel):
    by: Literal["card"] = "card"
    number: str

class Transfer(BaseModel):
    by: Literal["transfer"] = "transfer"
    iban: str
    days: int = 14

class Home(BaseModel):
    street: str

class Trip(BaseModel):
    name: str
    size: Literal["small", "medium", "large"]
    sure: bool
    pieces: int = 1
    animal: Literal[tuple("ant bee cat cow dog elk emu fox gnu hen jay kid owl pig ram rat yak zho".split())]
    colour: Literal["red", "orange", "yellow", "green", "blue"]
    days: set[Literal["Mon", "Tue", "Wed"]] = set()
    express: bool = False
    day: date
    at: time
    starts: NaiveDatetime
    takes: timedelta
    tags: list[str] = []
    home: Home | None = None
    payment: Annotated[Card | Transfer, Field(discriminator="by")]
    notes: str = Field("", max_length=500)

form = Form(Trip)
said = HTML("Nothing was sent.")
form.on_submit(lambda trip: setattr(said, "value", trip.model_dump_json()))
VBox([form, said])
"""
EXPECTED = {
    "name": "Ana",
    "size": "medium",
    "sure": False,
    "pieces": 3,
    "animal": "cow",
    "colour": "green",
    "days": ["Tue"],
    "express": True,
    "day": "2026-12-24",
    "at": "18:30:00",
    "starts": "2026-12-25T00:05:00",
    "takes": "P1DT12H",
    "tags": ["first", "second"],
    "home": {"street": "Long Street"},
    "payment": {"by": "transfer", "iban": "DE12", "days": 14},
    "notes": "one\ntwo",
}
NOTEBOOK = """() => {
    const {content} = jupyterapp.shell.currentWidget;
    return [content.mode, content.activeCellIndex, content.widgets.map(cell => cell.model.sharedModel.getSource())];
}"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one.closest(".hitl-own")) return null;
    const around = one.closest("[role=radiogroup]") ?? one;
    const ids = around.getAttribute("aria-labelledby");
    const name = around.getAttribute("aria-label") ?? (ids ? document.getElementById(ids).textContent : null);
    return name ?? around.labels?.[0]?.textContent ?? around.textContent;
}"""
MARK = "() => { window.hitlWas = document.activeElement; }"
MOVED = "() => document.activeElement !== window.hitlWas"
PLACES = """() => {
    const {left, top, bottom} = document.activeElement.getBoundingClientRect();
    const scrolled = document.querySelector(".hitl-own").getBoundingClientRect().top;
    return [left, top - scrolled, bottom - scrolled];
}"""


class Keys:
    """Ten fingers, and eyes for where the focus is."""

    def __init__(self, page):
        self.page = page
        self.places = []

    def tab(self, name, back=False):
        """Go on to the next control, and see that it is the expected one; a box for a date has several stops inside."""
        self.page.evaluate(MARK)
        for _ in range(9):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if self.page.evaluate(MOVED):
                break
        assert name == self.page.evaluate(FOCUSED)

    def on(self, name):
        """See that the focus is on a control, once it is there."""
        self.page.wait_for_function(f"name => ({FOCUSED})() === name", arg=name)

    def type(self, text):
        self.page.keyboard.type(text)
        assert self.page.evaluate(FOCUSED) is not None

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            assert self.page.evaluate(FOCUSED) is not None, key

    def disturb(self):
        """Press what in a notebook cuts, deletes and adds cells, changes their kind, and opens what lists commands."""
        self.press("x", "d", "d", "b", "m")


def fill_in(keys):
    """Fill in the whole form, from its first field on."""
    keys.on("Name")
    keys.type("Ana")
    keys.tab("Size")
    keys.disturb()
    keys.press("2")
    keys.tab("Sure")
    keys.press("y", "n")
    keys.tab("Pieces")
    keys.press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown")
    keys.tab("Animal")
    keys.type("c")
    keys.press("ArrowDown", "Enter")
    keys.tab("Colour")
    keys.type("g")
    keys.tab("Mon")
    keys.disturb()
    keys.tab("Tue")
    keys.press("Space")
    keys.tab("Wed")
    keys.tab("Express")
    keys.disturb()
    keys.press("Space")
    keys.tab("Day")
    keys.type("12242026")
    keys.tab("At")
    keys.type("0630PM")
    keys.tab("Starts")
    keys.type("122520261205AM")
    keys.tab("days")
    keys.type("1")
    keys.tab("hours")
    keys.type("12")
    keys.tab("minutes")
    keys.tab("seconds")
    tags(keys)
    keys.tab("No value")
    keys.press("Space")
    keys.tab("Street")
    keys.type("Long Street")
    keys.tab("Payment")
    keys.press("Space", "ArrowRight", "ArrowLeft", "2")
    keys.tab("Iban")
    keys.type("DE12")
    keys.tab("Days")
    keys.tab("Notes")
    keys.type("one")
    keys.press("Enter")
    keys.type("two")


def tags(keys):
    """Add three rows, move one and remove another."""
    keys.tab("Add item")
    keys.disturb()
    keys.press("Enter")
    keys.on("Tags 1")
    keys.type("second")
    keys.tab("Remove item 1")
    keys.tab("Add item")
    keys.press("Enter")
    keys.on("Tags 2")
    keys.type("first")
    keys.tab("Move item 2 up")
    keys.press("Enter")
    # It is the first now, and its row has gone with it.
    keys.on("Move item 1 down")
    keys.tab("Remove item 1")
    keys.tab("Tags 2")
    keys.tab("Move item 2 up")
    keys.tab("Remove item 2")
    keys.tab("Add item")
    keys.press("Enter")
    keys.on("Tags 3")
    keys.tab("Move item 3 up")
    keys.tab("Remove item 3")
    keys.press("Space")
    keys.on("Remove item 2")
    keys.tab("Add item")


def refuse(keys, form):
    """Send the empty form with Enter from a field of one line: the focus goes to the first field that is wrong."""
    form.at("Pieces").focus()
    keys.press("Enter")
    form.is_refused()
    keys.on("Name")


def send(keys, form):
    """Send it with Ctrl+Enter from a box of several lines."""
    keys.press("Control+Enter")
    form.is_sent()
    answer = form.page.get_by_text('{"name":')
    expect(answer).to_be_visible()
    assert EXPECTED == json.loads(answer.inner_text())


def test_in_lab(window):
    """Every control is reached and used by keys; the notebook keeps its cells, its mode and its place."""
    page = window.page
    notebook = window.open(TRIP, "'the cell below'")
    notebook.run(0)
    form = OpenForm(page, "Trip")
    keys = Keys(page)
    form.at("Name").focus()
    before = page.evaluate(NOTEBOOK)
    refuse(keys, form)
    fill_in(keys)
    send(keys, form)
    assert before == page.evaluate(NOTEBOOK)
    assert page.evaluate(FOCUSED) is not None


def test_in_voila(voila, page):
    """On a page of Voila the same keys fill in the same form."""
    open_in_voila(page, voila, write_notebook(voila, TRIP))
    form = OpenForm(page, "Trip")
    keys = Keys(page)
    refuse(keys, form)
    fill_in(keys)
    send(keys, form)


def test_reading_order(window):
    """From the first field to Submit each stop of the Tab key lies below or to the right of the one before."""
    page = window.page
    window.open(TRIP).run(0)
    form = OpenForm(page, "Trip")
    form.pick("Payment", "Transfer")
    form.press("Tags", "Add item")
    keys = Keys(page)
    form.at("Name").focus()
    places = [page.evaluate(PLACES)]
    for _ in range(100):
        page.evaluate(MARK)
        page.keyboard.press("Tab")
        if page.evaluate(MOVED):
            places.append(page.evaluate(PLACES))
        if page.evaluate(FOCUSED) == "Submit":
            break
    assert keys.page.evaluate(FOCUSED) == "Submit"
    assert len(places) > 25
    for (left, _, bottom), (next_left, next_top, _) in pairwise(places):
        assert next_top >= bottom - 1 or next_left > left
