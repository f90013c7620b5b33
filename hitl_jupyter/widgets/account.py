"""The account of a run as text and as plain HTML, for wherever no kernel lives: it has no script and no colours.

What people and programs wrote is text in it, never markup. Where the card above it is drawn it hides itself; a style
says so, in the words of JupyterLab's page, which Notebook 7 has too.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from hitl_jupyter.core.records import ArtifactRecord, Json
from hitl_jupyter.core.text import duration, printable, short, words
from hitl_jupyter.engine.account import Account, once
from hitl_jupyter.engine.cause import Said, cause_of
from hitl_jupyter.engine.told import VALUE, answers, question, titled, why

MESSAGE: Final = 500
HEAD: Final = ("Question", "Answer", "Who", "When", "Took")
UNSAID: Final = {"accepted": "", "invalid": "a validator refused it", "open": "not answered yet"}
"""How outcomes are told that do not speak for themselves."""
DEFAULT: Final = "its default: nobody answered in time"

FOLDED: Final = 20
"""Of more rows a page shows the number, and the rows to who wants them."""

_CARD = ".lm-Panel.jp-OutputArea-output"
_GONE = ".jupyter-widgets, .lm-mod-hidden"
_OURS = "> .jp-RenderedHTML > .hitl-account"
STYLE: Final = f"""
.jp-OutputArea-child:has(> {_CARD}:not({_GONE})) + .jp-OutputArea-child:has({_OURS}),
.jp-OutputArea-child:has(> {_CARD}:is({_GONE})):has(+ .jp-OutputArea-child {_OURS}) {{ display: none }}
.hitl-account {{ max-width: 72em;
border-left: 3px solid rgba(128, 128, 128, 0.6); margin: 4px 0; padding: 2px 0 2px 12px }}
.hitl-account p {{ margin: 0 0 4px; overflow-wrap: anywhere }}
.hitl-account div {{ overflow-x: auto }}
.hitl-account table {{ border: 0; border-collapse: collapse; margin: 4px 0 8px; font-size: inherit }}
.hitl-account :is(thead, tbody) tr:nth-child(n) {{ background: none }}
.hitl-account tr {{ border-bottom: 1px solid rgba(128, 128, 128, 0.35) }}
.hitl-account tr :is(th, td):nth-child(n) {{ padding: 3px 14px 3px 0; text-align: left; vertical-align: top }}
.hitl-account td:nth-child(2) {{ min-width: 12em }}
.hitl-account td:nth-child(n + 4) {{ white-space: nowrap }}
@media print {{
.hitl-account ::details-content {{ content-visibility: visible; block-size: auto }}
.hitl-account tr {{ break-inside: avoid }}
.hitl-account td:nth-child(n) {{ min-width: 0; white-space: normal }}
}}
"""
"""Of a card whose kernel is gone the page only knows that it was there: then the account stands in its place.

