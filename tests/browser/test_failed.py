"""A run that failed, as a person mends it: what it was given, the cell put right, run again, only the new is asked."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, Card, open_in_voila, wear, write_notebook

SETUP = """
import asyncio
from pydantic import Field
from hitl_jupyter import RunInput, flow, pause_flow_run

class Parcel(RunInput):
    weight: float = Field(title="Weight in kg")
    note: str = Field("", title="Note", max_length=500)
"""
BROKEN = """
def price(weight):
    return tariff[round(weight)]

@flow
def ship(parcels: int, to: str = "Lisbon <b>"):
    tariff = {2: 7.5}
    weights = [pause_flow_run(Parcel, key=f"parcel {at}").weight for at in range(parcels)]
    return sum(price(weight) for weight in weights)
"""
MENDED = """
def price(weight, tariff={2: 7.5, 3: 9}):
    return tariff[round(weight)]

@flow
def ship(parcels: int, to: str = "Lisbon <b>"):
    weights = [pause_flow_run(Parcel, key=f"parcel {at}").weight for at in range(parcels)]
    insured = pause_flow_run(float, key="insured for")
    return sum(price(weight) for weight in weights) + insured
"""
AGAIN = "Run again with the same answers"
BARRIERS = """axe.run({include: [[".hitl-card"]]}).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""


def pictured(page, element, path):
    """Take a picture of cards."""
    element.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    element.screenshot(path=path)


def test_the_cell_is_mended_and_only_the_new_question_is_asked(window, shots):
    """The last answer comes first in what led to it; the button, twice; a new card below that stays in a new page."""
    page = window.page
    window.close_sidebar()
    notebook = window.open(SETUP, BROKEN, "ship(2)")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.answer(Weight_in_kg="2.1", Note="first")
    card.asks()
    card.answer(Weight_in_kg="3", Note="fragile, " * 40)
    card.is_in_state("Failed")
    error = notebook.cells.nth(2).locator("[data-mime-type$=stderr]")
    expect(error).to_contain_text("name 'tariff' is not defined", timeout=OPENS_WITHIN)
    expect(error).to_contain_text("return tariff[round(weight)]")
    assert "/hitl_jupyter/" not in error.inner_text()

    fold = card.element.get_by_text("What it was given")
    fold.focus()
    page.keyboard.press("Enter")
    given = card.element.locator(".hitl-given")
    expect(given).to_contain_text("Last answer: parcel 1")
    text = given.inner_text()
    places = [
        text.index(words) for words in ("parcel 1", "Weight in kg 3", "parcel 0", "Weight in kg 2.1", "Lisbon <b>")
    ]
    assert sorted(places) == places
    page.add_script_tag(path=AXE)
    assert [] == page.evaluate(BARRIERS)
    for width in (1300, 420, 320):
        page.set_viewport_size({"width": width, "height": 1100})
        for scheme in ("light", "dark"):
            wear(page, scheme)
            pictured(page, card.element, shots / f"failed-{scheme}-{width}.png")
        assert [] == card.too_wide()
    page.set_viewport_size({"width": 1300, "height": 1100})

    notebook.cells.nth(1).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MENDED)
    notebook.run(1)
    # What it says before it runs again is that it is done.
    notebook.has_prompt(1, "[4]:")
    button = card.element.get_by_role("button", name=AGAIN)
    button.focus()
    page.keyboard.press("Enter")
    again = Card(notebook.cells.nth(2).locator(".hitl-card").nth(1))
    again.asks()
    expect(again.form).to_contain_text("Value")
    button.click()
    expect(card.element).to_contain_text("it runs again already, as")
    assert [] == page.evaluate(BARRIERS)
    for width in (1300, 320):
        page.set_viewport_size({"width": width, "height": 1400})
        for scheme in ("dark", "light"):
            wear(page, scheme)
            pictured(page, notebook.cells.nth(2), shots / f"failed-again-{scheme}-{width}.png")
    page.set_viewport_size({"width": 1300, "height": 1100})

    window.reload()
    card = Card(page.locator(".hitl-card").last)
    card.asks()
    card.fill(Value="0.5")
    card.submit()
    card.is_in_state("Completed")


def test_in_voila(page, lab, shots):
    """A page of Voila has the button too."""
    call = "ship.start(1)"
    open_in_voila(page, lab, write_notebook(lab, SETUP, BROKEN, call))
    card = Card(page.locator(".hitl-card").first)
    card.asks()
    card.answer(Weight_in_kg="2")
    card.is_in_state("Failed")
    card.element.get_by_role("button", name=AGAIN).click()
    again = Card(page.locator(".hitl-card").nth(1))
    again.is_in_state("Failed")
    expect(again.element.get_by_role("button", name=AGAIN)).to_be_visible()
    pictured(page, page.locator(".hitl-card").first, shots / "failed-voila.png")
