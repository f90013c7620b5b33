"""Takes what code prints and displays to where it belongs: below its cell as ever, or to its background run.

The context of the code decides, so that tasks and threads of a run print where the run does, and cells beside it print
below themselves. What a program has redirected itself stays where it wants to have it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from hitl_jupyter.widgets.kept import Kept

Where = Callable[[], Kept | None]
"""Gives what takes the output of the calling code; None for its cell."""
Update = Callable[[str, Any, Any], bool]
"""Updates what was displayed under an id; False where that is in no run."""

_own: ContextVar[int] = ContextVar("hitl_own_outputs", default=0)


@contextmanager
def undiverted() -> Iterator[None]:
    """Have what is printed and displayed inside go where the kernel would have it."""
    token = _own.set(_own.get() + 1)
    try:
        yield
    finally:
        _own.reset(token)


def divert(shell: Any, where: Where, update: Update) -> None:
    """Ask `where` before anything is printed or displayed from now on; once for each stream and publisher."""
    for stream in (sys.stdout, sys.stderr):
        _divert_stream(stream, _unless_own(where))
    _divert_displays(shell.display_pub, _unless_own(where), update)
    _spare_outputs()


def _unless_own(where: Where) -> Where:
    process = os.getpid()
    # What a forked process printed would be kept there, where nobody looks.
    return lambda: None if _own.get() or os.getpid() != process else where()


def _divert_stream(stream: Any, where: Where) -> None:
    """Have `where` asked before each write, also while IPython has put a writer of its own in its place.

    It does so for each cell, and puts back what it found at the cell's beginning.
    """
    from ipykernel.iostream import OutStream

    if not isinstance(stream, OutStream) or hasattr(type(stream), "__hitl__"):
        return
    inner = {"write": vars(stream).pop("write", stream.write)}

    def found(_: Any) -> Callable[[str], int | None]:
        behind = inner["write"]

        def write(string: str) -> int | None:
            kept = where() if isinstance(string, str) else None
            if kept is None:
                result: int | None = behind(string)
                return result
            kept.write(stream.name, string)
            return len(string)

        write.__hitl__ = behind  # type: ignore[attr-defined]
        return write

    def put(_: Any, write: Any) -> None:
        inner["write"] = getattr(write, "__hitl__", write)

    # Nobody else may have the stream itself replaced: many keep it.
    stream.__class__ = type("OutStream", (type(stream),), {"write": property(found, put), "__hitl__": True})


def _divert_displays(publisher: Any, where: Where, update: Update) -> None:
    from ipykernel.jsonutil import encode_images, json_clean
    from ipykernel.zmqshell import ZMQDisplayPublisher

    if not isinstance(publisher, ZMQDisplayPublisher) or hasattr(publisher.publish, "__hitl__"):
        return
    publish_inner, clear_inner = publisher.publish, publisher.clear_output

    def publish(data: Any, metadata: Any = None, **more: Any) -> None:
        display_id = (more.get("transient") or {}).get("display_id")
        if more.get("update"):
            if display_id is None or not update(display_id, json_clean(encode_images(data)), metadata or {}):
                publish_inner(data, metadata, **more)
            return
        kept = where()
        if kept is None:
            publish_inner(data, metadata, **more)
        else:
            kept.display(json_clean(encode_images(data)), json_clean(metadata or {}), display_id)

    def clear_output(wait: bool = False) -> None:
        kept = where()
        if kept is None:
            clear_inner(wait)
        else:
            kept.clear(wait=wait)

    publish.__hitl__ = True  # type: ignore[attr-defined]
    publisher.publish, publisher.clear_output = publish, clear_output  # type: ignore[method-assign]


def _spare_outputs() -> None:
    """Leave what is printed ``with`` an Output of the program's own to that."""
    from ipywidgets import Output

    if hasattr(Output.__enter__, "__hitl__"):
        return
    enter, leave = Output.__enter__, Output.__exit__

    def entered(self: Output) -> Any:
        _own.set(_own.get() + 1)
        return enter(self)

    def left(self: Output, *error: Any) -> Any:
        _own.set(max(0, _own.get() - 1))
        return leave(self, *error)

    entered.__hitl__ = True  # type: ignore[attr-defined]
    Output.__enter__, Output.__exit__ = entered, left
