"""What runs stays when the page is loaded again, or its notebook opened again: the form, and what comes after it."""

from __future__ import annotations

import re

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import OPENS_WITHIN, Card, NotebookPage, becomes, open_in_notebook_7, wear, write_notebook

ASK = """
import asyncio, time
from hitl_jupyter import RunInput, flow, pause_flow_run

class Parcel(RunInput):
    note: str

@flow
def ask(what):
    return pause_flow_run(Parcel.with_initial_data(description=what)).note

@flow
async def aask(what):
    return (await pause_flow_run(Parcel.with_initial_data(description=what))).note
"""
SYNC = """
print("before")
first = ask("First?")
print("between", first)
second = ask("Second?")
print("after", second)
first + second
"""
ASYNC = SYNC.replace("ask(", "await aask(")
FAILS = """
first = ask("First?")
raise ValueError(first)
"""
BUSY_UNTIL = """
import pathlib
while not pathlib.Path({flag!r}).exists():
    time.sleep(0.05)
"""
NOTED = """
@flow
async def noted(what):
    note = (await pause_flow_run(Parcel.with_initial_data(description=what))).note
    print("noted", note)
    return note

run = noted.start("First?")
"""
STRANGE = nbformat.v4.new_output("display_data", {"text/html": "<img src='x' onerror='window.strange = 1'>strange"})
BIG = "display({'text/plain': 'big', 'application/x-big': 'x' * 2_100_000}, raw=True)"
"""More than the kernel keeps of a cell."""


class Reloaded(NotebookPage):
    """The notebook in front after the page was loaded again, or one window of it."""

    def __init__(self, page: Page, panel: Locator | None = None) -> None:
        super().__init__(page)
        self._panel = panel

    @property
    def cells(self) -> Locator:
        front = self._panel or self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        return front.locator(".jp-Notebook .jp-CodeCell")

    def card_in(self, cell: int, number: int = 0) -> Card:
        """Give a card below a cell, once it is there."""
        element = self.cells.nth(cell).locator(".hitl-card").nth(number)
        expect(element).to_be_visible(timeout=OPENS_WITHIN)
        element.scroll_into_view_if_needed()
        return Card(element)

    def is_saved(self) -> bool:
        """Tell whether there is nothing to save."""
        return not self.page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")

    def shows(self, cell: int, expected: list[str]) -> None:
        """See what stands below a cell, once all of it is drawn: a card, or what is printed."""
        becomes(self.page, expected, lambda: self.page.evaluate(KINDS, cell))


KINDS = """number => {
    const cell = jupyterapp.shell.currentWidget.content.widgets[number];
    const drawn = [...cell.node.querySelectorAll(".jp-OutputArea-child")].filter(one => one.getClientRects().length);
    return drawn.map(child =>
        child.querySelector(".hitl-card") ? "card" : child.querySelector(".jp-OutputArea-output").innerText.trim());
}"""


def saved(window) -> None:
    """Save the notebook in front."""
    window.page.evaluate("jupyterapp.shell.currentWidget.context.save().then(() => true)")


def told(page: Page) -> None:
    """Wait until the file tells what the run waits for: a page that has changed since would not count as saved."""
    expect(page.locator(".hitl-account")).to_contain_text("(not answered yet)", timeout=OPENS_WITHIN)


def reloaded(window) -> Reloaded:
    """Load the page again; JupyterLab opens the notebook again by itself."""
    window.reload()
    return Reloaded(window.page)


def opened_again(window) -> Reloaded:
    """Close the notebook, whose kernel stays, and open it again."""
    name = window.page.evaluate(CLOSE)
    window.page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => true)", name)
    return Reloaded(window.page)


CLOSE = """() => {
    const {currentWidget} = jupyterapp.shell;
    const {path, model} = currentWidget.context;
    model.dirty = false;
    currentWidget.close();
    return path;
}"""
AGAIN = pytest.mark.parametrize("again", [reloaded, opened_again])


@AGAIN
@pytest.mark.parametrize("code", [SYNC, ASYNC], ids=["sync", "async"])
def test_in_the_middle_of_a_form(window, lab, code, again):
    """The form is back under its cell, and a print, a next form and the cell's value come in their place."""
    notebook = window.open(ASK, code)
    saved(window)
    notebook.run_all()
    notebook.card().asks()
    notebook.card().fill(Note="typed")
    told(window.page)
    becomes(window.page, True, lambda: lab.keeps("typed"))
    notebook = again(window)
    card = notebook.card_in(1)
    expect(card.field("Note")).to_have_value("typed")
    notebook.has_prompt(1, "[*]:")
    assert notebook.is_saved()
    notebook.shows(1, ["before", "card"])
    card.answer(Note="x")
    card.completed()
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(1)
    notebook.shows(1, ["before", "card", "between x", "card", "after y", "'xy'"])
    notebook.has_prompt(1, "[2]:")


