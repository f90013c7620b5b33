"""The run page: unfolded on a card, opened by name, read while the run lives and after; on every kind of page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.gallery import AXE
from tests.browser.pages import (
    OPENS_WITHIN,
    Card,
    becomes,
    open_in_notebook_7,
    open_in_voila,
    settled,
    wear,
    write_notebook,
)

FLOWS = """
import time
from hitl_jupyter import flow, get_run_logger, pause_flow_run, task

@task
def weigh(number):
    get_run_logger().warning("parcel %d is heavy", number)

@flow(flow_run_name="box of parcels")
def pack():
    get_run_logger().info("packing")

@flow
def report(count):
    log = get_run_logger()
    for number in range(count):
        log.log([10, 20, 20, 30, 40][number % 5], "line %d of the parcels, <b>brown</b> and green", number)
    log.info("one word that no card is wide enough for: " + "parcel" * 300)
    weigh(3)
    pack()
    pause_flow_run(int)
    for number in range(200):
        log.info("later %d", number)
    pause_flow_run()
"""
TITLES = [
    "Logs",
    "Task Runs",
    "Subflow Runs",
    "Results",
    "Artifacts",
    "Parameters",
    "Details",
    "Inputs",
    "Timeline",
]
BARRIERS = """axe.run({include: [[".hitl-page"]]}).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""
HIGHER = "log => log.clientHeight > 200 || log.scrollHeight > log.clientHeight ? [log.clientHeight] : []"
AT_END = "log => log.scrollHeight - log.scrollTop - log.clientHeight < 2"


def unfold(card: Card) -> Locator:
    """Unfold the run page of a card; gives the page once its log is there."""
    card.element.get_by_text("Run page", exact=True).click()
    page = card.element.locator(".hitl-page").first
    expect(log_of(page)).to_contain_text("INFO", timeout=OPENS_WITHIN)
    return page


def goes_below_and_back(around: Locator) -> None:
    """Open the page of the run below by the button that is there, see it, and go back with the key of its button."""
    around.get_by_role("button", name="Open box of parcels").click()
    below = around.locator(".hitl-page:visible")
    expect(below.locator(".hitl-page-head")).to_contain_text("called by", timeout=OPENS_WITHIN)
    expect(below.locator(".hitl-page-name")).to_have_text("box of parcels")
    expect(log_of(below)).to_contain_text("packing", timeout=OPENS_WITHIN)
    expect(log_of(below)).not_to_contain_text("line 1")
    # It is as high as its few lines.
    assert [] == settled(around.page, lambda: log_of(below).evaluate(HIGHER))
    expect(below.get_by_role("button", name="Back")).to_be_focused()
    around.page.keyboard.press("Enter")
    expect(around.locator(".hitl-page")).to_have_count(1)
    expect(around.get_by_role("tab", selected=True)).to_be_focused()


def log_of(page: Locator) -> Locator:
    """The log of a run page."""
    return page.get_by_role("log", name="Logs")


def titles(page: Locator) -> list[str]:
    return [re.sub(r"[\d,]+$", "", one) for one in page.get_by_role("tab").all_inner_texts()]


def pictured(element: Locator, page, name, shots):
    """Take pictures in each theme and width."""
    for width in (1300, 420, 320):
        page.set_viewport_size({"width": width, "height": 1000})
        for scheme in ("light", "dark"):
            wear(page, scheme)
            page.wait_for_timeout(400)
            element.screenshot(path=shots / f"run-page-{name}-{scheme}-{width}.png")
    page.set_viewport_size({"width": 1300, "height": 1000})
    wear(page, "light")


def read_without_barriers(run_page, page, shots):
    """Open each tab, wide and narrow, in both themes: axe finds nothing."""
    page.add_script_tag(path=AXE)
    found = {}
    for width in (1300, 360):
        page.set_viewport_size({"width": width, "height": 1000})
        for scheme in ("light", "dark"):
            wear(page, scheme)
            for title, tab in zip(TITLES, run_page.get_by_role("tab").all(), strict=True):
                tab.click()
                expect(run_page.get_by_role("tabpanel", name=title)).to_contain_text(re.compile(r"\w"))
                run_page.screenshot(path=shots / f"run-page-over-{title}-{scheme}-{width}.png")
                found[title, scheme, width] = page.evaluate(BARRIERS)
    page.set_viewport_size({"width": 1300, "height": 1000})
    wear(page, "light")
    assert {} == {where: barriers for where, barriers in found.items() if barriers}


