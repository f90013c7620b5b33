"""A question that waits off the screen: the mark in the title, the badge on the notebook, the line at the foot."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery import AXE
from tests.browser.pages import (
    OPENS_WITHIN,
    Card,
    NotebookPage,
    open_in_notebook_7,
    open_in_voila,
    wear,
    write_notebook,
)

ASK = """
from hitl_jupyter import RunInput, flow, pause_flow_run

class Parcel(RunInput):
    note: str

@flow
def ask(what):
    return pause_flow_run(Parcel.with_initial_data(description=what)).note

"""
LATER = """
import asyncio, pathlib

@flow
async def later(flag):
    while not pathlib.Path(flag).exists():
        await asyncio.sleep(0.05)
    return (await pause_flow_run(Parcel.with_initial_data(description="Is it broken?"))).note

"""
TALL = "print('a line\\n' * 90)"
PATIENCE = 20_000
"""Milliseconds for a sign to come or go, on a machine that does other things as well."""
BARRIERS = """axe.run(".hitl-away", {rules: {"region": {enabled: false}}}).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""


def start(what: str, name: str = "run") -> str:
    """Give the line that starts a run in the background, which asks."""
    return f"{name} = ask.start({what!r})"


class Signs:
    """What tells of questions off the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.line = page.get_by_role("region", name="Questions that wait", exact=True)
        self.show = self.line.get_by_role("button", name=re.compile("^Show"))

    def tell(self, words: str, count: int = 1) -> None:
        """Wait for the words at the foot, and the one mark in the title."""
        expect(self.line).to_have_text(re.compile(f"^{re.escape(words)}"), timeout=PATIENCE)
        expect(self.line).to_be_in_viewport()
        expect(self.page).to_have_title(re.compile(rf"^\({count}\) ● [^●]+$"), timeout=PATIENCE)

    def are_gone(self) -> None:
        """Wait until nothing tells of a question."""
        expect(self.line).to_be_hidden(timeout=PATIENCE)
        expect(self.tabs(re.compile("questions? wait"))).to_have_count(0)
        expect(self.page).to_have_title(re.compile(r"^[^●]+$"))

    def tabs(self, name: re.Pattern) -> Locator:
        """Give the tabs of notebooks by the name that a screen reader says."""
        return self.page.locator(".lm-DockPanel-tabBar").get_by_role("tab", name=name)

    def badge(self, name: str, words: str) -> None:
        """Wait for the badge of a notebook."""
        file = re.escape(name)
        expect(self.tabs(re.compile(rf"^({words} {file}|{file} {words})$"))).to_have_count(1)


def scroll_down(page: Page) -> None:
    """Scroll the notebook in front to its end, once that is long, and see it stay there.

    What its cells print comes when it comes, and JupyterLab shows the cell that was run last in its own time.
    """
    outer = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer")
    page.wait_for_function("outer => outer.scrollHeight > 2 * outer.clientHeight", arg=outer.element_handle())
    outer.evaluate(STAYS_AT_END)


STAYS_AT_END = """async outer => {
    for (let still = 0; still < 10; ) {
        outer.scrollTop = outer.scrollHeight;
        await new Promise(requestAnimationFrame);
        still = outer.scrollHeight - outer.scrollTop - outer.clientHeight < 2 ? still + 1 : 0;
    }
}"""


def name_in_front(page: Page) -> str:
    """Give the name of the notebook in front."""
    return page.evaluate("jupyterapp.shell.currentWidget.context.path")


def bring(page: Page, name: str) -> None:
    """Open a notebook in front of what is open."""
    page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => true)", name)


def bring_another(window, lab) -> Locator:
    """Open one more notebook in front of what is open, and give its editor."""
    bring(window.page, write_notebook(lab, "x = 1"))
    editor = window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .cm-content").first
    expect(editor).to_have_text("x = 1")
    return editor


def test_scrolled_away(window):
    """A form out of sight is told of once, one click goes there, and its answer ends it."""
    notebook = window.open(ASK + start("Is it **broken**?"), TALL, "x = 1")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    signs = Signs(window.page)
    signs.are_gone()
    scroll_down(window.page)
    signs.tell("A question waits: Is it broken?")
    signs.badge(name_in_front(window.page), "1 question waits")
    said = window.page.get_by_role("status").filter(has_text="A question waits")
    expect(said).to_have_text(["A question waits: Is it broken?"])
    window.page.add_script_tag(path=AXE)
    assert [] == window.page.evaluate(BARRIERS)
    signs.show.click()
    expect(card.field("Note")).to_be_focused()
    expect(card.field("Note")).to_be_in_viewport()
    signs.are_gone()
    card.answer(Note="yes")
    card.completed()
    scroll_down(window.page)
    expect(card.element).not_to_be_in_viewport()
    signs.are_gone()


def test_answered_elsewhere(window):
    """Nothing tells of a question any more that a program has answered."""
    answer = "from hitl_jupyter import resume_flow_run\nawait resume_flow_run(run.id, {'note': 'no'})"
    notebook = window.open(ASK + start("Is it broken?"), TALL, answer)
    notebook.run(0)
    notebook.card().asks()
    notebook.run(1)
    scroll_down(window.page)
    signs = Signs(window.page)
    signs.tell("A question waits: Is it broken?")
    notebook.run(2)
    signs.are_gone()


def test_another_notebook_in_front(window, lab, tmp_path):
    """A question of the notebook behind takes no focus from the one in front; one click brings its notebook."""
    flag = tmp_path / "flag"
    notebook = window.open(ASK + LATER + f"run = later.start({str(flag)!r})")
    name = name_in_front(window.page)
    notebook.run_all()
    notebook.card().is_in_state("Running")
    editor = bring_another(window, lab)
    editor.click()
    flag.touch()
    signs = Signs(window.page)
    signs.tell("A question waits: Is it broken?")
    signs.badge(name, "1 question waits")
    window.page.keyboard.press("End")
    window.page.keyboard.type("23")
    expect(editor).to_have_text("x = 123")
    signs.show.focus()
    window.page.keyboard.press("Enter")
    card = notebook.card()
    expect(card.field("Note")).to_be_focused()
    signs.are_gone()
    card.answer(Note="yes")
    card.completed()


def test_several(window):
    """They are counted, gone to one after the other, and each that is answered leaves the count."""
    # One after the other: each has a thread of its own, and the oldest comes first.
    waits = "\nwhile not (run{0}.state and run{0}.state.is_paused()): await asyncio.sleep(0.01)"
    runs = "\n".join(start(f"Question {number}", f"run{number}") + waits.format(number) for number in (1, 2, 3))
    notebook = window.open(f"import asyncio\n{ASK}{runs}", TALL, "x = 1")
    notebook.run_all()
    for number in range(3):
        notebook.card(number).asks()
    scroll_down(window.page)
    signs = Signs(window.page)
    signs.tell("3 questions wait. The next: Question 1", 3)
    signs.badge(name_in_front(window.page), "3 questions wait")
    for number in range(3):
        card = Card(window.page.locator(".hitl-card").nth(number))
        expect(signs.line).to_contain_text(f"Question {number + 1}", timeout=PATIENCE)
        signs.show.click()
        expect(card.field("Note")).to_be_focused()
        scroll_down(window.page)
        signs.tell("3 questions wait", 3)
    # After the last one the first again.
    expect(signs.line).to_contain_text("Question 1", timeout=PATIENCE)
    signs.show.click()
    notebook.card().answer(Note="yes")
    notebook.card().completed()
    scroll_down(window.page)
    signs.tell("2 questions wait. The next: Question 2", 2)


@pytest.fixture
def windowed(window):
    """Has notebooks draw only those cells that are in view, and keep only those on the page."""
    choose = """mode => jupyterapp.serviceManager.settings.save(
        "@jupyterlab/notebook-extension:tracker", JSON.stringify({windowingMode: mode})).then(() => true)"""
    window.page.evaluate(choose, "full")
    window.reload()
    yield
    window.page.evaluate(choose, "contentVisibility")
    window.clear()
    window.reload()


@pytest.mark.usefixtures("windowed")
def test_windowed_notebook(window, lab):
    """In a notebook that draws only the cells in view, a question far down counts, and is gone to."""
    many = ["print('a line\\n' * 20)"] * 25
    name = write_notebook(lab, *many, ASK + start("Far down"), *many)
    bring(window.page, name)
    notebook = NotebookPage(window.page)
    for _ in range(600):
        if lab.is_ready(name):
            break
        window.page.wait_for_timeout(100)
    signs = Signs(window.page)

    notebook.run_all()
    # Where the notebook stands after that depends on how fast the outputs came.
    ran = "jupyterapp.shell.currentWidget.content.widgets.at(-1).model.executionCount !== null"
    window.page.wait_for_function(ran, timeout=OPENS_WITHIN)
    window.page.evaluate(
        """async () => {
            const {content} = jupyterapp.shell.currentWidget;
            content.activeCellIndex = 0;
            await content.scrollToItem(0);
        }"""
    )
    signs.tell("A question waits: Far down")
    signs.badge(name, "1 question waits")
    signs.show.click()
    card = notebook.card()
    expect(card.field("Note")).to_be_focused()
    expect(card.field("Note")).to_be_in_viewport()
    signs.are_gone()


def test_restart(window):
    """A kernel that is restarted takes its questions with it."""
    notebook = window.open(ASK + start("Is it broken?"), TALL, "x = 1")
    notebook.run_all()
    notebook.card().asks()
    scroll_down(window.page)
    signs = Signs(window.page)
    signs.tell("A question waits: Is it broken?")
    notebook.restart()
    signs.are_gone()


def test_deleted_cell(window):
    """A question whose cell was deleted is nowhere to be gone to, and not told of."""
    notebook = window.open(ASK + start("Is it broken?"), TALL, "x = 1")
    notebook.run_all()
    notebook.card().asks()
    scroll_down(window.page)
    signs = Signs(window.page)
    signs.tell("A question waits: Is it broken?")
    window.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    window.page.evaluate("jupyterapp.commands.execute('notebook:delete-cell').then(() => true)")
    signs.are_gone()


def test_hidden_tab(window):
    """In a browser tab that is behind another one, a form in view counts too, as the title says."""
    notebook = window.open(ASK + start("Is it broken?"))
    notebook.run_all()
    notebook.card().asks()
    # A browser without a window never hides a tab: the page is told so instead.
    hide = """hidden => {
        Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    window.page.evaluate(hide, True)
    expect(window.page).to_have_title(re.compile(r"^\(1\) ● "))
    window.page.evaluate(hide, False)
    Signs(window.page).are_gone()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [420, 1300])
