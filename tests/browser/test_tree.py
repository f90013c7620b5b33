"""The plain renderer on a page: forms that are trees of ordinary ipywidgets, used by a person."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import OPENS_WITHIN, open_in_voila, settled, wear, write_notebook

MODELS = """
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal
from ipywidgets import IntSlider, Label
from pydantic import BaseModel, Field, SecretStr
from hitl_jupyter.widgets import Control, Form

class Address(BaseModel):
    street: str
    zip: str = Field("10115", pattern=r"^[0-9]{5}$")

class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = Field(9, ge=1, le=9)

class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str

class Order(BaseModel):
    '''Everything that a parcel needs. <b>As it is written.</b>'''

    name: str = Field(description="Whoever opens the door")
    count: int = Field(1, ge=1, le=10)
    price: Decimal | None = None
    gift: bool
    fragile: bool = False
    size: Literal["small", "large"] = "small"
    colour: Literal["red", "orange", "yellow", "green", "blue", "indigo"] = Field("red", title="<i>Colour</i>")
    extras: set[Literal["card", "ribbon", "string"]] = {"card"}
    day: date | None = None
    note: str = Field("", max_length=500)
    tags: list[str] = ["one"]
    prices: dict[str, int] = {"a": 1}
    pair: tuple[int, str] = (1, "x")
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] = Cat()
    level: Annotated[int, Control(IntSlider)] = 5
    key: SecretStr | None = None
    address: Address
    second: Address | None = None
"""
FORM = MODELS + "form = Form(Order, renderer='ipywidgets')\nform"
SENT = "Sent. It can be changed and sent again."


class Tree:
    """A form of plain widgets on the page: its fields by their titles, its buttons by their names."""

    def __init__(self, page, title="Order"):
        self.page = page
        self.element = page.locator(".jupyter-widgets.widget-vbox", has=page.get_by_role("heading", name=title)).first
        expect(self.element).to_be_visible(timeout=OPENS_WITHIN)

    def field(self, title):
        return self.element.get_by_label(title, exact=True)

    def press(self, name):
        self.element.get_by_role("button", name=name, exact=True).click()

    def says(self, text):
        expect(self.element.get_by_role("status")).to_have_text(text)

    def alerts(self):
        return self.element.get_by_role("alert")


def test_filled_in_refused_and_sent(window, shots):
    """What is typed and picked arrives; what is wrong is said beside its field, with the wrong value kept."""
    notebook = window.open(FORM, "print(repr(form.value))")
    notebook.run(0)
    tree = Tree(window.page)
    tree.field("Count").fill("12.5")
    tree.press("Submit")
    expect(tree.alerts().filter(has_text="Must be a whole number.")).to_be_visible()
    expect(tree.alerts().first).to_have_text("4 fields need attention: Name, Count, Gift, Street")
    expect(tree.field("Count")).to_have_value("12.5")
    tree.field("Count").fill("3")
    tree.field("Name").fill("Jeff")
    tree.press("Yes")
    tree.field("Street").fill("Long Street")
    tree.field("<i>Colour</i>").select_option("blue")
    tree.press("Add item")
    tree.field("Tags 2").fill("two")
    tree.press("Dog")
    tree.element.screenshot(path=shots / "tree-filled.png")
    tree.press("Submit")
    expect(tree.alerts().first).to_have_text("One field needs attention: Name")
    tree.field("Name").last.fill("Rex")
    tree.press("Submit")
    tree.says(SENT)
    notebook.run(1)
    notebook.done(1)
    expect(notebook.output(1)).to_contain_text(
        "name='Jeff', count=3, price=None, gift=True, fragile=False, size='small'"
    )
    expect(notebook.output(1)).to_contain_text("tags=['one', 'two']")
    expect(notebook.output(1)).to_contain_text("Dog(kind='dog', name='Rex')")


STICKS_OUT = """one => [...one.querySelectorAll("*")]
    .filter(inner => inner.getBoundingClientRect().right > innerWidth + 1).map(({outerHTML}) => outerHTML)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(window, shots, theme):
    """Light and dark, wide and narrow: what a person or a model wrote is shown as it is written."""
    wear(window.page, theme)
    notebook = window.open(FORM)
    notebook.run(0)
    tree = Tree(window.page)
    expect(tree.element).to_contain_text("<b>As it is written.</b>")
    tree.press("Submit")
    expect(tree.alerts().first).to_be_visible()
    for width in (1300, 420):
        window.page.set_viewport_size({"width": width, "height": 3000})
        if width == 420:
            window.close_sidebar()
        tree.element.screenshot(path=shots / f"tree-{width}-{theme}.png")
        assert [] == settled(window.page, lambda: tree.element.evaluate(STICKS_OUT))


