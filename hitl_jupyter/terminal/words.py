"""What the terminal says: the log's format, headings, labels, limits, and the notice where nobody can be asked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hitl_jupyter.core.records import ArtifactRecord, LogRecord
from hitl_jupyter.core.text import logged, printable
from hitl_jupyter.engine import elsewhere
from hitl_jupyter.terminal import files
from hitl_jupyter.terminal.talk import Node

if TYPE_CHECKING:
    from hitl_jupyter.engine.question import Question
    from hitl_jupyter.engine.run import FlowRun

NO_VALUE = "No value"
PLEASE = "Please fill this in."
OWN = "{} has a control of its own in the notebook; here its plain value is taken."
HELP = "Enter keeps what is in brackets. Ctrl+D leaves the question open."


def log_line(line: LogRecord) -> str:
    """Give a line of a log in the format of Prefect's console handler, in local time."""
    return logged(line.at, line.level, line.name, line.message)


def heading(question: Question) -> str:
    """Give what stands above a question: who asks, until when, the words as their author wrote them, what is shown."""
    until = f" (until {question.deadline.astimezone():%H:%M:%S})" if question.deadline is not None else ""
    lines = ["", f"Flow run {question.run.name!r} requires input{until}."]
    if until and question.has_default:
        lines.append(printable(f"Without an answer it {question.otherwise}."))
    if question.description:
        lines += [printable(question.description), ""]
    for exhibit in question.exhibits:
        lines += [printable(exhibit.words), ""]
    return "\n".join(lines)


def notice(question: Question, at: datetime) -> str:
    """Give the one line that says who waits for what, and the Python that would answer."""
    said = elsewhere.waiting(question)
    return logged(at, logging.INFO, f"Flow run {question.run.name!r}", printable(" ".join(said.split())))


def progress_line(run: FlowRun[Any], artifact: ArtifactRecord) -> str:
    """Give the line that says how far something of a run is."""
    said = f"{artifact.description or artifact.key or 'Progress'}: {artifact.data:g} %"
    return logged(artifact.updated_at, logging.INFO, f"Flow run {run.name!r}", printable(" ".join(said.split())))


def label(titles: Iterable[str]) -> str:
    """Give the name of a field with the groups around it."""
    return printable(" > ".join(titles))


def limits(node: Node) -> str:
    """Give what a field takes, in words, "" where there is nothing to say."""
    hints: Mapping[str, Any] = node.get("hints") or {}
    parts = [text.format(hints[name]) for name, text in _LIMITS.items() if name in hints]
    if "min" in hints and "max" in hints:
        parts[:2] = [f"{hints['min']} to {hints['max']}"]
    if node["kind"] == "date":
        parts.insert(0, "YYYY-MM-DD")
    elif node["kind"] == "datetime":
        zone = " and the zone, such as +01:00" if hints.get("zone") == "aware" else ""
        parts.insert(0, f"YYYY-MM-DD HH:MM{zone}")
    elif node["kind"] == "file":
        parts.insert(0, files.limits(node))
    elif node["kind"] == "integer":
        parts.insert(0, "a whole number")
    elif node["kind"] == "number":
        parts.insert(0, "a number")
    if "unit" in hints:
        parts.append(f"in {hints['unit']}")
    return ", ".join(parts)


_LIMITS = {
    "min": "from {}",
    "max": "up to {}",
    "exclusive_min": "more than {}",
    "exclusive_max": "less than {}",
    "multiple_of": "a multiple of {}",
    "min_length": "min. {} characters",
    "max_length": "max. {} characters",
    "min_items": "min. {} items",
    "max_items": "max. {} items",
    "placeholder": "such as {}",
}


def shortened(text: str, most: int = 60) -> str:
    """Give a text as one line of at most so many characters."""
    line = " ".join(text.split("\n"))
    return line if len(line) <= most else line[: most - 1] + "…"
