"""``%hitl``: what runs in this process, what waits in it and elsewhere, as a table of the moment it was made."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from hitl_jupyter.core.text import printable
from hitl_jupyter.engine import elsewhere, openings
from hitl_jupyter.engine.openings import OpenQuestion
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.magics.line import one_line
from hitl_jupyter.magics.runs import alive_here

HEAD: Final = ("run", "flow", "state", "begun", "key", "asks", "waits", "where")
NOTHING: Final = "Nothing runs and nothing waits."
HINT: Final = "Answer a question with %hitl answer RUN field=value, see a run's card with %hitl show RUN."
LONGEST: Final = 60
"""How many characters of a description are shown in a list."""

Row = tuple[str, ...]


class Table:
    """Rows of text under a head, columns in which nothing stands left out.

    Plain, and as HTML in which what people and programs wrote is text, never markup.
    """

    def __init__(self, head: Row, rows: list[Row], *, above: str = "", below: str = "") -> None:
        kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
        self.head: Row = tuple(head[place] for place in kept)
        self.rows: list[Row] = [tuple(row[place] for place in kept) for row in rows]
        self.above, self.below = above, below

    def __repr__(self) -> str:
        """Write it as lines."""
        lines = [self.above] if self.above else []
        if self.rows:
            rows = [self.head, *(tuple(map(printable, row)) for row in self.rows)]
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, *([self.below] if self.below else [])])

    def _repr_html_(self) -> str:
        """Write it for a notebook."""
        parts = [f"<p>{html.escape(self.above)}</p>" if self.above else ""]
        if self.rows:
            head = "".join(_tag("th", name) for name in self.head)
            body = "".join(f"<tr>{''.join(_tag('td', cell) for cell in row)}</tr>" for row in self.rows)
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        parts.append(f"<p>{html.escape(self.below)}</p>" if self.below else "")
        return "".join(parts)


def _tag(name: str, text: str) -> str:
    return f'<{name} style="text-align:left">{html.escape(text)}</{name}>'


def listing(session: Session) -> Table:
    """Give what runs and what waits.

    Raises
    ------
    StoreError
        The store cannot be opened or read.
    """
    now = session.source.now()
    rows = [row for run in alive_here(session) for row in _of_run(run, now)]
    listed = {(one.run.id_text, one.key) for one in list(session.questions.values()) if not one.detached}
    rows += [_of_question(one, now) for one in openings.listing(session) if (one.run_id, one.key) not in listed]
    return (
        Table(HEAD, rows, below=HINT if any(row[4] for row in rows) else "") if rows else Table((), [], below=NOTHING)
    )


def _of_run(run: FlowRun[Any], now: datetime) -> Iterator[Row]:
    """Give a row for each question of a run and of those it called, or one for the run alone."""
    state = run.state.name if run.state is not None else "Pending"
    told = (run.name, run.flow_name, state, instant(run.created, now))
    asked = [one for one in list(run.session.questions.values()) if one.run.belongs_to(run)]
    for one in sorted(asked, key=lambda question: question.opened_at):
        said = short(elsewhere.asked(one))
        yield *told, one.key, said, _waits(one.opened_at, one.deadline, now), "here"
    if not asked:
        yield *told, "", "", "", "here"


def _of_question(one: OpenQuestion, now: datetime) -> Row:
    where = "here, suspended" if one.owner == "this process" else one.owner
    waits = _waits(one.since, one.deadline, now)
    return one.run, one.flow, "Paused", "", one.key, short(one.description or _titles(one)), waits, where


def _titles(one: OpenQuestion) -> str:
    properties: Any = one.schema.get("properties") if isinstance(one.schema, dict) else None
    if not properties:
        return "It asks for a Resume."
    return f"It asks for: {', '.join(str(about.get('title', name)) for name, about in properties.items())}."


def _waits(since: datetime, deadline: datetime | None, now: datetime) -> str:
    until = "" if deadline is None else f", until {instant(deadline, now)}"
    return f"{span(now - since)}{until}"


def span(length: timedelta) -> str:
    """Give a length of time as a person says it."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit, inner, smaller in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if seconds >= size:
            rest = seconds % size // inner
            return f"{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


def instant(at: datetime, now: datetime) -> str:
    """Give a moment in local time, with its day where that is not today."""
    local = at.astimezone()
    return f"{local:%H:%M:%S}" if local.date() == now.astimezone().date() else f"{local:%Y-%m-%d %H:%M}"


def short(text: str) -> str:
    """Give a text as one line of a list."""
    line = one_line(text)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
