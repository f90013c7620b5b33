"""A question that is open in this process: what is asked, how an answer is judged, who waits for it.

The future is a `concurrent.futures.Future`, because the waiter may be a task of any loop or a thread; it is resolved
once, after the answer is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from hitl_jupyter import forms
from hitl_jupyter.core.records import Json
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine.bridge import waker
from hitl_jupyter.engine.exact import recorded
from hitl_jupyter.engine.files import Shelf, shelf_of
from hitl_jupyter.engine.logs import LoggerAdapter
from hitl_jupyter.exhibits import Exhibit, ShowAt
from hitl_jupyter.forms import RunInput, unwrap

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

OnInvalid = Literal["raise", "ask_again"]
LOOK_AGAIN = 30.0
"""Seconds after which a deadline is compared with the clock anew: a laptop that slept wakes up late."""


class DeadlinePassed(Exception):  # noqa: N818 - never leaves the engine
    """Raised when the time for an answer is over."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of an answer: a value, an exception for the flow, or errors for the person."""

    value: Any = None
    error: Exception | None = None
    errors: tuple[forms.FieldError, ...] = ()
    to_store: Json = None
    cells: Json = None
    """The answer once more where what is stored does not say all of it."""
    errors_kept: tuple[forms.FieldError, ...] = ()
    """What validators refused in an answer that counts all the same, because the flow asked for their exception."""


class Question:
    """One open pause of a run."""

    def __init__(
        self,
        run: FlowRun[Any],
        pause_id: str,
        key: str,
        *,
        model: type[RunInput] | None,
        plan: forms.Plan | None,
        description: str | None,
        opened_at: datetime,
        deadline: datetime | None,
        on_invalid: OnInvalid,
        logger: LoggerAdapter,
        exhibits: tuple[Exhibit, ...] = (),
        show_at: ShowAt = "above",
        has_default: bool = False,
    ) -> None:
        self.run = run
        self.id = pause_id
        self.key = key
        self.model = model
        self.plan = plan
        self.document = forms.Document(plan) if plan is not None else None
        self.description = description
        self.exhibits = exhibits
        self.show_at: ShowAt = show_at
        self.opened_at = opened_at
        self.deadline = deadline
        self.on_invalid = on_invalid
        self.has_default = has_default
        self.default: str | None = None
        """What the flow goes on with when nobody answers, in words, where that is known before and is no secret."""
        self.logger = logger
        self._future: Future[Any] = Future()
        self._on_answer: Callable[[], None] | None = None

    async def wait(self) -> Any:
        """Wait for the answer.

        Raises
        ------
        DeadlinePassed
            Nobody has answered in time; nothing is decided by that.
        CancelledError
            The run or this wait was ended.
        FlowRunTimeoutError
            The flow has used up its `timeout_seconds`.
        """
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        self._future.add_done_callback(waker(woken))
        while not self._future.done():
            timer = loop.call_later(self._seconds_left(), woken.set)
            try:
                await woken.wait()
            finally:
                timer.cancel()
            if self._future.done():
                break
            woken.clear()
            self.run.check()
            if self.overdue():
                raise DeadlinePassed
        return self._future.result()

    def _seconds_left(self) -> float:
        limits = [LOOK_AGAIN]
        if self.deadline is not None:
            limits.append((self.deadline - self.run.session.source.now()).total_seconds())
        of_run = self.run.seconds_left()
        if of_run is not None:
            limits.append(of_run)
        return max(0.0, min(limits))

    def running(self, at: datetime) -> State:
        """Give the state of the run once this is answered."""
        new_id = self.run.session.source.new_id()
        if self.detached:
            return State(new_id, StateType.SCHEDULED, "Resuming", at)
        return State(new_id, StateType.RUNNING, "Running", at)

    @property
    def detached(self) -> bool:
        """Whether the run has left this process and only comes back for the answer."""
        return self._on_answer is not None

    def detach(self, on_answer: Callable[[], None]) -> None:
        """Have `on_answer` called with the answer, for nobody waits for it (called on any thread)."""
        self._on_answer = on_answer

    @property
    def otherwise(self) -> str:
        """What the flow does when nobody answers in time."""
        if not self.has_default:
            return "gets a timeout"
        return "goes on with its default" + (f" ({self.default})" if self.default else "")

    def overdue(self) -> bool:
        """Tell whether its deadline has passed."""
        return self.deadline is not None and self.run.session.source.now() >= self.deadline

    def done(self) -> bool:
        """Tell whether an answer is there."""
        return self._future.done()

    async def late_answer(self) -> Any:
        """Give the answer that was committed in the very moment of the deadline."""
        return await asyncio.wrap_future(self._future)

    def answered(self, judgement: Judgement, at: datetime) -> None:
        """Take note of a committed answer and hand it to the waiter."""
        run = self.run
        run.close(self)
        run.root.answered += 1
        if not run.questions:
            run.entered(self.running(at))
        with suppress(InvalidStateError):
            if judgement.error is not None:
                self._future.set_exception(judgement.error)
            else:
                self._future.set_result(judgement.value)
        self.come_back()

    def come_back(self) -> None:
        """Have the run come back that has left this process."""
        if self._on_answer is not None:
            self._on_answer()

    def fail(self, error: BaseException) -> None:
        """End the wait with an exception."""
        with suppress(InvalidStateError):
            self._future.set_exception(error)

    def judge(self, data: forms.Document | Mapping[str, Any]) -> Judgement:
        """Judge an answer to this question."""
        return judged(self.model, self.on_invalid, data, shelf_of(self.run, data))


def judged(
    model: type[RunInput] | None, on_invalid: OnInvalid, data: forms.Document | Mapping[str, Any], shelf: Shelf
) -> Judgement:
    """Judge an answer: pydantic alone decides, in this process, which holds the class. Its files are on the shelf.

    Raises
    ------
    KeptValueLost
        It is a recorded one, and a file of it is missing.
    """
    if model is None:
        return Judgement()
    if not forms.compile_plan(model).has_files:
        return _judged(model, on_invalid, data, data, None)
    whole = data if isinstance(data, forms.Document) else shelf.restored(dict(data))
    return _judged(model, on_invalid, data, whole, shelf.mark)


def _judged(
    model: type[RunInput],
    on_invalid: OnInvalid,
    data: forms.Document | Mapping[str, Any],
    whole: forms.Document | Mapping[str, Any],
    mark: forms.Mark | None,
) -> Judgement:
    """Judge the `whole` answer; `data` is what is recorded of it where it is to be kept as it came."""
    try:
        verdict = forms.judge(model, whole)
    except Exception as error:  # noqa: BLE001 - a user's validator may raise anything
        if on_invalid == "raise":
            return Judgement(error=error, to_store=plain(data, mark))
        return Judgement(errors=(forms.FieldError((), f"The check of this form failed: {error}", "validator"),))
    value = verdict.value
    if value is not None:
        to_store, cells = recorded(value, whole, mark)
        return Judgement(value=unwrap(value), to_store=to_store, cells=cells)
    if on_invalid == "raise" and all(e.kind == "validator" for e in verdict.errors):
        return Judgement(error=verdict.exception, to_store=plain(data, mark), errors_kept=verdict.errors)
    return Judgement(errors=tuple(verdict.errors))


def plain(data: forms.Document | Mapping[str, Any], mark: forms.Mark | None = None) -> Json:
    """Give an answer as JSON for the record, secrets left out and files marked."""
    return data.to_json(mark) if isinstance(data, forms.Document) else dict(data)