When and how long are read at a glance, in one line; not on paper, where what sticks out cannot be scrolled to.
"""
NOTHING: Final = f'<style>{STYLE}</style>\n<div class="hitl-account" hidden></div>'
"""An account of nothing: a widget above it of which nothing is left does not say so."""


def bundle(account: Account) -> dict[str, str]:
    """Give an account as a notebook shows and saves it."""
    return {"text/plain": as_text(account), "text/html": as_html(account)}


def begun(name: str, flow_name: str, why_not: str | None = None) -> dict[str, str]:
    """Give what can be told of a run before anything of it is recorded; `why_not` says that it never will be."""
    said = "Not begun yet." if why_not is None else f"Not begun: {short(why_not, MESSAGE)}"
    return {"text/plain": said, "text/html": _box(_name(name, flow_name), [said], [], [])}


def as_text(account: Account) -> str:
    """Give an account as lines."""
    lines = [*_state(account), *_going_on(account), *_failure(account)]
    for row in _rows(account):
        beside = ", ".join(one for one in row[2:] if one)
        lines.append(f"- {titled(row[0], '; '.join(row[1]))} ({beside})")
    return printable("\n".join([*lines, *_left_out(account), *_artifacts(account.artifacts)]))


def as_html(account: Account) -> str:
    """Give an account as HTML."""
    rows = [(row[0], "\n".join(row[1]), *row[2:]) for row in _rows(account)]
    below = [*_left_out(account), *_artifacts(account.artifacts)]
    name = _name(account.run.name, account.run.flow_name)
    return _box(name, [*_state(account), *_going_on(account), *_failure(account)], rows, below)


def _box(name: str, above: Iterable[str], rows: Sequence[tuple[str, ...]], below: Iterable[str]) -> str:
    parts = [f'<style>{STYLE}</style>\n<div class="hitl-account">', f"<p>{name}</p>"]
    parts += [f"<p>{html.escape(line)}</p>" for line in above]
    if rows:
        head, body = _row("th", HEAD), "\n".join(_row("td", row) for row in rows)
        table = f"<div><table><thead>\n{head}\n</thead><tbody>\n{body}\n</tbody></table></div>"
        folded = f"<details><summary>{len(rows)} questions and answers</summary>\n{table}\n</details>"
        parts.append(folded if len(rows) > FOLDED else table)
    parts += [f"<p>{html.escape(line)}</p>" for line in below]
    return "\n".join([*parts, "</div>"])


def _name(name: str, flow_name: str) -> str:
    return f"<strong>{html.escape(name)}</strong>, a run of flow <strong>{html.escape(flow_name)}</strong>"


def _row(tag: str, texts: Iterable[str]) -> str:
    """Write a row; each cell is a line, so that a diff of two files has only what differs."""
    cells = ("<br>".join(html.escape(text).split("\n")) for text in texts)
    return "\n".join(["<tr>", *(f"<{tag}>{cell}</{tag}>" for cell in cells), "</tr>"])


# -- what it says -----------------------------------------------------------------------------------------------------


def _state(account: Account) -> list[str]:
    run = account.run
    began = f"begun {_instant(run.start_time or run.created_at)}"
    ended = f", ended {_instant(run.end_time, run.start_time)}" if run.state.is_final() and run.end_time else ""
    spent = f"{duration(account.seconds_running)} running"
    if account.asked:
        spent += f", {duration(account.seconds_paused)} waiting for people"
    as_of = "" if run.state.is_final() else f" As of {_instant(account.at, run.start_time)}."
    return [f"{run.state.name}: {began}{ended}; {spent}.{as_of}"]


def so_far(account: Account) -> str:
    """Say how far a run is that waits: what is answered, and what it asks next."""
    asks = [question(row, account.schemas.get(row["form"] or "")) for row in account.rows if row["outcome"] == "open"]
    return f"{account.answered:,} answered" + (f", next: {asks[0]}" if asks else "")


def _going_on(account: Account) -> Iterator[str]:
    """Say how a run goes on that was left where it was."""
    if not account.run.state.is_final():
        yield (
            f"{so_far(account)}. Where its kernel has ended: run the cells that define its flow, then "
            f"hitl_jupyter.recover({account.run.name!r}). It goes on where it was."
        )


def _failure(account: Account) -> list[str]:
    state = account.run.state
    if not (state.is_final() and state.message) or state.is_completed():
        return []
    return [short(state.message.strip().partition("\n")[0], MESSAGE), *_led_to(account)]


def _led_to(account: Account) -> Iterator[str]:
    """Tell what a run that did not end well had been given, the last answer first."""
    given = cause_of(account.run, account.rows, account.schemas)
    for answer in given["answers"][:1]:
        yield f"Last answer: {titled(answer['question'], _listed(answer['said']) or 'resumed')}."
    if given["parameters"] is None:
        yield "Its parameters could not be recorded."
    elif given["parameters"]:
        yield f"Parameters: {_listed(given['parameters'])}."


def _listed(said: list[Said]) -> str:
    return "; ".join(titled(one["name"], one["value"]) for one in said)


def _rows(account: Account) -> list[tuple[str, list[str], str, str, str]]:
    """Give each row: the question, the lines of its answer, who, when, how long."""
    began = account.run.start_time or account.run.created_at
    found = []
    for row in once(account.rows):
        at, schema = row["answered_at"], account.schemas.get(row["form"] or "")
        said = answers(row, schema)
        if row["outcome"] == "accepted" and not said:
            said = ["resumed"]
        when = _instant(at, began) if at else f"asked {_instant(row['asked_at'], began)}"
        before = [_before(one, schema, began) for one in reversed(row["before"])]
        told = [*said, *_why(_outcome(row, said), row), *before]
        found.append((question(row, schema), told, _who(row), when, _took(row)))
    return found


def _before(row: dict[str, Any], schema: Json, began: datetime) -> str:
    """Tell what was answered before, by whom, and when."""
    by, at = f", by {row['by']}" if row["by"] else "", row["answered_at"]
    return f"(before: {', '.join(answers(row, schema))}{by}{f' at {_instant(at, began)}' if at else ''})"


def _took(row: dict[str, Any]) -> str:
    """Say how long an answer took; for a correction nobody has waited."""
    if row["answered_at"] is None or row["outcome"] == "corrected":
        return ""
    seconds: float | None = row["seconds"]
    return duration((row["answered_at"] - row["asked_at"]).total_seconds() if seconds is None else seconds)


def _who(row: dict[str, Any]) -> str:
    """Say who answered, and from where if that is not the card itself."""
    if not row["by"] or row["origin"] in (None, "run card"):
        return row["by"] or ""
    return f"{row['by']}, {row['origin']}"


def _outcome(row: dict[str, Any], said: list[str]) -> str:
    """Say what became of a question; what a deadline gave is not taken for somebody's answer."""
    outcome = str(row["outcome"])
    return DEFAULT if outcome == "timed out" and said else UNSAID.get(outcome, outcome)


def _why(outcome: str, row: dict[str, Any]) -> list[str]:
    """Tell what became of an answer, if that is not plain."""
    if not outcome:
        return []
    reason = why(row)
    return [f"({outcome}: {reason})" if reason else f"({outcome})"]


def _left_out(account: Account) -> list[str]:
    asked = (row for row in account.rows if row["outcome"] != "corrected")
    left = account.asked - len({(row["run_id"], row["attempt"], row["scope"], row["key"]) for row in asked})
    return [f"And {left:,} before these; hitl_jupyter.history({account.run.name!r}) has them all."] if left > 0 else []


def _artifacts(made: list[ArtifactRecord]) -> list[str]:
    titles = [short(words(one.description or one.key or one.type), VALUE) for one in made]
    return [f"Made: {'; '.join(titles)}."] if titles else []


def _instant(at: datetime | None, day: datetime | None = None) -> str:
    """Give a moment in local time, with its day unless it is that of another."""
    if at is None:
        return ""
    local = at.astimezone()
    if day is not None and day.astimezone().date() == local.date():
        return f"{local:%H:%M:%S}"
    return f"{local.day} {local:%b %Y, %H:%M:%S %Z}"
