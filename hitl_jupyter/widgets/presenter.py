"""Shows runs in the notebook: one card per root run, its subflows' questions and logs in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from ipywidgets import Box

from hitl_jupyter import store
from hitl_jupyter.core.records import ArtifactRecord, LogRecord
from hitl_jupyter.core.states import PauseState, State, StateType
from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.widgets import artifacts, wire
from hitl_jupyter.widgets.base_card import KEPT_ARTIFACTS, KEPT_LINES, Card
from hitl_jupyter.widgets.exhibition import Exhibition
from hitl_jupyter.widgets.failed import Failed
from hitl_jupyter.widgets.kernel import Kernel
from hitl_jupyter.widgets.outputs import Outputs
from hitl_jupyter.widgets.pages import Pages, Placed
from hitl_jupyter.widgets.pool import Pool
from hitl_jupyter.widgets.question_slots import QuestionSlots
from hitl_jupyter.widgets.renderers import renderer
from hitl_jupyter.widgets.requests import Requests
from hitl_jupyter.widgets.run_pages import RunPages
from hitl_jupyter.widgets.saved import Saved, Telling
from hitl_jupyter.widgets.services import Services, parts_of
from hitl_jupyter.widgets.signs import Signs

if TYPE_CHECKING:
    from hitl_jupyter.widgets.messages import RunAgain
    from hitl_jupyter.widgets.run_page import RunPage

VIEWS: Final = {"anywidget": ("card", "RunCard"), "ipywidgets": ("tree.card", "PlainCard")}
"""Where the card of each renderer is."""


class Notebook:
    """The presenter inside a kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._signs = Signs(kernel)
        self._exhibition = Exhibition()
        self._outputs = Outputs(kernel, self._signs, lambda run: self._cards.get(run) or self._over.get(run))
        self._pages = Pages(kernel)
        self._saved = Saved(kernel, self._signs)
        kernel.outlast = self._saved.outlast
        self._cards: dict[FlowRun[Any], Card] = {}
        self._over: WeakKeyDictionary[FlowRun[Any], Card] = WeakKeyDictionary()
        self._pool = Pool()
        self._runs: dict[str, FlowRun[Any]] = {}
        self._run_pages = RunPages()
        self._failed = Failed(self.place, self._saved)
        self._requests = Requests(self._runs, self._card, self._run_pages, self._failed)
        self._places: dict[str, tuple[Box, Placed, Telling | None]] = {}
        self._watchers: list[Callable[[FlowRun[Any]], None]] = []

    def place(self, run_id: str, container: Box, placed: Placed, above: Telling | None) -> None:
        """Have the card of a run, once it is there, shown in a container of the page and not below a cell.

        Its account comes below that which is `above`.
        """
        self._places[run_id] = container, placed, above

    def accounts_here(self) -> Telling:
        """Give the place of accounts below a widget that is displayed now."""
        return self._saved.show_none()

    def account_of(self, run: FlowRun[Any]) -> Telling | None:
        """Give where the account of a run is."""
        return self._saved.of(run)

    def unplace(self, run_id: str) -> None:
        """Have the card of a run shown below its cell after all."""
        self._places.pop(run_id, None)

    def watch(self, callback: Callable[[FlowRun[Any]], None]) -> None:
        """Have `callback` called with each root run whose state is shown, whenever it is."""
        self._watchers.append(callback)

    def page(self, run: FlowRun[Any]) -> RunPage:
        """Give a page on which all of a run can be looked at."""
        return self._run_pages.made(run)

    def page_opened(self, page: RunPage) -> None:
        """Tell a page of changes from now on, for as long as somebody holds it."""
        self._run_pages.opened(page)
        self._failed.offer(page, page.run_id, page.session, self._kernel.spot(), None)

    def page_displayed(self, page: RunPage) -> None:
        """Display below a page what its file has of the run."""
        told = self._saved.show_recorded(page.session, page.run_id)
        self._failed.offer(page, page.run_id, page.session, self._kernel.spot(), told)

    def page_asked(self, page: RunPage, request: RunAgain) -> None:
        """Run again the run of a page (on the home loop's thread)."""
        self._requests.hear(page, request)

    def run_placed(self, run: FlowRun[Any]) -> None:
        """Put a card where the run was started that says of which flow it is."""
        card = self._card(run)
        if not card.run:
            # Which run it is shows when it has begun: it may turn out to be one that lives already.
            card.run = {"flow_name": run.flow_name}
        cell = self._kernel.cell()
        if cell is not None:
            cell.started.append(run)

    def run_joined(self, run: FlowRun[Any], live: FlowRun[Any]) -> None:
        """Show the card of a run that this kernel executes already where it was called once more, as on a new page."""
        if live.root in self._cards:
            self._move(live.root, self._cards.pop(run, None))

    def run_shown(self, run: FlowRun[Any]) -> None:
        """Show the card of a run here once more; where it was shown before it is closed."""
        if run.root in self._cards:
            self._move(run.root, None)
        else:
            self._card(run)

    def _move(self, run: FlowRun[Any], new: Card | None) -> None:
        """Have another card take the place of a run's, one that is displayed here if there is none yet."""
        old = self._cards[run]
        if new is None:
            new = self._made()
            self._display(new, run)
        for question, slots in self._requests.open_in(run):
            new.opened(question, slots)
        new.follow(old)
        self._runs.pop(old.model_id, None)
        self._cards[run], self._runs[new.model_id] = new, run
        # One card per run: what somebody types in the one would not be seen in the other.
        self._pages.gone(old.model_id)
        old.close()

    def run_lost(self, run: FlowRun[Any], error: BaseException) -> None:
        """Say on the card of a run why it could not even begin."""
        card = self._cards.pop(run, None)
        if card is None:
            return
        self._runs.pop(card.model_id, None)
        self._pages.over(card.model_id)
        at = run.session.source.now()
        why = State("", StateType.FAILED, "Not begun", at, str(error))
        card.run = {**wire.shown(run, None), "state": wire.state_shown(why), "ended": wire.iso(at)}
        self._saved.lost(run, str(error))

    def run_changed(self, run: FlowRun[Any]) -> None:
        """Show the run's state in its card."""
        self._run_pages.changed(run)
        card = self._card(run)
        card.grow(run)
        self._show(card, run.root)
        if run.parent is None:
            for watcher in self._watchers:
                watcher(run)
        if run.parent is None and run.state is not None and run.state.is_final():
            self._forget(run)

    def question_opened(self, question: Question) -> None:
        """Add the question's form to the card."""
        self._run_pages.changed(question.run)
        card = self._card(question.run)
        card.services[question.id] = Services(question.plan)
        slots = QuestionSlots(
            question, self._pool, lambda content: self._requests.news(question, content), fixed=card.keeps_usual
        )
        self._requests.open(question, slots)
        card.opened(question, slots)
        shown = self._exhibition.open(question)
        with card.hold_sync():
            plan = question.plan
            if plan is not None and plan.fingerprint not in card.plans:
                card.plans = {**card.plans, plan.fingerprint: plan.to_json()}
                card.parts = {**card.parts, **parts_of(plan)}
            card.questions = [*card.questions, {**wire.asked(question, shown), **slots.shown()}]
            card.grow(question.run)
            self._show(card, question.run.root)

    def question_closed(self, question: Question, outcome: PauseState, message: str) -> None:
        """Take the question's form off the card."""
        self._run_pages.changed(question.run)
        self._requests.close(question)
        self._exhibition.close(question)
        card = self._card(question.run)
        services = card.services.pop(question.id, None)
        if services is not None:
            services.close()
        card.send({"kind": "closed", "pause_id": question.id, "outcome": outcome.value, "message": message})
        with card.hold_sync():
            card.questions = [asked for asked in card.questions if asked["pause_id"] != question.id]
            card.grow(question.run)
            self._show(card, question.run.root)

    def logged(self, run: FlowRun[Any], lines: Sequence[LogRecord]) -> None:
        """Add lines to the card's log."""
        self._run_pages.changed(run)
        card = self._card(run)
        # Of very many, what no card would keep is not sent.
        card.log(
            [
                {"at": wire.iso(line.at), "level": line.level, "message": line.message, "name": line.name}
                for line in lines[-KEPT_LINES:]
            ]
        )

    def tasks_changed(self, run: FlowRun[Any]) -> None:
        """Show how many task runs are in which state in the card."""
        self._run_pages.changed(run)
        card = self._cards.get(run.root)
        if card is not None:
            card.grow(run)

    def artifact_changed(self, run: FlowRun[Any], artifact: ArtifactRecord) -> None:
        """Show what the run has made in the card, and progress as a bar."""
        self._run_pages.changed(run)
        card = self._cards.get(run.root)
        if card is not None:
            self._put(card, artifact)

    def _put(self, card: Card, artifact: ArtifactRecord) -> None:
        if artifact.type == "progress":
            card.bar(artifacts.bar(artifact))
        if not artifacts.is_loop(artifact):
            card.artifact(artifacts.shown(artifact))

    async def absent(self, needless: Callable[[], bool]) -> str | None:
        """Say why nobody can see the cards; None if somebody can, or as soon as it is `needless`."""
        return await self._signs.absent(needless)

    def _card(self, run: FlowRun[Any]) -> Card:
        root = run.root
        # News of a run may come after its end: of its hooks, and of what came before in a kernel that was busy.
        card = self._cards.get(root) or self._over.get(root)
        if card is None:
            card = self._cards[root] = self._made()
            self._runs[card.model_id] = root
            place = self._places.pop(root.id_text, None)
            if place is None:
                self._display(card, root)
            else:
                container, placed, above = place
                if above is not None:
                    self._saved.show_below(root, above)
                self._pages.put(card.model_id, wire.words(root), placed)
                container.children = (*container.children, card)
        return card

    def _made(self) -> Card:
        """Make a card of the kind that is asked for. What draws it is loaded only now: a host may lack it."""
        module, name = VIEWS[renderer()]
        self._outputs.divert()
        made: Card = getattr(import_module(f"hitl_jupyter.widgets.{module}"), name)(
            self._requests.hear, self._signs.seen
        )
        return made

    def _show(self, card: Card, root: FlowRun[Any]) -> None:
        if card.taken_up is None and root.record is not None and not (root.state and root.state.is_final()):
            card.taken_up = root.session.source.now()
            self._put_back(card, root)
        card.run = wire.shown(root, card.taken_up)
        self._saved.changed(root)

    def _put_back(self, card: Card, root: FlowRun[Any]) -> None:
        """Show on the card of a run that is taken up what it had made before."""
        home = root.session.host.home()

        def found(future: Future[list[ArtifactRecord]]) -> None:
            if future.exception() is None:
                home.call_soon_threadsafe(show, future.result())

        def show(made: list[ArtifactRecord]) -> None:
            for artifact in made:
                # What is there already is newer.
                if not card.has(artifact.id):
                    self._put(card, artifact)

        root.session.store.read(store.artifacts.of_tree, root.id_text, KEPT_ARTIFACTS).add_done_callback(found)

    def _forget(self, run: FlowRun[Any]) -> None:
        card = self._cards.pop(run, None)
        if card is not None:
            card.show_bars()
            card.show_tree()
            self._runs.pop(card.model_id, None)
            self._pages.over(card.model_id)
            self._over[run] = card
            self._failed.over(card, run, self._pages.spot(card.model_id))
            self._outputs.ended(run)
        self._exhibition.forget(run)

    def _display(self, card: Card, run: FlowRun[Any]) -> None:
        bundle: Any = card._repr_mimebundle_() or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        self._pages.put(card.model_id, wire.words(run), Placed(self._kernel.spot()))
        # No HTML: where the card cannot be drawn, the account below it says all.
        data = {**data, "text/plain": wire.words(run), "text/html": ""}
        # Past %%capture: a question nobody can see would wait for ever.
        self._kernel.display_pub.publish(data, metadata)
        self._saved.show(run)
