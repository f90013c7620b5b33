"""The composition root, and the only global state: which session this process works with.

Everything that is chosen by where the program runs is chosen here: a notebook shows cards, a terminal asks line by
line, anything else only logs and waits for an answer from elsewhere.
"""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

from hitl_jupyter import widgets
from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.bridge import Host, Program
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.engine.presenter import Presenter
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import StoreUnavailable

_lock = threading.RLock()
_current: Session | None = None
_flows: WeakValueDictionary[str, Flow[Any, Any]] = WeakValueDictionary()
"""The flows that are defined in this process, by name: a run is taken up by the flow of its name."""


def current() -> Session:
    """Give this process's session, made the first time."""
    global _current  # noqa: PLW0603 - the one place
    with _lock:
        if _current is None:
            _current = _make()
        return _current


widgets.session = current


@contextmanager
def using(session: Session) -> Iterator[Session]:
    """Work with another session inside the block: for tests."""
    global _current  # noqa: PLW0603 - the one place
    with _lock:
        before, _current = _current, session
    try:
        yield session
    finally:
        with _lock:
            _current = before


def switch_store(url: str) -> None:
    """Keep what happens in this process from now on in another store: a path, or ``sqlite:///path``.

    Raises
    ------
    StoreUnavailable
        Runs are alive here, or there cannot be a store.
    StoreError
        It is none, or is damaged.
    """
    global _current  # noqa: PLW0603 - the one place
    with _lock:
        before = current()
        alive = {
            run.name for run in [*list(before.runs.values()), *(one.run for one in list(before.questions.values()))]
        }
        if alive:
            raise StoreUnavailable(
                before.store.url,
                f"is in use: {', '.join(sorted(alive))} {'is' if len(alive) == 1 else 'are'} alive here",
                "Wait for the end or cancel it, then switch.",
            )
        opened = _open(url)
        session = Session(
            open_store=lambda: opened,
            presenter=before.presenter,
            host=before.host,
            where=before.owner.where,
            flows=_flows,
        )
        session.answers = before.answers
        _current = session
        atexit.register(session.close)
        before.close()


def know(flow: Flow[Any, Any]) -> None:
    """Remember a flow, and where it is defined."""
    _flows[flow.name] = flow
    if flow.definition:
        return
    code = getattr(flow.fn, "__code__", None)
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    known: dict[str, Json] = {"function": flow.fn.__name__}
    # A script's flows have this module's name too.
    of_cell = shell is not None and getattr(flow.fn, "__globals__", shell.user_ns) is shell.user_ns
    if shell is not None and of_cell and getattr(flow.fn, "__module__", None) == "__main__":
        # The count itself may be that of the next cell already.
        known["cell"] = len(shell.user_ns.get("In", ())) - 1
    elif code is not None:
        known |= {"file": code.co_filename, "line": code.co_firstlineno}
    flow.definition = known


def attach() -> None:
    """Prepare the kernel, if there is one, so that later cells can wait; costs nothing elsewhere."""
    if not _in_kernel():
        return
    shell = sys.modules["IPython"].get_ipython()
    if getattr(shell.kernel, "io_loop", None) is None:
        # Loaded by a profile, as its extension: the kernel has no loop yet, and its first cell is prepared instead.
        shell.events.register("pre_run_cell", _at_the_first_cell)
        return
    session = current()
    from hitl_jupyter.widgets.waiting import offer

    offer(session)


def _at_the_first_cell(*_: Any) -> None:
    sys.modules["IPython"].get_ipython().events.unregister("pre_run_cell", _at_the_first_cell)
    attach()


def _in_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def _make() -> Session:
    host, presenter = _notebook() if _in_kernel() else _program()
    session = Session(open_store=_open, presenter=presenter, host=host, flows=_flows)
    # The last log lines are in a batch that is not yet due.
    atexit.register(session.close)
    return session


def _open(url: str | None = None):  # type: ignore[no-untyped-def] # noqa: ANN202 - its type would load SQLAlchemy
    from hitl_jupyter.store.open import open_store

    return open_store(url)


def _notebook() -> tuple[Host, Presenter]:
    from hitl_jupyter.widgets.kernel import Kernel
    from hitl_jupyter.widgets.presenter import Notebook

    kernel = Kernel.install()
    return kernel, Notebook(kernel)


def _program() -> tuple[Host, Presenter]:
    from hitl_jupyter.terminal import Terminal

    return Program(), Terminal()
