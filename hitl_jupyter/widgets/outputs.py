"""The output of background runs: printed and displayed in their cards, and the traceback that ended them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from types import TracebackType
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

from ipywidgets import Box, Layout, Output

from hitl_jupyter.engine.context import current_run, hooks_of
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.users_code import user_code, user_coroutine
from hitl_jupyter.widgets.base_card import Card
from hitl_jupyter.widgets.diversion import divert
from hitl_jupyter.widgets.kept import Kept, Segment
from hitl_jupyter.widgets.kernel import Kernel
from hitl_jupyter.widgets.signs import Signs
from hitl_jupyter.widgets.tracebacks import fold, lines

PAUSE: Final = 0.1
"""Seconds for which output is collected, so that a thousand lines are one message."""

CardOf = Callable[[FlowRun[Any]], Card | None]


class RunOutput:
    """What one run has printed and displayed, and the widget that shows it; `first` is called with that once."""

    def __init__(self, home: asyncio.AbstractEventLoop, first: Callable[[Box], None]) -> None:
        self.kept = Kept(self._changed)
        self._home, self._first = home, first
        self._lock = threading.Lock()
        self._is_due = False
        self._shown = 0.0
        self._box: Box | None = None
        self._left_out: Output | None = None
        self._drawn: dict[Segment, Output] = {}

    def _changed(self) -> None:
        with self._lock:
            if self._is_due:
                return
            self._is_due = True
        context = copy_context()
        # The widgets are no doing of the run's.
        context.run(current_run.set, None)
        self._home.call_soon_threadsafe(self._soon, context=context)

    def _soon(self) -> None:
        self._home.call_later(max(0.0, self._shown + PAUSE - self._home.time()), self.show)

    def show(self) -> None:
        """Show what is kept, on the home loop's thread."""
        with self._lock:
            self._is_due = False
        self._shown = self._home.time()
        segments = self.kept.news()
        free = [self._drawn.pop(one) for one in self._drawn.keys() - {segment for segment, _ in segments}]
        for segment, news in segments:
            if segment not in self._drawn:
                self._drawn[segment] = free.pop() if free else Output()
            if news is not None:
                self._drawn[segment].outputs = news
        outputs = tuple(self._drawn[segment] for segment, _ in segments)
        self._show_box((*self._told(), *outputs))
        for one in free:
            one.close()

    def _told(self) -> tuple[Output, ...]:
        lines, displays = self.kept.lines, self.kept.displays
        if not (lines or displays):
            return ()
        if self._left_out is None:
            self._left_out = Output()
        text = f"Left out before this: {lines:,} lines of text, {displays:,} other outputs.\n"
        self._left_out.outputs = ({"output_type": "stream", "name": "stdout", "text": text},)
        return (self._left_out,)

    def _show_box(self, children: tuple[Output, ...]) -> None:
        if self._box is None:
            self._box = Box(children, layout=Layout(display="block"))
            self._first(self._box)
        elif self._box.children != children:
            self._box.children = children


class Outputs:
    """The output of a kernel's background runs; `card_of` gives the card of a root run."""

    def __init__(self, kernel: Kernel, signs: Signs, card_of: CardOf) -> None:
        self._kernel, self._signs, self._card_of = kernel, signs, card_of
        fold(kernel.shell)
        self._lock = threading.Lock()
        self._of: WeakKeyDictionary[FlowRun[Any], RunOutput] = WeakKeyDictionary()

    def divert(self) -> None:
        """Have the output of background runs in their cards from now on."""
        divert(self._kernel.shell, self._where, self._update)

    def ended(self, run: FlowRun[Any]) -> None:
        """Show at once what a root run has printed last, and how it failed."""
        state = run.state
        error = None if state is None else state.data
        if run.foreground or state is None:
            return
        if state.is_final() and not state.is_completed() and isinstance(error, Exception) and error.__traceback__:
            self._kernel.home().run_in_executor(None, self._fail, run, error)
        else:
            self._show_last(run)

    def _fail(self, run: FlowRun[Any], error: Exception) -> None:
        # Not on the loop: IPython takes 20 ms for a frame.
        told = lines(self._kernel.shell, error, _users(error.__traceback__))
        self._output(run).kept.error(error, told)
        # With the run, which nobody else may hold any more.
        self._kernel.home().call_soon_threadsafe(self._show_last, run)

    def _show_last(self, run: FlowRun[Any]) -> None:
        if run in self._of:
            self._of[run].show()

    def _where(self) -> Kept | None:
        run = current_run.get() or hooks_of.get()
        # A program that runs a notebook keeps what stands below its cells, and nobody looks at its cards.
        if run is None or run.root.foreground or not self._signs.told():
            return None
        return self._output(run.root).kept

    def _output(self, run: FlowRun[Any]) -> RunOutput:
        with self._lock:
            output = self._of.get(run)
            if output is None:
                of = ref(run)

                def first(box: Box) -> None:
                    found = of()
                    card = None if found is None else self._card_of(found)
                    if card is not None:
                        card.output = box

                output = self._of[run] = RunOutput(self._kernel.home(), first)
            return output

    def _update(self, display_id: str, data: Any, metadata: Any) -> bool:
        with self._lock:
            all_ = list(self._of.values())
        return any(one.kept.update(display_id, data, metadata) for one in all_)


def _users(found: TracebackType | None) -> TracebackType | None:
    """Give the part of a traceback that begins in the user's code; all of it where there is none."""
    part = found
    while part is not None:
        if part.tb_frame.f_code in (user_code.__code__, user_coroutine.__code__) and part.tb_next is not None:
            return part.tb_next
        part = part.tb_next
    return found
