"""What a pause asks, before it is a question to somebody: the class, its form, the deadline and what comes of that.

Made from the arguments of one call of `pause_flow_run` or `suspend_flow_run`. `pause` puts it to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from pydantic import BaseModel

from hitl_jupyter import exhibits, forms
from hitl_jupyter.core.records import FormRecord, Identity, PauseRecord
from hitl_jupyter.core.states import PauseState, State, StateType
from hitl_jupyter.core.text import short
from hitl_jupyter.engine.bridge import call
from hitl_jupyter.engine.files import shelf_of
from hitl_jupyter.engine.logs import current_logger, flow_run_logger
from hitl_jupyter.engine.question import Judgement, OnInvalid, Question, judged
from hitl_jupyter.engine.recall import Asked
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import Scope, current_scope
from hitl_jupyter.engine.told import answers
from hitl_jupyter.exhibits import ShowAt
from hitl_jupyter.forms import AutomaticRunInput, RunInput, RunInputMetadata, keyset_from_base_key, run_input_type

SAID: Final = 160
"""So many characters of a default stand beside its question."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its run a pause stands, and what is recorded there."""

    scope: Scope
    identity: Identity
    pause_key: str
    record: PauseRecord | None

    def was_given_up(self) -> bool:
        """Tell whether the run itself gave this question up: taken up again, it will once more, and nobody is asked."""
        return self.record is not None and self.record.state is PauseState.CANCELLED


class Inquiry:
    """What one pause asks of a person."""

    def __init__(
        self,
        run: FlowRun[Any],
        wait_for_input: Any,
        *,
        timeout: float | None,
        key: str | None,
        on_timeout: Any = "fail",
        on_invalid: OnInvalid = "raise",
        suspends: bool = False,
        show: Any = None,
        show_at: ShowAt = "above",
    ) -> None:
        self.run = run
        self.session = run.session
        self.model = None if wait_for_input is None else run_input_type(wait_for_input)
        self.plan = None
        if self.model is not None:
            self.plan = forms.compile_plan(self.model)
            self.session.models[self.plan.fingerprint] = self.model
        self.on_timeout = on_timeout
        self.on_invalid: OnInvalid = on_invalid
        self.suspends = suspends
        self.logger = current_logger.get() or flow_run_logger(run)
        self.key = key
        self.timeout = timeout
        self.show, self.show_at = show, show_at

    def question(self, place: Place) -> Question:
        """Give the question to put to a person at a place of the run."""
        now = self.session.source.now()
        before = place.record if place.record is not None and place.record.state is PauseState.OPEN else None
        deadline = None if self.timeout is None else now + timedelta(seconds=self.timeout)
        given_up = place.was_given_up()
        return Question(
            self.run,
            self.session.source.new_id() if place.record is None or given_up else place.record.id,
            place.pause_key,
            model=self.model,
            plan=self.plan,
            description=self.description(),
            opened_at=now if before is None else before.opened_at,
            deadline=None if given_up else deadline if before is None else before.deadline,
            on_invalid=self.on_invalid,
            logger=self.logger,
            # Drawn now: what is in an array or a figure may be something else a moment later.
            exhibits=() if given_up else exhibits.exhibits_of(self.show),
            show_at=self.show_at,
            has_default=not self.fails,
        )

    def description(self) -> str | None:
        """Give the words above the form."""
        return None if self.model is None else self.model.description_text()

    def records(self, question: Question, place: Place) -> tuple[PauseRecord, FormRecord | None]:
        """Give the question and its form as the store takes them."""
        form = None
        if self.plan is not None:
            form = FormRecord(self.plan.fingerprint, self.plan.to_json(), self.plan.json_schema())
        pause = PauseRecord(
            id=question.id,
            identity=place.identity,
            pause_key=question.key,
            state=PauseState.OPEN,
            opened_at=question.opened_at,
            form=form.fingerprint if form else None,
            description=question.description,
            initial=question.document.to_wire() if question.document else None,
            deadline=question.deadline,
            within=place.scope.path,
            shown=[one.to_record() for one in question.exhibits] or None,
        )
        return pause, form

    def paused(self, question: Question) -> State:
        """Give the state of the run while it asks."""
        deadline = question.deadline
        name = "Suspended" if self.suspends else "Paused"
        details: dict[str, Any] = {
            "pause_key": question.key,
            "pause_timeout": deadline.isoformat() if deadline else None,
            "pause_reschedule": self.suspends,
        }
        if self.model is not None:
            details["run_input_keyset"] = keyset_from_base_key(f"{name.lower()}-{question.key}")
        return State(self.session.source.new_id(), StateType.PAUSED, name, self.session.source.now(), details=details)

    def with_metadata(self, answer: Any, pause_key: str) -> Any:
        """Give an answer as the flow gets it."""
        if isinstance(answer, RunInput):
            key = keyset_from_base_key(f"{'suspended' if self.suspends else 'paused'}-{pause_key}")["response"]
            # Not a setter: a model may have a field of that name.
            answer._metadata = RunInputMetadata(key=key, sender=None, receiver=self.run.id)  # noqa: SLF001
        return answer

    def asked(self) -> Asked:
        """Give what is asked, to be compared with what is recorded."""

        def judge(data: Any) -> Judgement:
            return judged(self.model, self.on_invalid, data, shelf_of(self.run, data))

        return Asked(self.run, self.plan, self.description(), self.key is not None, judge)

    # -- when nobody answers in time --------------------------------------------------------------------------------

    @property
    def fails(self) -> bool:
        """Whether the deadline raises in the flow."""
        return isinstance(self.on_timeout, str) and self.on_timeout == "fail"

    def check_default(self, question: Question) -> None:
        """Refuse a default that the form itself would refuse, now and not at the deadline; a good one is told."""
        if self.fails or callable(self.on_timeout) or self.plan is None:
            return
        judgement = self._default(question)
        if judgement.errors or judgement.error is not None:
            reasons = "; ".join(f"{'.'.join(map(str, e.path)) or 'value'}: {e.message}" for e in judgement.errors)
            raise ValueError(
                f"'on_timeout'={self.on_timeout!r} is no valid answer to pause {question.key!r} of run "
                f"{self.run.name!r}: {reasons or judgement.error}. Give the fields defaults, or pass a valid value."
            )
        if not self.plan.root.has_secret:
            row = {"answer": judgement.to_store, "value": None}
            question.default = short("; ".join(answers(row, self.plan.json_schema())), SAID) or None

    def _default(self, question: Question) -> Judgement:
        if isinstance(self.on_timeout, str) and self.on_timeout == "default":
            return question.judge(question.document or {})
        return self._judged(question, self.on_timeout)

    def _judged(self, question: Question, value: Any) -> Judgement:
        data = value.model_dump(by_alias=True) if isinstance(value, BaseModel) else value
        if self.model is not None and issubclass(self.model, AutomaticRunInput):
            data = {"value": data}
        return question.judge(data)

    async def chosen(self, question: Question, place: Place) -> tuple[Any, Judgement]:
        """Give what `on_timeout` says, and what the class makes of it."""
        value = await self._called(place) if callable(self.on_timeout) else self.on_timeout
        if self.model is None:
            return value, Judgement()
        return value, self._default(question) if value is self.on_timeout else self._judged(question, value)

    async def _called(self, place: Place) -> Any:
        # In a scope of its own: on replay it is not called again, and what it begins must not count in the flow's.
        token = current_scope.set(Scope(f"{place.scope.path}/{place.identity.key}"))
        try:
            return await call(self.on_timeout)
        finally:
            current_scope.reset(token)
