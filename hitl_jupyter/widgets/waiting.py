"""The notice in a new kernel that runs of its notebook wait, with a click to take up each.

It is offered at the end of the cell that first imports the package, and only if there is something to say: the look
that finds out is plain SQL in a file, so that an import stays light. What is taken up appears in the notice itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets
from ipywidgets import Box, Layout
from pydantic import ValidationError

from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.engine import recovery
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.people import in_voila
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import HitlError
from hitl_jupyter.store import peek
from hitl_jupyter.widgets.card import STATIC
from hitl_jupyter.widgets.kernel import Kernel
from hitl_jupyter.widgets.messages import TakeUp, parse_take_up
from hitl_jupyter.widgets.pages import Placed
from hitl_jupyter.widgets.presenter import Notebook
from hitl_jupyter.widgets.spot import Spot

LISTED = 5
"""How many runs the notice lists; of more it tells the number."""


def offer(session: Session) -> None:
    """Have the notice shown when the cell that runs now ends, if runs of this notebook wait then."""
    kernel, presenter = session.host, session.presenter
    if not (isinstance(kernel, Kernel) and isinstance(presenter, Notebook)):
        return
    notebook = kernel.notebook
    # A page of Voila has nothing to do with what others have begun on theirs.
    if notebook is None or in_voila():
        return

    def ended(*_: Any) -> None:
        kernel.shell.events.unregister("post_run_cell", ended)
        try:
            if peek.waiting(notebook):
                _show(session, kernel, presenter, notebook)
        except Exception:  # noqa: BLE001 - a border
            # A store that cannot be read is told to whoever starts a run. This was only an offer.
            logger.debug("Looking for runs that wait failed.", exc_info=True)

    kernel.shell.events.register("post_run_cell", ended)


def _show(session: Session, kernel: Kernel, presenter: Notebook, notebook: str) -> None:
    left = [run for run in recovery.waiting(session, notebook) if run.id not in session.runs]
    if not left:
        return

    def clicked(notice: Notice, request: TakeUp) -> None:
        # JupyterLab may deliver this in a thread of its own; runs and cards belong to the home loop's.
        session.host.home().call_soon_threadsafe(_take_up, session, presenter, notice, request)

    notice = Notice(clicked, left, kernel.spot())
    presenter.watch(notice.taken_up)
    bundle: Any = notice.view._repr_mimebundle_() or {}
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    count = "1 run of this notebook waits" if len(left) == 1 else f"{len(left)} runs of this notebook wait"
    plain = f"{count}: {', '.join(run.name for run in left[:LISTED])}. Take one up with hitl_jupyter.recover(name)."
    kernel.display_pub.publish({**data, "text/plain": plain}, metadata)


def _take_up(session: Session, presenter: Notebook, notice: Notice, request: TakeUp) -> None:
    """Take a run up and have its card in the notice, or say there why that cannot be."""
    why_not: str | None = None
    presenter.place(request.run_id, notice.cards, notice.placed)
    try:
        recovery.recover(session, request.run_id)
    except HitlError as error:
        why_not = str(error)
    except Exception:  # noqa: BLE001 - a border
        logger.exception("Taking up run %s failed.", request.run_id)
        why_not = "This did not work; the notebook's log says why."
    finally:
        presenter.unplace(request.run_id)
    notice.reply(request.id, why_not)


class Notice(anywidget.AnyWidget):
    """What waits, newest first: `runs` are listed, `more` are not. A run that goes on leaves it."""

    _esm = STATIC / "waiting.js"
    _css = STATIC / "waiting.css"

    runs: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    more = traitlets.Int(0).tag(sync=True)

    def __init__(self, on_request: Callable[[Notice, TakeUp], None], left: list[RunRecord], spot: Spot | None) -> None:
        super().__init__()
        self._on_request = on_request
        self.runs = [_row(run) for run in left[:LISTED]]
        self.more = len(left) - len(self.runs)
        self.cards = Box(layout=Layout(display="block"))
        self.view = Box([self, self.cards], layout=Layout(display="block"))
        self.placed = Placed(spot, self.view.model_id)
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


def _row(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "flow_name": run.flow_name,
        "created": run.created_at.isoformat(),
    }
