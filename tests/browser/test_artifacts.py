"""Bars and artifacts in JupyterLab: what a person sees of a run that works, waits and is over."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import wear
from tests.browser.test_look import WIDTHS

FLOW = """
import time
from hitl_jupyter import flow, pause_flow_run
from hitl_jupyter.artifacts import (
    create_image_artifact, create_link_artifact, create_markdown_artifact, create_progress_artifact,
    create_table_artifact, update_progress_artifact,
)
from hitl_jupyter.progress import track

SUMMARY = '''## What came in
**1,204** parcels, *17* of them without a label. See [the map](https://example.org/map).

- weighed by `scale-2`
- <b>no HTML</b>
'''
PIXEL = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='240' height='80'%3E"
    "%3Crect width='240' height='80' fill='%23888'/%3E%3Ccircle cx='40' cy='40' r='30' fill='%23f90'/%3E%3C/svg%3E"
)

@flow
def sort_parcels():
    upload = create_progress_artifact(25, description="Upload to the long-named archive of the northern branch")
    create_markdown_artifact(SUMMARY, key="summary", description="For the *morning* meeting")
    create_table_artifact(
        [{"parcel": n, "weight": n / 8, "to": f"{n} Long Street, a town with a name that needs room",
          "fragile": n % 2 == 0, "note": None if n % 3 else "left at the door", "checked by": "Ana-Katharina"}
         for n in range(250)],
        key="parcels",
    )
    create_link_artifact("https://example.org/report", "The report")
    create_link_artifact("javascript:alert(1)", "Not a link")
    create_image_artifact(PIXEL, description="A parcel on the scale")
    for row in track(range(1204), description="Sorting"):
        if row % 100 == 0:
            time.sleep(0.05)
        if row == 500:
            update_progress_artifact(upload, 50)
            pause_flow_run()
    update_progress_artifact(upload, 100)
    for number in track(iter(range(40)), description="Packing"):
        if number == 20:
            pause_flow_run()
        if number == 30:
            raise ValueError("no box left")

run = sort_parcels.start()
"""  # fmt: skip


def bar(card, name):
    return card.element.get_by_role("progressbar", name=name, exact=True)


def photograph(page, shots, card, name):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1900})
        page.wait_for_timeout(500)
        page.screenshot(path=shots / f"{name}-{width}.png")
        # A table scrolls by itself.
        assert {"hitl-table"} >= set(card.too_wide()), (name, width)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_and_artifacts(window, shots, theme):
    """Bars say how far the loops are, artifacts fold out below, and what was broken off stays when the run is over."""
    notebook = window.open(FLOW)
    wear(window.page, theme)
    window.close_sidebar()
    notebook.run_all()
    card = notebook.card()
    card.asks()
    expect(bar(card, "Sorting")).to_have_attribute("aria-valuenow", "41")
    expect(bar(card, "Sorting")).to_have_attribute("aria-valuetext", "41 %, 500 of 1,204")
    expect(bar(card, "Upload to the long-named archive of the northern branch")).to_have_attribute(
        "aria-valuenow", "50"
    )
    section = card.element.locator(".hitl-artifacts")
    summary = section.locator("summary")
    expect(summary).to_have_text("Artifacts6")
    photograph(window.page, shots, card, f"artifacts-{theme}-folded")
    summary.click()
    expect(section.get_by_role("group", name="summary").get_by_role("link", name="the map")).to_have_attribute(
        "href", "https://example.org/map"
    )
    expect(section.get_by_role("group", name="summary")).to_contain_text("<b>no HTML</b>")
    table = section.get_by_role("group", name="parcels").get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(101)
    expect(section.get_by_role("group", name="parcels")).to_contain_text("100 of 250 rows")
    expect(section.get_by_role("link", name="The report")).to_have_attribute("rel", "noopener noreferrer")
    assert 0 == section.get_by_role("link", name="Not a link").count()
    image = section.get_by_role("img", name="A parcel on the scale")
    image.scroll_into_view_if_needed()
    window.page.wait_for_function("one => one.complete && one.naturalWidth === 240", arg=image.element_handle())
    photograph(window.page, shots, card, f"artifacts-{theme}-open")
    summary.click()
    card.resume()
    card.asks()
    expect(bar(card, "Sorting")).to_have_attribute("aria-valuenow", "100")
    expect(bar(card, "Packing")).to_have_attribute("aria-valuetext", "20")
    photograph(window.page, shots, card, f"artifacts-{theme}-second")
    card.resume()
    card.is_in_state("Failed")
    expect(card.element.get_by_role("progressbar")).to_have_count(1)
    expect(bar(card, "Packing")).to_have_attribute("aria-valuetext", "stopped at 30")
    expect(card.log).to_contain_text("Packing: stopped after 30 items")
    photograph(window.page, shots, card, f"artifacts-{theme}-over")