@AGAIN
def test_a_traceback(window, again):
    """An error that comes after the answer is below the form, and the cell is over."""
    notebook = window.open(ASK, FAILS)
    saved(window)
    notebook.run_all()
    notebook.card().asks()
    notebook = again(window)
    notebook.card_in(1).answer(Note="broken")
    notebook.done(1)
    expect(notebook.errors).to_have_text([re.compile(r"ValueError: broken\s*$")])
    [failure] = notebook.failures()
    notebook.shows(1, ["card", failure.strip()])


def test_twice(window):
    """Loaded again in each form of a cell, all that stood below it is there, once each."""
    notebook = window.open(ASK, SYNC)
    saved(window)
    notebook.run_all()
    notebook.card().asks()
    notebook = reloaded(window)
    notebook.card_in(1).answer(Note="x")
    notebook.card_in(1, 1).asks()
    notebook = reloaded(window)
    notebook.card_in(1).is_in_state("Completed")
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(1)
    notebook.shows(1, ["before", "card", "between x", "card", "after y", "'xy'"])


def test_saved_with_its_form(window):
    """What was saved with the form in it is there once, and goes on where it was."""
    notebook = window.open(ASK, SYNC)
    notebook.run_all()
    notebook.card().asks()
    saved(window)
    notebook = reloaded(window)
    card = notebook.card_in(1)
    notebook.shows(1, ["before", "card"])
    card.answer(Note="x")
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(1)
    notebook.shows(1, ["before", "card", "between x", "card", "after y", "'xy'"])


@pytest.mark.parametrize(("code", "above"), [(SYNC, "before"), (BIG + SYNC, "strange")], ids=["known", "too much"])
def test_in_a_notebook_that_is_not_trusted(window, lab, code, above):
    """The form is drawn and the outputs of a stranger are not, whether the form is in the file or beside it."""
    name = write_notebook(lab, ASK, code, "'unrun'")
    book = nbformat.read(lab.folder / name, 4)
    book.cells[1].outputs, book.cells[2].outputs = [STRANGE], [STRANGE]
    nbformat.write(book, lab.folder / name)
    notebook = window.open_file(name)
    saved(window)
    notebook.run(0)
    notebook.run(1)
    notebook.card().asks()
    notebook = reloaded(window)
    notebook.card_in(1).asks()
    notebook.shows(1, [above, "card"])
    assert notebook.is_saved()
    saved(window)
    notebook = reloaded(window)
    card = notebook.card_in(1)
    notebook.shows(1, [above, "card"])
    assert notebook.is_saved()
    card.answer(Note="x")
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(1)
    notebook.shows(1, [above, "card", "between x", "card", "after y", "'xy'"])
    notebook.shows(2, ["strange"])
    assert window.page.evaluate("window.strange === undefined")
    assert [] == window.page.evaluate(TRUSTED)


TRUSTED = """jupyterapp.shell.currentWidget.content.widgets.map(({model}, number) => model.trusted ? number : -1)
    .filter(number => number > 0)"""


@AGAIN
def test_background_run(window, again):
    """A run in the background is back under the cell that began it, which is long over, and prints there."""
    notebook = window.open(ASK, NOTED, "run.result()")
    saved(window)
    notebook.run(0)
    notebook.run(1)
    notebook.card().asks()
    told(window.page)
    notebook = again(window)
    card = notebook.card_in(1)
    assert notebook.is_saved()
    notebook.has_prompt(1, "[ ]:")
    card.answer(Note="x")
    card.completed()
    expect(notebook.output(1)).to_have_text(["noted x"])
    notebook.run(2)
    expect(notebook.output(2)).to_have_text(["'x'"])


