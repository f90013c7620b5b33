"""Text that is shown: durations, Markdown as plain words, and characters that can do harm; lines of logs."""

from __future__ import annotations

import logging
import re
import unicodedata
from datetime import datetime

_MARKS = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"^\s*(?:#{1,6}|>)\s+", re.MULTILINE), ""),
    # In one line an item of a list would not be told from the next.
    (re.compile(r"^\s*[-*+]\s+", re.MULTILINE), "• "),
    (re.compile(r"^\s*(?:```.*|[|:\- ]*-{3}[|:\- ]*)$", re.MULTILINE), ""),
    (re.compile(r"(\*\*\*|\*\*|__|\*|`+)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
)


def printable(text: str) -> str:
    """Give a text that cannot move the cursor or change the terminal: what is asked about may come from anywhere."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def duration(seconds: float) -> str:
    """Spell a duration: "less than 1 s", "8 s", "2 min 05 s", "1 h 02 min", "3 d 4 h"."""
    if seconds < 1:
        return "less than 1 s"
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} min {rest:02d} s"
    days, hours = divmod(hours, 24)
    return f"{hours} h {minutes:02d} min" if days == 0 else f"{days} d {hours} h"


def words(markdown: str) -> str:
    """Give what a Markdown text says, in one line and without its marks."""
    for mark, kept in _MARKS:
        markdown = mark.sub(kept, markdown)
    return " ".join(markdown.split())


def short(text: str, most: int) -> str:
    """Give a text that is no longer than so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def logged(at: datetime, level: int, name: str, message: str) -> str:
    """Give a line of a log in the format of Prefect's console handler, in local time."""
    stamp = at.astimezone().isoformat(timespec="milliseconds")[11:23]
    return f"{stamp} | {logging.getLevelName(level):<7} | {name} - {message}"
