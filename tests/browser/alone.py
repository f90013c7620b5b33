"""A JupyterLab and a page for a program that is no test: a benchmark, or whoever takes pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import servers
from tests.browser.gallery import launch

VIEWPORT = {"width": 1300, "height": 900}


@contextmanager
def lab_page(**how: Any) -> Iterator[tuple[Page, servers.Server]]:
    """Start both, the page still empty; `how` is what Playwright's `new_page` takes."""
    with (
        tempfile.TemporaryDirectory() as home,
        servers.jupyter_lab(Path(home)) as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        yield browser.new_page(**{"viewport": VIEWPORT, **how}), lab
        browser.close()
