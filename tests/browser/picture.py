"""Takes the README's picture: ``python -m tests.browser.picture``.

It moves: three digits are labelled, each step a photograph of a real JupyterLab.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import servers
from tests.browser.alone import lab_page
from tests.browser.pages import LabWindow

DOCS = servers.ROOT / "docs"
MOVING = DOCS / "labelling.webp"
SIZE = {"width": 900, "height": 1000}
EDGE = 8

READ_SECONDS = 1.6
STEP_SECONDS = 0.05
STEPS = 6
"""How long a person looks before doing something, and a pointer takes for a part of its way."""

DIGITS = """\
from typing import Literal

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from hitl_jupyter import RunInput, flow, pause_flow_run

pixels, truth = load_digits(return_X_y=True)
some = np.isin(truth, [5, 6, 8, 9])
pixels, truth = pixels[some], truth[some]
model = LogisticRegression(max_iter=3000).fit(pixels[:30], truth[:30])
chosen = 30 + model.predict_proba(pixels[30:]).max(axis=1).argsort()[:3]
unsure = [(pixels[i].reshape(8, 8) / 16, str(model.predict(pixels[[i]])[0])) for i in chosen]
answers = [str(truth[i]) for i in chosen]"""
"""What a model that has seen thirty digits is least certain of."""

PROGRAM = """\
class Label(RunInput):
    digit: Literal["5", "6", "8", "9"]

@flow
def label(images):
    labels = []
    for image, guess in images:
        question = Label.with_initial_data("Which digit is this?", digit=guess)
        answer = pause_flow_run(question, show=image, show_at="beside")
        labels.append(answer.digit)
    return labels

label(unsure)"""

POINTER = """() => {
    const pointer = document.createElement("div");
    pointer.id = "pointer";
    pointer.style.cssText = "position: fixed; z-index: 99999; pointer-events: none; width: 22px; height: 22px";
    pointer.innerHTML = '<svg viewBox="0 0 22 22"><path d="M3 1v17l4.5-4 3 7 3-1.3-3-6.8h6z" fill="#111" '
        + 'stroke="#fff" stroke-width="1.4"/></svg>';
    document.body.append(pointer);
    addEventListener("mousemove", event => {
        pointer.style.left = `${event.clientX - 3}px`;
        pointer.style.top = `${event.clientY - 1}px`;
    }, true);
}"""
"""A pointer that can be photographed: a headless browser draws none."""


class Film:
    """Photographs of one place of a page, as large as it was at first, and how long each is shown."""

    def __init__(self, page: Page, place: Locator) -> None:
        self.page, self.clip = page, around(place)
        self.frames: list[Image.Image] = []
        self.milliseconds: list[int] = []
        self.at = (0.0, 0.0)

    def take(self, seconds: float) -> None:
        """Take a photograph that is shown so long."""
        self.frames.append(Image.open(io.BytesIO(self.page.screenshot(clip=self.clip))).convert("RGB"))
        self.milliseconds.append(round(seconds * 1000))

    def click(self, control: Locator) -> None:
        """Move the pointer to a control in steps, and click it."""
        box = control.bounding_box()
        to = (box["x"] + min(box["width"] / 2, 60), box["y"] + box["height"] / 2)
        start = self.at
        for step in range(1, STEPS + 1):
            part = step / STEPS
            part = part * part * (3 - 2 * part)
            self.page.mouse.move(*(a + (b - a) * part for a, b in zip(start, to, strict=True)))
            self.take(STEP_SECONDS)
        self.at = to
        self.page.mouse.click(*to)

    def save(self, path: Path) -> None:
        """Write an endless animation."""
        first, *others = self.frames
        first.save(
            path, save_all=True, append_images=others, duration=self.milliseconds, loop=0, lossless=True, method=6
        )


def around(place: Locator) -> dict[str, float]:
    """Give the place of something on the page, with a little air."""
    box = place.bounding_box()
    return {
        "x": box["x"] - EDGE,
        "y": box["y"] - EDGE,
        "width": box["width"] + 2 * EDGE,
        "height": box["height"] + EDGE,
    }


def labelling(window: LabWindow) -> None:
    """Label three digits, and photograph each step."""
    page = window.page
    known: dict[str, Any] = {}
    exec(DIGITS, known)
    notebook = window.open(DIGITS, PROGRAM)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    cell = notebook.cells.nth(1)
    card.element.locator("summary", has_text="Logs").click()
    cell.evaluate("cell => cell.scrollIntoView({block: 'center'})")
    page.add_style_tag(content=".jp-cell-toolbar, .jp-Toolbar.jp-cell-menu { display: none !important }")
    page.evaluate(POINTER)
    page.wait_for_timeout(1000)
    film = Film(page, cell)
    box = cell.bounding_box()
    film.at = (box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.8)
    page.mouse.move(*film.at)
    film.take(READ_SECONDS * 1.5)
    for digit in known["answers"]:
        choice = card.form.get_by_role("radio", name=digit, exact=True)
        if not choice.is_checked():
            film.click(choice)
            expect(choice).to_be_checked()
            page.wait_for_timeout(300)
            film.take(READ_SECONDS / 3)
        asked = card.form.get_attribute("aria-labelledby")
        film.click(card.form.get_by_role("button", name="Submit", exact=True))
        expect(card.element.locator(f"[role=group][aria-labelledby='{asked}']")).to_have_count(0)
        page.wait_for_timeout(700)
        film.take(READ_SECONDS)
    card.is_in_state("Completed")
    notebook.done(1)
    page.wait_for_timeout(700)
    film.take(READ_SECONDS * 2)
    film.save(MOVING)


def main() -> None:
    """Take it, with twice the pixels, for sharp letters on today's screens."""
    with lab_page(viewport=SIZE, device_scale_factor=2) as (page, lab):
        window = LabWindow(page, lab)
        window.close_sidebar()
        labelling(window)


if __name__ == "__main__":
    main()
