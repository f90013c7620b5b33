"""What a run card holds, whatever draws it: the run, what is open, its log, its artifacts and bars.

The card holds no truth: it is filled from committed records, and an answer goes through the inbox like any other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

import traitlets
from ipywidgets import DOMWidget

from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.widgets.below import Below
from hitl_jupyter.widgets.messages import Cancel, Draft, Explain, OpenPage, RunAgain, Shown, Submit
from hitl_jupyter.widgets.question_slots import QuestionSlots
from hitl_jupyter.widgets.services import Services

KEPT_LINES = 1000
"""Log lines that a card keeps for a view that opens late; the store has them all."""
KEPT_ARTIFACTS = 100
"""Likewise artifacts."""
KEPT_BARS = 20
"""Bars of a card; of more, those that go on come before those that are over, and the newest before the others."""
PAUSE = 0.1
"""Seconds for which news of bars are collected, so that a thousand of them are one message."""
TREE_PAUSE = 0.25
"""Likewise news of what a run has called."""

Asked = Submit | Cancel | Draft | Shown | OpenPage | Explain | RunAgain


class Card(DOMWidget):
    """What a person sees of a flow run.

    `run`: name, flow, state and times; `plans`: each form's plan by fingerprint, sent once; `questions`: what is open
    now, oldest first; `bars`: how far loops are, oldest first; `tree`: what the run has called; `output`: what a
    background run has printed, once it has; `page`: the run page, once somebody has unfolded it. `on_request` is called
    with each request for others; `on_seen` when the card first comes into view on some page, and `seen` tells whether
    it has.
    """

    run = traitlets.Dict()
    plans = traitlets.Dict()
    parts = traitlets.Dict()
    """Scripts that only some forms need, by name."""
    questions: traitlets.List[dict[str, Any]] = traitlets.List()
    bars: traitlets.List[dict[str, Any]] = traitlets.List()
    tree = traitlets.Dict()
    output = traitlets.Instance(DOMWidget, allow_none=True)
    page = traitlets.Instance(DOMWidget, allow_none=True)
    again = traitlets.Instance(DOMWidget, allow_none=True)

    keeps_usual = False
    """Whether fields whose place comes and goes have their usual controls."""

    def __init__(self, on_request: Callable[[Any, Asked], None], on_seen: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.seen = False
        self.taken_up: datetime | None = None
        self.services: dict[str, Services] = {}
        """What pages may ask while they fill in an open question, by its id."""
        self._on_request = on_request
        self._on_seen = on_seen
        self._lines: deque[dict[str, Any]] = deque(maxlen=KEPT_LINES)
        self._last = 0
        self._artifacts: dict[str, dict[str, Any]] = {}
        self._bars: dict[str, dict[str, Any]] = {}
        self.below = Below()
        self._due: asyncio.TimerHandle | None = None
        self._tree_due: asyncio.TimerHandle | None = None

    def opened(self, question: Question, slots: QuestionSlots) -> None:
        """Take note of a question before it stands among `questions`, for whoever draws it here in the kernel."""

    def log(self, lines: list[dict[str, Any]]) -> None:
        """Add log lines, numbered in the order they come."""
        for line in lines:
            self._last += 1
            line["number"] = self._last
        self._lines.extend(lines)
        self.send({"kind": "log", "lines": lines})

    def artifact(self, artifact: dict[str, Any]) -> None:
        """Show something the run has made, or what has become of it."""
        self._artifacts[artifact["id"]] = artifact
        while len(self._artifacts) > KEPT_ARTIFACTS:
            del self._artifacts[next(iter(self._artifacts))]
        self.send({"kind": "artifact", "artifact": artifact})

    def has(self, artifact_id: str) -> bool:
        """Tell whether an artifact is on the card."""
        return artifact_id in self._artifacts or artifact_id in self._bars

    def bar(self, bar: dict[str, Any]) -> None:
        """Show how far something is, with the next message of bars."""
        self._bars[bar["id"]] = bar
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(PAUSE, self.show_bars)

    def show_bars(self) -> None:
        """Show the bars as they are now."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        going = [bar for bar in self._bars.values() if bar["state"] == "going"]
        over = [bar for bar in self._bars.values() if bar["state"] != "going"]
        shown = (over + going)[-KEPT_BARS:]
        self._bars = {bar["id"]: bar for bar in self._bars.values() if bar["state"] == "going" or bar in shown}
        self.bars = [bar for bar in self._bars.values() if bar in shown]

    def grow(self, run: FlowRun[Any]) -> None:
        """Show what has become of the run or of one that it has called, with the next message of that."""
        self.below.note(run)
        if self._tree_due is None:
            self._tree_due = asyncio.get_running_loop().call_later(TREE_PAUSE, self.show_tree)

    def show_tree(self) -> None:
        """Show what the run has called as it is now."""
        if self._tree_due is not None:
            self._tree_due.cancel()
            self._tree_due = None
        self.tree = self.below.to_json()

    def follow(self, other: Card) -> None:
        """Show what another card shows, in its place."""
        self.log(list(other._lines))
        for artifact in other._artifacts.values():
            self.artifact(artifact)
        self._bars = dict(other._bars)
        self.taken_up, self.services, self.below = other.taken_up, other.services, other.below
        self.output, self.page, self.again = other.output, other.page, other.again
        with self.hold_sync():
            self.parts, self.plans, self.questions, self.run = other.parts, other.plans, other.questions, other.run
            self.show_bars()
            self.show_tree()

    def reply(self, request_id: str, status: str, **more: Any) -> None:
        """Answer a request of the page."""
        self.send({"kind": "reply", "id": request_id, "status": status, "errors": [], "message": None, **more})

    def came_into_view(self) -> None:
        """Take note that somebody sees the card."""
        if not self.seen:
            self.seen = True
            self._on_seen()
