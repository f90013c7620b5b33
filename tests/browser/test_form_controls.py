"""Ipywidgets in rows, branches and groups that may be missing, on a real page and with a kernel that may be busy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, open_in_voila, wear, write_notebook
from tests.browser.test_form import BARRIERS, OwnForm, printed, too_wide

COMES = "The control comes as soon as the kernel is free."
LEVELS = """
from typing import Annotated
from ipywidgets import IntSlider, Label
from pydantic import BaseModel
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.widgets import Control, Form

Level = Annotated[int, Control(IntSlider)]

class Step(BaseModel):
    name: str = ""
    level: Level = 10

class Plan(RunInput):
    steps: list[Step] = [Step(name="first"), Step(name="second", level=20)]
    last: Level | str = "none"
    spare: Step | None = None

form = Form(Plan, title="Plan")
"""
ASK = """
@flow
def ask():
    while True:
        print([step.level for step in pause_flow_run(Plan).steps])

run = ask.start()
"""


class Levels(OwnForm):
    """The form, its rows and their sliders."""

    def __init__(self, page, form=None):
        if form is None:
            super().__init__(page, title="Plan")
        else:
            self.form = form
        self.page = page

    def slots(self):
        return self.form.locator(".hitl-rows .hitl-slot")

    def press(self, name):
        self.form.get_by_role("button", name=name, exact=True).click()

    def shows(self, *levels):
        """Wait until the sliders of the rows are at these levels."""
        expect(self.slots()).to_have_text([str(level) for level in levels], use_inner_text=True)

    def move(self, number, key="ArrowRight"):
        """Move the slider of a row by one."""
        self.slots().nth(number).locator(".noUi-handle").focus()
        self.page.keyboard.press(key)


def test_rows_come_move_and_go_with_their_sliders(window):
    """A slider is in each row, stays with it, and what it is moved to is the answer; a key on it stays in the form."""
    # A row that was taken out and a slider that was moved are told at once, and come a moment later.
    told = "while (got := [s.level for s in form.submit().steps]) != [12, 20]: await asyncio.sleep(0.05)\nprint(got)"
    notebook = window.open(LEVELS + "form", f"import asyncio\n{told}", "form")
    notebook.run(0)
    form = Levels(window.page)
    form.shows(10, 20)
    form.press("Add item")
    form.shows(10, 20, 10)
    form.move(2)
    form.shows(10, 20, 11)
    form.press("Move item 3 up")
    form.shows(10, 11, 20)
    form.press("Remove item 1")
    form.shows(11, 20)
    form.move(0)
    window.page.keyboard.press("x")
    form.shows(12, 20)
    expect(printed(notebook, 1)).to_have_text("[12, 20]", use_inner_text=True)
    notebook.run(2)
    other = Levels(window.page)
    other.form = window.page.locator(".hitl-own").nth(1)
    other.shows(12, 20)
    other.press("Move item 2 up")
    for view in (form, other):
        view.shows(20, 12)
    assert 3 == notebook.cells.count()


def test_page_goes_on_while_the_kernel_is_busy(window):
    """A row is there at once, says that its control comes, and gets it when the kernel is free."""
    notebook = window.open(LEVELS + "form", "import time\nwhile not open('go').read(): time.sleep(0.05)")
    go = window._server.folder / "go"
    go.write_text("")
    notebook.run(0)
    form = Levels(window.page)
    form.shows(10, 20)
    notebook.run(1)
    notebook.keeps_busy(1)
    form.press("Add item")
    form.shows(10, 20, COMES)
    form.field("Name").nth(2).fill("third")
    form.press("Move item 3 up")
    form.shows(10, COMES, 20)
    form.press("Remove item 1")
    go.write_text("go")
    form.shows(10, 20)
    form.move(0)
    form.shows(11, 20)
    expect(form.field("Name").first).to_have_value("third")


def test_what_is_moved_while_the_kernel_is_busy_is_what_is_sent(window):
    """Of many changes ipywidgets sends the first and holds the rest back: Submit waits for them, in a card too."""
    ask = ASK.replace("while True:", "if True:")
    wait = "import time\nwhile not open('go').read(): time.sleep(0.05)"
    notebook = window.open(LEVELS + ask + "form", wait, "print([s.level for s in form.submit().steps])")
    go = window._server.folder / "go"
    go.write_text("")
    notebook.run(0)
    card, form = notebook.card(), Levels(window.page)
    forms = (form, Levels(window.page, card.form))
    for one in forms:
        one.shows(10, 20)
    notebook.run(1)
    notebook.keeps_busy(1)
    for one in forms:
        one.move(0)
        for _ in range(4):
            window.page.keyboard.press("ArrowRight")
        one.shows(15, 20)
        one.press("Submit")
    expect(form.form).to_contain_text("Sending")
    go.write_text("go")
    card.completed()
    expect(form.form).to_contain_text("Sent")
    notebook.run(2)
    expect(printed(notebook, 2)).to_have_text("[15, 20]", use_inner_text=True)
    card.unfold()
    expect(card.element).to_contain_text("[15, 20]")


def test_branches_and_groups_have_sliders_when_they_are_there(window):
    """A branch that is picked and a group that is opened get theirs; looked at again, they are as they were left."""
    notebook = window.open(LEVELS + "form", "got = form.submit()\nprint(got.last, got.spare.level)")
    notebook.run(0)
    form = Levels(window.page)
    last = form.form.get_by_role("group", name="Last", exact=True)
    last.get_by_role("radio", name="Whole number").check(force=True)
    handle = last.locator(".noUi-handle")
    handle.focus()
    window.page.keyboard.press("ArrowRight")
    window.page.keyboard.press("ArrowRight")
    expect(last.locator(".hitl-slot")).to_have_text("2", use_inner_text=True)
    last.get_by_role("radio", name="Text").check(force=True)
    expect(handle).to_have_count(0)
    last.get_by_role("radio", name="Whole number").check(force=True)
    expect(last.locator(".hitl-slot")).to_have_text("2", use_inner_text=True)
    spare = form.form.get_by_role("group", name="Spare", exact=True)
    spare.get_by_role("checkbox", name="No value").uncheck()
    spare.locator(".noUi-handle").focus()
    window.page.keyboard.press("ArrowLeft")
    expect(spare.locator(".hitl-slot")).to_have_text("9", use_inner_text=True)
    expect(printed(notebook, 1)).to_have_text("2 9", use_inner_text=True)


def test_next_question_begins_anew_with_the_same_sliders(window, shots):
    """Rows of a question have theirs too; in the next one they are where the class says, wherever they were."""
    notebook = window.open(LEVELS + ASK)
    notebook.run(0)
    card = notebook.card()
    card.asks()
    form = Levels(window.page, card.form)
    form.shows(10, 20)
    form.press("Add item")
    form.shows(10, 20, 10)
    form.move(2)
    form.move(0)
    form.shows(11, 20, 11)
    card.element.screenshot(path=shots / "controls-in-rows-of-a-card.png")
    asked = card.form.get_attribute("aria-labelledby")
    card.submit()
    card._gone(asked)
    card.asks()
    form.shows(10, 20)
    form.move(1, "ArrowLeft")
    form.shows(10, 19)
    card.submit()
    expect(notebook.output(0).or_(card.log).first).to_be_visible()
    expect(window.page.locator(".jp-OutputArea").get_by_text("[10, 19]")).to_be_visible()
    expect(window.page.locator(".jp-OutputArea").get_by_text("[11, 20, 11]")).to_be_visible()


def test_rows_are_there_after_a_reload(window):
    """A page that is loaded again shows the rows that were added, each with its slider as it was left."""
    notebook = window.open(LEVELS + "form")
    notebook.run(0)
    form = Levels(window.page)
    form.press("Add item")
    form.move(2)
    form.press("Move item 3 up")
    form.shows(10, 11, 20)
    window.page.keyboard.press("Control+s")
    expect(window.page.locator(".jp-mod-dirty")).to_have_count(0)
    window.reload()
    form = Levels(window.page)
    form.shows(10, 11, 20)
    form.move(1)
    form.press("Remove item 1")
    form.shows(12, 20)


def test_rows_on_a_page_of_voila(voila, page):
    """There a row gets its slider as in a notebook."""
    said = "said = Label()\nform.on_submit(lambda plan: setattr(said, 'value', f'{[s.level for s in plan.steps]}'))"
    opened = open_in_voila(page, voila, write_notebook(voila, LEVELS + "form", said + "\nsaid"))
    form = Levels(opened.page)
    form.shows(10, 20)
    form.press("Add item")
    form.shows(10, 20, 10)
    form.move(2)
    form.shows(10, 20, 11)
    form.submit()
    expect(page.get_by_text("[10, 20, 11]")).to_be_visible(timeout=OPENS_WITHIN)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(window, shots, theme):
    """Light and dark, wide and narrow, nothing sticks out and a scan finds no barrier that is the form's own."""
    wear(window.page, theme)
    notebook = window.open(LEVELS + "form")
    notebook.run(0)
    form = Levels(window.page)
    form.press("Add item")
    form.form.get_by_role("group", name="Last", exact=True).get_by_role("radio", name="Whole").check(force=True)
    form.form.get_by_role("group", name="Spare", exact=True).get_by_role("checkbox", name="No value").uncheck()
    expect(form.form.locator(".noUi-handle")).to_have_count(5)
    window.page.add_script_tag(path=AXE)
    # The slider of ipywidgets gives its handles no name; what is the form's has one.
    assert [] == [one for one in window.page.evaluate(BARRIERS) if "noUi" not in one]
    for width in (1300, 420):
        window.page.set_viewport_size({"width": width, "height": 1000})
        if width == 420:
            window.close_sidebar()
        expect(form.form).to_be_visible()
        form.element.screenshot(path=shots / f"controls-in-rows-{width}-{theme}.png")
        assert [] == too_wide(form)
