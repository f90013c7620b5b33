"""The notice in a new kernel that runs of its notebook wait, with a click to take up each.

It is offered at the end of the cell that first imports the package, and only if there is something to say: the look
that finds out is plain SQL in a file, so that an import stays light. What is taken up appears in the notice itself.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hitl_jupyter.engine import recovery
from hitl_jupyter.engine.account import account
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.people import in_voila
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import HitlError
from hitl_jupyter.store import peek
from hitl_jupyter.widgets.account import so_far
from hitl_jupyter.widgets.kernel import Kernel
from hitl_jupyter.widgets.messages import TakeUp
from hitl_jupyter.widgets.presenter import Notebook

LISTED = 5
"""How many runs the notice names; of more it tells the number."""


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

    def clicked(notice: Any, request: TakeUp) -> None:
        # JupyterLab may deliver this in a thread of its own; runs and cards belong to the home loop's.
        session.host.home().call_soon_threadsafe(_take_up, session, presenter, notice, request)

    now = session.source.now()
    said = [so_far(session.store.read(account, run.id, now).result()) for run in left[:LISTED]]
    notice, data, metadata = None, {}, {}
    # Its widget is loaded only now, and a host may lack what it needs.
    if find_spec("anywidget"):
        notice = import_module("hitl_jupyter.widgets.notice").Notice(clicked, left, said, kernel.spot())
        presenter.watch(notice.taken_up)
        bundle: Any = notice.view._repr_mimebundle_() or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    count = "1 run of this notebook waits" if len(left) == 1 else f"{len(left)} runs of this notebook wait"
    told = [f"{run.name} ({one})" for run, one in zip(left, said, strict=False)]
    plain = f"{count}: {'; '.join(told)}. Take one up with hitl_jupyter.recover(name)."
    kernel.display_pub.publish({**data, "text/plain": plain}, metadata)
    if notice is not None:
        notice.account = presenter.accounts_here()


def _take_up(session: Session, presenter: Notebook, notice: Any, request: TakeUp) -> None:
    """Take a run up and have its card in the notice, or say there why that cannot be."""
    why_not: str | None = None
    presenter.place(request.run_id, notice.cards, notice.placed, notice.account)
    try:
        run = recovery.recover(session, request.run_id)
        notice.account = presenter.account_of(run) or notice.account
    except HitlError as error:
        why_not = str(error)
    except Exception:  # noqa: BLE001 - a border
        logger.exception("Taking up run %s failed.", request.run_id)
        why_not = "This did not work; the notebook's log says why."
    finally:
        presenter.unplace(request.run_id)
    notice.reply(request.id, why_not)