def test_works_as_a_page_of_voila(voila, page):
    """On a page of Voila it is filled in and sent like any other form."""
    said = "said = Label()\nform.on_submit(lambda order: setattr(said, 'value', f'Thank you, {order.name}'))\nsaid"
    opened = open_in_voila(page, voila, write_notebook(voila, FORM, said))
    tree = Tree(opened.page)
    tree.field("Name").fill("Jeff")
    tree.press("No")
    tree.field("Street").fill("Long Street")
    tree.press("Submit")
    expect(page.get_by_text("Thank you, Jeff")).to_be_visible()


FLOW = """
import os
os.environ["HITL_RENDERER"] = "ipywidgets"
from typing import Literal
from pydantic import Field
from hitl_jupyter import RunInput, flow, pause_flow_run

class Label(RunInput):
    '''What is in the picture?'''

    kind: Literal["cat", "dog", "neither"]
    sure: int = Field(ge=0, le=100, description="In per cent.")
    tags: list[str] = []

@flow(log_prints=True)
def label():
    found = pause_flow_run(Label, show="Is <b>this</b> a cat?", timeout=3000)
    print(found.kind, found.sure, found.tags)
    return found.kind
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_question_of_a_flow(window, shots, theme):
    """A run's card asks, refuses beside the field, and says how the run goes on."""
    wear(window.page, theme)
    window.page.set_viewport_size({"width": 1300, "height": 1600})
    notebook = window.open(FLOW, "label()")
    notebook.run_all()
    tree = Tree(window.page, "Resume Flow Run")
    tree.press("dog")
    tree.press("Add item")
    tree.field("Tags 1").fill("brown")
    tree.field("Sure").fill("101")
    tree.press("Submit")
    expect(tree.alerts().filter(has_text="Must be 100 or less.")).to_be_visible()
    card = window.page.locator(".jp-OutputArea-output .widget-vbox").first
    card.screenshot(path=shots / f"tree-card-{theme}.png")
    tree.field("Sure").fill("99")
    tree.press("Submit")
    expect(card.get_by_role("heading", name="Completed")).to_be_visible()
    expect(card.get_by_role("log")).to_contain_text("dog 99 ['brown']")
    expect(notebook.output(1)).to_have_text("'dog'", use_inner_text=True)
    card.screenshot(path=shots / f"tree-card-over-{theme}.png")


def test_question_on_a_page_of_voila(voila, page, shots):
    """A run in the background asks on a page of Voila, where it is cancelled."""
    opened = open_in_voila(page, voila, write_notebook(voila, FLOW, "run = label.start()"))
    tree = Tree(opened.page, "Resume Flow Run")
    tree.press("Cancel")
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    page.screenshot(path=shots / "tree-voila.png")


LAST = """
import os
os.environ["HITL_RENDERER"] = "ipywidgets"
from typing import Annotated
from ipywidgets import IntSlider
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.widgets import Control, Form

class Plan(RunInput):
    name: str = ""
    tags: list[str] = ["one"]
    either: int | str = 5
    level: Annotated[int, Control(IntSlider)] = 10
    sure: bool = False

@flow(log_prints=True)
def ask():
    print(repr(pause_flow_run(Plan)))

run = ask.start()
form = Form(Plan, title="Plan")
form
"""


def test_what_is_corrected_while_the_kernel_is_busy_is_what_is_sent(window):
    """Of many changes ipywidgets sends one and holds the rest back: Submit counts behind the last, in a card too."""
    wait = "import time\nwhile not open('go').read(): time.sleep(0.05)"
    notebook = window.open(LAST, wait, "print(form.value)")
    go = window._server.folder / "go"
    go.write_text("")
    notebook.run(0)
    trees = [Tree(window.page, "Resume Flow Run"), Tree(window.page, "Plan")]
    for tree in trees:
        # Heard of before, a widget is heard in another thread than the others.
        tree.field("Name").fill("before")
    notebook.run(1)
    notebook.keeps_busy(1)
    for tree in trees:
        for number in "123":
            for title in ("Name", "Tags 1", "Whole number"):
                tree.field(title).fill(number)
            tree.field("Sure").click()
            tree.element.locator(".noUi-handle").focus()
            window.page.keyboard.press("ArrowRight")
        tree.press("Submit")
    go.write_text("go")
    trees[1].says(SENT)
    card = window.page.locator(".jp-OutputArea-output .widget-vbox").first
    expect(card.get_by_role("heading", name="Completed")).to_be_visible()
    answer = "name='3' tags=['3'] either=3 level=13 sure=True"
    expect(card.get_by_role("log")).to_contain_text(f"Plan({answer.replace(' ', ', ')})")
    notebook.run(2)
    expect(notebook.output(2)).to_have_text(answer, use_inner_text=True)
