"""The run card as one anywidget. Traits hold what is shown, messages what happens."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets
from ipywidgets import DOMWidget, widget_serialization
from pydantic import ValidationError

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.widgets.base_card import Asked, Card
from hitl_jupyter.widgets.messages import Hello, Logs, parse
from hitl_jupyter.widgets.services import is_service

STATIC = pathlib.Path(__file__).parent.parent / "static"


class RunCard(Card, anywidget.AnyWidget):
    """A run card that JavaScript of our own draws."""

    _esm = STATIC / "card.js"
    _css = STATIC / "card.css"

    run = traitlets.Dict().tag(sync=True)
    plans = traitlets.Dict().tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    bars: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    tree = traitlets.Dict().tag(sync=True)
    output = traitlets.Instance(DOMWidget, allow_none=True).tag(sync=True, **widget_serialization)
    page = traitlets.Instance(DOMWidget, allow_none=True).tag(sync=True, **widget_serialization)
    again = traitlets.Instance(DOMWidget, allow_none=True).tag(sync=True, **widget_serialization)

    def __init__(self, on_request: Callable[[Any, Asked], None], on_seen: Callable[[], None] = lambda: None) -> None:
        super().__init__(on_request, on_seen)
        self.on_msg(self._receive)

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:
        if is_service(content):
            services = self.services.get(str(content.get("pause_id")))
            if services is None:
                self.reply(str(content.get("id")), "gone")
            else:
                services.serve(content, buffers, self.reply)
            return
        try:
            request = parse.validate_python(content)
        except ValidationError as error:
            reasons = "; ".join(f"{e['loc']}: {e['msg']}" for e in error.errors(include_input=False, include_url=False))
            logger.warning("A message of a run card was malformed and changed nothing: %s", reasons)
            return
        if isinstance(request, Hello):
            self.reply(request.id, "ok")
            self.came_into_view()
        elif isinstance(request, Logs):
            lines = [line for line in self._lines if line["number"] > request.after]
            self.reply(request.id, "ok", lines=lines, artifacts=list(self._artifacts.values()))
        else:
            self._on_request(self, request)
