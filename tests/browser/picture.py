"""Takes the README's picture: ``python -m tests.browser.picture``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import servers
from tests.browser.gallery import launch
from tests.browser.pages import LabWindow

PICTURE = servers.ROOT / "docs" / "first_pause.png"
SIZE = {"width": 900, "height": 1000}
EDGE = 8


def main() -> None:
    """Open the first notebook, let its first flow go on, and photograph the second one as it asks."""
    with (
        tempfile.TemporaryDirectory() as home,
        servers.jupyter_lab(Path(home)) as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        # Twice the pixels, for sharp letters on today's screens.
        page = browser.new_page(viewport=SIZE, device_scale_factor=2)
        window = LabWindow(page, lab)
        window.close_sidebar()
        notebook = window.open_file("01_first_pause.ipynb")
        notebook.run_all()
        notebook.card(0).resume()
        card = notebook.card(1)
        card.fill(Value="Jeff")
        cell = notebook.cells.nth(1)
        cell.evaluate("cell => cell.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(1000)
        box = cell.bounding_box()
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(
            path=PICTURE,
            clip={
                "x": box["x"] - EDGE,
                "y": box["y"] - EDGE,
                "width": box["width"] + 2 * EDGE,
                "height": box["height"] + EDGE,
            },
        )
        browser.close()


if __name__ == "__main__":
    main()
