"""What a run needs of the world around it: clock, store, presenter, host, and the process that owns it.

The composition root makes one per process; tests make their own. Nothing in the engine is global.
"""

from __future__ import annotations

import asyncio
import os
import platform
import threading
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from hitl_jupyter import store
from hitl_jupyter.core.clock import Source
from hitl_jupyter.core.records import Owner
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import again, correction
from hitl_jupyter.engine.bridge import Bridge, Host, Turnstile, in_thread_of
from hitl_jupyter.engine.keeper import Keeper
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.people import who
from hitl_jupyter.engine.presenter import Presenter
from hitl_jupyter.engine.process import machine
from hitl_jupyter.engine.receivers import Receivers
from hitl_jupyter.engine.scope import current_scope
from hitl_jupyter.exceptions import StoreError
from hitl_jupyter.forms import RunInput

if TYPE_CHECKING:
    from hitl_jupyter.engine.answers import Answers
    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.run import FlowRun

AT_ONCE = 16
"""How many runs may begin, and how many answers be judged, at the same time on one loop."""


class Session:
    """The surroundings of runs in this process."""

    def __init__(
        self,
        *,
        open_store: Callable[[], store.Store],
        presenter: Presenter,
        host: Host,
        source: Source | None = None,
        where: str = "",
        flows: MutableMapping[str, Flow[Any, Any]] | None = None,
    ) -> None:
        self.source = source or Source()
        self.presenter = presenter
        self.host = host
        self.bridge = Bridge(host)
        self.keeper = Keeper(self)
        self.receivers = Receivers()
        self.turnstile = Turnstile(AT_ONCE)
        self.runs: dict[str, FlowRun[Any]] = {}
        self.coming: WeakValueDictionary[str, FlowRun[Any]] = WeakValueDictionary()
        """Every run that was made here, by the id that its handle had first: it may not be recorded yet."""
        self.questions: dict[str, Question] = {}
        self.waits: dict[object, tuple[FlowRun[Any], Callable[[object], None]]] = {}
        """What else runs wait for: how to have each look again."""
        self.flows: MutableMapping[str, Flow[Any, Any]] = {} if flows is None else flows
        self.models: WeakValueDictionary[str, type[RunInput]] = WeakValueDictionary()
        """The classes that were asked for here, by the fingerprint of their forms."""
        self.answers: Answers | None = None
        self._open_store = open_store
        self._store: store.Store | None = None
        self._lock = threading.Lock()
        now = self.source.now()
        self.owner = Owner(
            self.source.new_id(), platform.node(), os.getpid(), who(None), where or host.name, now, now, machine()
        )

    @property
    def store(self) -> store.Store:
        """Give the store, opened the first time.

        Raises
        ------
        StoreError
            It cannot be opened; the text says why and what to do.
        """
        if self._store is None:
            with self._lock:
                if self._store is None:
                    opened = self._open_store()
                    opened.write(store.owners.register, self.owner).result()
                    self._store = opened
        return self._store

    async def ready(self) -> None:
        """Open the store if it is not open, without stopping the loop: loading SQLAlchemy alone takes 0.15 s.

        Raises
        ------
        StoreError
            It cannot be opened; the text says why and what to do.
        """
        if self._store is None:
            await asyncio.to_thread(lambda: self.store)

    def state(self, type_: StateType, message: str | None = None, name: str | None = None) -> State:
        """Give a state that begins now."""
        return State(self.source.new_id(), type_, name or type_.value.capitalize(), self.source.now(), message)

    def correct(self, which: FlowRun[Any], key: str, value: Any, reason: str | None) -> FlowRun[Any]:
        """Supersede a recorded answer, as `FlowRun.correct` says."""
        return correction.correct(self, which, key, value, reason)

    def run_again(self, which: str, parameters: Mapping[str, Any] | None) -> FlowRun[Any]:
        """Begin a run anew with what it had, as `FlowRun.run_again` says."""
        return again.run_again(self, which, parameters)

    def present(self, what: str, *args: Any) -> None:
        """Tell the presenter, on the home loop's thread; its failures are logged and end there."""
        home, context = self.host.home(), copy_context()
        # A task that the presenter begins is no branch of the flow, whose branches are counted.
        context.run(current_scope.set, None)
        if in_thread_of(home):
            context.run(self._present, what, *args)
        else:
            home.call_soon_threadsafe(self._present, what, *args, context=context)

    def _present(self, what: str, *args: Any) -> None:
        try:
            getattr(self.presenter, what)(*args)
        except Exception:  # noqa: BLE001 - a border
            # What goes wrong in showing a run must not end the run.
            logger.exception("Showing a run failed (%s). The run goes on; answer it with resume_flow_run.", what)

    def close(self) -> None:
        """End the keeper and close the store; what this process has not ended may be taken up at once."""
        self.keeper.stop()
        if self._store is not None:
            with suppress(StoreError):
                self._store.write(store.owners.leave, self.owner.id, self.source.now()).result()
            self._store.close()
