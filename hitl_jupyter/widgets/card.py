"""The run card: one anywidget per root run, with its state, its open questions and its log.

Traits hold what is shown, messages what happens. The card holds no truth: it is filled from committed records, and an
answer goes through the inbox like any other.
"""

from __future__ import annotations

import pathlib
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import anywidget
import traitlets
from pydantic import ValidationError

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.widgets.messages import Cancel, Draft, Hello, Logs, Submit, parse

STATIC = pathlib.Path(__file__).parent.parent / "static"
KEPT_LINES = 1000
"""Log lines that a card keeps for a view that opens late; the store has them all."""


class RunCard(anywidget.AnyWidget):
    """What a person sees of a flow run.

    `run`: name, flow, state and times; `plans`: each form's plan by fingerprint, sent once; `questions`: what is
    open now, oldest first. `on_request` is called with each parsed `Submit`, `Cancel` or `Draft`; `on_seen` when the
    card first comes into view on some page, and `seen` tells whether it has.
    """

    _esm = STATIC / "card.js"
    _css = STATIC / "card.css"

    run = traitlets.Dict().tag(sync=True)
    plans = traitlets.Dict().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        on_request: Callable[[RunCard, Submit | Cancel | Draft], None],
        on_seen: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.seen = False
        self.taken_up: datetime | None = None
        self._on_request = on_request
        self._on_seen = on_seen
        self._lines: deque[dict[str, Any]] = deque(maxlen=KEPT_LINES)
        self._last = 0
        self.on_msg(self._receive)

    def log(self, lines: list[dict[str, Any]]) -> None:
        """Add log lines, numbered in the order they come."""
        for line in lines:
            self._last += 1
            line["number"] = self._last
        self._lines.extend(lines)
        self.send({"kind": "log", "lines": lines})

    def follow(self, other: RunCard) -> None:
        """Show what another card shows, in its place."""
        self.log(list(other._lines))
        self.taken_up = other.taken_up
        with self.hold_sync():
            self.plans, self.questions, self.run = other.plans, other.questions, other.run

    def reply(self, request_id: str, status: str, **more: Any) -> None:
        """Answer a request of the page."""
        self.send({"kind": "reply", "id": request_id, "status": status, "errors": [], "message": None, **more})

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:  # noqa: ARG002 - ipywidgets' signature
        try:
            request = parse.validate_python(content)
        except ValidationError as error:
            reasons = "; ".join(f"{e['loc']}: {e['msg']}" for e in error.errors(include_input=False, include_url=False))
            logger.warning("A message of a run card was malformed and changed nothing: %s", reasons)
            return
        if isinstance(request, Hello):
            self.reply(request.id, "ok")
            if not self.seen:
                self.seen = True
                self._on_seen()
        elif isinstance(request, Logs):
            self.reply(request.id, "ok", lines=[line for line in self._lines if line["number"] > request.after])
        else:
            self._on_request(self, request)
