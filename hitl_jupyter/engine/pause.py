"""`pause_flow_run`: put a question to a person and wait for the answer.

Committed first, shown second (invariant 1). Every way out of the wait (answer, deadline, cancel, interrupt, an error)
closes the question in the store before the flow goes on.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from hitl_jupyter import store
from hitl_jupyter.core.records import FormRecord, Identity, PauseRecord
from hitl_jupyter.core.states import PauseState, State, StateType
from hitl_jupyter.engine.bridge import call, settled
from hitl_jupyter.engine.logs import current_logger, flow_run_logger
from hitl_jupyter.engine.question import DeadlinePassed, Judgement, OnInvalid, Question
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import current_scope
from hitl_jupyter.exceptions import AmbiguousPause, FlowPauseTimeout, FlowRunTimeoutError, NotPausedError
from hitl_jupyter.forms import (
    AutomaticRunInput,
    RunInput,
    RunInputMetadata,
    compile_plan,
    keyset_from_base_key,
    run_input_type,
)

PAUSING = "Pausing flow, execution will continue when this flow run is resumed."


def check_arguments(timeout: float | None, key: str | None, on_invalid: str) -> None:
    """Let the arguments of a pause pass.

    Raises
    ------
    ValueError
        A negative timeout, an empty key, or an unknown `on_invalid`.
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


