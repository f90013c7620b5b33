"""The card in every host, light and dark, wide and narrow: photographed to be looked at, and measured."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import open_in_notebook_7, open_in_voila, wear, write_notebook

GALLERY = """
from datetime import date, datetime
from enum import Enum
from typing import Literal, Optional
from pydantic import BaseModel, Field, SecretStr
from hitl_jupyter import RunInput, flow, get_run_logger, pause_flow_run

class Colour(Enum):
    RED = "red"
    GREEN = "green"
    BLUE = "a very light blue, nearly white, as of the sky in the morning"

class Address(BaseModel):
    street: str = "12 Long Street"
    zip: str = "10115"

class Parcel(RunInput):
    name: str = Field(title="Name", description="Whoever opens the door")
    weight: float = Field(1.5, title="Weight", gt=0, le=30)
    pieces: int = Field(2, title="Number of pieces", ge=1)
    express: bool = Field(False, title="Express")
    fragile: bool = Field(title="Fragile")
    size: Literal["small", "medium", "large"] = Field(title="Size")
    colour: Colour = Field(Colour.RED, title="Colour of the box")
    day: date = Field(date(2026, 12, 24), title="Delivery day")
    at: Optional[datetime] = Field(None, title="Call at")
    address: Address = Field(Address(), title="Address")
    tags: list[str] = Field(["a tag", "another"], title="Tags")
    token: Optional[SecretStr] = Field(None, title="Token")
    extra: dict[str, int] = Field({"pallets": 1}, title="Extra")

TEXT = '''Please check **parcel 17** before it leaves. The scale says *1.5 kg*.

- the address was `typed` by hand
- see [the map](https://example.org/map)

| | amount | price |
|---|---:|---:|
| Box | 2 | $3.40 |
| **Together, with a long name in the first column of this table** | | **$6.80** |
'''

@flow
def send_parcel():
    get_run_logger().info("A line that is long enough to be broken where the card is narrow, as it is on a telephone.")
    get_run_logger().warning("The scale was last checked a year ago.")
    parcel = pause_flow_run(Parcel.with_initial_data(description=TEXT))
    return parcel.name

run = send_parcel.start()
"""
WIDTHS = (1300, 420)
TALL = 1900
"""Pixels: the whole form is to be seen in one picture."""


def photograph(opened, shots, name):
    """Take pictures of the form as it opens and with its errors; assert each time that nothing sticks out."""
    card = opened.card()
    card.asks()
    for what in ("form", "errors"):
        if what == "errors":
            card.submit()
            expect(card.form.get_by_role("alert")).to_be_visible()
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": TALL})
            # The host lays out its page anew in its own time.
            opened.page.wait_for_timeout(500)
            opened.page.screenshot(path=shots / f"{name}-{what}-{width}.png")
            assert [] == card.too_wide(), (name, what, width)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_look_in_lab(window, shots, theme):
    """In JupyterLab the card fits its cell at 1300 and at 420 px, in both themes."""
    notebook = window.open(GALLERY)
    wear(window.page, theme)
    window.close_sidebar()
    notebook.run_all()
    photograph(notebook, shots, f"lab-{theme}")


def test_look_in_notebook_7(lab, page, shots):
    """In Notebook 7 the card fits its cell at 1300 and at 420 px."""
    notebook = open_in_notebook_7(page, lab, write_notebook(lab, GALLERY))
    notebook.run_all()
    photograph(notebook, shots, "notebook7-light")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_look_in_voila(voila, page, shots, theme):
    """On a page of Voila the card fits at 1300 and at 420 px, in both themes."""
    opened = open_in_voila(page, voila, write_notebook(voila, GALLERY), dark=theme == "dark")
    photograph(opened, shots, f"voila-{theme}")
