"""Runs that no person watches: under papermill, nbclient, cron, CI and in tests.

A question is answered from what is there beforehand (a test's answers, the file that HITL_ANSWERS names), else by a
person, else, with HITL_WAIT=1, from another process through the store. With none of these the flow fails at once and
is told what would have answered it. The engine calls `begin` and `end` around a root run and `attend` at each question.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hitl_jupyter import forms, store
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine import elsewhere, inbox
from hitl_jupyter.engine.answers import Answer, Answers
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.closing import close
from hitl_jupyter.engine.logs import flow_run_logger
from hitl_jupyter.exceptions import AnswerRefused, CannotHold, NobodyThere
from hitl_jupyter.forms import AutomaticRunInput

if TYPE_CHECKING:
    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

FILE, WAIT = "HITL_ANSWERS", "HITL_WAIT"
_reading = threading.Lock()


def begin(run: FlowRun[Any]) -> None:
    """Have the answers at hand before a root run begins: the file is read once, and again when it has changed.

    Raises
    ------
    AnswersFileError
        It cannot be used, or misspells the name of this flow.
    """
    session = run.session
    with _reading:
        session.answers = _answers(session)
    if session.answers is not None:
        session.answers.check_flow(run.flow_name)


async def attend(question: Question, *, leaves: bool = False) -> None:
    """Answer a question that is committed and shown, if an answer is at hand; else see to it that somebody can.

    A run that `leaves` the kernel for its answer needs nobody here.

    Raises
    ------
    AnswerRefused
        The answer at hand does not fit the form; the question is closed.
    NobodyThere
        There is no answer, nobody can give one, and HITL_WAIT is not set; the question is closed.
    """
    run, session = question.run, question.run.session
    answers = session.answers
    if question.done():
        return
    if answers is not None:
        answers.met(run.root.id_text, run.flow_name)
        await _recall(answers, run)
        answer = answers.take(run.flow_name, question.key)
        if answer is not None:
            await _give(question, answers, answer)
            return
    why = None if leaves else await session.presenter.absent(question.done)
    if why is None:
        return
    if waits():
        _say(f"Flow run {run.name!r} - {elsewhere.waiting(question)}")
        return
    run.check()
    if answers is not None:
        why = f"{why}, and {answers.lacking(run.flow_name, question.key)}"
    # Interrupted, so that it is asked again when the run is taken up.
    if await close(question, PauseState.INTERRUPTED, f"Nobody is there to answer: {why}."):
        error = _nobody(question, answers, why)
        if not run.root.foreground:
            # Nobody may ever ask for the result of a background run.
            _say(str(error))
        raise error


def _nobody(question: Question, answers: Answers | None, why: str) -> NobodyThere:
    run, asked = question.run, elsewhere.asked(question)
    facts = (run.name, run.flow_name, question.key, why)
    if answers is not None and answers.path is None:
        return NobodyThere(*facts, asked=asked, lines=elsewhere.test_lines(question), source="the test")
    source = "a file and name it in HITL_ANSWERS" if answers is None else str(answers.path)
    program = elsewhere.program(question, "RUN_ID")
    return NobodyThere(*facts, asked=asked, lines=elsewhere.lines(question), source=source, program=program)


def end(run: FlowRun[Any]) -> None:
    """Name the answers that nobody asked for, in one line of the log of a root run that ends."""
    answers = run.session.answers
    if answers is None or answers.path is None:
        return
    left = answers.left_over({run.flow_name, *answers.leave(run.id_text)})
    if left:
        flow_run_logger(run).warning("Nobody has asked for %s so far.", "; ".join(left))


async def pass_over(run: FlowRun[Any]) -> None:
    """Leave out what a root run was given: it is over and gives its recorded value, so the next answers are others'."""
    answers = run.session.answers
    if answers is not None and answers.path is not None:
        answers.pass_over(await settled(run.session.store.read(store.origins.of_run, run.id_text)))


def waits() -> bool:
    """Tell whether a question that nobody can see is to wait for an answer from another process."""
    return os.environ.get(WAIT, "").strip().lower() not in ("", "0", "false", "no")


def _answers(session: Session) -> Answers | None:
    """Give the answers there are now: a test's own, else those of the file."""
    known = session.answers
    if known is not None and known.path is None:
        return known
    named = os.environ.get(FILE, "").strip()
    if not named:
        return None
    path = Path(named).expanduser()
    if known is not None and known.path == path and known.stamp == _stamp(path):
        return known
    return Answers.from_file(path)


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


async def _recall(answers: Answers, run: FlowRun[Any]) -> None:
    """Leave out what a run got in order before it was taken up: the next question gets the answer after that."""
    root = run.root
    if answers.path is not None and answers.gives_in_order(run.flow_name) and root.id_text not in answers.recalled:
        answers.pass_over(await settled(root.session.store.read(store.origins.of_run, root.id_text)))
        answers.recalled.add(root.id_text)


async def _give(question: Question, answers: Answers, answer: Answer) -> None:
    """Send the answer through the inbox.

    Raises
    ------
    AnswerRefused
        It does not fit.
    """
    session = question.run.session
    try:
        data = _filled_in(question, answer.data)
    except (CannotHold, TypeError) as error:
        errors = {"": f"{error}."}
    else:
        receipt = await inbox.submit(question, data, by=session.owner.user, origin=answer.origin)
        if receipt.status == "accepted":
            return
        if receipt.status == "gone":
            # Somebody elsewhere was quicker.
            answers.put_back(answer)
            return
        errors = {".".join(map(str, e.path)): e.message for e in receipt.errors} or {"": receipt.message or ""}
    if await close(question, PauseState.INTERRUPTED, f"The answer of {answer.place} does not fit."):
        run, lines = question.run, elsewhere.lines(question)
        raise AnswerRefused(run.name, run.flow_name, question.key, answer.place, errors, lines=lines)


def _filled_in(question: Question, data: Any) -> forms.Document | Mapping[str, Any]:
    """Give an answer as the inbox takes it: a plain value is the one field of a question for a plain type.

    Raises
    ------
    CannotHold
        A control of the form has no way to enter it.
    TypeError
        It is no data for this question at all.
    """
    if question.model is None or question.plan is None:
        if data is None or data == {}:
            return {}
        raise TypeError("This pause asks for a Resume only; write null")
    if issubclass(question.model, AutomaticRunInput):
        if not (isinstance(data, Mapping) and set(data) == {"value"}):
            data = {"value": data}
    elif data is None:
        data = {}
    elif isinstance(data, BaseModel):
        data = data.model_dump(by_alias=True)
    elif not isinstance(data, Mapping):
        raise TypeError(f"This pause asks for fields by name, and got {type(data).__name__}")
    if question.plan.root.has_secret or not forms.is_plain(data):
        # A document takes what only Python can say, and keeps secrets out of the record.
        document = forms.Document(question.plan)
        document.set(data)
        return document
    found: Mapping[str, Any] = data
    return found


def _say(text: str) -> None:
    """Print where nobody looks at a card: on stderr, which a notebook keeps as the cell's output."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the point
