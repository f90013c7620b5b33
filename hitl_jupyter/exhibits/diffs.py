"""What has changed from one text to another: by line, and within a changed line by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any, Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.exhibits.exhibit import CannotShow, Exhibit, kept_text

AROUND: Final = 3
"""Lines that stay the same and are shown before and after a change."""
MOST_LINES: Final = 5000
MOST_WORDS: Final = 400
"""Of a line; comparing longer ones word by word would take long and tell little."""
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

Row = list[Any]
"""``[sign, [[text, changed], ...]]``: the sign is " ", "-", "+", or "…" with the number of lines left out."""


def diff(before: str, after: str, names: Sequence[str] = ("before", "after")) -> Exhibit:
    """Give the difference of two texts.

    Raises
    ------
    CannotShow
        They are no texts.
    """
    for text in (before, after):
        if not isinstance(text, str):
            raise CannotShow(f"an object of type {type(text).__name__!r} is no text; a Diff takes two.")
    old, new = before.splitlines(), after.splitlines()
    cut = max(len(old), len(new)) > MOST_LINES
    rows = _rows(old[:MOST_LINES], new[:MOST_LINES])
    changed = any(row[0] in "-+" for row in rows)
    note = "No difference." if before == after else "" if changed or cut else _INVISIBLE
    if cut:
        note = f"{note} Only the first {MOST_LINES:,} lines are compared.".strip()
    first, second = (str(name) for name in names)
    drawn = {"names": [first, second], "rows": rows, "note": note}
    words = [f"--- {first}", f"+++ {second}", *(_line(row) for row in rows), *filter(None, [note])]
    kept: dict[str, Json] = {"before": kept_text(before), "after": kept_text(after), "names": [first, second]}
    return Exhibit("diff", "\n".join(words), drawn, kept)


_INVISIBLE = "They differ only in how their lines end."


def _rows(old: list[str], new: list[str]) -> list[Row]:
    rows: list[Row] = []
    codes = difflib.SequenceMatcher(None, old, new).get_opcodes()
    for at, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            rows += _same(old[i1:i2], first=at == 0, last=at == len(codes) - 1)
            continue
        gone, come = old[i1:i2], new[j1:j2]
        pairs = [_by_word(one, other) for one, other in zip(gone, come, strict=False)]
        rows += [["-", pairs[n][0] if n < len(pairs) else [[line, False]]] for n, line in enumerate(gone)]
        rows += [["+", pairs[n][1] if n < len(pairs) else [[line, False]]] for n, line in enumerate(come)]
    return rows


def _same(lines: list[str], *, first: bool, last: bool) -> list[Row]:
    """Give lines that are the same in both: of a long stretch those next to a change."""
    if first and last:
        first = False  # nothing has changed: the beginning is shown
    before, after = 0 if first else AROUND, 0 if last else AROUND
    left = len(lines) - before - after
    if left <= 1:
        return [[" ", [[line, False]]] for line in lines]
    kept_before, kept_after = lines[:before], lines[len(lines) - after :]
    return [
        *([" ", [[line, False]]] for line in kept_before),
        ["…", [[str(left), False]]],
        *([" ", [[line, False]]] for line in kept_after),
    ]


def _by_word(one: str, other: str) -> tuple[list[Row], list[Row]]:
    """Give two lines as pieces, each with whether it has changed."""
    old, new = _WORDS.findall(one), _WORDS.findall(other)
    if max(len(old), len(new)) > MOST_WORDS:
        return [[one, False]], [[other, False]]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    # Lines that have little in common are two lines, and no changed one.
    if matcher.ratio() < 0.4:
        return [[one, False]], [[other, False]]
    gone: list[Row] = []
    come: list[Row] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if i1 < i2:
            gone.append(["".join(old[i1:i2]), tag != "equal"])
        if j1 < j2:
            come.append(["".join(new[j1:j2]), tag != "equal"])
    return gone, come


def _line(row: Row) -> str:
    text = "".join(piece for piece, _ in row[1])
    return f"… {int(text):,} lines that are the same" if row[0] == "…" else f"{row[0]} {text}"
