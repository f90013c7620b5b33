"""What a person had entered before a click is taken in before the click counts.

ipywidgets sends one change of a widget at a time and holds back what comes meanwhile, and a kernel may hear one widget
before another: a click overtakes both. So each control is asked once round: a link in the page sets a trait of it, and
that comes to the kernel behind all that the page had to tell of the control before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any, Final

from IPython.core.getipython import get_ipython
from ipywidgets import HTML, Box, Button, DOMWidget, Widget, jsdlink

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.widgets.pool import with_inner

ASKED: Final = "_view_count"
"""The trait that is set: every widget has it, and no view is drawn anew for it."""
TICK: Final = 0.01
PATIENCE: Final = 500
"""Ticks of the kernel's loop without an answer after which the page is taken to be gone. A busy loop makes none."""


def once_settled(root: Any, do: Callable[[], None]) -> None:
    """Have something done once what was entered below a widget is taken in.

    It is done at once unless a page has sent what is being handled: a program has nothing under way.
    """
    kernel, page = getattr(get_ipython(), "kernel", None), _page_speaking()
    if kernel is None or page is None:
        do()
        return

    async def wait() -> None:
        asked: set[Any] = set()
        try:
            # What is taken in may bring up others, as a type that is picked does.
            while news := _controls(root) - asked:
                asked |= news
                await _round(news, page)
        except Exception:  # noqa: BLE001 - a border: the traits of anybody's widgets
            logger.exception("The controls of a form could not be asked for what was entered last.")
        asyncio.get_running_loop().call_soon(do)

    # There, wherever the click was heard: a cell that blocks that loop may hold back answers as well.
    asyncio.run_coroutine_threadsafe(wait(), kernel.io_loop.asyncio_loop)


async def _round(controls: Collection[Any], page: str) -> None:
    """Ask controls, and wait until the page has answered for each that is still there."""
    left, silent = set(controls), 0

    def heard(change: Any) -> None:
        nonlocal silent
        if change["new"] is not None:
            setattr(change["owner"], ASKED, None)
            if _page_speaking() == page:
                silent = 0
                left.discard(change["owner"])

    # Another one each time: a page that did not answer in time may have it still.
    source: Any = Widget(**{ASKED: int(time.monotonic() * 1000) % 2**31})
    first, *others = controls
    for one in controls:
        one.observe(heard, names=ASKED)
    link = jsdlink((source, ASKED), (first, ASKED))
    try:
        for one in others:
            link.target = (one, ASKED)
        while silent < PATIENCE and any(one.comm is not None for one in tuple(left)):
            silent += 1
            await asyncio.sleep(TICK)
    finally:
        link.close()
        source.close()
        for one in controls:
            one.unobserve(heard, names=ASKED)


def _controls(root: Any) -> set[Any]:
    """Give the widgets in which a person may have entered something, those of others included."""
    return {one for one in with_inner(root) if isinstance(one, DOMWidget) and not isinstance(one, Box | Button | HTML)}


def _page_speaking() -> str | None:
    """Give the session of the page whose message is handled just now, None where it is none's."""
    kernel = getattr(get_ipython(), "kernel", None)
    header = {} if kernel is None else kernel.get_parent("shell").get("header", {})
    return header["session"] if header.get("msg_type") == "comm_msg" else None
