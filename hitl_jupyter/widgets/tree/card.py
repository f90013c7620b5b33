"""A run card of plain ipywidgets. It does in the kernel what a page does for the other one.

It sends the same requests and gets the same replies, so that what an answer goes through is the same, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ipywidgets import HTML, VBox

from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine.question import Question
from hitl_jupyter.forms import Document, FieldError, doubts
from hitl_jupyter.forms.cells import Cell
from hitl_jupyter.widgets.base_card import Asked, Card
from hitl_jupyter.widgets.messages import Cancel, Draft, Submit
from hitl_jupyter.widgets.question_slots import QuestionSlots
from hitl_jupyter.widgets.tree.exhibits import exhibited
from hitl_jupyter.widgets.tree.failed import Offer
from hitl_jupyter.widgets.tree.looks import QUIET, Looks, say
from hitl_jupyter.widgets.tree.sheet import TITLE, Sheet, Words

LINES: Final = 10
"""Log lines, and things that were made, that are to be seen; the store has them all."""
LOG: Final = f"{QUIET} font-family: var(--jp-code-font-family, monospace); font-size: 0.9em;"
ASK: Final = "Flow requires input. Please fill out the form below to resume."
ASK_BARE: Final = "The flow is paused. It goes on when you resume it."
REMEDY: Final = "Write %hitl renderer anywidget and then %hitl show, and give it there."
BAD: Final = ("FAILED", "CRASHED", "CANCELLED")
"""States whose message a person wants to read at once."""


class PlainCard(Card, VBox):
    """A run card that is drawn here in the kernel: state, questions, what became of them, bars and the last lines."""

    keeps_usual = True

    def __init__(self, on_request: Callable[[Any, Asked], None], on_seen: Callable[[], None] = lambda: None) -> None:
        super().__init__(on_request, on_seen)
        self._looks = Looks()
        self._head, self._news, self._going, self._made, self._log = (self._looks.make(HTML, "words") for _ in range(5))
        self._known: dict[str, tuple[Question, QuestionSlots]] = {}
        self._forms: dict[str, QuestionForm] = {}
        self._told: list[str] = []
        self._requests = 0
        self._offer: Offer | None = None
        self._lay()
        self.observe(self._show_run, names="run")
        self.observe(self._show_questions, names="questions")
        self.observe(self._show_bars, names="bars")
        self.observe(lambda _: self._lay(), names=["output", "again"])

    def opened(self, question: Question, slots: QuestionSlots) -> None:
        """Keep what a question is drawn from."""
        self._known[question.id] = question, slots

    def send(self, content: Any, buffers: Any = None) -> None:
        """Take what a page would be sent: there is none, and what it would do is done here."""
        del buffers
        match content["kind"]:
            case "reply":
                for form in self._forms.values():
                    form.replied(content)
                if self._offer is not None:
                    self._offer.replied(content)
            case "closed":
                self._known.pop(content["pause_id"], None)
                # That a run was cancelled stands at its head already.
                if content["outcome"] != PauseState.CANCELLED:
                    self._told = [*self._told, content["message"]][-LINES:]
                say(self._news, "\n".join(self._told), role="status")
            case "log":
                self._show_log()
            case "artifact":
                made = list(self._artifacts.values())[-LINES:]
                say(self._made, "\n".join(_artifact(one) for one in made))

    def request(self, message: type[Any], **content: Any) -> str:
        """Send what a person does, as a page would; gives the request's id."""
        self.came_into_view()
        self._requests += 1
        request = message(id=f"{self.model_id}-{self._requests}", **content)
        self._on_request(self, request)
        return str(request.id)

    def close(self) -> None:
        """Close the card and the forms in it."""
        for form in getattr(self, "_forms", {}).values():
            form.close()
        if offer := getattr(self, "_offer", None):
            offer.close()
        if hasattr(self, "_looks"):
            for one in (self._head, self._news, self._going, self._made, self._log):
                one.close()
            self._looks.close()
        super().close()

    def _show_run(self, _: Any) -> None:
        run, state = self.run, self.run.get("state") or {"name": "Starting", "type": "PENDING", "message": None}
        lines = [" · ".join([state["name"], *([run["name"]] if "name" in run else []), f"flow {run['flow_name']}"])]
        if state["message"] and state["type"] in BAD:
            lines.append(str(state["message"]))
        say(self._head, "\n".join(lines), TITLE, "heading")
        if run.get("failed") and self._offer is None:
            self._offer = Offer(self)
            self._lay()

    def _show_questions(self, _: Any) -> None:
        asked = {one["pause_id"]: one for one in self.questions}
        gone = [self._forms.pop(id_) for id_ in list(self._forms) if id_ not in asked]
        for id_, one in asked.items():
            if id_ not in self._forms and id_ in self._known:
                self._forms[id_] = QuestionForm(self, one, *self._known[id_])
        self._lay()
        for form in gone:
            form.close()

    def _show_bars(self, _: Any) -> None:
        say(self._going, "\n".join(_bar(one) for one in self.bars))

    def _show_log(self) -> None:
        lines = [f"{_clock(one['at'])} {one['message']}" for one in list(self._lines)[-LINES:]]
        say(self._log, "\n".join(lines), LOG, "log")

    def _lay(self) -> None:
        forms = (form.box for form in self._forms.values())
        offer = () if self._offer is None else self._offer.children
        output = () if self.output is None else (self.output,)
        again = () if self.again is None else (self.again,)
        shown = (self._head, *offer, *forms, self._news, self._going, *output, self._made, self._log)
        self.children = (*shown, *again)


