"""The only door for submissions.

An answer from the card, another notebook, the terminal, a test or `resume_flow_run` takes the same way: committed as it
came, judged by pydantic in the process that owns the class, committed as decided, and only then told to the waiter.
Where pydantic judges by itself, with no function of the user's, nothing can come of judging, and both are one commit.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from uuid import UUID

from hitl_jupyter import forms, store
from hitl_jupyter.core.records import Json, LogRecord, Owner, PauseRecord, SubmissionRecord
from hitl_jupyter.core.states import PauseState, SubmissionState
from hitl_jupyter.engine.addressee import asked
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.files import shelf_of
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.process import describe, is_alive
from hitl_jupyter.engine.question import Question, plain
from hitl_jupyter.exceptions import (
    CannotHold,
    NotPausedError,
    RunTakenOver,
    StoreError,
    SubmissionRefused,
)

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

T = TypeVar("T")

RESUMING = "Resuming flow run execution!"
Status = Literal["accepted", "refused", "gone", "failed"]
VERDICT_SECONDS = 5.0
"""How long an answer to another process's run waits to hear what that process makes of it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person is told about an answer.

    ``refused``: the question stays open, `errors` say why; ``gone``: it was no longer open, the message says who
    answered and when; ``failed``: the answer is not saved and may be sent again.
    """

    status: Status
    errors: tuple[forms.FieldError, ...] = ()
    message: str | None = None


async def submit(
    question: Question,
    answer: forms.Document | Mapping[str, Any],
    *,
    by: str,
    origin: str,
    seconds: float | None = None,
) -> Receipt:
    """Take an answer to a question that this process asks."""
    session = question.run.session
    plan = question.plan
    if plan is not None and (plan.root.has_secret or plan.has_files) and not isinstance(answer, forms.Document):
        # In a document the secrets are known as such, and left out of all that is stored; so are files.
        typed = forms.Document(plan)
        try:
            typed.set(answer)
        except CannotHold as error:
            return Receipt("refused", (forms.FieldError(error.path, error.why, "schema"),))
        answer = typed
    shelf = shelf_of(question.run, answer)
    try:
        await shelf.keep()
    except OSError as error:
        return Receipt("failed", message=f"Not saved. A file could not be kept: {error}")
    data = plain(answer, shelf.mark if shelf.files else None)
    record = _received(session, question.id, data, by=by, origin=origin, seconds=seconds)
    try:
        if plan is None or plan.calls_nothing:
            # Taken over: the answer is for the process that has the run now.
            with suppress(RunTakenOver):
                return await _decide(question, record, answer, stored=False)
        return await _take(question, record, answer)
    finally:
        shelf.release()


async def _take(question: Question, record: SubmissionRecord, answer: forms.Document | Mapping[str, Any]) -> Receipt:
    """Store an answer as it came, and decide it."""
    try:
        await settled(question.run.session.store.write(store.submissions.receive, record))
    except (NotPausedError, StoreError) as error:
        return _not_taken(error)
    return await _decide(question, record, answer)


def _not_taken(error: NotPausedError | StoreError | RunTakenOver) -> Receipt:
    if isinstance(error, StoreError):
        return Receipt("failed", message=f"Not saved. {error}")
    if isinstance(error, RunTakenOver):
        # It is stored, and is judged there.
        return Receipt("gone", message=f"Your answer was handed on. {error}")
    return Receipt("gone", message=f"Run {error.run} {error.why}")


async def draft(question: Question, document: Mapping[str, Any]) -> None:
    """Keep what a person typed and has not sent, secrets left out; a draft that does not fit its form is dropped."""
    if question.plan is None:
        return
    typed = forms.Document(question.plan)
    try:
        typed.replace(document)
    except ValueError:
        return
    session = question.run.session
    await settled(session.store.write(store.pauses.draft, question.id, typed.to_wire()))


async def judge_stored(question: Question, record: SubmissionRecord) -> None:
    """Judge an answer that another process has stored."""
    data = record.data if isinstance(record.data, dict) else {}
    receipt = await _decide(question, record, data)
    if receipt.status == "failed":
        logger.error("An answer to run %s could not be decided: %s", question.run.name, receipt.message)


def take(question: Question, record: SubmissionRecord) -> None:
    """Begin to judge an answer that another process has stored (called on the home loop)."""
    task = asyncio.get_running_loop().create_task(judge_stored(question, record))
    _judging.add(task)
    task.add_done_callback(_judging.discard)


_judging: set[asyncio.Task[None]] = set()
"""A loop keeps only weak references to its tasks."""


async def _decide(
    question: Question, record: SubmissionRecord, answer: forms.Document | Mapping[str, Any], *, stored: bool = True
) -> Receipt:
    """Judge an answer, commit the judgement, with the answer if it is not stored yet, and wake the waiter."""
    turn = question.run.session.turnstile.turn()
    await turn.acquire()
    try:
        return await _judged(question, record, answer, stored=stored)
    finally:
        # The flow goes on before the next answer is judged, but after this one's receipt: it may compute for hours.
        asyncio.get_running_loop().call_soon(turn.release)


async def _judged(
    question: Question, record: SubmissionRecord, answer: forms.Document | Mapping[str, Any], *, stored: bool
) -> Receipt:
    run, session = question.run, question.run.session
    judgement = question.judge(answer)
    now = session.source.now()
    new = None if stored else record
    lines: tuple[LogRecord, ...] = ()
    try:
        if judgement.errors:
            refused = _by_field(judgement.errors)
            await settled(session.store.write(_received_and, new, store.submissions.send_back, record.id, refused, now))
            return Receipt("refused", judgement.errors)
        question.logger.info(RESUMING)
        lines = run.book.take()
        winner = await settled(
            session.store.write(
                _received_and,
                new,
                _accept,
                run,
                record.id,
                judgement.to_store,
                now,
                question.running(now),
                logs=lines,
                errors=_by_field(judgement.errors_kept) or None,
                cells=judgement.cells,
            )
        )
    except (NotPausedError, StoreError, RunTakenOver) as error:
        _put_back(run, lines)
        if isinstance(error, RunTakenOver) and not stored:
            raise
        return _not_taken(error)
    if winner is not None:
        _put_back(run, lines)
        sent_back = await settled(session.store.read(store.submissions.get, record.id))
        return Receipt("gone", message=_reason(sent_back) or f"This question is {winner.state.value}.")
    question.answered(judgement, now)
    # The flow goes on one turn of the loop later. What people must see is on its way by then, for the flow may compute
    # for hours and nothing is shown meanwhile; the log line can wait.
    session.present("question_closed", question, PauseState.ANSWERED, f"Answered by {record.submitted_by}.")
    asyncio.get_running_loop().call_soon(run.book.shown, lines)
    return Receipt("accepted")


def _put_back(run: FlowRun[Any], lines: Iterable[LogRecord]) -> None:
    """Have what else stood in the log go with a later commit."""
    run.book.put_back(line for line in lines if line.message != RESUMING)


def _received_and(conn: Any, record: SubmissionRecord | None, decide: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Keep what was made of an answer, and before it the answer as it came if it is not stored yet."""
    if record is not None:
        store.submissions.receive(conn, record)
    return decide(conn, *args, **kwargs)


