"""The sections of the run page beside its log and timeline: read, unfolded and scrolled while their run goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, becomes, settled, wear
from tests.browser.test_run_page import BARRIERS, unfold

FLOWS = """
from typing import Literal
from pydantic import Field, field_validator
from hitl_jupyter import RunInput, flow, pause_flow_run, task
from hitl_jupyter.artifacts import (
    create_image_artifact, create_link_artifact, create_markdown_artifact, create_progress_artifact,
    create_table_artifact, update_progress_artifact,
)

class Address(RunInput):
    street: str = Field(title="Street")

class Review(RunInput):
    verdict: Literal["send", "keep"] = Field(title="Verdict")
    why: str = Field("", title="Reason", validate_default=True)

    @field_validator("why")
    @classmethod
    def said(cls, why):
        if not why:
            raise ValueError("Say why.")
        return why

SUMMARY = '''**1,204** parcels, see [the map](https://example.org/map).

- <b>no HTML</b>
'''
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='240' height='80'%3E"
    "%3Crect width='240' height='80' fill='%23888'/%3E%3C/svg%3E"
)

@task
def weigh(number: int) -> dict[str, float]:
    return {"parcel": number}

@task(task_run_name="a-task-run-with-a-name-that-is-far-too-long-for-its-column")
def spoil():
    raise ValueError("no box left")

@flow
def label(box: int) -> str:
    return f"<i>box {box}</i>"

@flow
def pack(box: int) -> str:
    return label(box)

@flow
def deliver(parcels: int, rows: int, to: str = "Ana-Katharina", notes: list[str] = ["fragile"] * 200):
    weigh.map(range(parcels)).result()
    spoil(return_state=True)
    pack(1)
    upload = create_progress_artifact(25, description="Upload to the archive of the northern branch")
    create_markdown_artifact(SUMMARY, key="summary", description="For the *morning* meeting")
    create_table_artifact(
        [{"parcel": n, "to": f"{n} Long Street, a town with a long name", "note": None} for n in range(rows)],
        key="parcels",
    )
    create_link_artifact("https://example.org/report", "The report")
    create_link_artifact("javascript:alert(1)", "Not a link")
    create_image_artifact(PICTURE, description="A parcel on the scale")
    pause_flow_run()
    pause_flow_run(Address.with_initial_data(description="**Where to?** See [the map](https://example.org/map)."))
    update_progress_artifact(upload, 75)
    pause_flow_run(Review, on_invalid="ask_again", timeout=None, key="review")
    return "done"

