"""The answers of a run that is over, for a run of the same flow that begins anew.

A question gets an old answer if it is still the same question and what it shows is the same. It goes through the inbox
like any other, and is judged anew. What must not be given again is asked, with the old answer filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hitl_jupyter import forms, store
from hitl_jupyter.core.records import Json, PauseRecord, RunRecord, SubmissionRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import FormError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.run import FlowRun

Calls = tuple[tuple[str, str], ...]
"""The calls of subflows that lead from a root run to one below it, each by its scope and key."""
ORIGIN: Final = "run again from {} ({})"
"""Where an answer comes from that another run has got: it never passes for one that somebody has just given."""
OF, BY = "run_again_of", "run_again_by"
CHANGED, SHOWS, UNSAID = "its form has changed", "what it shows has changed", "the record does not have all of it"


@dataclass(slots=True, eq=False)
class Old:
    """An answer that the old run had got, and what was sent for it (None: it was corrected)."""

    record: PauseRecord
    sent: SubmissionRecord | None
    used: bool = False

    def answer(self, plan: forms.Plan | None) -> forms.Document | Mapping[str, Json]:
        """Give what was answered, as it was sent; as a form where the data do not say all of it."""
        if plan is not None and self.record.form == plan.fingerprint and self.record.cells is not None:
            document = forms.Document(plan)
            document.replace(self.record.cells)
            return document
        said = self.record.value if self.sent is None else self.sent.data
        return said if isinstance(said, dict) else {}

    def is_whole(self, plan: forms.Plan | None) -> bool:
        """Tell whether the record has all of the answer: no secret is in it, and of a file only what tells it apart."""
        return plan is None or not (self.record.value is None or plan.root.has_secret or plan.has_files)


@dataclass(slots=True, eq=False)
class Again:
    """What a run is run again from: which run, for whom, and the answers it had, by the run below it that asked."""

    of: RunRecord
    by: str
    answers: dict[Calls, list[Old]] = field(default_factory=dict)

    @property
    def details(self) -> dict[str, Json]:
        """What the first state of the new run says of it, so that it stays when the run is taken up again."""
        return {OF: self.of.id, BY: self.by}

    @property
    def origin(self) -> str:
        """Where its answers come from, for the record."""
        return ORIGIN.format(self.of.name, self.of.id[:8])

    def look(self, question: Question, asked: PauseRecord) -> forms.Document | Mapping[str, Json] | None:
        """Give the answer that a question is to be given again; None if it is to be asked.

        Then its form has the old answer in it, as far as it takes that.
        """
        # A retry asks again, as ever.
        old = self._take(question.run, asked) if question.run.attempt == 1 else None
        if old is None:
            return None
        why_not = _changed(old, question, asked)
        if why_not is None:
            answer = old.answer(question.plan)
            judgement = question.judge(answer)
            if not judgement.errors and judgement.error is None:
                return answer
            why_not = "its class refuses it"
        if question.document is not None:
            _fill_in(question.document, old)
        question.logger.info(
            "Question %r is asked again, with the answer that run %r had filled in: %s.",
            question.key,
            self.of.name,
            why_not,
        )
        return None

    def pass_over(self, run: FlowRun[Any], given: Iterable[PauseRecord]) -> None:
        """Leave out what a run that is taken up has been given before."""
        places = {(one.identity.scope, one.identity.key) for one in given}
        for one in self.answers.get(calls_of(run), ()):
            one.used = one.used or (one.record.identity.scope, one.record.identity.key) in places

    def _take(self, run: FlowRun[Any], asked: PauseRecord) -> Old | None:
        """Give the old answer to a question, once; None if the old run was not asked it.

        A question without a key of its own is the same where its words and what it shows are: at its place or, for the
        code around it may have changed, at another in its scope.
        """
        left = [one for one in self.answers.get(calls_of(run), ()) if not one.used]
        here = [one for one in left if one.record.identity.scope == asked.identity.scope]
        found = next((one for one in here if one.record.identity.key == asked.identity.key), None)
        if found is None or not (_is_named(asked) or _says_the_same(found.record, asked)):
            found = next((one for one in here if _is_moved(one.record, asked)), None)
        if found is not None:
            found.used = True
        return found


def calls_of(run: FlowRun[Any]) -> Calls:
    """Give the calls that lead to a run from its root."""
    if run.parent is None or run.call is None:
        return ()
    return (*calls_of(run.parent), (run.call.scope, run.call.key))


def recorded(conn: Connection, run_id: str) -> Again | None:
    """Give what a recorded run is run again from, if it is: an operation for the store."""
    said = store.runs.first_state(conn, run_id).details
    if OF not in said:
        return None
    of = store.runs.get(conn, str(said[OF]))
    return Again(of, str(said[BY]), answers_of(conn, of))


def answers_of(conn: Connection, root: RunRecord) -> dict[Calls, list[Old]]:
    """Give every answer of a run and of those it called, by the run that asked: an operation for the store."""
    found: dict[Calls, dict[tuple[str, str], Old]] = {}
    for calls, record in _answered(conn, root, ()):
        sent = None if record.answer_id is None else store.submissions.get(conn, record.answer_id)
        found.setdefault(calls, {})[record.identity.scope, record.identity.key] = Old(record, sent)
    return {calls: list(answers.values()) for calls, answers in found.items()}


def _answered(conn: Connection, run: RunRecord, calls: Calls) -> Iterator[tuple[Calls, PauseRecord]]:
    """Give what was answered, and later what was answered in its place."""
    # What a retry did not come to again was answered before it; what a correction has left out is not taken back in.
    oldest = max((one.attempt for one in store.corrections.of_run(conn, run.id)), default=1)
    for attempt in range(oldest, run.attempt + 1):
        journal = store.journal.load(conn, run.id, attempt)
        yield from ((calls, one) for one in journal.pauses if one.state is PauseState.ANSWERED)
        tasks = {one.id: one.identity for one in journal.tasks}
        for child in journal.children:
            call = tasks.get(child.parent_task_run_id or "")
            if call is not None:
                yield from _answered(conn, child, (*calls, (call.scope, call.key)))


def _is_named(asked: PauseRecord) -> bool:
    return not asked.identity.key.startswith("#")


def _says_the_same(before: PauseRecord, now: PauseRecord) -> bool:
    return before.description == now.description and before.shown == now.shown


def _is_moved(before: PauseRecord, now: PauseRecord) -> bool:
    """Tell whether a question is one of another place: with a key of its own it is not, nor without words."""
    told = now.description is not None or now.shown is not None
    unnamed = not (_is_named(before) or _is_named(now))
    return told and unnamed and before.form == now.form and _says_the_same(before, now)


def _changed(old: Old, question: Question, asked: PauseRecord) -> str | None:
    """Say why an old answer is not given again as it is."""
    if old.record.form != asked.form:
        return CHANGED
    if old.record.shown != asked.shown:
        return SHOWS
    return None if old.is_whole(question.plan) else UNSAID


def _fill_in(document: forms.Document, old: Old) -> None:
    answer = old.answer(document.plan)
    # What the form has no way to enter any more is for the person to say.
    with suppress(FormError, ValueError):
        if isinstance(answer, forms.Document):
            document.replace(answer.root)
        elif answer:
            forms.fill_in(document, answer)
