"""The numbers of log lines that match what a page has asked for, remembered while the page is there.

A page asks for window after window of the same lines. Which they are is found out once; from then on only what was
logged since is looked at, and a window costs what its own lines cost. They are in the order of their times.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from hitl_jupyter import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEPT: Final = 4
"""So many filters are remembered, the last ones: eight bytes for each line that matches."""


TAIL: Final = 500
"""So many of the last lines are looked at for the place of the new ones; more if those are older still."""


class LogIndex:
    """The numbers of one run's lines, by filter. Only the store's reading thread uses it."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], tuple[int, array[int]]] = {}

    def numbers(self, conn: Connection, run_id: str, level: int = 0, search: str = "") -> array[int]:
        """Give the numbers of all lines that match, oldest first."""
        seen, numbers = self._found.pop((level, search), (0, array("q")))
        newest = store.runpage.logs.newest(conn)
        if newest > seen:
            _put_in(conn, numbers, store.runpage.logs.matching(conn, run_id, seen, level, search))
        self._found[level, search] = (newest, numbers)
        while len(self._found) > KEPT:
            del self._found[next(iter(self._found))]
        return numbers


def _put_in(conn: Connection, numbers: array[int], new: list[store.runpage.logs.Timed]) -> None:
    """Put lines where they belong by their times: what one run has logged may be committed after what others did."""
    tail: list[store.runpage.logs.Timed] = []
    size = TAIL
    while new and len(tail) < len(numbers) and (not tail or tail[0] > new[0]):
        tail = store.runpage.logs.timed(conn, numbers[-size:])
        size *= 4
    del numbers[len(numbers) - len(tail) :]
    numbers.extend(number for _, number in sorted(tail + new))
