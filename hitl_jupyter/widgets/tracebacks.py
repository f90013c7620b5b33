"""Tracebacks in the notebook: the machinery is folded into IPython's line for hidden frames, and cells have names."""

from __future__ import annotations

import copy
import re
from itertools import dropwhile
from types import TracebackType
from typing import Any, Final

from hitl_jupyter.engine.tracebacks import chain, machinery

_FILE: Final = re.compile(r'File "([^"\n]+)"(?=, line \d)')


def named(shell: Any, text: str) -> str:
    """Name cells in a text with tracebacks: ``Cell In[3], line 5``, not the file that a cell is compiled as."""

    def name(found: re.Match[str]) -> str:
        cell: tuple[str, str] | None = shell.compile.format_code_name(found[1])
        return " ".join(cell) if cell else found[0]

    return _FILE.sub(name, text)


def fold(shell: Any) -> None:
    """Have every traceback that a shell shows folded from now on; once for each shell."""
    formatter = shell.InteractiveTB
    inner = formatter.structured_traceback
    if hasattr(inner, "__hitl__"):
        return

    def structured_traceback(
        etype: Any = None, evalue: Any = None, etb: TracebackType | None = None, *rest: Any, **options: Any
    ) -> Any:
        if isinstance(evalue, BaseException) and etb is not None:
            etb = folded(evalue, etb)
        return inner(etype, evalue, etb, *rest, **options)

    structured_traceback.__hitl__ = inner  # type: ignore[attr-defined] # a mark on a function
    formatter.structured_traceback = structured_traceback


def lines(shell: Any, error: BaseException, found: TracebackType | None) -> list[str]:
    """Give a traceback as a shell would show it, from any thread: the shell's own formatter remembers what it does."""
    formatter = copy.copy(shell.InteractiveTB)
    vars(formatter).pop("structured_traceback", None)
    told: list[str] = formatter.structured_traceback(
        type(error), error, None if found is None else folded(error, found)
    )
    return told


def folded(error: BaseException, found: TracebackType) -> TracebackType:
    """Mark the machinery in a traceback and in those behind it; gives it without its end, if that is machinery.

    IPython shows the last frame whatever it is marked as.
    """
    for one in chain(error):
        for frame, is_ours in machinery(one, found if one is error else one.__traceback__):
            if is_ours:
                # Of a frame that is over: what stands here stays here, and nobody reads it but who shows tracebacks.
                frame.f_locals["__tracebackhide__"] = True
    parts = []
    part: TracebackType | None = found
    while part is not None:
        parts.append(part)
        part = part.tb_next
    flags = [is_ours for _, is_ours in machinery(error, found)]
    shown = [one for one, _ in dropwhile(lambda pair: pair[1], reversed(list(zip(parts, flags, strict=True))))]
    end: TracebackType | None = None
    for part in shown:
        end = TracebackType(end, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return end or found
