"""A form of one's own as one widget in the page.

Pages follow the document: one that is opened later, or a second one, shows what was typed in the first. Secrets stay
in this process.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import anywidget
import traitlets
from pydantic import ValidationError

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exceptions import MalformedDocument
from hitl_jupyter.forms import Document, doubts
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.errors import without
from hitl_jupyter.widgets.card import STATIC
from hitl_jupyter.widgets.form import Form, at
from hitl_jupyter.widgets.messages import FormSubmit, Typed, parse_form
from hitl_jupyter.widgets.services import Services, is_service, parts_of
from hitl_jupyter.widgets.shown import Shown
from hitl_jupyter.widgets.slots import Slot

T = TypeVar("T")


class PageForm(Form[T], anywidget.AnyWidget):
    """A form that JavaScript of our own draws from its plan."""

    _esm = STATIC / "form.js"
    _css = STATIC / "form.css"

    plan = traitlets.Dict().tag(sync=True)
    cells = traitlets.Dict().tag(sync=True)
    """What is filled in, for a page that is opened later; pages that are open get messages. No secret is in it."""
    places: traitlets.List[str] = traitlets.List().tag(sync=True)
    """Where there are fields with a widget of their own."""
    slots = traitlets.Dict().tag(sync=True)
    """Their widgets, by the tokens in the cells."""
    parts = traitlets.Dict().tag(sync=True)
    """Scripts that only some forms need, by name."""
    title = traitlets.Unicode("").tag(sync=True)
    description = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    """The widget that shows what the form is about, and where."""

    def _open(self, title: str, description: str | None) -> None:
        self._shown = Shown() if self._exhibits else None
        anywidget.AnyWidget.__init__(
            self,
            plan=self._document.plan.to_page(),
            cells=self._slots.marked(self._document.to_wire()),
            places=self._slots.places.names,
            slots=self._slots.references,
            title=title,
            description=description,
            parts=parts_of(self._document.plan),
            shown={} if self._shown is None else {"widget": self._shown.reference, "at": self._show_at},
        )
        if self._shown is not None:
            self._shown.put(self._exhibits)
        self._services = Services(self._document.plan)
        self.on_msg(self._receive)

    def close(self) -> None:
        """Close the form, and let go of what pages have sent."""
        if hasattr(self, "_services"):
            self._services.close()
        shown: Shown | None = getattr(self, "_shown", None)
        if shown is not None:
            shown.close()
        super().close()

    def _follow(self, paths: Collection[Path], by: str | None = None) -> None:
        if not paths:
            return
        wire = self._kept()
        self.send({"kind": "cells", "by": by, "cells": [{"path": list(p), "cell": at(wire, p)} for p in paths]})

    def _kept(self) -> Cell:
        """Give the cells as they are now for the page."""
        wire = self._slots.marked(self._document.to_wire())
        # In place: a page that is opened later reads it, the pages that are open get a message of what has changed.
        self.cells.clear()
        self.cells.update(wire)
        self.slots = self._slots.references
        return wire

    def _moved(self, slot: Slot, path: Path) -> None:
        del path  # rows may have moved in the page
        self._kept()
        self._correct([slot])

    def _correct(self, slots: Collection[Slot]) -> None:
        cells = [{"path": [], "cell": {**slot.cell, "at": slot.token}} for slot in slots]
        if cells:
            self.send({"kind": "cells", "by": None, "cells": cells})

    def _tell(self, by: str | None = None) -> None:
        status = "refused" if self._errors else "accepted"
        self.send({"kind": "told", "by": by, "status": status, "errors": [error.to_wire() for error in self._errors]})

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:
        if is_service(content):
            self._services.serve(content, buffers, self._reply)
            return
        try:
            request = parse_form.validate_python(content)
        except ValidationError:
            logger.warning("A message of a form was malformed and changed nothing.")
            return
        try:
            self._requested(request)
        except MalformedDocument as error:
            logger.warning("A message of a form does not fit it and changed nothing: %s", error)
            self._reply(request.id, "failed", message="The form and the kernel do not fit. Reload the page.")
        except Exception:  # noqa: BLE001 - a border
            logger.exception("A message of a form failed (%s).", request.kind)
            self._reply(request.id, "failed", message="This did not work; the notebook's log says why. Try again.")

    def _requested(self, request: FormSubmit | Typed) -> None:
        self._take(request)
        if isinstance(request, Typed):
            found = doubts(self._model, self._document) if request.check else ()
            errors = self._slots.placed(found, self._document.root)
            self._reply(request.id, "ok", errors=[error.to_wire() for error in errors])
            return
        secrets = self._document.secrets()
        failure = self._judged()
        if self._errors:
            self._reply(request.id, "refused", errors=[error.to_wire() for error in self._errors])
            self._read()
        elif failure is not None:
            said = without(secrets, f"{type(failure).__name__}: {failure}")
            self._reply(request.id, "accepted", message=f"It was sent, but what was to follow failed ({said}).")
        else:
            self._reply(request.id, "accepted")
        self._tell(request.id)

    def _take(self, request: FormSubmit | Typed) -> None:
        """Take the cells of a page, and tell the other pages what has changed."""
        theirs = Document(self._document.plan)
        theirs.replace(request.document)
        before = self._document.to_wire()
        merged = self._document.plan.root.with_secrets(theirs.root, self._document.root)
        merged, news = self._slots.take(request.document, merged)
        self._replaced(merged)
        after = self._document.to_wire()
        names = self._document.plan.root.by_name
        self._follow([(name,) for name in names if before["value"][name] != after["value"][name]], by=request.id)
        self._kept()
        # What a page says of these is what it was told last.
        self._correct(news)

    def _reply(self, request_id: str, status: str, **more: Any) -> None:
        self.send({"kind": "reply", "id": request_id, "status": status, "errors": [], "message": None, **more})