def test_the_page_of_a_run_that_lives_is_unfolded_searched_and_follows_it(window, shots):
    """By keys and pointer, without barriers and no wider than the card; in a second view it is folded."""
    page = window.page
    window.close_sidebar()
    notebook = window.open(FLOWS + "run = report.start(2000)")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    run_page = unfold(card)
    log = log_of(run_page)
    becomes(page, TITLES, lambda: titles(run_page))
    # The card's own log would say it a second time.
    expect(card.element.get_by_role("log", name="Logs")).to_have_count(1)
    page.add_script_tag(path=AXE)
    assert [] == page.evaluate(BARRIERS)
    assert [] == card.too_wide()
    pictured(card.element, page, "lives", shots)
    searched_and_filtered(run_page)
    card.answer(Value="3")
    expect(log).to_contain_text("later 199", timeout=OPENS_WITHIN)
    expect(log).to_contain_text("Pausing flow")
    becomes(page, True, lambda: log.evaluate(AT_END))
    # Who has scrolled up stays there. The next question stands above the log, which it pushes down.
    expect(card.form.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    log.hover()
    page.mouse.wheel(0, -2000)
    expect(log).not_to_contain_text("later 199")
    card.resume()
    card.is_in_state("Completed")
    expect(run_page.get_by_role("tab", name="Inputs")).to_have_text("Inputs2")
    goes_below_and_back(card.element)
    assert not log.evaluate(AT_END)
    page.evaluate("jupyterapp.commands.execute('docmanager:clone').then(() => true)")
    expect(page.locator(".hitl-card")).to_have_count(2, timeout=OPENS_WITHIN)
    expect(page.locator(".hitl-page:visible")).to_have_count(1)


def searched_and_filtered(run_page: Locator):
    """What is typed is found and marked, levels and the order are as they say, and all of it is copied."""
    page, log = run_page.page, log_of(run_page)
    count = run_page.locator(".hitl-page-count")
    run_page.get_by_role("searchbox").fill("<B>BROWN</b>")
    expect(count).to_have_text(re.compile(r"^1,600 of [\d,]+ lines$"))
    expect(log.locator("mark").first).to_have_text("<b>brown</b>")
    run_page.get_by_label("Level", exact=True).select_option("Error and above")
    expect(count).to_have_text(re.compile(r"^400 of [\d,]+ lines$"))
    run_page.get_by_label("Order", exact=True).select_option("Newest first")
    expect(log.locator(".hitl-text").first).to_contain_text("line 1999 of")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    run_page.get_by_role("button", name="Copy").click()
    expect(run_page.get_by_text("Copied 400 lines.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert (400, True, True) == (len(copied), "line 1999 of" in copied[0], "line 4 of" in copied[-1])
    # From the end to the beginning with the keys of the log itself.
    log.focus()
    page.keyboard.press("End")
    expect(log.locator(".hitl-text").last).to_contain_text("line 4 of")
    run_page.get_by_role("searchbox").fill("nothing like it")
    expect(run_page.get_by_text("No line matches.")).to_be_visible()
    run_page.get_by_role("searchbox").fill("")
    run_page.get_by_label("Level", exact=True).select_option("All levels")
    run_page.get_by_label("Order", exact=True).select_option("Oldest first")
    expect(log).to_contain_text("Pausing flow")
    # The tabs have the keys of tabs.
    run_page.get_by_role("tab", name="Logs").focus()
    page.keyboard.press("ArrowRight")
    expect(run_page.get_by_role("tab", name="Task Runs")).to_be_focused()
    expect(run_page.get_by_role("tabpanel", name="Task Runs")).to_contain_text("weigh")
    page.keyboard.press("Home")
    expect(log).to_be_visible()


def test_a_cell_that_waits_gives_its_page_too_and_it_comes_back_with_the_page(window):
    """A sync flow in the foreground; the page is loaded again in the middle."""
    notebook = window.open(FLOWS + "report(100)")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    expect(log_of(unfold(card))).to_contain_text("Pausing flow")
    window.reload()
    card = notebook.card()
    card.asks()
    expect(log_of(unfold(card))).to_contain_text("Pausing flow")
    card.answer(Value="3")
    expect(log_of(card.element.locator(".hitl-page"))).to_contain_text("later 199", timeout=OPENS_WITHIN)
    card.resume()
    notebook.done(0)


def test_a_run_of_another_kernel_is_opened_by_name_read_only(window, shots):
    """After a restart: with its head, without a way to answer; one that is not there is said to be so."""
    page = window.page
    window.close_sidebar()
    notebook = window.open(
        FLOWS + "run = report.with_options(flow_run_name='old parcels').start(300)",
        "from hitl_jupyter.widgets import RunPage\nRunPage('old parcels')",
        "import uuid\nRunPage(uuid.UUID(int=7))",
        "from hitl_jupyter import flow\n@flow\ndef breaks():\n    return parcels",
        "run = breaks.with_options(flow_run_name='broken parcels').start()",
        "RunPage('broken parcels')",
    )
    notebook.run(0)
    notebook.card().asks()
    for number in (3, 4):
        notebook.run(number)
    notebook.card(1).is_in_state("Failed")
    notebook.restart()
    for number in (1, 2, 5):
        notebook.run(number)
    run_page = notebook.cells.nth(1).locator(".hitl-page")
    expect(log_of(run_page)).to_contain_text("Pausing flow", timeout=OPENS_WITHIN)
    expect(run_page.locator(".hitl-page-head")).to_contain_text("old parcels")
    expect(run_page.locator(".hitl-badge").first).to_have_text("Paused")
    expect(run_page.get_by_role("button", name="Refresh")).to_be_visible()
    pictured(run_page, page, "over", shots)
    read_without_barriers(run_page, page, shots)
    run_page.get_by_role("tab", name="Subflow Runs").click()
    goes_below_and_back(notebook.cells.nth(1))
    gone = notebook.cells.nth(2).locator(".hitl-page")
    expect(gone).to_contain_text("There is no flow run 00000000-0000-0000-0000-000000000007 in this store.")
    expect(gone.get_by_role("tab")).to_have_count(0)
    gone.screenshot(path=shots / "run-page-gone.png")
    runs_again(notebook, shots)


def runs_again(notebook, shots):
    """The run that failed is run again from its page, once its flow is defined here."""
    page, cell = notebook.page, notebook.cells.nth(5)
    button = cell.get_by_role("button", name="Run again with the same answers")
    button.first.click()
    expect(cell.get_by_text("Run the cell with 'def breaks'")).to_be_visible()
    page.add_script_tag(path=AXE)
    assert [] == page.evaluate(BARRIERS)
    pictured(cell.locator(".hitl-page"), page, "failed", shots)
    notebook.run(3)
    notebook.done(3)
    button.first.press("Enter")
    again = Card(cell.locator(".hitl-card"))
    again.is_in_state("Failed")
    expect(cell.get_by_text("It runs again, below.")).to_be_visible()


@pytest.mark.parametrize("host", ["Voila", "Notebook 7"])
def test_other_pages_show_it_too(host, lab, voila, new_page, shots):
    """A visitor of a Voila page and a user of Notebook 7 unfold it, and see what happens next."""
    page = new_page()
    name = write_notebook(voila if host == "Voila" else lab, FLOWS + "run = report.start(100)")
    if host == "Voila":
        card = open_in_voila(page, voila, name).card()
    else:
        notebook = open_in_notebook_7(page, lab, name)
        notebook.run_all()
        card = notebook.card()
    card.asks()
    goes_below_and_back(card.element)
    run_page = card.element.locator(".hitl-page")
    becomes(page, TITLES, lambda: titles(run_page))
    card.answer(Value="3")
    expect(log_of(run_page)).to_contain_text("later 199", timeout=OPENS_WITHIN)
    card.element.screenshot(path=shots / f"run-page-{host}.png")
