"""What is offered of a run that did not end well: what it had been given, and to run it again with the same answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ipywidgets import Box, Layout

from hitl_jupyter.engine import again
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.cause import cause
from hitl_jupyter.engine.people import who
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import HitlError
from hitl_jupyter.widgets.base_card import Card
from hitl_jupyter.widgets.messages import Explain, RunAgain
from hitl_jupyter.widgets.pages import Placed
from hitl_jupyter.widgets.saved import Saved, Telling
from hitl_jupyter.widgets.spot import Spot

if TYPE_CHECKING:
    from hitl_jupyter.widgets.run_page import RunPage

GONE = "This card shows its run no longer. hitl_jupyter.run_again(name) runs it again."

Place = Callable[[str, Box, Placed, Telling | None], None]
"""Has the card of a run, once it is there, shown in a container, and its account below another."""


@dataclass(slots=True)
class _Ended:
    """A run that did not end well, and where its card or page is."""

    run_id: str
    session: Session
    spot: Spot | None
    account: Telling | None


class Failed:
    """The cards of this kernel whose runs did not end well, and its run pages."""

    def __init__(self, place: Place, saved: Saved) -> None:
        self._place, self._saved = place, saved
        self._ended: WeakKeyDictionary[Card | RunPage, _Ended] = WeakKeyDictionary()

    def over(self, card: Card, run: FlowRun[object], spot: Spot | None) -> None:
        """Take note that the run of a card is over."""
        if run.state is not None and not run.state.is_completed():
            self.offer(card, run.id_text, run.session, spot, self._saved.of(run))

    def offer(
        self, view: Card | RunPage, run_id: str, session: Session, spot: Spot | None, account: Telling | None
    ) -> None:
        """Take note of which run a card or a page shows, and where."""
        self._ended[view] = _Ended(run_id, session, spot, account)

    async def hear(self, card: Card | RunPage, request: Explain | RunAgain) -> None:
        """Do what a page asks, and reply to it."""
        ended = self._ended.get(card)
        if ended is None:
            card.reply(request.id, "gone", message=GONE)
            return
        try:
            if isinstance(request, Explain):
                found = await settled(ended.session.store.read(cause, ended.run_id))
                card.reply(request.id, "ok", data=found)
            else:
                await self._again(card, ended, who(request.user))
                card.reply(request.id, "ok")
        except HitlError as error:
            card.reply(request.id, "failed", message=str(error))

    async def _again(self, card: Card | RunPage, ended: _Ended, by: str) -> None:
        session = ended.session
        # Not on the loop: the answers of a long run are many.
        found = await asyncio.to_thread(again.prepared, session, ended.run_id, None, by)
        run = again.new(session, *found)
        if card.again is None:
            card.again = Box(layout=Layout(display="block"))
        self._place(run.id_text, card.again, Placed(ended.spot, card.model_id), ended.account)
        session.present("run_placed", run)
        ended.account = self._saved.of(run) or ended.account
        found[0].begin(run)