def test_second_view(window, lab):
    """Two windows of a notebook show the same cards, and what comes after them, once each."""
    name = write_notebook(lab, ASK, SYNC)
    notebook = window.open_file(name)
    notebook.run_all()
    notebook.card().asks()
    reloaded(window).card_in(1)
    window.page.evaluate("jupyterapp.commands.execute('docmanager:clone').then(() => true)")
    panels = window.page.locator(".jp-NotebookPanel")
    expect(panels).to_have_count(2)
    views = [Reloaded(window.page, panel) for panel in panels.all()]
    for view in views:
        view.card_in(1).asks()
    views[0].card_in(1).fill(Note="x")
    views[0].card_in(1).submit()
    for view in views:
        view.card_in(1).completed()
    views[1].card_in(1, 1).answer(Note="y")
    for view in views:
        view.done(1)
        expect(view.output(1)).to_have_text(["before", "between x", "after y", "'xy'"])
        expect(view.cells.nth(1).locator(".hitl-card")).to_have_count(2)


def test_kernel_that_is_busy(window, lab, tmp_path):
    """Loaded again before the cell asks, while it computes: what it prints and asks then comes in its place."""
    flag = tmp_path / "flag"
    notebook = window.open(ASK, BUSY_UNTIL.format(flag=str(flag)) + SYNC)
    saved(window)
    notebook.run_all()
    notebook.keeps_busy(1)
    notebook = reloaded(window)
    for _ in range(OPENS_WITHIN // 100):
        if 1 in [kernel["connections"] for kernel in lab.kernels()]:
            break
        window.page.wait_for_timeout(100)
    flag.touch()
    notebook.card_in(1).answer(Note="x")
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(1)
    notebook.shows(1, ["before", "card", "between x", "card", "after y", "'xy'"])


def test_cells_that_wait_for_the_one_that_asks(window):
    """*Run All* goes on below the form: the cells after it show what they print in place of what they had."""
    notebook = window.open(ASK, SYNC, "print('last')", "1 / 0")
    saved(window)
    notebook.run_all()
    notebook.card().asks()
    notebook = reloaded(window)
    notebook.card_in(1).answer(Note="x")
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(3)
    notebook.shows(2, ["last"])
    for number in (1, 2, 3):
        notebook.has_prompt(number, f"[{number + 1}]:")
    expect(notebook.errors).to_have_text([re.compile(r"ZeroDivisionError: division by zero\s*$")])


def test_run_again(window):
    """The cell run again in the new page has its own outputs, and no others."""
    notebook = window.open(ASK, NOTED)
    saved(window)
    notebook.run_all()
    notebook.card().asks()
    notebook = reloaded(window)
    notebook.card_in(1).answer(Note="x")
    notebook.card_in(1).completed()
    expect(notebook.output(1)).to_have_text(["noted x"])
    notebook.run(1)
    notebook.card_in(1).answer(Note="z")
    expect(notebook.output(1)).to_have_text(["noted z"])
    notebook.shows(1, ["card", "noted z"])


def test_restart(window):
    """A kernel that is restarted ends the cell that a page before it has run."""
    notebook = window.open(ASK, SYNC)
    saved(window)
    notebook.run_all()
    notebook.card().asks()
    notebook = reloaded(window)
    notebook.card_in(1).asks()
    notebook.restart()
    expect(notebook.cells.nth(1).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[ \]"))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [420, 1300])
def test_look(window, shots, width, dark):
    """After a reload the form looks as it did before."""
    page = window.page
    notebook = window.open(ASK, SYNC)
    saved(window)
    wear(page, "dark" if dark else "light")
    notebook.run_all()
    notebook.card().asks()
    notebook = reloaded(window)
    notebook.card_in(1).answer(Note="x")
    if width < 1000:
        window.close_sidebar()
    page.set_viewport_size({"width": width, "height": 900})
    card = notebook.card_in(1, 1)
    card.asks()
    assert [] == card.too_wide()
    page.screenshot(path=shots / f"reload-{width}-{'dark' if dark else 'light'}.png")
    if width < 1000:
        page.get_by_role("tab", name="File Browser").click()


def test_notebook_7(page, lab, shots):
    """Notebook 7 has the form again too, and what comes after it."""
    name = write_notebook(lab, ASK, SYNC)
    notebook = open_in_notebook_7(page, lab, name)
    notebook.run_all()
    notebook.card().asks()
    notebook.card().fill(Note="typed")
    becomes(page, True, lambda: lab.keeps("typed"))
    page.reload(timeout=OPENS_WITHIN)
    notebook = Reloaded(page)
    card = notebook.card_in(1)
    expect(card.field("Note")).to_have_value("typed")
    card.answer(Note="x")
    notebook.card_in(1, 1).asks()
    page.screenshot(path=shots / "reload-notebook-7.png")
    notebook.card_in(1, 1).answer(Note="y")
    notebook.done(1)
    expect(notebook.output(1)).to_have_text(["before", "between x", "after y", "'xy'"])
