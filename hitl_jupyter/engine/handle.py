"""The end of a run, for those who wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from hitl_jupyter.core.states import State
from hitl_jupyter.engine.context import current_run, hooks_of
from hitl_jupyter.engine.waiting import wait_until
from hitl_jupyter.exceptions import CancelledRun, CannotWait, CrashedRun

if TYPE_CHECKING:
    from hitl_jupyter.engine.old_answers import Again
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

R = TypeVar("R")


class Handle(Generic[R]):
    """What a `FlowRun` has of its end: it is waited for from any task or thread."""

    session: Session
    id_text: str
    name: str
    is_async: bool
    cancelled_by: str | None

    def __init__(self) -> None:
        self._state: State | None = None
        self._outcome: Future[R] = Future()
        self.again: Again | None = None

    @property
    def state(self) -> State | None:
        """The last committed state; None before the first is."""
        return self._state

    def __await__(self) -> Generator[Any, None, R]:
        """Wait for the run's end; ending the wait does not end the run."""
        return self._finished().__await__()

    async def _finished(self) -> R:
        if not self._outcome.done():
            self._check_place()
        # Shielded: who stops waiting for a background run does not stop the run.
        return await asyncio.shield(asyncio.wrap_future(self._outcome))

    def result(self) -> R:
        """Give the flow's value from sync code, waiting for it.

        Raises
        ------
        CannotWait
            The calling code is at a place that cannot wait.
        """
        if not self._outcome.done():
            self._check_place()
            wait_until(self.session, self._outcome)
        return self._outcome.result()

    def _check_place(self) -> None:
        """Refuse to wait in a cell that would keep the answer from arriving, and in the run itself."""
        inside = (current_run.get(), hooks_of.get())
        if any(run is not None and run.belongs_to(self) for run in inside):
            raise CannotWait(
                f"Run {self.name!r} cannot wait for its own end: it would never come. What its flow returns is known "
                "where the flow was called or started; a hook finds it in the state that it is given."
            )
        cell = self.session.host.cell()
        if cell is not None and cell.own_task():
            self.session.host.check(foreground=True)

    def done(self) -> bool:
        """Tell whether the run is over."""
        return self._outcome.done()

    def run_again(self, parameters: Mapping[str, Any] | None = None) -> FlowRun[R]:
        """Begin a new run of the same flow with the parameters and the answers that this one had; gives its handle.

        As `hitl_jupyter.run_again` does it, which also takes a run's name, and says what is given again.

        Parameters
        ----------
        parameters
            What is to be another one than before, by name.

        Raises
        ------
        NotRunAgain
            The run is not over, is run again already, or what it was called with is not known.
        FlowNotDefined
            Its flow is not defined here.
        """
        return self.session.run_again(self.id_text, parameters)

    def finish(self, value: R | None, error: BaseException | None) -> None:
        """Hand the end of the run to those who wait for it (called by the engine only)."""
        if self._state is not None and self._state.is_final():
            self._state = replace(self._state, data=value if error is None else error, of_async=self.is_async)
        if error is None:
            self._outcome.set_result(value)  # type: ignore[arg-type]
        elif isinstance(error, asyncio.CancelledError | KeyboardInterrupt | GeneratorExit):
            # Who waits for the handle was not cancelled itself, and must be able to tell.
            what = f"Run {self.name!r} ended in state {self.state!r}."
            over = CancelledRun if self.cancelled_by is not None else CrashedRun
            self._outcome.set_exception(over(what))
        else:
            self._outcome.set_exception(error)

    def lost(self, error: BaseException) -> None:
        """Keep the exception of a background run that could not even begin (called by the engine only)."""
        if not self._outcome.done():
            self.finish(None, error)
            self.session.present("run_lost", self, error)
