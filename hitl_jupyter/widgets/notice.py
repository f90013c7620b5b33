"""The widget of the notice that runs wait: a row for each, and a place for the cards of those that are taken up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets
from ipywidgets import Box, Layout
from pydantic import ValidationError

from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.widgets.card import STATIC
from hitl_jupyter.widgets.messages import TakeUp, parse_take_up
from hitl_jupyter.widgets.pages import Placed
from hitl_jupyter.widgets.saved import Telling
from hitl_jupyter.widgets.spot import Spot


class Notice(anywidget.AnyWidget):
    """What waits, newest first: `runs` are listed, `more` are not. A run that goes on leaves it."""

    _esm = STATIC / "waiting.js"
    _css = STATIC / "waiting.css"

    runs: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    more = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        on_request: Callable[[Notice, TakeUp], None],
        left: list[RunRecord],
        said: list[str],
        spot: Spot | None,
    ) -> None:
        super().__init__()
        self._on_request = on_request
        self.runs = [_row(run, one) for run, one in zip(left, said, strict=False)]
        self.more = len(left) - len(self.runs)
        self.cards = Box(layout=Layout(display="block"))
        self.view = Box([self, self.cards], layout=Layout(display="block"))
        self.placed = Placed(spot, self.view.model_id)
        self.account: Telling | None = None
        self.on_msg(self._receive)

    def taken_up(self, run: FlowRun[Any]) -> None:
        """Take a run off the list that goes on in this kernel, whoever has seen to it."""
        self.runs = [row for row in self.runs if row["id"] != run.id_text]

    def reply(self, request_id: str, why_not: str | None) -> None:
        """Say that a run goes on, or why it does not."""
        status = "ok" if why_not is None else "failed"
        self.send({"kind": "reply", "id": request_id, "status": status, "errors": [], "message": why_not})

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:  # noqa: ARG002 - ipywidgets' signature
        try:
            request: TakeUp = parse_take_up.validate_python(content)
        except ValidationError:
            logger.warning("A message of the notice of waiting runs was malformed and changed nothing.")
            return
        self._on_request(self, request)


def _row(run: RunRecord, said: str) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "flow_name": run.flow_name,
        "created": (run.start_time or run.created_at).isoformat(),
        "said": said,
    }