class QuestionForm:
    """One open question on a card."""

    def __init__(self, card: PlainCard, asked: dict[str, Any], question: Question, slots: QuestionSlots) -> None:
        self._card, self._asked, self._question = card, asked, question
        self._id: str | None = None
        self._cancel_id: str | None = None
        self._since = time.monotonic()
        plan = question.plan
        texts = [
            ASK if plan is not None else ASK_BARE,
            "" if asked["run_name"] == card.run.get("name") else f"Asked by {asked['run_name']}",
            f"Answer by {_clock(asked['deadline'])}. Without an answer the flow {asked['otherwise']}."
            if asked["deadline"]
            else "",
            question.description or "",
            (plan.root.description if plan is not None else None) or "",
        ]
        cell = None if plan is None else plan.root.checked(asked["document"], ())
        self._sheet = Sheet(
            Words(title="Resume Flow Run", texts=texts, remedy=REMEDY, verb="Submit" if plan is not None else "Resume"),
            plan,
            cell,
            slots.get,
            changed=self._typed,
            submit=self._submitted,
            cancel=self._cancelled,
        )
        looks = card._looks  # noqa: SLF001 - its own card
        shown = list(exhibited(question.exhibits, looks))
        self._made = [one for one, is_ours in shown if is_ours]
        self.box = looks.make(VBox, "form", children=(*(one for one, _ in shown), *self._sheet.children))

    def replied(self, reply: dict[str, Any]) -> None:
        """Say what became of a request, if it was this question's."""
        if reply["id"] not in (self._id, self._cancel_id):
            return
        status = reply["status"]
        if reply["id"] == self._id and status in ("accepted", "ok"):
            return  # the question is taken off the card
        self._sheet.sending(going=False)
        errors = [FieldError(tuple(one["path"]), one["message"]) for one in reply["errors"]]
        self._sheet.place(errors, reply["message"])

    def close(self) -> None:
        """Close the widgets."""
        self._sheet.close()
        for one in (self.box, *self._made):
            one.close()

    def _document(self) -> Cell | None:
        return None if self._sheet.root is None else self._sheet.root.cell

    def _typed(self, cell: Cell) -> None:
        # At once: the card may be moved before the draft is in the store.
        before, self._asked["document"] = self._asked["document"], cell
        if self._question.plan is not None and self._question.model is not None:
            document = Document(self._question.plan)
            document.replace(cell)
            self._sheet.doubt(doubts(self._question.model, document), before)
        self._card.request(Draft, kind="draft", pause_id=self._question.id, document=cell)

    def _submitted(self) -> None:
        self._sheet.sending(going=True)
        seconds = time.monotonic() - self._since
        self._id = self._card.request(
            Submit, kind="submit", pause_id=self._question.id, document=self._document(), seconds=seconds
        )

    def _cancelled(self) -> None:
        self._sheet.sending(going=True)
        self._cancel_id = self._card.request(Cancel, kind="cancel")


def _bar(bar: dict[str, Any]) -> str:
    if bar["total"]:
        return f"{bar['title']}: {bar['count']} of {bar['total']}"
    return f"{bar['title']}: {bar['progress'] if bar['count'] is None else bar['count']}"


def _artifact(artifact: dict[str, Any]) -> str:
    called = artifact["description"] or artifact["key"] or ""
    data = artifact["data"]
    return f"Made: {artifact['kind']} {called}".rstrip() + (f"\n{data}" if isinstance(data, str) else "")


def _clock(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%H:%M:%S}"
