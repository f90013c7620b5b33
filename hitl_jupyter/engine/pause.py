"""`pause_flow_run`: put a question to a person and wait for the answer.

Committed first, shown second (invariant 1). Every way out of the wait (answer, deadline, cancel, interrupt, an error)
closes the question in the store before the flow goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from hitl_jupyter import forms, store
from hitl_jupyter.core.records import Identity, PauseRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine import engine, inbox, recovery, unattended
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.closing import WITHDRAWN, close
from hitl_jupyter.engine.inquiry import Inquiry, Place
from hitl_jupyter.engine.old_answers import Again
from hitl_jupyter.engine.question import DeadlinePassed, Question
from hitl_jupyter.engine.recall import HOW_TO_GO_ON
from hitl_jupyter.engine.takeup import Recorded
from hitl_jupyter.exceptions import (
    AmbiguousPause,
    FlowPauseTimeout,
    FlowRunTimeoutError,
    LeavesKernel,
    NonDeterminismError,
    NotPausedError,
)
from hitl_jupyter.exhibits import known_place

PAUSING = "Pausing flow, execution will continue when this flow run is resumed."
SUSPENDING = "Suspending flow run, execution will be rescheduled when this flow run is resumed."
TOO_LATE = "Nobody answered in time."


def check_arguments(timeout: float | None, key: str | None, on_invalid: str, show_at: str = "above") -> None:
    """Let the arguments of a pause pass.

    Raises
    ------
    ValueError
        A negative timeout, an empty key, or an unknown `on_invalid` or `show_at`.
    TypeError
        A timeout that is no number or a key that is no text.
    """
    if timeout is not None:
        if isinstance(timeout, bool) or not isinstance(timeout, int | float):
            raise TypeError(f"'timeout' must be a number of seconds or None, got {timeout!r}")
        if not timeout >= 0:
            raise ValueError(f"'timeout' must be a non-negative number, got {timeout}")
    if key is not None and not isinstance(key, str):
        raise TypeError(f"'key' must be a text or None, got {key!r}")
    if key == "":
        raise ValueError("'key' must not be empty; leave it out to have the pause numbered")
    if on_invalid not in ("raise", "ask_again"):
        raise ValueError(f"'on_invalid' must be 'raise' or 'ask_again', got {on_invalid!r}")
    known_place(show_at)


class Pause:
    """One call of `pause_flow_run`, from its arguments to its value.

    Raises
    ------
    CannotWait
        The calling code is at a place where nobody could answer.
    """

    def __init__(self, asks: Inquiry) -> None:
        # Here, because only the caller's own frames tell where the call stands.
        if not asks.suspends:
            asks.run.session.host.check(foreground=asks.run.root.foreground)
        self.asks = asks
        self.run, self.session, self.key = asks.run, asks.session, asks.key
        self._place: Place | None = None

    def recall(self) -> Recorded | None:
        """Give what is recorded for this pause, without waiting; None: it must be asked. Once per pause.

        Raises
        ------
        FlowPauseTimeout
            Nobody answered it in time then, and `on_timeout` is "fail".
        NonDeterminismError
            Something else was asked here.
        """
        run = self.run
        run.check()
        run.pauses += 1
        scope = run.scope_here()
        # A named pause is the same wherever in the run it is asked.
        path, key = (scope.path, f"#{scope.next('pause')}") if self.key is None else ("", self.key)
        record = run.journal.pause(path, key)
        while record is not None and self._was_not_kept(record):
            key = f"{key}~"
            record = run.journal.pause(path, key)
        pause_key = self.key or (str(run.pauses) if record is None else record.pause_key)
        self._place = Place(scope, Identity(run.id_text, run.attempt, path, key), pause_key, record)
        if record is None:
            if run.journal.closed:
                raise NonDeterminismError(run.name, f"it is complete and had no question {pause_key!r}", HOW_TO_GO_ON)
            run.journal.left()
            return None
        return self._settled(record)

    async def ask(self) -> Any:
        """Give the answer.

        Raises
        ------
        FlowPauseTimeout
            Nobody answered in time and `on_timeout` is "fail".
        pydantic.ValidationError
            A Python validator refused the answer and `on_invalid` is "raise".
        AmbiguousPause
            Another pause of the same piece of code is open and neither has a key.
        NonDeterminismError
            The run is taken up, and something else was asked here.
        """
        # In async code the place is found here and not where the pause was called: gather() makes the call a branch
        # only now.
        recorded = self.recall() if self._place is None else None
        if recorded is not None:
            return recorded.value
        place, run = self._at, self.run
        if self.key is None:
            return await self._ask_unnamed(place)
        if self.key in run.answers:
            # Also what a deadline gave, and the secrets, which the record has not.
            return run.answers[self.key]
        asked = run.asking.get(self.key)
        if asked is not None:
            # The same question from another branch: one form, one answer for both.
            return self.asks.with_metadata(await asked.wait(), self.key)
        run.answers[self.key] = await self._put(place)
        return run.answers[self.key]

    @property
    def _at(self) -> Place:
        assert self._place is not None  # noqa: S101 - recall comes first
        return self._place

    async def _ask_unnamed(self, place: Place) -> Any:
        if place.scope.open_unnamed:
            raise AmbiguousPause(self.run.name, place.pause_key)
        place.scope.open_unnamed += 1
        try:
            return await self._put(place)
        finally:
            place.scope.open_unnamed -= 1

    async def _put(self, place: Place) -> Any:
        """Commit the question, or find it committed; show it, wait."""
        run = self.run
        question = self.asks.question(place)
        self.asks.check_default(question)
        try:
            if not await self._open(question, place):
                return self._asked_before(question)
            value = await self._wait(question, place)
            await self._hooks("on_resumed")
        except LeavesKernel:
            raise
        except BaseException as error:
            question.fail(error)
            raise
        else:
            return value
        finally:
            run.asking.pop(question.key, None)
            if not question.detached:
                run.close(question)

    async def _hooks(self, option: str) -> None:
        """Call the hooks of a run that has become paused, or goes on: once, however many questions that are."""
        state = self.run.state
        if state is None or state.is_paused() != (option == "on_paused") or state.id == self.run.hooked:
            return
        self.run.hooked = state.id
        await engine.call_hooks(self.run, state, option)

    async def _open(self, question: Question, place: Place) -> bool:
        """Have the question open in the store and on the screen; False: it was answered in this run before."""
        run, session = self.run, self.session
        if self.key is not None:
            run.asking[self.key] = question
        before, again, given = place.record, run.root.again, None
        if place.was_given_up():
            run.open(question)
            return True
        run.journal.left()
        received = run.journal.received(question.id)
        if before is not None and before.state is PauseState.OPEN:
            if await self._renewed(question, place, before):
                # Those were sent back with that.
                received = []
        else:
            record, form = self.asks.records(question, place)
            if before is None and again is not None:
                given = again.look(question, record)
                record = replace(record, initial=question.document.to_wire() if question.document else None)
            self.asks.logger.info(SUSPENDING if self.asks.suspends else PAUSING)
            lines = run.book.take()
            paused = self.asks.paused(question)
            operation = session.store.write(
                store.pauses.open_,
                record,
                form,
                paused,
                again=before is not None,
                owner_id=session.owner.id,
                logs=lines,
            )
            recorded = await settled(operation)
            run.book.shown(lines)
            if recorded is not None:
                self._place = replace(place, record=recorded)
                return False
            if not run.questions:
                run.entered(paused)
            if before is not None and before.form == record.form:
                _type_in(question, before)
        run.open(question)
        if given is None or again is None or not await _answered(question, given, again):
            session.present("question_opened", question)
        for submission in received:
            # Stored while no process was there to judge it: before anybody, and before the deadline, has a say.
            await inbox.judge_stored(question, submission)
        return True

    async def _renewed(self, question: Question, place: Place, before: PauseRecord) -> bool:
        """Tell whether what is open in the store is asked otherwise now; if not, it is asked with what was typed."""
        form = None if self.asks.plan is None else self.asks.plan.fingerprint
        record, its_form = self.asks.records(question, place)
        if form != before.form or (self.key is None and question.description != before.description):
            await settled(self.session.store.write(store.pauses.renew, question.id, its_form, record))
            return True
        if record.shown != before.shown:
            # It is no other question for that, but the record says what whoever answers has seen.
            await settled(self.session.store.write(store.pauses.renew, question.id, its_form, record))
        _type_in(question, before)
        return False

    async def _is_open(self, question: Question, place: Place) -> None:
        run = self.run
        run.check()
        if not place.was_given_up():
            await self._hooks("on_paused")
            await unattended.attend(question, leaves=self.asks.suspends)
        if self.asks.suspends and not (question.done() or question.overdue()):
            question.detach(partial(recovery.come_back, run))
            run.leave()

    async def _wait(self, question: Question, place: Place) -> Any:
        try:
            await self._is_open(question, place)
            return self.asks.with_metadata(await question.wait(), question.key)
        except DeadlinePassed:
            timed_out = await self._timed_out(question)
            if timed_out is not None:
                return timed_out.value
            # An answer was committed in the very moment of the deadline: it stands, and is on its way.
            return self.asks.with_metadata(await question.late_answer(), question.key)
        except FlowRunTimeoutError:
            await close(question, PauseState.CANCELLED, "The flow ran out of time.")
            raise
        except LeavesKernel:
            # What is asked stays open.
            raise
        except asyncio.CancelledError as error:
            await self._give_up(question, str(error) or ("The run was ended." if self.run.ending() else WITHDRAWN))
            raise

    def _was_not_kept(self, record: PauseRecord) -> bool:
        """Tell whether an answer is not in the record, or not whole, so that only the person can say it again."""
        if self.asks.plan is None or record.state not in (PauseState.ANSWERED, PauseState.TIMED_OUT):
            return False
        unwritable = record.state is PauseState.ANSWERED and record.value is None
        return unwritable or self.asks.plan.root.has_secret

    def _settled(self, record: PauseRecord) -> Recorded | None:
        """Give what a recorded question came to, None if it is to be asked."""
        if record.state not in (PauseState.ANSWERED, PauseState.TIMED_OUT):
            return None
        run = self.run
        if record.state is PauseState.TIMED_OUT and record.value is None:
            if run.journal.retries or not (self.asks.fails or self.asks.model is None):
                return None
            run.journal.replayed(record)
            if self.asks.fails:
                raise FlowPauseTimeout
        asked = self.asks.asked()
        asked.compare(record)
        run.journal.replayed(record)
        value = asked.value(record)
        if record.state is PauseState.ANSWERED:
            run.root.answered += 1
            value = self.asks.with_metadata(value, record.pause_key)
        if self.key is not None:
            run.answers[self.key] = value
        return Recorded(value)

    def _asked_before(self, question: Question) -> Any:
        """Give what was answered under the same key before, and is not in this process's memory."""
        record = self._at.record
        if record is not None:
            found = self._settled(record)
            if found is not None:
                return found.value
        state = "unknown" if record is None else record.state
        raise NotPausedError(repr(self.run.name), f"has its pause {question.key!r} in state {state}.")

    async def _give_up(self, question: Question, why: str) -> None:
        """Close a question whose wait was ended from outside."""
        run = self.run
        if self._at.was_given_up():
            run.close(question)
            return
        if run.root.corrected is not None or run.root.lost_to is not None:
            # The correction has closed it in the store, or it is another process's now.
            run.close(question)
            self.session.present("question_closed", question, PauseState.CANCELLED, why)
            return
        outcome = PauseState.INTERRUPTED if run.stopped() else PauseState.CANCELLED
        if await close(question, outcome, why) and outcome is PauseState.CANCELLED:
            run.dropped.add(question.id)

    async def _timed_out(self, question: Question) -> Recorded | None:
        """Do what `on_timeout` says; None if an answer was committed first."""
        if self.asks.fails:
            if await close(question, PauseState.TIMED_OUT, TOO_LATE):
                raise FlowPauseTimeout from None
            return None
        chosen, judgement = await self.asks.chosen(question, self._at)
        good = not judgement.errors and judgement.error is None
        value, cells = (judgement.to_store, judgement.cells) if good else (None, None)
        if not await close(question, PauseState.TIMED_OUT, TOO_LATE, value, cells):
            return None
        self.asks.logger.warning("Nobody answered in time; going on with on_timeout=%r.", self.asks.on_timeout)
        if judgement.errors:
            first = judgement.errors[0]
            raise ValueError(f"on_timeout gave {chosen!r}, which is no valid answer: {first.message}")
        if judgement.error is not None:
            raise judgement.error
        return Recorded(judgement.value)


async def _answered(question: Question, given: forms.Document | Mapping[str, Any], again: Again) -> bool:
    """Tell whether a question has the answer now that the run had which is run again."""
    receipt = await inbox.submit(question, given, by=again.by, origin=again.origin)
    # Gone: somebody elsewhere was quicker.
    return receipt.status in ("accepted", "gone")


def _type_in(question: Question, before: PauseRecord) -> None:
    """Put into the form what somebody had typed and not sent."""
    if question.document is not None and before.draft is not None:
        with suppress(ValueError):
            question.document.replace(before.draft)
