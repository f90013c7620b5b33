"""Tasks of one flow that ask a person at the same time, in JupyterLab: answered in any order, each under its name."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import wear
from tests.browser.test_look import WIDTHS

FLOW = """
from pydantic import Field
from hitl_jupyter import RunInput, flow, pause_flow_run, task
from hitl_jupyter.futures import as_completed
from hitl_jupyter.progress import track

class Weight(RunInput):
    kilos: float = Field(title="Kilos", gt=0)
    fragile: bool = Field(False, title="Fragile")

@task(task_run_name="weigh {parcel}", log_prints=True)
def weigh(parcel: int) -> float:
    asked = Weight.with_initial_data(description=f"What does **parcel {parcel}** weigh?")
    weight = pause_flow_run(asked, key=f"parcel {parcel}")
    print(f"Parcel {parcel}: {weight.kilos} kg")
    return weight.kilos

@flow
def weigh_all():
    parcels = weigh.map(range(1, 6))
    for _ in track(as_completed(parcels), total=5, description="Weighed"):
        pass
    return parcels.result()

weigh_all()
"""  # fmt: skip


def question(card, parcel):
    """Give the form that asks for a parcel."""
    forms = card.element.get_by_role("group", name="Resume Flow Run", exact=True)
    return forms.filter(has_text=f"What does parcel {parcel} weigh?")


def answer(card, parcel, kilos):
    form = question(card, parcel)
    form.get_by_label("Kilos", exact=True).fill(kilos)
    form.get_by_role("button", name="Submit", exact=True).click()
    expect(form).to_have_count(0)


def photograph(window, shots, card, name):
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": 1900})
        window.page.wait_for_timeout(500)
        window.page.screenshot(path=shots / f"{name}-{width}.png")
        assert [] == card.too_wide(), (name, width)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_five_tasks_ask_at_once(window, shots, theme):
    """Five forms in one card, answered out of order; the bar follows, and each log line bears its task run's name."""
    notebook = window.open(FLOW, "_")
    wear(window.page, theme)
    window.close_sidebar()
    notebook.run_all()
    card = notebook.card()
    card.is_in_state("Paused")
    for parcel in range(1, 6):
        expect(question(card, parcel)).to_be_visible()
    notebook.has_prompt(0, "[*]:")
    photograph(window, shots, card, f"tasks-{theme}-five")
    bar = card.element.get_by_role("progressbar", name="Weighed", exact=True)
    for number, parcel in enumerate((4, 2, 5)):
        answer(card, parcel, f"{parcel}.5")
        expect(bar).to_have_attribute("aria-valuetext", f"{20 * (number + 1)} %, {number + 1} of 5")
    form = question(card, 1)
    form.get_by_label("Kilos", exact=True).fill("-1")
    form.get_by_role("button", name="Submit", exact=True).click()
    expect(form.get_by_role("alert")).to_be_visible()
    expect(question(card, 3)).to_be_visible()
    photograph(window, shots, card, f"tasks-{theme}-two-left")
    answer(card, 3, "3.5")
    answer(card, 1, "1.5")
    card.completed()
    notebook.done(0)
    expect(notebook.output(1)).to_have_text("[1.5, 2.5, 3.5, 4.5, 5.5]")
    assert 1 == notebook.cards()
    for parcel in range(1, 6):
        row = card.log.locator(".hitl-log").filter(has_text=f"Parcel {parcel}: {parcel}.5 kg")
        expect(row).to_contain_text(f"Task run 'weigh {parcel}'")
    photograph(window, shots, card, f"tasks-{theme}-over")