class Pause:
    """One call of `pause_flow_run`, from its arguments to its value.

    Raises
    ------
    CannotWait
        The calling code is at a place where nobody could answer.
    """

    def __init__(
        self,
        run: FlowRun[Any],
        wait_for_input: Any,
        *,
        timeout: float | None,
        key: str | None,
        on_timeout: Any,
        on_invalid: OnInvalid,
    ) -> None:
        # Here, because only the caller's own frames tell where the call stands.
        run.session.host.check(foreground=run.root.foreground)
        self.run = run
        self.session = run.session
        self.model = None if wait_for_input is None else run_input_type(wait_for_input)
        self.plan = None if self.model is None else compile_plan(self.model)
        self.on_timeout = on_timeout
        self.on_invalid: OnInvalid = on_invalid
        self.logger = current_logger.get() or flow_run_logger(run)
        self.key = key
        self.timeout = timeout

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
        """
        run = self.run
        run.check()
        run.pauses += 1
        pause_key = self.key or str(run.pauses)
        if self.key is None:
            return await self._ask_unnamed(pause_key)
        asked = run.asking.get(self.key)
        if asked is not None:
            # The same question from another branch: one form, one answer for both.
            return self._with_metadata(await asked.wait(), pause_key)
        # A named pause is the same wherever in the run it is asked.
        run.answers[self.key] = await self._put(pause_key, Identity(run.id_text, run.attempt, "", self.key))
        return run.answers[self.key]

    async def _ask_unnamed(self, pause_key: str) -> Any:
        # Read here and not where the pause was called: gather() makes the call a branch only now.
        scope = current_scope.get() or self.run.scope
        if scope.open_unnamed:
            raise AmbiguousPause(self.run.name, pause_key)
        identity = Identity(self.run.id_text, self.run.attempt, scope.path, f"#{scope.next('pause')}")
        scope.open_unnamed += 1
        try:
            return await self._put(pause_key, identity)
        finally:
            scope.open_unnamed -= 1

    async def _put(self, pause_key: str, identity: Identity) -> Any:
        """Commit the question, show it, wait."""
        run, session = self.run, self.session
        question = self._question(pause_key)
        self._check_default(question)
        self.logger.info(PAUSING)
        lines = run.book.take()
        record, form = self._records(question, identity)
        paused = self._paused(question)
        if self.key is not None:
            run.asking[self.key] = question
        try:
            recorded = await settled(session.store.write(store.pauses.open_, record, form, paused, logs=lines))
            run.book.shown(lines)
            if recorded is not None:
                return self._replayed(question, recorded)
            if not run.questions:
                run.entered(paused)
            run.open(question)
            session.present("question_opened", question)
            return await self._wait(question)
        except BaseException as error:
            question.fail(error)
            raise
        finally:
            run.asking.pop(pause_key, None)
            run.close(question)

    async def _wait(self, question: Question) -> Any:
        try:
            return self._with_metadata(await question.wait(), question.key)
        except DeadlinePassed:
            if await self._closed(question, PauseState.TIMED_OUT, "Nobody answered in time."):
                return await self._timed_out()
            # An answer was committed in the very moment of the deadline: it stands.
            return self._with_metadata(await question.late_answer(), question.key)
        except FlowRunTimeoutError:
            await self._closed(question, PauseState.CANCELLED, "The flow ran out of time.")
            raise
        except asyncio.CancelledError as error:
            await self._closed(question, PauseState.CANCELLED, str(error) or "The run was ended.")
            raise

    # -- what is asked ----------------------------------------------------------------------------------------------

    def _question(self, pause_key: str) -> Question:
        now = self.session.source.now()
        return Question(
            self.run,
            self.session.source.new_id(),
            pause_key,
            model=self.model,
            plan=self.plan,
            description=None if self.model is None else self.model.description_text(),
            opened_at=now,
            deadline=None if self.timeout is None else now + timedelta(seconds=self.timeout),
            on_invalid=self.on_invalid,
            running=self._running,
            logger=self.logger,
        )

    def _records(self, question: Question, identity: Identity) -> tuple[PauseRecord, FormRecord | None]:
        form = None
        if self.plan is not None:
            form = FormRecord(self.plan.fingerprint, self.plan.to_json(), self.plan.json_schema())
        pause = PauseRecord(
            id=question.id,
            identity=identity,
            pause_key=question.key,
            state=PauseState.OPEN,
            opened_at=question.opened_at,
            form=form.fingerprint if form else None,
            description=question.description,
            initial=question.document.to_wire() if question.document else None,
            deadline=question.deadline,
        )
        return pause, form

    def _paused(self, question: Question) -> State:
        deadline = question.deadline
        details: dict[str, Any] = {
            "pause_key": question.key,
            "pause_timeout": deadline.isoformat() if deadline else None,
            "pause_reschedule": False,
        }
        if self.model is not None:
            details["run_input_keyset"] = keyset_from_base_key(f"paused-{question.key}")
        return State(self.session.source.new_id(), StateType.PAUSED, "Paused", question.opened_at, details=details)

    def _running(self, at: datetime) -> State:
        return State(self.session.source.new_id(), StateType.RUNNING, "Running", at)

    # -- what comes of it -------------------------------------------------------------------------------------------

    def _with_metadata(self, answer: Any, pause_key: str) -> Any:
        if isinstance(answer, RunInput):
            key = keyset_from_base_key(f"paused-{pause_key}")["response"]
            # Not a setter: a model may have a field of that name.
            answer._metadata = RunInputMetadata(key=key, sender=None, receiver=self.run.id)  # noqa: SLF001
        return answer

    def _replayed(self, question: Question, recorded: PauseRecord) -> Any:
        """Give what was answered under the same key before."""
        run = self.run
        if question.key in run.answers:
            # Also what a deadline gave, and the secrets, which the record has not.
            return run.answers[question.key]
        if recorded.state is PauseState.TIMED_OUT:
            raise FlowPauseTimeout
        if recorded.state is not PauseState.ANSWERED:
            raise NotPausedError(repr(run.name), f"has its pause {question.key!r} in state {recorded.state}.")
        if self.model is None:
            return None
        judgement = question.judge(recorded.value if isinstance(recorded.value, dict) else {})
        if judgement.error is not None:
            raise judgement.error
        return self._with_metadata(judgement.value, question.key)

    async def _closed(self, question: Question, outcome: PauseState, why: str) -> bool:
        """Close the question in the store; False if an answer was committed first."""
        run, session = self.run, self.session
        now = session.source.now()
        ending = run.ending()
        running = None if ending else self._running(now)
        won = await settled(session.store.write(store.pauses.close, question.id, outcome, now, running))
        if won:
            run.close(question)
            if running is not None and not run.questions:
                run.entered(running)
            session.present("question_closed", question, outcome, why)
        return won

    def _check_default(self, question: Question) -> None:
        """Refuse a default that the form itself would refuse, now and not at the deadline."""
        if isinstance(self.on_timeout, str) and self.on_timeout == "fail":
            return
        if callable(self.on_timeout) or self.model is None:
            return
        judgement = self._default(question)
        if judgement.errors or judgement.error is not None:
            reasons = "; ".join(f"{'.'.join(map(str, e.path)) or 'value'}: {e.message}" for e in judgement.errors)
            raise ValueError(
                f"'on_timeout'={self.on_timeout!r} is no valid answer to pause {question.key!r} of run "
                f"{self.run.name!r}: {reasons or judgement.error}. Give the fields defaults, or pass a valid value."
            )

    def _default(self, question: Question) -> Judgement:
        if isinstance(self.on_timeout, str) and self.on_timeout == "default":
            return question.judge(question.document or {})
        return self._judged(question, self.on_timeout)

    def _judged(self, question: Question, value: Any) -> Judgement:
        data = value.model_dump(by_alias=True) if isinstance(value, BaseModel) else value
        if self.model is not None and issubclass(self.model, AutomaticRunInput):
            data = {"value": data}
        return question.judge(data)

    async def _timed_out(self) -> Any:
        """Do what `on_timeout` says."""
        choice = self.on_timeout
        if isinstance(choice, str) and choice == "fail":
            raise FlowPauseTimeout
        self.logger.warning("Nobody answered in time; going on with on_timeout=%r.", choice)
        question = self._question("timeout")
        if callable(choice):
            choice = await call(choice)
        if self.model is None:
            return None
        judgement = self._default(question) if choice is self.on_timeout else self._judged(question, choice)
        if judgement.errors:
            first = judgement.errors[0]
            raise ValueError(f"on_timeout gave {choice!r}, which is no valid answer: {first.message}")
        if judgement.error is not None:
            raise judgement.error
        return judgement.value
