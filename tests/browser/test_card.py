"""The run card as a person meets it: its head, what its run has called, its buttons, and its folding."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, Card, open_in_notebook_7, open_in_voila, wear, write_notebook

FLOWS = """
import asyncio
from hitl_jupyter import flow, pause_flow_run, suspend_flow_run, task
from hitl_jupyter.artifacts import create_markdown_artifact

@task
def weigh(number):
    return 10 / (number != 3)

@flow(flow_run_name="calm-fox")
def review():
    return pause_flow_run(str, timeout=600, on_timeout="nobody")

@flow(flow_run_name="wise-elk")
def ship():
    [one.wait() for one in weigh.map(range(5))]
    create_markdown_artifact("A list.", key="list")
    return review()

@flow(flow_run_name="done-doe")
def done():
    print("It is done.")

@flow(flow_run_name="bare-owl")
def bare():
    pause_flow_run()

@flow(flow_run_name="red-bat")
def fail():
    raise ValueError("There are no more boxes.")

@flow(flow_run_name="lost-cat")
async def crash():
    raise asyncio.CancelledError("The machine went away.")

@flow(flow_run_name="slow-bee")
async def run_long():
    print("It begins.")
    await asyncio.sleep(600)

@flow(flow_run_name="away-ant")
def leave():
    suspend_flow_run(timeout=3600)
"""
STATES = ["Running", "Paused", "Failed", "Crashed", "Running", "Suspended"]
EACH = "for one in (done, ship, bare, fail, crash, run_long, leave):\n    one.start()"
BARRIERS = """axe.run({include: [[".hitl-card"]], exclude: [[".jupyter-widgets"]]}).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(one => id + ": " + one.html + one.failureSummary)))"""


def named(card, name):
    """Give a button in the head of a card."""
    return card.element.locator(".hitl-head").get_by_role("button", name=name, exact=True)


@pytest.fixture(params=["JupyterLab", "Notebook 7", "Voila"])
def host(request):
    """Opens cells in each host."""

    def opened(*cells):
        if request.param == "JupyterLab":
            window = request.getfixturevalue("window")
            notebook = window.open(*cells)
            window.close_sidebar()
            notebook.run_all()
        else:
            server = request.getfixturevalue("voila" if request.param == "Voila" else "lab")
            name, page = write_notebook(server, *cells), request.getfixturevalue("page")
            notebook = (open_in_voila if request.param == "Voila" else open_in_notebook_7)(page, server, name)
            if request.param != "Voila":
                notebook.run_all()
        return notebook

    opened.name = request.param
    return opened


def test_a_run_from_its_head(window):
    """Tasks, time left and subflows are told while it waits; Resume goes to the form; it folds when it is over."""
    notebook = window.open(FLOWS, "ship.start(); None", "bare.start(); None")
    notebook.run_all()
    card, page = notebook.card(), window.page
    card.asks()
    head = card.element.locator(".hitl-head")
    expect(head).to_contain_text("5 tasks, 1 failed")
    expect(head).to_contain_text("answer within 9 min")
    expect(card.form).to_contain_text("Without an answer the flow goes on with its default (nobody).")
    runs = card.element.get_by_role("list", name="Subflow runs").get_by_role("listitem")
    expect(runs).to_have_count(1)
    expect(runs).to_contain_text("Pausedcalm-fox")
    expect(card.element.locator(".hitl-tasks")).to_contain_text("Completed 4")
    named(card, "Resume").focus()
    page.keyboard.press("Enter")
    expect(card.form.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("by all means")
    page.mouse.move(0, 0)
    page.keyboard.press("Enter")
    expect(named(card, "Show")).to_be_visible(timeout=OPENS_WITHIN)
    for text in ("Completed", "wise-elk", "flow ship", "1 artifact", "5 tasks"):
        expect(head).to_contain_text(text)
    expect(card.log).to_be_hidden()
    named(card, "Show").click()
    expect(card.log).to_be_visible()
    named(card, "Hide").click()
    expect(card.log).to_be_hidden()
    bare = notebook.card(1)
    expect(bare.element.get_by_role("button", name="Resume", exact=True)).to_have_count(1)
    bare.resume()
    bare.completed()


def test_a_run_is_cancelled_from_the_keyboard(window):
    """Cancel asks whether it is meant; Escape keeps the run, and so does No, which has the focus."""
    notebook = window.open(FLOWS, "bare.start(); None")
    notebook.run_all()
    card, keyboard = notebook.card(), window.page.keyboard
    card.asks()
    named(card, "Cancel").focus()
    for give_up in ("Escape", "Enter"):
        keyboard.press("Enter")
        expect(named(card, "No")).to_be_focused()
        keyboard.press(give_up)
        expect(named(card, "Cancel")).to_be_focused()
    card.is_in_state("Paused")
    keyboard.press("Enter")
    keyboard.press("Shift+Tab")
    expect(named(card, "Yes, cancel")).to_be_focused()
    keyboard.press("Enter")
    card.is_in_state("Cancelled")
    expect(card.element.locator(".hitl-reason")).to_contain_text("Cancelled by")
    expect(card.log).to_be_visible()


def test_every_state_in_every_host(host, shots):
    """Nothing sticks out, axe finds nothing, and a background run's output stays when its card is folded."""
    # In one cell, as JupyterLab takes those off the page that are not to be seen.
    notebook = host(FLOWS + EACH)
    page = notebook.page
    done = notebook.card()
    expect(named(done, "Show")).to_be_visible(timeout=OPENS_WITHIN)
    expect(done.element.get_by_role("group", name="Output")).to_contain_text("It is done.")
    notebook.card(1).asks()
    for number, state in enumerate(STATES, start=1):
        notebook.card(number).is_in_state(state)
    page.add_script_tag(path=AXE)
    for theme in ("light", "dark") if host.name == "JupyterLab" else ("light",):
        if host.name == "JupyterLab":
            wear(page, theme)
        for width in (1300, 420, 320):
            page.set_viewport_size({"width": width, "height": 1000})
            for number in range(notebook.cards()):
                card = notebook.card(number)
                card.element.screenshot(path=shots / f"card-{host.name}-{theme}-{width}-{number}.png")
                assert [] == card.too_wide(), (theme, width, number)
        assert [] == page.evaluate(BARRIERS)
    for card in [Card(one) for one in page.locator(".hitl-card").all()]:
        if named(card, "Cancel").is_visible():
            card.cancel()