def _accept(conn: Any, run: FlowRun[Any], submission_id: str, *args: Any, **kwargs: Any) -> PauseRecord | None:
    """Accept an answer, unless another process has taken its run up and asks the question now."""
    store.runs.check_owner(conn, run.id_text, run.session.owner.id)
    return store.submissions.accept(conn, submission_id, *args, **kwargs)


def _by_field(errors: tuple[forms.FieldError, ...]) -> dict[str, Json]:
    return {".".join(map(str, error.path)): error.message for error in errors}


def _reason(record: SubmissionRecord) -> str | None:
    """Give why an answer as a whole was sent back."""
    errors = record.errors if isinstance(record.errors, dict) else {}
    return str(errors[""]) if "" in errors else None


def _came_late(answer: SubmissionRecord, question: PauseRecord) -> bool:
    """Tell an answer that was sent back because its question was closed from one that its form refused."""
    if answer.decided_at is None or question.closed_at is None:
        return False
    return _reason(answer) is not None and answer.decided_at >= question.closed_at


async def resume(
    session: Session, flow_run_id: UUID | str, run_input: Mapping[str, Any] | None, key: str | None
) -> None:
    """Answer an open pause of any run in the store, whichever process it lives in.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    NotPausedError
        The run does not wait, or not any more.
    SeveralPausesOpen
        Several questions are open and `key` names none of them.
    SubmissionRefused
        The answer does not fit the form; the run goes on waiting.
    StoreUnavailable
        The answer could not be saved.
    """
    run, owner, pause = await asked(session, flow_run_id, key)
    data = _json(run_input or {})
    question = session.questions.get(pause.id)
    schema: Json = None
    if question is not None and question.plan is not None:
        schema = question.plan.json_schema()
    elif pause.form is not None:
        schema = await settled(session.store.read(_schema_of, pause))
    if question is None and _asks_for_secrets(schema):
        raise SubmissionRefused(
            f"it asks for a secret, and secrets are never stored, so it can only be answered in {describe(owner)}."
        )
    if schema is not None:
        # In a thread: importing jsonschema may take seconds, and this may be the notebook's loop.
        await asyncio.to_thread(forms.check_by_schema, schema, data)
    origin = f"resume_flow_run in {session.owner.where}"
    if question is not None:
        receipt = await submit(question, data, by=session.owner.user, origin=origin)
    else:
        receipt = await _hand_over(session, pause, owner, data, origin)
    if receipt.status == "refused":
        reasons = {".".join(map(str, e.path)): e.message for e in receipt.errors}
        raise SubmissionRefused("; ".join(f"{k or 'form'}: {v}" for k, v in reasons.items()), reasons)
    if receipt.status != "accepted":
        said = receipt.message or "does not wait any more."
        raise NotPausedError(repr(run.name), said.removeprefix(f"Run {run.name!r} "))


