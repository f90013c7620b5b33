"""All that the store has of one run, on a page: its log, tasks, results, artifacts, answers, a timeline.

The page knows the run's id alone and reads what somebody looks at, of the run or of one below it. It is the same for a
run that lives here, lives elsewhere, or is over; of one that lives here it is told that there is more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable
from uuid import UUID

import anywidget
import traitlets
from IPython.display import display
from ipywidgets import DOMWidget, widget_serialization
from pydantic import ValidationError

from hitl_jupyter import widgets
from hitl_jupyter.core.clock import canonical_id
from hitl_jupyter.engine.finding import find
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.runpage import RunReader
from hitl_jupyter.exceptions import HitlError, ObjectNotFound
from hitl_jupyter.widgets.card import STATIC
from hitl_jupyter.widgets.messages import RunAgain, parse_read

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

PAUSE: Final = 0.25
"""Seconds for which changes are collected, so that a run that does much is read four times a second."""
READERS: Final = 8
"""So many runs are remembered for windows of them, this one and those below it that were looked at last."""
FAILED: Final = "This could not be read; the notebook's log says why. Try again."


@runtime_checkable
class Tells(Protocol):
    """A presenter that tells pages of the runs of this process, and runs again what they show."""

    def page_opened(self, page: RunPage) -> None:
        """Tell a page of changes from now on, for as long as somebody holds it."""

    def page_displayed(self, page: RunPage) -> None:
        """Display below a page what its file has of the run."""

    def page_asked(self, page: RunPage, request: RunAgain) -> None:
        """Run again the run of a page (on the home loop's thread)."""


class RunPage(anywidget.AnyWidget):
    """The page of a flow run of the store, to be displayed: ``RunPage("brave-otter")``.

    Parameters
    ----------
    run
        A run, its id, the beginning of it, or its name.

    Raises
    ------
    ObjectNotFound
        There is no run of that name.
    SeveralRunsFound
        There are several.
    StoreError
        The store cannot be opened or read.
    """

    _esm = STATIC / "runpage.js"
    _css = STATIC / "runpage.css"

    run_id = traitlets.Unicode().tag(sync=True)
    on_card = traitlets.Bool(default_value=False).tag(sync=True)
    live = traitlets.Bool(default_value=False).tag(sync=True)
    again = traitlets.Instance(DOMWidget, allow_none=True).tag(sync=True, **widget_serialization)

    def __init__(
        self, run: FlowRun[Any] | UUID | str, *, session: Session | None = None, on_card: bool = False
    ) -> None:
        session = session or widgets.session()
        run_id = _id_of(session, run)
        super().__init__(run_id=run_id, on_card=on_card, live=run_id in session.runs)
        self.session = session
        self._called = run.name if isinstance(run, FlowRun) else str(run)
        self._reader_of = lru_cache(READERS)(lambda run: RunReader(session.store, run, session.source.now))
        self._home = session.host.home()
        self._asked = False
        self._due: asyncio.TimerHandle | None = None
        self.on_msg(self._receive)
        if isinstance(session.presenter, Tells):
            session.presenter.page_opened(self)

    def __repr__(self) -> str:
        """Name the run."""
        return f"Page of flow run {self._called!r}"

    def _ipython_display_(self) -> None:
        bundle: Any = self._repr_mimebundle_() or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        display({**data, "text/plain": repr(self)}, metadata=metadata, raw=True)
        if isinstance(self.session.presenter, Tells):
            self.session.presenter.page_displayed(self)

    def changed(self) -> None:
        """Tell the pages that there is more to be read, soon (on the home loop's thread)."""
        self.live = True
        if self._due is None:
            self._due = self._home.call_later(PAUSE, self._tell)

    def _tell(self) -> None:
        self._due = None
        # A page that has asked for nothing since it was told last is folded, or not there: it asks when it is seen.
        if self._asked:
            self._asked = False
            self.send({"kind": "changed"})

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:  # noqa: ARG002 - ipywidgets' signature
        try:
            request = parse_read.validate_python(content)
        except ValidationError:
            logger.warning("A message of a run page was malformed and changed nothing.")
            return
        presenter = self.session.presenter
        if isinstance(request, RunAgain):
            if isinstance(presenter, Tells):
                self._home.call_soon_threadsafe(presenter.page_asked, self, request)
            return
        self._asked = True

        def read(future: Future[dict[str, Any]]) -> None:
            self._home.call_soon_threadsafe(self._reply, request.id, future)

        reader = self._reader_of(request.run_id or self.run_id)
        reader.read(request.what, request.model_extra).add_done_callback(read)

    def _reply(self, request_id: str, future: Future[dict[str, Any]]) -> None:
        status, message, data = "ok", None, None
        try:
            data = future.result()
        except ObjectNotFound as error:
            status, message = "gone", str(error)
        except (HitlError, ValueError) as error:
            status, message = "failed", str(error)
        except Exception:  # noqa: BLE001 - a border: the page must hear of it
            logger.exception("Reading run %s for its page failed.", self.run_id)
            status, message = "failed", FAILED
        self.reply(request_id, status, message=message, data=data)

    def reply(self, request_id: str, status: str, **more: Any) -> None:
        """Answer a request of the page."""
        self.send({"kind": "reply", "id": request_id, "status": status, "message": None, "data": None, **more})


def _id_of(session: Session, run: FlowRun[Any] | UUID | str) -> str:
    if isinstance(run, str):
        return find(session, run).id
    return canonical_id(run) if isinstance(run, UUID) else run.id_text
