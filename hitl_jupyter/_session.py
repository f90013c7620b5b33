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

from hitl_jupyter.engine.bridge import Host, Program
from hitl_jupyter.engine.presenter import Presenter
from hitl_jupyter.engine.session import Session

_lock = threading.RLock()
_current: Session | None = None


def current() -> Session:
    """Give this process's session, made the first time."""
    global _current  # noqa: PLW0603 - the one place
    with _lock:
        if _current is None:
            _current = _make()
        return _current


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


def attach() -> None:
    """Prepare the kernel, if there is one, so that later cells can wait; costs nothing elsewhere."""
    if _in_kernel():
        current()


def _in_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def _make() -> Session:
    host, presenter = _notebook() if _in_kernel() else _program()
    session = Session(open_store=_open, presenter=presenter, host=host)
    # The last log lines are in a batch that is not yet due.
    atexit.register(session.close)
    return session


def _open():  # type: ignore[no-untyped-def] # noqa: ANN202 - its type would load SQLAlchemy
    from hitl_jupyter.store.open import open_store

    return open_store()


def _notebook() -> tuple[Host, Presenter]:
    from hitl_jupyter.widgets.kernel import Kernel
    from hitl_jupyter.widgets.presenter import Notebook

    kernel = Kernel.install()
    return kernel, Notebook(kernel)


def _program() -> tuple[Host, Presenter]:
    from hitl_jupyter.terminal import Terminal

    return Program(), Terminal()
