"""Waiting inside a kernel: everything that touches a private part of ipykernel or IPython is here and in `beside.py`.

Written against ipykernel 7.4 (a cell that awaits lets widget messages through from there on) and asyncio's own
loop. What is replaced in the kernel, each for the reason beside it: ``kernel.do_execute``, ``kernel.dispatch_shell``,
``shell.run_cell_async``, and the SIGINT handler while a cell runs. The one cell that imports the package and waits
in sync code steps the event loop by hand.
"""

from __future__ import annotations

import _thread
import asyncio
import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from types import FrameType
from typing import Any, TypeVar

from hitl_jupyter.core.colour import loop_is_running
from hitl_jupyter.engine.bridge import Program
from hitl_jupyter.engine.people import in_voila
from hitl_jupyter.engine.scope import branch_tasks
from hitl_jupyter.exceptions import CannotWait
from hitl_jupyter.widgets.beside import let_captured_output_keep_its_parent, let_pages_find_widgets
from hitl_jupyter.widgets.executing import ExecutingCell, current_task
from hitl_jupyter.widgets.frames import in_users_code, inside
from hitl_jupyter.widgets.spot import Spot, spot_of
from hitl_jupyter.widgets.tracebacks import named

T = TypeVar("T")

AWAITING_CELLS_HEAR_WIDGETS = (7, 4)
"""The first ipykernel that delivers widget messages while a cell waits (ipykernel#1565)."""

KNOCK = 0.1
"""Seconds after which an interrupt that the loop has not heard is given again."""

BACKGROUND = "Write 'run = flow.start()' instead: the run goes on in the background and its form stays answerable."


_cell: ContextVar[ExecutingCell | None] = ContextVar("hitl_cell", default=None)


