"""For tests of one's own flows: the answers are there before the questions.

``with answers("Jeff", shirt={"size": "medium"}):`` gives the flows inside a store of their own, which is gone
afterwards. A question without an answer fails at once, an answer that nobody asked for fails the test.
"""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache, wraps
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, cast

from hitl_jupyter import _session
from hitl_jupyter.engine.answers import Answers
from hitl_jupyter.engine.presenter import Silent
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import AnswersLeftOver

__all__ = ["answers"]

P = ParamSpec("P")
R = TypeVar("R")


class answers:  # noqa: N801 - a context manager, written as a function is
    """Answer the questions of the flows that run inside.

    Use it with ``with``, ``async with``, or as a decorator of a sync or async test. Wait inside for what you `start`.

    Parameters
    ----------
    in_order
        The answers in the order in which any flow asks: data by field, an instance of the model, the value itself
        where a plain type is asked, None for a bare Resume.
    flows
        The answers by flow name: a mapping by pause key or a list in order. What stands beside it is then for the
        flows that are not named.
    by_key
        The answers by the keys of the pauses, for as many runs as ask.

    Raises
    ------
    AnswersLeftOver
        At the end, when nobody asked for some of them.
    AnswersFileError
        The answers of a flow are neither a mapping nor a list.

    Examples
    --------
    >>> from hitl_jupyter import flow, pause_flow_run
    >>> @flow
    ... def order() -> str:
    ...     size = pause_flow_run(str, key="size")
    ...     return f"{pause_flow_run(int, key='count')} x {size}"
    >>> with answers(size="medium", count=2):
    ...     order()
    '2 x medium'
    """

    def __init__(self, *in_order: Any, flows: Mapping[str, Any] | None = None, **by_key: Any) -> None:
        self._in_order, self._flows, self._by_key = in_order, flows, by_key
        self._answers = Answers.of(in_order, by_key, flows)
        self._around = ExitStack()

    def __enter__(self) -> Self:
        """Begin to answer, with an empty store."""
        with ExitStack() as around:
            folder = Path(around.enter_context(tempfile.TemporaryDirectory(prefix="hitl-test-")))
            store = folder / "hitl.db"
            store.write_bytes(_empty_store())
            session = Session(
                open_store=lambda: _open(store), presenter=_Unwatched(), host=_session.current().host, where="a test"
            )
            session.answers = self._answers
            around.callback(session.close)
            around.enter_context(_session.using(session))
            self._around = around.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Put everything back, and look for answers that are left over."""
        self._around.close()
        left = self.left_over()
        if error is None and left:
            raise AnswersLeftOver(left)

    async def __aenter__(self) -> Self:
        """Begin to answer, with an empty store."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Put everything back, and look for answers that are left over."""
        self.__exit__(kind, error, traceback)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Give a test that has these answers each time it is called."""
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def async_test(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self._anew():
                    return await function(*args, **kwargs)

            return cast("Callable[P, R]", async_test)

        @wraps(function)
        def test(*args: P.args, **kwargs: P.kwargs) -> R:
            with self._anew():
                return function(*args, **kwargs)

        return test

    def left_over(self) -> list[str]:
        """Name the answers that nobody has asked for so far."""
        return self._answers.left_over()

    def _anew(self) -> answers:
        return answers(*self._in_order, flows=self._flows, **self._by_key)


class _Unwatched(Silent):
    """Shows nothing to nobody."""

    async def absent(self, needless: Callable[[], bool]) -> str | None:  # noqa: ARG002 - known at once
        """Say that a test answers beforehand or not at all."""
        return "this is a test"


@cache
def _empty_store() -> bytes:
    # Making the tables takes a third of a second: once per process.
    with tempfile.TemporaryDirectory(prefix="hitl-test-") as folder:
        path = Path(folder) / "hitl.db"
        _open(path).close()
        return path.read_bytes()


def _open(path: Path):  # type: ignore[no-untyped-def] # noqa: ANN202 - its type would load SQLAlchemy
    from hitl_jupyter.store.open import open_store

    return open_store(str(path))
