"""A form of one's own, outside flows: what a person does in the page and a program in the kernel, on one form."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, TOO_WIDE, open_in_voila, settled, wear, write_notebook

ORDER = """
from typing import Annotated, Literal
from ipywidgets import HTML, IntRangeSlider, Label
from pydantic import BaseModel, Field, SecretStr
from hitl_jupyter.widgets import Control, Form

Range = Annotated[tuple[int, int], Control(IntRangeSlider)]

class Address(BaseModel):
    street: str
    zip: str = Field("10115", pattern=r"^[0-9]{5}$")

class Order(BaseModel):
    '''Everything that a parcel needs.'''

    name: str = Field(title="Name", description="Whoever opens the door")
    size: Literal["small", "large"] = "small"
    between: Range = Field((20, 80), title="Between", description="The hours of a day, in per cent.")
    key: SecretStr | None = None
    address: Address

got = []
form = Form(Order)
form.on_submit(got.append)
form
"""
BARRIERS = """axe.run(".hitl-own", {rules: {"region": {enabled: false}}}).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 200)}`)))"""


class OwnForm:
    """A form on the page, found as a screen reader finds it."""

    def __init__(self, page, number=0, title="Order"):
        self.element = page.locator(".hitl-own").nth(number)
        self.form = self.element.get_by_role("group", name=title, exact=True)
        expect(self.form).to_be_visible(timeout=OPENS_WITHIN)

    def field(self, title):
        return self.form.get_by_label(title, exact=True)

    def submit(self):
        self.form.get_by_role("button", name="Submit", exact=True).click()


def printed(notebook, number):
    """Runs a cell and gives what it printed."""
    notebook.run(number)
    notebook.done(number)
    return notebook.output(number)


def test_person_is_shown_what_is_wrong_and_the_program_gets_the_answer(window):
    """Errors stand beside their fields; a good answer reaches the callbacks as an instance, and can be sent again."""
    notebook = window.open(ORDER, "print(got)", "print(form.value.name, len(got), form['key'].is_absent)")
    notebook.run_all()
    form = OwnForm(window.page)
    form.field("Zip").fill("12")
    expect(form.form).not_to_contain_text("Does not have the required form")
    form.field("Zip").press("Shift+Tab")
    expect(form.field("Zip")).to_have_attribute("aria-invalid", "true")
    expect(form.form).to_contain_text("Does not have the required form")
    expect(form.field("Street")).to_be_focused()
    expect(form.field("Street")).not_to_have_attribute("aria-invalid", "true")
    expect(form.form.get_by_role("alert")).to_have_count(0)
    form.field("Key").fill("hush-hush")
    form.submit()
    expect(form.field("Name")).to_be_focused()
    expect(form.field("Name")).to_have_attribute("aria-invalid", "true")
    expect(form.form.get_by_role("alert")).to_contain_text("3 fields need attention")
    expect(form.form).to_contain_text("Does not have the required form")
    form.field("Name").fill("Jeff")
    form.field("Street").fill("12 Long Street")
    form.field("Zip").fill("12345")
    form.submit()
    expect(form.form.get_by_role("status")).to_have_text("Sent. It can be changed and sent again.")
    expect(printed(notebook, 1)).to_contain_text(
        "[Order(name='Jeff', size='small', between=(20, 80), key=SecretStr('**********'), "
        "address=Address(street='12 Long Street', zip='12345'))]"
    )
    expect(form.field("Key")).to_have_value("")
    form.field("Name").fill("Mary")
    expect(form.form.get_by_role("status")).to_have_text("")
    form.field("Name").press("Enter")
    expect(form.form.get_by_role("status")).to_have_text("Sent. It can be changed and sent again.")
    expect(printed(notebook, 2)).to_have_text("Mary 2 True\n", use_inner_text=True)


def test_two_views_and_the_program_stay_in_step(window):
    """What is typed in one view is in the other, in one that opens later, and in Python; what Python sets is in all."""
    notebook = window.open(
        ORDER,
        "form",
        "import asyncio\nwhile form['name'].value != 'Jeff': await asyncio.sleep(0.05)\nprint(form['name'].value)",
        "form",
        "form['address.street'].value = 'Set by a program'\nprint(form.submit(), form.errors)",
    )
    notebook.run(0)
    first = OwnForm(window.page)
    notebook.run(1)
    second = OwnForm(window.page, 1)
    first.field("Name").fill("Jeff")
    expect(second.field("Name")).to_have_value("Jeff")
    expect(printed(notebook, 2)).to_have_text("Jeff", use_inner_text=True)
    notebook.run(3)
    third = OwnForm(window.page, 2)
    expect(third.field("Name")).to_have_value("Jeff")
    second.field("Name").fill("")
    second.field("Zip").fill("1")
    second.submit()
    expect(third.field("Zip")).to_have_attribute("aria-invalid", "true")
    expect(printed(notebook, 4)).to_contain_text("None {")
    for view in (first, second, third):
        expect(view.field("Street")).to_have_value("Set by a program")
        expect(view.field("Name")).to_have_attribute("aria-invalid", "true")
        expect(view.field("Street")).not_to_have_attribute("aria-invalid", "true")


def test_any_ipywidget_is_a_control(window):
    """A slider of ipywidgets stands in its field under its title; what it is moved to is the answer."""
    notebook = window.open(
        ORDER, "print(form['between'].value, form.submit().between)", "form['between'].value = (5, 10)"
    )
    notebook.run(0)
    form = OwnForm(window.page)
    slot = form.form.get_by_role("group", name="Between", exact=True)
    handle = slot.locator(".noUi-handle").first
    expect(handle).to_be_visible()
    expect(slot).to_contain_text("20 \u2013 80")
    handle.focus()
    window.page.keyboard.press("ArrowRight")
    window.page.keyboard.press("x")
    expect(slot).to_contain_text("21 \u2013 80")
    form.field("Name").fill("Jeff")
    form.field("Street").fill("Long Street")
    form.submit()
    expect(form.form.get_by_role("status")).to_contain_text("Sent.")
    expect(printed(notebook, 1)).to_have_text("[21, 80] (21, 80)", use_inner_text=True)
    printed(notebook, 2)
    expect(slot).to_contain_text("5 \u2013 10")
    assert 3 == notebook.cells.count()


def test_works_as_a_page_of_voila(voila, page):
    """A form of one's own needs no run in the background: its callbacks answer the person on the page."""
    said = "said = Label()\nform.on_submit(lambda order: setattr(said, 'value', f'Thank you, {order.name}'))\nsaid"
    opened = open_in_voila(page, voila, write_notebook(voila, ORDER, said))
    form = OwnForm(opened.page)
    expect(form.form.get_by_role("group", name="Between").locator(".noUi-handle").first).to_be_visible()
    form.field("Name").fill("Jeff")
    form.field("Street").fill("Long Street")
    form.submit()
    expect(page.get_by_text("Thank you, Jeff")).to_be_visible()


def too_wide(form):
    """What sticks out of a form; the slider of ipywidgets does."""

    def look():
        return [one for one in form.element.evaluate(TOO_WIDE) if "noUi" not in one and "slider" not in one]

    return settled(form.element.page, look)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(window, shots, theme):
    """Light and dark, wide and narrow, nothing sticks out and a scan for barriers finds none that is the form's own."""
    wear(window.page, theme)
    notebook = window.open(ORDER)
    notebook.run(0)
    form = OwnForm(window.page)
    expect(form.form.locator(".noUi-handle").first).to_be_visible()
    form.submit()
    expect(form.form.get_by_role("alert")).to_be_visible()
    window.page.add_script_tag(path=AXE)
    # The slider of ipywidgets gives its handles no name; what is the form's has one.
    assert [] == [one for one in window.page.evaluate(BARRIERS) if "noUi" not in one]
    for width in (1300, 420):
        window.page.set_viewport_size({"width": width, "height": 900})
        if width == 420:
            window.close_sidebar()
        expect(form.form).to_be_visible()
        form.element.screenshot(path=shots / f"own-form-{width}-{theme}.png")
        assert [] == too_wide(form)


def test_control_in_a_question_of_a_flow(window, shots):
    """A flow that pauses asks with the same control in its card; the answer is what it was moved to."""
    flow = (
        "from hitl_jupyter import flow, pause_flow_run\n\n@flow\ndef ask():\n    return pause_flow_run(Order).between\n"
    )
    notebook = window.open(ORDER.replace("\nform\n", "\n"), flow + "\nask()")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    slot = card.form.get_by_role("group", name="Between", exact=True)
    slot.locator(".noUi-handle").first.focus()
    window.page.keyboard.press("ArrowRight")
    expect(slot).to_contain_text("21 \u2013 80")
    card.fill(Name="Jeff", Street="Long Street")
    card.element.screenshot(path=shots / "control-in-a-card.png")
    card.submit()
    card.completed()
    expect(notebook.output(1)).to_have_text("(21, 80)", use_inner_text=True)
