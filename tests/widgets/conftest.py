"""Forms of one's own without a kernel: what they would send to a page is kept."""

from __future__ import annotations

import uuid

import pytest


class Page:
    """What stands in for a page with a form on it: it hears what the form sends, and sends what a page would."""

    def __init__(self, form):
        self.form, self.heard = form, []
        form.send = lambda content, buffers=None: self.heard.append(content)

    def ask(self, kind, document, **more):
        """Send a request, and give the reply."""
        request_id = uuid.uuid4().hex
        self.form._receive(self.form, {"kind": kind, "id": request_id, "document": document, **more}, [])
        [reply] = [one for one in self.heard if one["kind"] == "reply" and one["id"] == request_id]
        return reply

    def typed(self, **cells):
        """Give the cells of the form with some of them changed."""
        return {"is": "value", "value": {**self.form.cells["value"], **cells}}

    def told(self, kind):
        """Give what was sent of one kind."""
        return [one for one in self.heard if one["kind"] == kind]


@pytest.fixture
def page_of():
    """Puts a form on a page."""
    return Page


@pytest.fixture(params=["anywidget", "ipywidgets"])
def renderer(request, monkeypatch):
    """Draws the forms of a test, once with each."""
    monkeypatch.setenv("HITL_RENDERER", request.param)
    return request.param
