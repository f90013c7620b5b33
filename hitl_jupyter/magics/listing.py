"""``%hitl``: what runs in this process, what waits in it and elsewhere, as a table of the moment it was made."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from typing import Any, Final
from unicodedata import east_asian_width

from hitl_jupyter.core.text import printable
from hitl_jupyter.engine import openings
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
            rows = [self.head, *(tuple(printable(short(cell)) for cell in row) for row in self.rows)]
            widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
            lines += ["  ".join(map(_filled, row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, *([self.below] if self.below else [])])

    def _repr_html_(self) -> str:
        """Write it for a notebook."""
        parts = [f"<p>{html.escape(self.above)}</p>" if self.above else ""]
        if self.rows:
            head = "".join(_tag("th", name) for name in self.head)
            # A line for each, so that a diff of two files has only what differs.
            body = "".join(f"\n<tr>{''.join(_tag('td', cell) for cell in row)}</tr>" for row in self.rows)
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        parts.append(f"<p>{html.escape(self.below)}</p>" if self.below else "")
        return "".join(parts)


def _tag(name: str, text: str) -> str:
    # A long word breaks there, and nowhere before.
    style = "text-align:left; max-width:24em; overflow-wrap:break-word"
    return f'<{name} style="{style}">{html.escape(text)}</{name}>'


def _width(text: str) -> int:
    """Tell how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def listing(session: Session) -> Table:
    """Give what runs and what waits.

    Raises
    ------
    StoreError
        The store cannot be opened or read.
    """
    now = session.source.now()
    # The store alone says what is open: this process may not know yet what it has just asked.
    found = openings.listing(session)
    rows: list[Row] = []
    for run in alive_here(session):
        mine = [one for one in found if _belongs(session.runs.get(one.run_id), run)]
        found = openings.Inbox(one for one in found if one not in mine)
        state = "Paused" if mine else run.state.name if run.state is not None else "Pending"
        told = (run.name, run.flow_name, state, instant(run.created, now))
        rows += [(*told, *_asks(one, now), "here") for one in mine] or [(*told, "", "", "", "here")]
    for one in found:
        where = "here, suspended" if one.owner == "this process" else one.owner
        rows.append((one.run, one.flow, "Paused", "", *_asks(one, now), where))
    if not rows:
        return Table((), [], below=NOTHING)
    return Table(HEAD, rows, below=HINT if any(row[4] for row in rows) else "")


def _belongs(asking: FlowRun[Any] | None, root: FlowRun[Any]) -> bool:
    return asking is not None and asking.belongs_to(root)


def _asks(one: OpenQuestion, now: datetime) -> tuple[str, str, str]:
    until = "" if one.deadline is None else f", until {instant(one.deadline, now)}"
    return one.key, short(one.description or _titles(one)), f"{span(now - one.since)}{until}"


def _titles(one: OpenQuestion) -> str:
    properties: Any = one.schema.get("properties") if isinstance(one.schema, dict) else None
    if not properties:
        return "It asks for a Resume."
    return f"It asks for: {', '.join(str(about.get('title', name)) for name, about in properties.items())}."


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
