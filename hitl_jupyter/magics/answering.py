"""``%hitl answer RUN field=value``: an answer to an open question of this process, or of any other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments

from hitl_jupyter import _session, store
from hitl_jupyter.core.records import PauseRecord
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.addressee import asked
from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import SeveralPausesOpen
from hitl_jupyter.forms import Document
from hitl_jupyter.magics import filling
from hitl_jupyter.magics.line import HELP, HelpWanted, Word, help_of, quoted, words
from hitl_jupyter.magics.runs import GLANCE, PATIENCE, run_of
from hitl_jupyter.terminal.again import unfolded
from hitl_jupyter.terminal.talk import Misfit
from hitl_jupyter.terminal.words import OWN, label

ORIGIN = "%hitl answer"


@magic_arguments("hitl answer")
@argument("run", help="its name, its id or the beginning of one, or a variable that holds it")
@argument("--key", help="which of its questions, where several are open")
@argument(
    "values",
    nargs="*",
    help="field=value for each field, typed as at a terminal: quotes around a text with spaces, JSON for a list or a "
    "group; a plain type takes the value alone, a bare Resume nothing",
)
def answer(shell: Any, line: str) -> None:
    """Answer an open question, as in: %hitl answer merry-puma size=small note="up this side"."""
    name, key, said = arguments(line)
    session = _session.current()
    run = run_of(shell, session, name)
    if isinstance(run, FlowRun):
        here = session.bridge.wait(_questions(run))
    else:
        here = [one for one in list(session.questions.values()) if one.run.id_text == run.id]
    fitting = [one for one in here if key in (None, one.key)]
    if len(fitting) > 1:
        _say_which(run.name, [one.key for one in fitting])
    if fitting:
        _answer_here(session, fitting[0], line, said)
        return
    run_id = run.id_text if isinstance(run, FlowRun) else run.id
    try:
        _, _, pause = session.bridge.wait(asked(session, run_id, key))
    except SeveralPausesOpen as error:
        _say_which(run.name, error.keys)
    _answer_there(session, run.name, pause, line, said)


def arguments(line: str, *, partial: bool = False) -> tuple[str, str | None, list[Word]]:
    """Give the run, the key and the words behind them; of a line that is being typed, as far as it goes.

    Raises
    ------
    UsageError
        The run is missing, or there is no such option.
    HelpWanted
        The line asks for help.
    """
    left = words(line, partial=partial)
    head: list[str] = []
    named = False
    while left and (not named or left[0].raw.startswith("--")):
        word = left.pop(0)
        head.append(word.text)
        if word.raw in HELP:
            raise HelpWanted(help_of(answer))
        if not word.raw.startswith("--"):
            named = True
        elif "=" not in word.raw and left:
            head.append(left.pop(0).text)
    given = answer.parser.parse_args(head if not partial or named else [*head, ""])
    return given.run, given.key, left


async def _questions(run: FlowRun[Any]) -> list[Question]:
    """Give what a run and those it called ask; one that has asked nothing yet gets a little time."""
    session = run.session
    until = session.source.monotonic() + PATIENCE
    while True:
        found = [one for one in list(session.questions.values()) if one.run.belongs_to(run)]
        if found or run.done() or session.source.monotonic() >= until:
            return found
        await asyncio.sleep(GLANCE)


def _say_which(run: str, keys: Sequence[str]) -> NoReturn:
    options = " or ".join(f"--key {quoted(key)}" for key in keys)
    raise UsageError(f"Run {run!r} waits for {len(keys)} answers. Say which one this is, with {options}.")


def _answer_here(session: Session, question: Question, line: str, said: Sequence[Word]) -> None:
    document: Document | dict[str, Any] = {}
    if question.plan is None or question.document is None:
        _take_nothing(said)
    else:
        root: Any = question.plan.to_json()["root"]
        given = _pairs(line, said, [field["name"] for field in root["fields"]])
        _say_own(root, [path for path, _ in given])
        cells, wrong = filling.fill(root, question.document.to_wire(), given)
        _refuse(wrong)
        document = Document(question.plan)
        document.replace(cells)
    receipt = session.bridge.wait(inbox.submit(question, document, by=session.owner.user, origin=ORIGIN))
    _refuse([f"{'.'.join(map(str, e.path))}: {e.message}" if e.path else e.message for e in receipt.errors])
    if receipt.status == "failed":
        raise UsageError(receipt.message)
    print(receipt.message or _done(question.run.name, question.key))  # noqa: T201 - a line back


def _answer_there(session: Session, run: str, pause: PauseRecord, line: str, said: Sequence[Word]) -> None:
    data: dict[str, Any] = {}
    if pause.form is None:
        _take_nothing(said)
    else:
        schema: Any = session.store.read(store.pauses.form_of, pause).result().json_schema
        data, wrong = filling.data(schema, _pairs(line, said, list(schema.get("properties") or ())))
        _refuse(wrong)
    session.bridge.wait(inbox.resume(session, pause.identity.run_id, data, pause.pause_key))
    print(_done(run, pause.pause_key))  # noqa: T201 - a line back


def _pairs(line: str, said: Sequence[Word], names: list[str]) -> list[tuple[str, str]]:
    try:
        return filling.pairs(line, said, names)
    except Misfit as error:
        raise UsageError(str(error)) from None


def _say_own(root: Any, paths: Sequence[str]) -> None:
    """Say which of these fields have a control of their own on the page."""
    for path in paths:
        node, titles = unfolded(root), []
        for step in path.split("."):
            node = next((field["node"] for field in node.get("fields") or () if field["name"] == step), {})
            titles.append(node.get("title", step))
            if (node.get("hints") or {}).get("own"):
                print(OWN.format(label(titles)))  # noqa: T201 - a line back


def _take_nothing(said: Sequence[Word]) -> None:
    if said:
        raise UsageError(f"This question asks for a Resume only; leave {said[0].raw!r} away.")


def _refuse(wrong: Sequence[str]) -> None:
    if wrong:
        raise UsageError("\n".join(["Not sent; the question is still open.", *wrong] if len(wrong) > 1 else wrong))


def _done(run: str, key: str) -> str:
    return f"Question {key!r} of run {run!r} is answered."
