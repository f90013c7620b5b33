"""The inbox: what is open in the store, in whichever process it was asked, and a way to answer it from here.

It is a list of the moment it was made; an answer that came meanwhile is told to whoever answers too late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hitl_jupyter import store
from hitl_jupyter.core.records import FormRecord, Json, Owner, PauseRecord, RunRecord
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.process import describe, is_alive

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

_HEAD = ("flow", "run", "key", "asked", "since", "until", "where")
_LONGEST = 60
"""How many characters of a description are shown in a list."""


@dataclass(frozen=True)
class OpenQuestion:
    """A question that waits for a person.

    `run` is the name of its run, `key` tells it from others of that run. `schema` is the JSON schema of the answer,
    None where a bare Resume is asked for. `owner` names the process that executes the run.
    """

    run: str
    run_id: str
    flow: str
    key: str
    schema: Json
    description: str | None
    since: datetime
    deadline: datetime | None
    owner: str
    _submit: Callable[[Mapping[str, Any] | None], None] = field(repr=False, compare=False)

    def answer(self, data: Any = None) -> None:
        """Answer it: by field name, of JSON's own types; a plain value where a plain type is asked for.

        Raises
        ------
        NotPausedError
            It is not open any more; the text says who answered and when, or what became of it.
        SubmissionRefused
            The answer does not fit the form; the question stays open.
        StoreUnavailable
            The answer could not be saved.
        """
        if isinstance(data, BaseModel):
            data = data.model_dump(mode="json", by_alias=True)
        self._submit(data if data is None or isinstance(data, Mapping) else {"value": data})

    def __repr__(self) -> str:
        asked = f": {_short(self.description)}" if self.description else ""
        return f"<question {_short(self.key)!r} of run {_short(self.run)!r}{asked}>"


class Inbox(list[OpenQuestion]):
    """Open questions, oldest first."""

    def __repr__(self) -> str:
        """Write it as a table."""
        if not self:
            return "No question is open."
        rows = [("", *_HEAD), *((str(number), *_cells(one)) for number, one in enumerate(self))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*lines, "Answer one with inbox()[0].answer(...)."])

    def _repr_html_(self) -> str:
        """Write it as a table for a notebook: what people and programs wrote is text there, never markup."""
        if not self:
            return "<p>No question is open.</p>"
        import html

        head = "".join(f"<th>{name}</th>" for name in ("", *_HEAD))
        body = "".join(
            f"<tr><th>{number}</th>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(one))}</tr>"
            for number, one in enumerate(self)
        )
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            "<p>Answer one with <code>inbox()[0].answer(...)</code>.</p>"
        )


def listing(session: Session) -> Inbox:
    """Give what is open in the store, oldest first.

    Raises
    ------
    StoreError
        The store cannot be opened or read.
    """
    now = session.source.now()
    owners: dict[str, str] = {}
    found = Inbox()
    for pause, run, owner, form in session.store.read(store.openings.open_).result():
        if owner.id not in owners:
            owners[owner.id] = _where(session, owner, now)
        found.append(_question(session, pause, run, owners[owner.id], form))
    return found


def _question(
    session: Session, pause: PauseRecord, run: RunRecord, owner: str, form: FormRecord | None
) -> OpenQuestion:
    def submit(data: Mapping[str, Any] | None) -> None:
        session.bridge.wait(inbox.resume(session, run.id, data, pause.pause_key))

    return OpenQuestion(
        run=run.name,
        run_id=run.id,
        flow=run.flow_name,
        key=pause.pause_key,
        schema=None if form is None else form.json_schema,
        description=pause.description,
        since=pause.opened_at,
        deadline=pause.deadline,
        owner=owner,
        _submit=submit,
    )


def _where(session: Session, owner: Owner, now: datetime) -> str:
    if owner.id == session.owner.id:
        return "this process"
    if is_alive(owner, now):
        return describe(owner)
    return f"{describe(owner)}, which has ended: an answer counts when the run is taken up"


def _cells(one: OpenQuestion) -> tuple[str, ...]:
    until = "" if one.deadline is None else _minute(one.deadline)
    asked = _short(one.description or "")
    return (_short(one.flow), _short(one.run), _short(one.key), asked, _minute(one.since), until, one.owner)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _short(text: str) -> str:
    """Give a text in one line, without characters that a terminal would obey."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
