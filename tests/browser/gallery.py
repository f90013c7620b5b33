"""Opens the built card in Chromium with a model that is a stand-in (`js/dev/gallery.js`): no kernel, no server.

What is tested with it is what a person sees and types. That a real kernel answers is tested elsewhere.
"""

from __future__ import annotations

import functools
import json
import mimetypes
import pathlib
import re
import sys
from typing import Any

from playwright.sync_api import Browser, Page, Route

from hitl_jupyter.forms import Document
from tests.browser.install import find

ROOT = pathlib.Path(__file__).parents[2]
DEV = ROOT / "js" / "dev"
BUILT = ROOT / "hitl_jupyter" / "static"
AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"
HOST = "http://gallery.invalid"


def launch(playwright) -> Browser:
    """Start a headless Chromium."""
    return playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])


def open_form(browser: Browser, form: Document, **how: Any) -> Page:
    """Open a form as Python plans it, in a page of its own."""
    given = json.dumps({"plan": form.plan.to_json(), "document": form.to_wire()})
    return open_scene(browser, "given", given=given, **how)


def open_scene(
    browser: Browser, scene: str, *, width: int = 1300, dark: bool = False, given: str | None = None
) -> Page:
    """Open a scene of the gallery in a page of its own, in a JupyterLab theme."""
    context = browser.new_context(viewport={"width": width, "height": 900}, timezone_id="Europe/Berlin", locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.route(f"{HOST}/**", _serve)
    if given is not None:
        page.route(f"{HOST}/given.json", lambda route: route.fulfill(body=given, content_type="application/json"))
    page.goto(f"{HOST}/index.html?scene={scene}")
    page.wait_for_function("window.drawn !== undefined")
    wear(page, dark=dark)
    assert [] == errors
    return page


def wear(page: Page, *, dark: bool) -> None:
    """Put the page into one of JupyterLab's own themes."""
    page.evaluate(
        """([variables, light]) => {
            document.body.dataset.jpThemeLight = light;
            document.getElementById("theme")?.remove();
            const style = document.head.appendChild(document.createElement("style"));
            style.id = "theme";
            style.textContent = `:root { ${variables} }`;
        }""",
        [_variables("dark" if dark else "light"), str(not dark).lower()],
    )


@functools.cache
def _variables(theme: str) -> str:
    themes = pathlib.Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes"
    css = (themes / "@jupyterlab" / f"theme-{theme}-extension" / "index.css").read_text()
    return ";".join(f"{name}:{value}" for name, value in re.findall(r"(--jp-[\w-]+)\s*:\s*([^;{}]+)[;}]", css))


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(HOST).partition("?")[0]
    file = BUILT / path.removeprefix("/built/") if path.startswith("/built/") else DEV / path.removeprefix("/")
    if not file.is_file():
        route.fulfill(status=204)
        return
    kind = mimetypes.guess_type(file.name)[0] or "text/plain"
    route.fulfill(body=file.read_bytes(), content_type=kind)
