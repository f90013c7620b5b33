"""What people do on the cards of this kernel: answer, cancel, type. One reply to each request of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.bridge import begin
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.people import who
from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import StoreError
from hitl_jupyter.forms import Document, Plan, doubts
from hitl_jupyter.widgets.base_card import Asked, Card
from hitl_jupyter.widgets.failed import Failed
from hitl_jupyter.widgets.messages import Cancel, Draft, Explain, OpenPage, RunAgain, Shown, Submit
from hitl_jupyter.widgets.question_slots import QuestionSlots

if TYPE_CHECKING:
    from hitl_jupyter.widgets.run_page import RunPage
    from hitl_jupyter.widgets.run_pages import RunPages


class Requests:
    """The questions that are open here, and what the pages ask of them.

    `runs` are the root runs by the ids of their cards, `card_of` gives the card that a run is shown on,
    `pages` makes run pages, `failed` does what is asked on the card of a run that did not end well.
    """

    def __init__(
        self,
        runs: Mapping[str, FlowRun[Any]],
        card_of: Callable[[FlowRun[Any]], Card],
        pages: RunPages,
        failed: Failed,
    ) -> None:
        self._runs, self._card_of, self._pages, self._failed = runs, card_of, pages, failed
        self._open: dict[str, tuple[Question, QuestionSlots]] = {}
        self._working: set[asyncio.Task[None]] = set()

    def open(self, question: Question, slots: QuestionSlots) -> None:
        """Take answers to a question from now on."""
        self._open[question.id] = question, slots

    def close(self, question: Question) -> None:
        """Take no more answers to a question, and let go of the widgets in it."""
        found = self._open.pop(question.id, None)
        if found is not None:
            found[1].close()

    def open_in(self, root: FlowRun[Any]) -> list[tuple[Question, QuestionSlots]]:
        """Give the open questions of a root run and its subflows, oldest first."""
        return [(question, slots) for question, slots in self._open.values() if question.run.root is root]

    def hear(self, card: Card | RunPage, request: Asked) -> None:
        """Do what is asked on a card, or on the page of a run, and reply to it."""
        work = self._answer(card, request)
        # An answer is on its way to the disk while the kernel sees to the rest of the message.
        task = begin(work) if isinstance(request, Submit) else asyncio.get_running_loop().create_task(work)
        if task is not None:
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    async def _answer(self, card: Card | RunPage, request: Asked) -> None:
        try:
            if isinstance(request, Explain | RunAgain):
                await self._failed.hear(card, request)
            elif isinstance(card, Card):
                await self._of_card(card, request)
        except Exception:  # noqa: BLE001 - a border
            # Whatever went wrong, the page must hear of it, and what was typed stays there.
            logger.exception("A request of a run card failed (%s).", request.kind)
            card.reply(request.id, "failed", message="This did not work; the notebook's log says why. Try again.")

    async def _of_card(self, card: Card, request: Submit | Cancel | Draft | Shown | OpenPage) -> None:
        if isinstance(request, Cancel):
            run = self._runs.get(card.model_id)
            ended = run is not None and run.cancel(by=who(request.user))
            card.reply(request.id, "ok" if ended else "gone", message=None if ended else "The run is over.")
        elif isinstance(request, Draft):
            await self._draft(card, request)
        elif isinstance(request, OpenPage):
            card.page = card.page or self._pages.made(UUID(card.run["id"]), on_card=True)
            card.reply(request.id, "ok")
        elif isinstance(request, Shown):
            if request.pause_id in self._open:
                self._open[request.pause_id][1].hear(request.slots)
            card.reply(request.id, "ok")
        else:
            await self._submit(card, request)

    async def _submit(self, card: Card, request: Submit) -> None:
        found = self._open.get(request.pause_id)
        if found is None:
            logger.warning("An answer came for pause %s, which is not open here.", request.pause_id)
            card.reply(request.id, "gone", message="This question is no longer open.")
            return
        question, slots = found
        document: Document | dict[str, Any] = {}
        unheld = []
        if question.plan is not None:
            try:
                document = _filled(question.plan, request.document)
                unheld = slots.take(request.document, document, request.page)
            except ValueError as error:
                logger.warning(
                    "An answer to pause %s does not fit its form and changed nothing: %s", question.key, error
                )
                card.reply(request.id, "failed", message="The form and the kernel do not fit. Reload the page.")
                return
        if unheld:
            card.reply(request.id, "refused", errors=[error.to_wire() for error in unheld])
            slots.told()
            return
        receipt = await inbox.submit(
            question,
            document,
            by=who(request.user),
            origin=request.origin or "run card",
            seconds=request.seconds,
        )
        if receipt.status == "refused":
            # It stands in the record, though nothing that is shown elsewhere has changed.
            self._pages.changed(question.run)
        errors = [error.to_wire() for error in slots.placed(receipt.errors, document)]
        card.reply(request.id, receipt.status, errors=errors, message=receipt.message)

    async def _draft(self, card: Card, request: Draft) -> None:
        found = self._open.get(request.pause_id)
        if found is None or found[0].plan is None:
            card.reply(request.id, "gone")
            return
        question, slots = found
        try:
            document = _filled(found[0].plan, request.document)
            slots.take(request.document, document, request.page)
            typed = slots.marked(document.to_wire())
            await inbox.draft(question, document.to_wire())
        except (ValueError, StoreError) as error:
            # Nobody has pressed anything yet. Who presses Submit is told what is wrong.
            card.reply(request.id, "failed", message=str(error))
            return
        for asked in card.questions:
            if asked["pause_id"] == question.id:
                # In place: a page that is opened later reads it, the pages that are open need no message.
                asked["document"] = typed
        wrong = doubts(question.model, document) if request.check and question.model else ()
        errors = [error.to_wire() for error in slots.placed(wrong, document)]
        card.reply(request.id, "ok", errors=errors)

    def news(self, question: Question, content: dict[str, Any]) -> None:
        """Tell the pages what has changed in the ipywidgets of a form."""
        card = self._card_of(question.run)
        for asked in card.questions:
            if asked["pause_id"] == question.id and "slots" in content:
                # In place: a page that is opened later reads it.
                asked["slots"] = content["slots"]
        card.send({**content, "pause_id": question.id})


def _filled(plan: Plan, cells: Any) -> Document:
    """Give the form as the page has it; ValueError where it is none of this plan."""
    document = Document(plan)
    document.replace(cells)
    return document
