"""Functions for sync and async code alike, in Prefect's three forms: ``f``, ``af`` (``f.aio``) and ``f(_sync=...)``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from hitl_jupyter.core.colour import is_async_here
from hitl_jupyter.core.signatures import stand_for
from hitl_jupyter.engine.context import current_run

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

P = ParamSpec("P")
T = TypeVar("T")


class Dispatching(Generic[P, T]):
    """A function that waits in sync code and gives a coroutine to async code; `aio` is its async form.

    Inside a run the kind of the innermost flow or task decides, outside any run whether an event loop is running.
    ``_sync=True`` or ``False`` decides it otherwise.
    """

    def __init__(self, aio: Callable[P, Coroutine[Any, Any, T]], session: Callable[[], Session]) -> None:
        stand_for(aio, self)
        self.__name__ = self.__qualname__ = aio.__name__.removeprefix("a")
        self.aio = aio
        self._session = session

    def __call__(self, *args: P.args, _sync: bool | None = None, **kwargs: P.kwargs) -> Any:  # type: ignore[valid-type]
        """Do it, the way the calling code waits."""
        __tracebackhide__ = True
        return as_around(self.aio(*args, **kwargs), self._session(), sync=_sync)


def as_around(work: Coroutine[Any, Any, T], session: Session, *, sync: bool | None = None) -> Any:
    """Give what the calling code waits for: the coroutine to async code, what it gives to sync code."""
    __tracebackhide__ = True
    return wait(work, session) if in_sync_code(sync) else work


def in_sync_code(sync: bool | None = None) -> bool:
    """Tell whether the calling code has to be waited for, as Prefect decides it; `sync` is the caller's own word."""
    return sync if sync is not None else not is_async_here()


def wait(work: Coroutine[Any, Any, T], session: Session) -> T:
    """Give what `work` gives, in sync code.

    Raises
    ------
    CannotWait
        The calling code is at a place that cannot wait.
    """
    __tracebackhide__ = True
    run = current_run.get()
    return session.bridge.wait(work) if run is None else run.wait(work)
