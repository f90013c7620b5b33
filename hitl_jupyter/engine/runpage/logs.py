"""The section *Logs*: any window of the lines that match, and all of them as text."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final

from hitl_jupyter import store
from hitl_jupyter.core.text import logged
from hitl_jupyter.engine.runpage.asked import Filter, LogWindow
from hitl_jupyter.engine.runpage.look import MESSAGE, Look, iso
from hitl_jupyter.engine.runpage.shapes import Copy, Line, Logs

COPY: Final = 5_000_000
"""Bytes that are copied at most."""
_AT_ONCE: Final = 500


def logs(look: Look, asked: LogWindow) -> Logs:
    """Give a window of the lines that match."""
    total = len(look.index.numbers(look.conn, look.run.id))
    numbers = look.index.numbers(look.conn, look.run.id, asked.level, asked.search)
    wanted = _window(numbers, asked.offset, asked.limit, newest_first=asked.newest_first)
    found = store.runpage.logs.lines(look.conn, wanted, MESSAGE)
    return {"total": total, "matching": len(numbers), "offset": asked.offset, "lines": [_line(row) for row in found]}


def copy(look: Look, asked: Filter) -> Copy:
    """Give the lines that match as the terminal writes them, up to a size."""
    numbers = look.index.numbers(look.conn, look.run.id, asked.level, asked.search)
    lines: list[str] = []
    size = 0
    for start in range(0, len(numbers), _AT_ONCE):
        wanted = _window(numbers, start, _AT_ONCE, newest_first=asked.newest_first)
        for row in store.runpage.logs.lines(look.conn, wanted, COPY):
            line = logged(row["at"], row["level"], row["name"], row["message"])
            size += len(line.encode(errors="replace")) + 1
            if size > COPY:
                return {"text": "\n".join(lines), "lines": len(lines), "cut": True}
            lines.append(line)
    return {"text": "\n".join(lines), "lines": len(lines), "cut": False}


def _window(numbers: array[int], offset: int, limit: int, *, newest_first: bool) -> Sequence[int]:
    if not newest_first:
        return numbers[offset : offset + limit]
    end = max(0, len(numbers) - offset)
    return numbers[max(0, end - limit) : end][::-1]


def _line(row: dict[str, Any]) -> Line:
    return {
        "number": row["number"],
        "at": iso(row["at"]),
        "level": row["level"],
        "message": row["message"],
        "left_out": max(0, row["length"] - MESSAGE),
        "name": row["name"],
        "run_name": row["run_name"],
    }
