"""A page in which one form after the other is asked, drawn by the built card; what is sent is judged in Python.

Only what carries messages between page and kernel is a stand-in, so a form takes a fraction of a second. That a real
kernel does the same is tried with some of the forms in JupyterLab.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Locator

from hitl_jupyter.forms import Document, Verdict, judge
from tests.browser.gallery import open_scene
from tests.browser.person import Person

ASK = "([plan, cells]) => ask(plan, cells, ({document}) => judgeInPython(document))"


class Desk:
    """A page for forms."""

    def __init__(self, browser: Browser, **how: Any) -> None:
        self.page = open_scene(browser, "bare", **how)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)
        self.page.expose_function("judgeInPython", self._judge)
        self._document: Document
        self.sent: list[Document] = []
        self.verdicts: list[Verdict[Any]] = []

    def ask(self, document: Document, plan: dict[str, Any] | None = None) -> Person:
        """Show a form in place of the one before, and give a person who knows it; `plan` is drawn instead."""
        self._document = document
        self.sent.clear()
        self.verdicts.clear()
        self.errors.clear()
        drawn, cells = plan or document.plan.to_json(), document.to_wire()
        self.page.evaluate(ASK, [drawn, cells])
        return Person(self.form, drawn, cells)

    @property
    def form(self) -> Locator:
        """The form that is shown."""
        return self.page.get_by_role("group", name="Resume Flow Run", exact=True)

    def close(self) -> None:
        """Close the page."""
        self.page.context.close()

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _judge(self, cells: Any) -> dict[str, Any]:
        document = Document(self._document.plan)
        document.replace(cells)
        verdict = judge(self._document.plan.root.model, document)
        self.sent.append(document)
        self.verdicts.append(verdict)
        status = "accepted" if verdict.ok else "refused"
        return {"status": status, "errors": [error.to_wire() for error in verdict.errors], "message": None}