class Kernel:
    """The host inside a kernel."""

    name = "notebook"

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.kernel = shell.kernel
        self.display_pub = shell.display_pub
        self._home = asyncio.get_running_loop() if loop_is_running() else self.kernel.io_loop.asyncio_loop
        self._side = Program()
        self._dispatching: set[asyncio.Task[Any]] = set()
        self._executing: list[ExecutingCell] = []
        self._importing: asyncio.Task[Any] | None = None
        self._unheard = False
        self.outlast: Callable[[ExecutingCell], Coroutine[Any, Any, None]] | None = None
        self.began: Callable[[ExecutingCell], None] = _nothing

    @classmethod
    def install(cls) -> Kernel:
        """Prepare the running kernel so that its cells can wait, this one as far as it goes; once per kernel."""
        shell = sys.modules["IPython"].get_ipython()
        found: Kernel | None = getattr(shell, "_hitl_kernel", None)
        if found is not None:
            return found
        host = shell._hitl_kernel = cls(shell)
        host._adopt_the_importing_cell()
        host._give_cells_portals()
        host._watch_cells()
        host._let_widgets_go_on()
        branch_tasks(host.home(), lambda: _cell.get() is not None)
        let_captured_output_keep_its_parent()
        let_pages_find_widgets(host.kernel.session)
        return host

    def _let_widgets_go_on(self) -> None:
        """Have ipywidgets go on sending while a cell waits.

        A page sends the next change of a widget once the kernel is idle after the one before, which ipykernel does not
        say of what it handles beside a running cell (ipykernel 7.4).
        """
        kernel, dispatch = self.kernel, self.kernel.dispatch_shell

        @functools.wraps(dispatch)
        async def dispatch_shell(*args: Any, concurrent: bool = False, **how: Any) -> None:
            cell = kernel.get_parent("shell")
            await dispatch(*args, concurrent=concurrent, **how)
            if concurrent:
                kernel._publish_status("idle", "shell")
                if self._executing:
                    # The page's sign for the kernel shows the last word.
                    kernel._publish_status("busy", "shell", cell)

        kernel.dispatch_shell = dispatch_shell

    @property
    def notebook(self) -> str | None:
        """The file of the notebook that this kernel was started for, as its server tells; None where none does."""
        return os.environ.get("JPY_SESSION_NAME") or None

    def spot(self) -> Spot | None:
        """Tell where what is displayed now comes out; None where that is below no cell of a notebook."""
        return spot_of(self.shell.get_parent() or {}, self.shell.execution_count)

    def executing(self) -> list[ExecutingCell]:
        """Give the cells that are being executed, oldest first."""
        return list(self._executing)

    def listen(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """Have `heard` called, in any thread, with each message that the kernel sends from now on."""
        inner = self.kernel.session.send

        @functools.wraps(inner)
        def send(*args: Any, **kwargs: Any) -> Any:
            message = inner(*args, **kwargs)
            if isinstance(message, dict):
                heard(message)
            return message

        self.kernel.session.send = send

    # -- Host ---------------------------------------------------------------------------------------------------------

    def home(self) -> asyncio.AbstractEventLoop:
        """Give the kernel's main loop."""
        return self._home

    def side(self) -> asyncio.AbstractEventLoop:
        """Give a loop in a thread of its own: a cell that blocks the main loop must not block its threads' flows."""
        return self._side.home()

    def cell(self) -> ExecutingCell | None:
        """Give the cell that the calling code was begun by, if it is still being executed."""
        cell = _cell.get()
        if cell is None and self._executing and threading.current_thread() is not threading.main_thread():
            # A thread of a pool has no context: its flows belong to the cell in which they begin.
            cell = self._executing[-1]
        return cell if cell in self._executing else None

    def is_dispatch(self, task: asyncio.Task[Any]) -> bool:
        """Tell whether a task is the kernel's own."""
        return task in self._dispatching

    def legible(self, text: str) -> str:
        """Name cells in a traceback as IPython does."""
        return named(self.shell, text)

    def takes_input(self) -> bool:
        """Tell whether the front end of the newest cell takes input: nbclient and papermill, alone, take none."""
        return bool(self.kernel._allow_stdin)

    def check(self, *, foreground: bool) -> None:
        """Let a wait for a person pass.

        Raises
        ------
        CannotWait
            Nobody could answer while the calling code waits.
        """
        if inside("IPython/core/formatters.py"):
            raise CannotWait(
                "A flow cannot ask while a value is being displayed (in _repr_html_ and the like). Ask before, and "
                "display the answer; or write 'run = flow.start()' in a cell."
            )
        if not foreground or threading.current_thread() is not threading.main_thread():
            return
        if in_voila():
            raise CannotWait(
                "Voila runs every cell before it shows the page, so nobody can answer while a cell waits. " + BACKGROUND
            )
        version = _ipykernel_version()
        if version < AWAITING_CELLS_HEAR_WIDGETS:
            raise CannotWait(
                f"A cell can wait for an answer from ipykernel 7.4 on; this is {'.'.join(map(str, version))}. "
                f"Run 'pip install -U ipykernel' and restart the kernel. {BACKGROUND}"
            )

    def pump(self, work: Coroutine[Any, Any, T]) -> T:
        """Step the loop by hand, in the one cell that has no portal because it imported the package.

        Raises
        ------
        CannotWait
            In any other task, or on a loop that cannot be stepped.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if loop is not self._home:
            work.close()
            raise CannotWait(
                "Sync code in an event loop of its own cannot wait, because that would stop the loop. Await the flow, "
                "the run or the future there, or wait in 'await asyncio.to_thread(...)'."
            )
        if task is None or task is not self._importing:
            work.close()
            raise CannotWait(
                "A flow cannot wait in a callback of a widget or of the event loop, because that would freeze the "
                "notebook. " + BACKGROUND
            )
        if not hasattr(loop, "_run_once") or not hasattr(loop, "_ready"):
            work.close()
            raise CannotWait(
                f"In the cell that imports hitl_jupyter a sync flow cannot wait on {type(loop).__name__}. Run it "
                "a second time, or import the package in a cell of its own."
            )
        return self._step(loop, task, work)

    def _step(self, loop: Any, task: asyncio.Task[Any], work: Coroutine[Any, Any, T]) -> T:
        # The loop's own pass over its ready callbacks stands still below us and has counted these.
        owed = len(loop._ready)
        waited_for = loop.create_task(work, context=copy_context())
        cell = self._executing[0]  # the one that imports the package
        cell.steps += 1
        asyncio.tasks._leave_task(loop, task)
        try:
            while not waited_for.done():
                _free_contexts(loop)
                loop._run_once()
        finally:
            cell.steps -= 1
            asyncio.tasks._enter_task(loop, task)
            # That pass takes as many as it has counted, and fails on an empty queue.
            for _ in range(owed):
                loop.call_soon(_nothing)
        result: T = waited_for.result()
        return result

    # -- what is replaced in the kernel -------------------------------------------------------------------------------

    def _give_cells_portals(self) -> None:
        """Run each cell's code in a task where sync code can wait."""
        inner = self.kernel.do_execute

        @functools.wraps(inner)
        async def do_execute(*args: Any, **kwargs: Any) -> Any:
            import greenback

            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - a coroutine that runs has a task
            self._dispatching.add(task)
            try:
                return await greenback.with_portal_run(inner, *args, **kwargs)
            finally:
                self._dispatching.discard(task)

        self.kernel.do_execute = do_execute

    def _watch_cells(self) -> None:
        """Know which cell is being executed, and what to do when it is interrupted."""
        inner = self.shell.run_cell_async

        @functools.wraps(inner)
        async def run_cell_async(*args: Any, **kwargs: Any) -> Any:
            import greenback

            # `run_cell` drives this coroutine without a loop: then the task has its portal already, and a turn of the
            # loop would fail.
            if not greenback.has_portal():
                await greenback.ensure_portal()
            with self._cell_executing() as cell:
                result = await inner(*args, **kwargs)
                if cell.started and self.outlast is not None and greenback.has_portal():
                    greenback.await_(self.outlast(cell))
                return result

        self.shell.run_cell_async = run_cell_async

    @contextmanager
    def _cell_executing(self) -> Iterator[ExecutingCell]:
        task = asyncio.current_task()
        is_async = task is not None and task not in self._dispatching
        cell = ExecutingCell(task, self.spot(), is_async=is_async)
        self._executing.append(cell)
        token = _cell.set(cell)
        before = self._set_sigint()
        self.began(cell)
        try:
            yield cell
        finally:
            if before is not None:
                signal.signal(signal.SIGINT, before)
            _cell.reset(token)
            self._executing.remove(cell)
            cell.over()

    def _adopt_the_importing_cell(self) -> None:
        """Treat the cell that is being executed now, which began before this module was loaded, as far as possible."""
        task = current_task()
        if task is None:
            return
        is_async = inside("IPython/core/interactiveshell.py", "run_cell_async") and not inside(
            "IPython/core/interactiveshell.py", "run_cell"
        )
        cell = ExecutingCell(task, self.spot(), is_async=is_async)
        self._importing = task
        if not is_async:
            self._dispatching.add(task)
        self._executing.append(cell)
        _cell.set(cell)
        before = self._set_sigint()

        def over(*_: Any) -> None:
            here = current_task()
            # An async cell has a task of its own, which is done now: the loop is stepped in the one that waited for it.
            # Of an interrupted cell nothing is waited for.
            whole = here is task or (is_async and task.done() and not task.cancelled())
            if cell.started and self.outlast is not None and whole and hasattr(self._home, "_run_once"):
                self._importing = here
                self.pump(self.outlast(cell))
            self.shell.events.unregister("post_run_cell", over)
            self._executing.remove(cell)
            cell.over()
            self._importing = None
            self._dispatching.discard(task)
            if before is not None:
                signal.signal(signal.SIGINT, before)

        self.shell.events.register("post_run_cell", over)

    # -- interrupts ---------------------------------------------------------------------------------------------------

    def _set_sigint(self) -> Any:
        """Handle SIGINT for the cell that begins; gives the handler to put back, None in a subshell."""
        if threading.current_thread() is not threading.main_thread():
            return None
        wake = getattr(self._home, "_csock", None)
        if wake is not None:
            # The signal may reach another thread; without this byte a loop that sleeps would not hear of it.
            signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        return signal.signal(signal.SIGINT, self._on_sigint)

    def _on_sigint(self, signum: int, frame: FrameType | None) -> None:
        """End what the cell waits for; where the user's own code is being run, raise KeyboardInterrupt in it."""
        cells = list(self._executing)
        if in_users_code(frame):
            self._unheard = False
            for cell in cells:
                cell.interrupt_beside()
            signal.default_int_handler(signum, frame)
        if not self._unheard:
            self._unheard = True
            # From the loop: an exception raised here would pass through the loop and end the kernel.
            for cell in cells:
                self._home.call_soon_threadsafe(cell.interrupt)
            self._home.call_soon_threadsafe(self._hear)
        # Not `threading`, whose own lock the code that was stopped may hold.
        _thread.start_new_thread(self._knock, ())

    def _hear(self) -> None:
        self._unheard = False

    def _knock(self) -> None:
        """Interrupt once more if the loop stands still: a cell that only calls us, as to look whether a run is over."""
        time.sleep(KNOCK)
        if self._unheard:
            _thread.interrupt_main()


def _free_contexts(loop: Any) -> None:
    """Let what the loop is about to run leave the contexts that are in use below.

    ipykernel handles all messages of the main shell in one context, which the cell that steps the loop has entered; a
    context cannot be entered twice, and the message would be lost.
    """
    for handle in loop._ready:
        try:
            handle._context.run(_nothing)
        except RuntimeError:
            handle._context = handle._context.copy()


def _ipykernel_version() -> tuple[int, ...]:
    found: tuple[Any, ...] = sys.modules["ipykernel"].version_info
    return tuple(int(part) for part in found[:2])


def _nothing(*_: Any) -> None:
    """Do nothing."""
