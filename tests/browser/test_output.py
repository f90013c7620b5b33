"""What a background run prints and displays, on its card in JupyterLab and Voila: read, clicked, scrolled, pictured."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, Card, open_in_voila, wear, write_notebook

SETUP = """
import sys, time, warnings
import ipywidgets
from IPython.display import HTML, display
from hitl_jupyter import flow, pause_flow_run, task
"""
FLOWS = """
@flow
def report(batches: int):
    print("Reading the parcels.")
    for batch in range(batches):
        print(f"batch {batch}: {batch * 7 % 5} broken")
    display(HTML("<table><tr><th>kind</th><th>count</th></tr><tr><td>broken</td><td>17</td></tr></table>"))
    warnings.warn("3 parcels have no weight")
    button = ipywidgets.Button(description="Count")
    button.on_click(lambda _: setattr(button, "description", "Counted"))
    display(button)
    print("one word that is so long that no card is wide enough for it: " + "parcel" * 40, file=sys.stderr)
    pause_flow_run(int)
    weights = {"brown": 2}
    return weights["green"]

run = report.start(4)
"""
BARRIERS = """axe.run({include: [[".hitl-card"]], exclude: [[".jupyter-widgets"]]}).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""


def output(card: Card):
    """The output of a card, as a screen reader finds it."""
    return card.element.get_by_role("group", name="Output", exact=True)


def everything_is_seen(card: Card):
    """Texts, what was displayed, a warning and a widget, in the order in which they came."""
    out = output(card)
    expect(out).to_contain_text("Reading the parcels.", timeout=OPENS_WITHIN)
    expect(out).to_contain_text("batch 3: 1 broken")
    expect(out.get_by_role("cell", name="17")).to_be_visible()
    expect(out).to_contain_text("UserWarning: 3 parcels have no weight")
    expect(out).to_contain_text("so long")
    expect(out.get_by_role("button", name="Count")).to_be_visible()
    text = out.inner_text()
    places = [text.index(words) for words in ("Reading", "batch 0", "batch 3", "kind", "UserWarning", "Count", "long")]
    assert sorted(places) == places


def pictured(card: Card, page, path):
    """Take a picture of a card."""
    card.element.scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    card.element.screenshot(path=path)


def test_output_and_the_error_are_on_the_card_and_in_a_second_view(window, shots):
    """In order, working, as wide as the card is, without barriers; nothing of it below the cell."""
    page = window.page
    window.close_sidebar()
    notebook = window.open(SETUP + FLOWS)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    everything_is_seen(card)
    output(card).get_by_role("button", name="Count", exact=True).click()
    expect(output(card).get_by_role("button", name="Counted", exact=True)).to_be_visible()
    page.add_script_tag(path=AXE)
    assert [] == page.evaluate(BARRIERS)
    for width in (1300, 420, 320):
        page.set_viewport_size({"width": width, "height": 1000})
        for scheme in ("light", "dark"):
            wear(page, scheme)
            pictured(card, page, shots / f"output-{scheme}-{width}.png")
    page.set_viewport_size({"width": 1300, "height": 1000})
    card.answer(Value="3")
    card.is_in_state("Failed")
    error = output(card).locator(".jp-RenderedText").last
    expect(error).to_contain_text("KeyError", timeout=OPENS_WITHIN)
    expect(error).to_contain_text('return weights["green"]')
    assert "hitl_jupyter" not in error.inner_text()
    for scheme in ("dark", "light"):
        wear(page, scheme)
        pictured(card, page, shots / f"output-error-{scheme}.png")
    page.evaluate("jupyterapp.commands.execute('docmanager:clone').then(() => true)")
    expect(page.locator(".hitl-card")).to_have_count(2, timeout=OPENS_WITHIN)
    again = Card(page.locator(".hitl-card").last)
    everything_is_seen(again)
    expect(output(again)).to_contain_text("KeyError")


def test_much_output_scrolls_in_the_card_and_follows_its_end(window, shots):
    """The last line is in view, and nobody who has scrolled up is taken there."""
    code = """
@flow
def talks():
    for at in range(3000):
        print(f"line {at}")
    pause_flow_run()
    for at in range(50):
        print(f"later {at}")
        time.sleep(0.01)
    pause_flow_run()
    print("the end")

run = talks.start()
"""
    notebook = window.open(SETUP + code)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    out = output(card)
    expect(out).to_contain_text("line 2999", timeout=OPENS_WITHIN)
    assert 430 > out.bounding_box()["height"]
    assert out.evaluate("out => Math.abs(out.scrollTop) < 2 && out.scrollHeight > 4 * out.clientHeight")
    pictured(card, window.page, shots / "output-much.png")
    card.resume()
    expect(out).to_contain_text("later 49")
    assert out.evaluate("out => Math.abs(out.scrollTop) < 2")
    out.evaluate("out => { out.scrollTop = -2000 }")
    before = out.evaluate("out => out.scrollHeight")
    card.asks()
    card.resume()
    expect(out).to_contain_text("the end")
    where = out.evaluate("out => [out.scrollHeight, out.scrollTop, out.clientHeight]")
    assert where[0] > before, (where, before)
    assert where[1] < -1900, where


def test_output_is_on_the_card_in_voila(voila, page, shots):
    """Voila shows no cell in which it could be."""
    open_page = open_in_voila(page, voila, write_notebook(voila, SETUP + FLOWS))
    card = open_page.card()
    card.asks()
    everything_is_seen(card)
    output(card).get_by_role("button", name="Count", exact=True).click()
    expect(output(card).get_by_role("button", name="Counted", exact=True)).to_be_visible()
    pictured(card, page, shots / "output-voila.png")
    card.answer(Value="3")
    expect(output(card)).to_contain_text("KeyError", timeout=OPENS_WITHIN)