def _asks_for_secrets(schema: Json) -> bool:
    """Tell whether a form has a field that pydantic writes as a password."""
    if isinstance(schema, dict):
        return schema.get("writeOnly") is True or any(map(_asks_for_secrets, schema.values()))
    return isinstance(schema, list) and any(map(_asks_for_secrets, schema))


def _json(run_input: Mapping[str, Any]) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(json.dumps(dict(run_input)))
    except (TypeError, ValueError) as error:
        raise SubmissionRefused(
            f"run_input must hold JSON's own types ({error}). Write dates and the like as text; "
            "pydantic reads them from it."
        ) from None
    return data


def _schema_of(conn: Any, pause: PauseRecord) -> Json:
    return store.pauses.form_of(conn, pause).json_schema


async def _hand_over(
    session: Session, pause: PauseRecord, owner: Owner, data: Mapping[str, Any], origin: str
) -> Receipt:
    """Store an answer for the process that owns the run, and wait a little for its verdict."""
    record = _received(session, pause.id, dict(data), by=session.owner.user, origin=origin)
    await settled(session.store.write(store.submissions.receive, record))
    patience = VERDICT_SECONDS if is_alive(owner, session.source.now()) else 0.0
    until = session.source.monotonic() + patience
    while session.source.monotonic() < until:
        found, asked = await settled(session.store.read(_verdict, record))
        if found.state is SubmissionState.ACCEPTED:
            return Receipt("accepted")
        if found.state is SubmissionState.RECEIVED and asked.state not in (PauseState.OPEN, PauseState.INTERRUPTED):
            # Closed meanwhile: the process that asked it judges no more answers to it.
            await settled(session.store.write(store.submissions.late, record.id, session.source.now()))
            continue
        if found.state is SubmissionState.SENT_BACK:
            if _came_late(found, asked):
                return Receipt("gone", message=_reason(found))
            errors = found.errors if isinstance(found.errors, dict) else {}
            return Receipt("refused", tuple(forms.FieldError((k,), str(v), "schema") for k, v in errors.items()))
        await asyncio.sleep(0.02)
    logger.warning(
        "The answer is stored and not yet judged: the process that runs flow run %s does not answer. It is judged when "
        "that process goes on or the run is taken up.",
        pause.identity.run_id,
    )
    return Receipt("accepted")


def _verdict(conn: Any, answer: SubmissionRecord) -> tuple[SubmissionRecord, PauseRecord]:
    return store.submissions.get(conn, answer.id), store.pauses.get(conn, answer.pause_id)


def _received(
    session: Session, pause_id: str, data: Json, *, by: str, origin: str, seconds: float | None = None
) -> SubmissionRecord:
    return SubmissionRecord(
        id=session.source.new_id(),
        pause_id=pause_id,
        state=SubmissionState.RECEIVED,
        data=data,
        submitted_by=by,
        submitted_from=origin,
        received_at=session.source.now(),
        seconds=seconds,
    )