def test_look(window, shots, width, dark):
    """The line at the foot fits into a narrow window, over nothing else, in both themes."""
    page = window.page
    notebook = window.open(ASK + start("Is this parcel, which came back yesterday, broken?"), TALL, "x")
    wear(page, "dark" if dark else "light")
    if width < 1000:
        window.close_sidebar()
    page.set_viewport_size({"width": width, "height": 700})
    notebook.run(0)
    notebook.card().asks()
    notebook.run(1)
    scroll_down(page)
    signs = Signs(page)
    signs.tell("A question waits: Is this parcel")
    expect(signs.show).to_be_in_viewport(ratio=1)
    page.add_script_tag(path=AXE)
    assert [] == page.evaluate(BARRIERS)
    page.wait_for_function(
        "() => document.querySelector('.jp-NotebookPanel-notebook').getBoundingClientRect().bottom"
        " <= document.querySelector('.hitl-away').getBoundingClientRect().top"
    )
    page.screenshot(path=shots / f"seen-{width}-{'dark' if dark else 'light'}.png")
    if width < 1000:
        window.page.get_by_role("tab", name="File Browser").click()


def test_notebook_7(page, lab, shots):
    """Notebook 7 has the mark and the line, and no tabs; one click goes to the question."""
    name = write_notebook(lab, ASK + start("Is it broken?"), TALL, "x = 1")
    notebook = open_in_notebook_7(page, lab, name)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    scroll_down(page)
    signs = Signs(page)
    signs.tell("A question waits: Is it broken?")
    page.screenshot(path=shots / "seen-notebook-7.png")
    signs.show.click()
    expect(card.field("Note")).to_be_focused()
    signs.are_gone()
    card.answer(Note="yes")
    card.completed()


@pytest.mark.parametrize("dark", [False, True])
def test_voila(page, voila, shots, dark):
    """A page of Voila has the mark and the line; one click goes to the question."""
    name = write_notebook(voila, ASK + start("Is it broken?"), TALL, TALL)
    app = open_in_voila(page, voila, name, dark=dark)
    card = app.card()
    card.asks()
    signs = Signs(page)
    signs.are_gone()
    page.mouse.move(400, 400)
    page.mouse.wheel(0, 9000)
    signs.tell("A question waits: Is it broken?")
    page.screenshot(path=shots / f"seen-voila-{'dark' if dark else 'light'}.png")
    page.add_script_tag(path=AXE)
    assert [] == page.evaluate(BARRIERS)
    signs.show.click()
    expect(card.field("Note")).to_be_focused()
    expect(card.field("Note")).to_be_in_viewport()
    signs.are_gone()
    card.answer(Note="yes")
    card.completed()