run = deliver.start(2000, 100_000)
"""
CORRECT = "run.correct('review', {'verdict': 'keep', 'why': 'mistyped'}, reason='second look')"
SECTIONS = ("Task Runs", "Subflow Runs", "Results", "Artifacts", "Parameters", "Details", "Inputs")
STICKS_OUT = """page => {
    const edge = page.getBoundingClientRect().right + 1;
    return [...page.querySelectorAll(".hitl-panel:not([hidden]) *")]
        .filter(one => one.checkVisibility() && !one.parentElement.closest(".hitl-grid, .hitl-table"))
        .filter(one => one.getBoundingClientRect().right > edge
            || (one.matches(".hitl-list") && one.scrollWidth > one.clientWidth + 1))
        .map(one => one.className || one.tagName);
}"""
INSIDE = """tab => {
    const [row, box] = [tab.parentElement, tab].map(one => one.getBoundingClientRect());
    return box.left >= row.left - 1 && box.right <= row.right + 1;
}"""
SCROLLED = """async table => {
    for (let step = 0; step < 40; step += 1) {
        table.scrollTop += table.scrollHeight / 40;
        await new Promise(requestAnimationFrame);
    }
    table.scrollTop = table.scrollHeight;
}"""


@pytest.fixture
def living(window):
    """A notebook, its card and the page of its run, which waits for the first of its three answers."""
    window.close_sidebar()
    notebook = window.open(FLOWS, CORRECT)
    notebook.run(0)
    card = notebook.card()
    card.asks()
    return notebook, card, unfold(card)


def choose(page: Locator, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def row(table: Locator, number: int) -> Locator:
    """A row by its place, from 1."""
    return table.locator(f"[aria-rowindex='{number + 1}']")


def is_inside(page: Locator, table: Locator, rows: int) -> None:
    """However long a table is, only what is seen of it is on the page."""
    expect(table).to_have_attribute("aria-rowcount", str(rows + 1), timeout=OPENS_WITHIN)
    table.evaluate(SCROLLED)
    expect(row(table, rows)).to_have_attribute("aria-busy", "false", timeout=OPENS_WITHIN)
    assert table.get_by_role("row").count() < 60
    assert page.locator("*").count() < 3000


def test_a_run_is_read_while_it_goes_on(living, shots):
    """Its tasks, results, tables and answers: of any length, by keys, kept as they were left, without barriers."""
    notebook, card, page = living
    tasks_by_keys(notebook, page)
    answered(notebook, card, page)
    results_and_facts(page)
    artifacts(page)
    looks(notebook.page, page, shots)


def tasks_by_keys(notebook, page: Locator) -> None:
    choose(page, "Task Runs")
    table = page.get_by_role("table", name="Task Runs")
    is_inside(page, table, 2001)
    cells = notebook.cells.count()
    table.focus()
    table.press("Home")
    expect(table).to_have_js_property("scrollTop", 0)
    # A row that is not here yet has nothing to be unfolded.
    expect(row(table, 1)).to_have_attribute("aria-busy", "false")
    table.press("Tab")
    first = row(table, 1).get_by_role("button")
    expect(first).to_be_focused()
    first.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "true")
    expect(row(table, 1)).to_contain_text('{"parcel":0')
    # Where the row with the focus goes, the keys stay in the table: they must not reach the notebook.
    table.evaluate("table => { table.scrollTop = table.scrollHeight; }")
    expect(row(table, 2001)).to_contain_text("Failed")
    expect(table).to_be_focused()
    for key in ("x", "d", "d", "a"):
        table.press(key)
    assert cells == notebook.cells.count()
    last = row(table, 2001)
    expect(last).to_contain_text("Failed ValueError: no box left")
    last.get_by_role("button").click()
    expect(last).to_contain_text("None: the task run ended as Failed.")


def answered(notebook, card, page: Locator) -> None:
    """What happens to the run moves nothing that somebody looks at."""
    table = page.get_by_role("table", name="Task Runs")
    before = table.evaluate("table => table.scrollTop")
    card.resume()
    card.asks()
    expect(page.get_by_role("tab", name="Inputs")).to_have_text("Inputs2")
    assert before == table.evaluate("table => table.scrollTop")
    expect(row(table, 2001)).to_contain_text("None: the task run ended as Failed.")
    choose(page, "Inputs")
    entries = page.locator(".hitl-entry")
    expect(entries.nth(0)).to_contain_text("Resumed")
    expect(entries.nth(1)).to_contain_text("To be answered by")
    entries.nth(1).get_by_text("The whole question").click()
    link = entries.nth(1).get_by_role("link", name="the map")
    expect(link).to_be_visible()
    card.answer(Street="<b>17</b> Long Street")
    expect(entries.nth(1)).to_contain_text("<b>17</b> Long Street")
    expect(link).to_be_visible()
    expect(entries.nth(2)).to_contain_text("Waits for an answer, without a deadline")
    card.fill(Verdict="send")
    card.submit()
    expect(entries.nth(2)).to_contain_text("Reason: Say why.")
    card.answer(Reason="it is heavy")
    card.is_in_state("Completed")
    notebook.run(1)
    expect(entries.nth(2)).to_contain_text("second look", timeout=OPENS_WITHIN)
    told = entries.nth(2).locator(".hitl-what").all_inner_texts()
    assert ["Did not count", "Answered", "Corrected"] == told
    assert ["send", "", "send", "it is heavy", "keep", "mistyped"] == entries.nth(2).locator("dd").all_inner_texts()


def results_and_facts(page: Locator) -> None:
    choose(page, "Results")
    table = page.get_by_role("table", name="Results")
    is_inside(page, table, 2003)
    expect(row(table, 2003)).to_contain_text('"done"')
    expect(row(table, 2001)).to_contain_text('"<i>box 1</i>"')
    choose(page, "Subflow Runs")
    rows = page.get_by_role("table", name="Subflow Runs").get_by_role("row")
    for number, name in ((1, "pack"), (2, "label")):
        expect(rows.nth(number).get_by_role("cell").nth(2)).to_have_text(name)
    choose(page, "Parameters")
    expect(page.locator("dt:visible")).to_have_text(["parcels", "rows", "to", "notes"])
    page.get_by_text("2,602 characters").click()
    expect(page.get_by_role("group", name="notes")).to_contain_text("fragile")
    choose(page, "Details")
    expect(page.locator("dt:visible").first).to_have_text("Run ID")


def artifacts(page: Locator) -> None:
    choose(page, "Artifacts")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "75")
    expect(page.get_by_role("group", name="summary")).to_contain_text("<b>no HTML</b>")
    table = page.get_by_role("group", name="parcels").get_by_role("table")
    table.scroll_into_view_if_needed()
    is_inside(page, table, 100_000)
    expect(row(table, 100_000)).to_contain_text("99999 Long Street")
    row(table, 100_000).get_by_role("button").click()
    expect(row(table, 100_000).locator("dd").nth(1)).to_have_text("99999 Long Street, a town with a long name")
    expect(page.get_by_role("link", name="The report")).to_have_attribute("href", "https://example.org/report")
    expect(page.get_by_text("Not a link (javascript:alert(1))")).to_be_visible()
    image = page.get_by_role("img", name="A parcel on the scale")
    image.scroll_into_view_if_needed()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 240


def looks(window, page: Locator, shots) -> None:
    window.add_script_tag(path=AXE)
    for scheme in ("light", "dark"):
        wear(window, scheme)
        for width in (1300, 420, 320):
            window.set_viewport_size({"width": width, "height": 1000})
            for name in SECTIONS:
                choose(page, name)
                # The host follows a change of width a moment later.
                becomes(window, True, lambda: page.get_by_role("tab", selected=True).evaluate(INSIDE))
                said = page.locator(".hitl-section-said > :visible")
                expect(said, f"{name}: {said.all_inner_texts()}").to_have_count(0)
                assert [] == settled(page, lambda: page.evaluate(STICKS_OUT)), (scheme, name, width)
                if width == 420:
                    assert [] == window.evaluate(BARRIERS), (scheme, name)
                elif (width == 320) == (scheme == "dark"):
                    page.screenshot(path=shots / f"section-{name.replace(' ', '-').lower()}-{scheme}-{width}.png")
