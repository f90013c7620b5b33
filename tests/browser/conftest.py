"""Servers, browsers and pages for the tests of this folder."""

from __future__ import annotations

import os
import pathlib
import re

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests.browser import servers
from tests.browser.gallery import launch
from tests.browser.pages import LabWindow, wear
from tests.kernel.conftest import tables

VIEWPORT = {"width": 1300, "height": 900}
TESTS_OF_A_WINDOW = 12
"""One that had served sixty did not change its theme within PATIENCE, twice; a fresh one does in a moment."""
PATIENCE = 30_000
"""Milliseconds for one thing to happen in a page, on a machine that does other things as well."""
expect.set_options(timeout=PATIENCE)
THEIRS = re.compile(r"Canceled future for|reading 'kernel'\)\n +at \S+ \(\S+/@jupyter-widgets/jupyterlab-manager/")
"""Errors of others: JupyterLab's where a page or a kernel goes while it asks the kernel something, and that of
ipywidgets, which looks for the kernel of a notebook that is closed while it opens."""


@pytest.fixture(scope="package")
def lab(tmp_path_factory):
    """One JupyterLab for all tests."""
    with servers.jupyter_lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="package")
def voila(tmp_path_factory):
    """One Voila for all tests."""
    with servers.voila(tmp_path_factory.mktemp("voila")) as server:
        yield server


@pytest.fixture(scope="package")
def browser():
    """One Chromium for the tests of this folder.

    Not for longer: Playwright's sync API runs an event loop in this thread for as long as it is there, in which no
    async test could run.
    """
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def new_page(browser):
    """Opens windows, each as a person of its own, and closes them after the test."""
    contexts = []

    def opened():
        context = browser.new_context(viewport=VIEWPORT)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    """A window of the usual size."""
    return new_page()


@pytest.fixture(scope="package")
def windows(browser, lab):
    """The window that the tests share, in a list so that one that went wrong can be replaced."""
    opened: list[LabWindow] = []
    yield opened
    for window in opened:
        window.page.context.close()


@pytest.fixture
def window(windows, browser, lab):
    """A window with JupyterLab and no notebook open."""
    if windows and windows[-1].tests >= TESTS_OF_A_WINDOW:
        windows.pop().page.context.close()
    if not windows:
        page = browser.new_context(viewport=VIEWPORT).new_page()
        page.set_default_timeout(PATIENCE)
        windows.append(LabWindow(page, lab))
    window = windows[-1]
    window.tests += 1
    errors = []

    def heard(error):
        if not THEIRS.search(f"{error.message}\n{error.stack}"):
            errors.append(error.stack)

    window.page.on("pageerror", heard)
    yield window
    window.page.remove_listener("pageerror", heard)
    try:
        window.clear()
        window.page.set_viewport_size(VIEWPORT)
        wear(window.page, "light")
    except (Error, AssertionError):
        windows.remove(window)
        window.page.context.close()
    lab.shut_down_kernels()
    assert [] == errors


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    """The folder for pictures; its path is printed when all tests are over."""
    folder = pathlib.Path(os.environ.get("HITL_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    tables["Pictures"] = [str(folder)]
    return folder


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(480))
