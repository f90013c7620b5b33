"""Tracebacks as the user's own: which of their frames are machinery, and the text of one without those.

An exception is never changed by this. What is wrong in this package itself keeps its last frame, where it was raised.
"""

from __future__ import annotations

import traceback
from asyncio import CancelledError
from collections.abc import Iterator
from traceback import TracebackException, walk_tb
from types import FrameType, TracebackType
from typing import Final

from hitl_jupyter.exceptions import HitlError

OURS: Final = frozenset({"hitl_jupyter", "greenback", "outcome"})
BETWEEN: Final = frozenset({"asyncio", "concurrent", "contextlib"})
"""Python's own, which is machinery where it stands below ours."""
LEFT_OUT: Final = "(Not shown: {} of hitl_jupyter.)\n"


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give an exception and those that led to it, each once."""
    seen: set[int] = set()
    left = [error]
    while left:
        one = left.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            left += [other for other in (one.__cause__, one.__context__) if other is not None]


def machinery(error: BaseException, found: TracebackType | None) -> list[tuple[FrameType, bool]]:
    """Give the frames of a traceback, each with whether it is machinery."""
    flags: list[tuple[FrameType, bool]] = []
    below = False
    for frame, _ in walk_tb(found):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        below = package in OURS or (below and package in BETWEEN)
        flags.append((frame, below))
    if flags and not _tells_the_user(error):
        flags[-1] = (flags[-1][0], False)
    return flags


def users_text(error: BaseException) -> str:
    """Give the traceback of an exception as Python writes it, without machinery; its last line says how much."""
    written = TracebackException.from_exception(error)
    count = _leave_out(written, error, set())
    frames = "1 frame" if count == 1 else f"{count} frames"
    return "".join(written.format()) + (LEFT_OUT.format(frames) if count else "")


def _leave_out(written: TracebackException, error: BaseException, seen: set[int]) -> int:
    """Take the machinery out of what is written of an exception and of those that led to it; gives how many frames."""
    if id(written) in seen:
        return 0
    seen.add(id(written))
    flags = [is_ours for _, is_ours in machinery(error, error.__traceback__)]
    # A recursion is written in part only.
    if len(flags) == len(written.stack) and not all(flags):
        kept = [one for one, is_ours in zip(written.stack, flags, strict=True) if not is_ours]
        written.stack = traceback.StackSummary.from_list(kept)
    count = len(flags) - len(written.stack)
    for other, behind in ((written.__cause__, error.__cause__), (written.__context__, error.__context__)):
        if other is not None and behind is not None:
            count += _leave_out(other, behind, seen)
    return count


def _tells_the_user(error: BaseException) -> bool:
    """Tell an exception that speaks of what a person did from one that is a fault of this package."""
    ends = isinstance(error, (HitlError, CancelledError, KeyboardInterrupt))
    return ends or type(error).__module__.startswith("pydantic")
