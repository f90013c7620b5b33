"""The log of a run and of those below it: the numbers of the lines that match, and lines by their numbers.

Lines are only ever added, and numbered in the order of their commits: who has the numbers of those that match needs
only the newer ones the next time, and any window of them is read by its keys, wherever in the log it is. In time they
are in another order: each run commits its lines in batches of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Text, bindparam, func, select, type_coerce

from hitl_jupyter.store.runpage.tree import ids
from hitl_jupyter.store.tables import flow_run, log

ESCAPE: Final = "\\"
_WILD = re.compile(r"[%_\\]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

Timed = tuple[str, int]
"""When a line was written, as the store has it, and its number: in this order a log is read."""

_AT_ONCE: Final = 500
_timed = type_coerce(log.c.at, Text), log.c.number
_NEWEST = select(func.max(log.c.number))
_newer = log.c.run_id.in_(ids), log.c.number > bindparam("after")
_at_least = log.c.level >= bindparam("level")
_says = func.lower(log.c.message).like(bindparam("pattern"), escape=ESCAPE)


def newest(conn: Connection) -> int:
    """Give the number of the newest line of any run, 0 where there is none."""
    return conn.execute(_NEWEST).scalar() or 0


def matching(conn: Connection, run_id: str, after: int, level: int, search: str) -> list[Timed]:
    """Give the lines behind a number that are of a level at least and say something, in the order of their times.

    Letters count whether small or capital.
    """
    asked: dict[str, Any] = {"run": run_id, "after": after, "level": level, "pattern": _pattern(search)}
    where = [*_newer, *([_at_least] if level else []), *([_says] if search else [])]
    # A database knows the small letters of ASCII alone: it finds what may be meant, and the rest is looked at here.
    exact = search.isascii()
    found = conn.execute(select(*_timed, *(() if exact else (log.c.message,))).where(*where), asked)
    wanted = search.lower()
    # Sorted here: they come in one order for each run, of which Python makes one in no time.
    return sorted((at, number) for at, number, *said in found if exact or wanted in said[0].lower())


def timed(conn: Connection, numbers: Sequence[int]) -> list[Timed]:
    """Give the lines of these numbers in the order of their times."""
    parts = (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
    return sorted(
        (at, number) for part in parts for at, number in conn.execute(select(*_timed).where(log.c.number.in_(part)))
    )


def _pattern(search: str) -> str:
    literal = _WILD.sub(lambda found: ESCAPE + found[0], search.lower())
    return f"%{_NOT_ASCII.sub('_', literal)}%"


def lines(conn: Connection, numbers: Sequence[int], most: int) -> list[dict[str, Any]]:
    """Give the lines of these numbers, at most some hundreds, in their order.

    Of a message come at most so many characters, and `length` says how many it has.
    """
    chosen = (
        select(
            *(log.c[name] for name in ("number", "at", "level", "name")),
            func.substr(log.c.message, 1, most).label("message"),
            func.length(log.c.message).label("length"),
            flow_run.c.name.label("run_name"),
        )
        .join(flow_run, flow_run.c.id == log.c.run_id)
        .where(log.c.number.in_(numbers))
    )
    names = chosen.selected_columns.keys()
    found = {row[0]: dict(zip(names, row, strict=True)) for row in conn.execute(chosen)}
    return [found[number] for number in numbers if number in found]
