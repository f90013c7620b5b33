"""Gives a recorded answer again, as the flow got it the first time, or says why it cannot.

The class judges anew. What it makes of the recorded value must be what was recorded; where its validators do more than
check, what the person had sent is judged instead.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hitl_jupyter import forms, store
from hitl_jupyter.core.finite import finite
from hitl_jupyter.core.records import FormRecord, Json, PauseRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine.question import Judgement
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import MalformedDocument, NonDeterminismError

HOW_TO_GO_ON = (
    "Put the code back as it was and take the run up again; or give this question another key, and it is asked anew; "
    "or start a new run under another idempotency_key."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked now, where something is recorded: the form, the words above it, and how an answer is judged."""

    run: FlowRun[Any]
    plan: forms.Plan | None
    description: str | None
    named: bool
    judge: Callable[[Any], Judgement]

    def compare(self, record: PauseRecord) -> None:
        """Let the same question pass.

        Raises
        ------
        NonDeterminismError
            Another class is asked for; or, where the question has no key of its own, other words stand above it.
        """
        form = None if self.plan is None else self.plan.fingerprint
        if form != record.form:
            raise self._differs(record, f"was answered for {self._before(record)} and asks for {self._now()} now")
        if not self.named and self.description != record.description:
            what = f"was asked as {_short(record.description)} and is asked as {_short(self.description)} now"
            raise self._differs(record, what)

    def value(self, record: PauseRecord) -> Any:
        """Give the recorded answer.

        Raises
        ------
        NonDeterminismError
            The class reads it differently now.
        Exception
            What a validator raised in the flow then.
        """
        if self.plan is None:
            return None
        judgement = self._judgement(record)
        if judgement.error is not None:
            raise judgement.error
        return judgement.value

    def _judgement(self, record: PauseRecord) -> Judgement:
        if record.cells is not None and self.plan is not None:
            exact = self.judge(_filled_in(self.plan, record.cells))
            if not exact.errors and _equal(exact.to_store, record.value):
                return exact
        first = self.judge(_mapping(record.value))
        # A correction was judged where it was made, by the form alone if the class was not at hand.
        corrected = record.answer_id is None and record.state is PauseState.ANSWERED
        if corrected and not first.errors:
            return first
        if not first.errors and _equal(first.to_store, record.value):
            return first
        if record.answer_id is not None:
            sent = self.run.session.store.read(store.submissions.get, record.answer_id).result()
            second = self.judge(_mapping(sent.data))
            if not second.errors and _equal(second.to_store, record.value):
                return second
        raise self._differs(record, f"was answered with {record.value!r}, which its class now reads differently")

    def _differs(self, record: PauseRecord, what: str) -> NonDeterminismError:
        return NonDeterminismError(self.run.name, f"question {record.pause_key!r} {what}", HOW_TO_GO_ON)

    def _before(self, record: PauseRecord) -> str:
        if record.form is None:
            return "a bare Resume"
        form: FormRecord = self.run.session.store.read(store.pauses.form_of, record).result()
        return _fields(form.json_schema)

    def _now(self) -> str:
        return "a bare Resume" if self.plan is None else _fields(self.plan.json_schema())


def _filled_in(plan: forms.Plan, cells: Json) -> forms.Document:
    document = forms.Document(plan)
    with suppress(MalformedDocument):
        document.replace(cells)
    return document


def _equal(now: Json, before: Json) -> bool:
    return now == before or finite(now) == before


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _fields(schema: Json) -> str:
    """Say which fields a form has: ``Shirt(size: string, color: string)``."""
    if not isinstance(schema, dict):
        return "another form"
    properties = schema.get("properties")
    fields = properties.items() if isinstance(properties, dict) else ()
    return f"{schema.get('title', 'a form')}({', '.join(f'{name}{_kind(field)}' for name, field in fields)})"


def _kind(field: Json) -> str:
    kind = field.get("type") or field.get("enum") if isinstance(field, dict) else None
    return f": {kind}" if kind else ""


def _short(text: str | None) -> str:
    return "nothing" if not text else repr(text if len(text) <= 60 else f"{text[:57]}...")
