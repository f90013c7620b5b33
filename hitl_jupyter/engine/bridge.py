"""The only door between sync and async code.

The engine is async. Sync code that has to wait comes here, and what it waits for goes on in an event loop that stays
alive: through a greenback portal where the caller's own task has one, through the host's pump in the one cell that has
none, and from a thread over to the home loop. Where none of these is possible the host says in one sentence what to
write instead; nothing here ever blocks a loop.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import Context, copy_context
from types import coroutine
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from hitl_jupyter.exceptions import CannotWait

T = TypeVar("T")


LISTEN = threading.TIMEOUT_MAX if sys.platform != "win32" else 1.0
"""Seconds after which a waiting thread looks up: on Windows Ctrl+C reaches no wait without an end."""


class Host(Protocol):
    """The process around the flows: a kernel, or a plain Python program."""

    name: str

    @property
    def notebook(self) -> str | None:
        """The file of the notebook, None outside one."""

    def home(self) -> asyncio.AbstractEventLoop:
        """Give the loop on which all presenting and judging happens."""

    def side(self) -> asyncio.AbstractEventLoop:
        """Give the loop that waits for threads: one that no cell can block."""

    def check(self, *, foreground: bool) -> None:
        """Let a wait for a person pass.

        Raises
        ------
        CannotWait
            The calling code is at a place where nobody could answer before it goes on.
        """

    def pump(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to its end what sync code without a portal waits for, while the loop goes on.

        Raises
        ------
        CannotWait
            The calling code is not in a task that may do so.
        """

    def cell(self) -> Cell | None:
        """Give the cell that the calling code belongs to, None outside a notebook."""

    def is_dispatch(self, task: asyncio.Task[Any]) -> bool:
        """Tell whether a task is the kernel's own, which must not be cancelled."""

    def legible(self, text: str) -> str:
        """Name the places in a traceback as people know them."""


class Cell(Protocol):
    """One execution of a notebook cell: what an interrupt ends."""

    def own_task(self) -> bool:
        """Tell whether the calling code runs in the cell's own task, where KeyboardInterrupt may be raised."""

    def adopt(self, interrupt: Callable[[], None]) -> Callable[[], None]:
        """Have `interrupt` called on the loop when the cell is interrupted; gives the function that ends this."""


class Program:
    """The host outside a notebook: a thread of its own runs the home loop."""

    name = "program"
    notebook = None

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def home(self) -> asyncio.AbstractEventLoop:
        """Give the home loop, starting its thread the first time."""
        with self._lock:
            if self._loop is None or self._loop.is_closed():
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="hitl-home", daemon=True).start()
            return self._loop

    def side(self) -> asyncio.AbstractEventLoop:
        """Give the home loop, which has a thread of its own."""
        return self.home()

    def check(self, *, foreground: bool) -> None:
        """Let every wait pass: a plain program has no place that never can."""

    def pump(self, work: Coroutine[Any, Any, T]) -> T:
        """Refuse: the caller's loop is not ours to step.

        Raises
        ------
        CannotWait
            Always.
        """
        work.close()
        raise CannotWait(
            "A sync flow cannot wait for a person in this task, because that would stop its event loop. Make the flow "
            "async and await it, or call it with 'await asyncio.to_thread(...)'."
        )

    def cell(self) -> Cell | None:
        """Give None: there are no cells."""
        return None

    def is_dispatch(self, task: asyncio.Task[Any]) -> bool:  # noqa: ARG002 - the protocol's
        """Tell no: every task is the program's."""
        return False

    def legible(self, text: str) -> str:
        """Give the text as it is: people know its files."""
        return text


class Bridge:
    """The door, for one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.waiting: set[object] = set()
        """One for each thread that waits."""

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Give what `work` gives, from sync code.

        Raises
        ------
        CannotWait
            The calling code is at a place that cannot wait; `work` has not begun.
        """
        __tracebackhide__ = True
        if _running_loop() is None:
            return self._wait_in_thread(work)
        greenback = _greenback()
        if greenback.has_portal():
            result: T = greenback.await_(work)
            return result
        return self.host.pump(work)

    def _wait_in_thread(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the side loop do the work while this thread waits."""
        side, context = self.host.side(), copy_context()

        async def relay() -> T:
            return await side.create_task(work, context=context)

        # In a context of its own, so that this task is no branch of the flow that waits.
        future = Context().run(asyncio.run_coroutine_threadsafe, relay(), side)
        self.waiting.add(token := object())
        try:
            while True:
                try:
                    return future.result(timeout=LISTEN)
                except TimeoutError:
                    if future.done():
                        raise
        except concurrent.futures.CancelledError as error:
            raise asyncio.CancelledError(*error.args) from None
        except BaseException:
            # An interrupt of this thread: what it waited for must not go on without it.
            future.cancel()
            raise
        finally:
            self.waiting.remove(token)


async def settled(future: concurrent.futures.Future[T], then: Callable[[T], None] | None = None) -> T:
    """Give the result of a commit; a cancellation that comes meanwhile is delivered after it.

    A commit once handed to the writer happens whatever the waiting task does, so the task must learn of it first.
    `then` is called with the result even so.
    """
    done = asyncio.Event()
    future.add_done_callback(waker(done))
    cancelled: asyncio.CancelledError | None = None
    while not done.is_set():
        try:
            await done.wait()
        except asyncio.CancelledError as error:
            cancelled = error
    result = future.result()
    if then is not None:
        then(result)
    if cancelled is not None:
        raise cancelled
    return result


def waker(event: asyncio.Event) -> Callable[[object], None]:
    """Give a callback for a future of any thread that sets an event of the running loop.

    Who awaits the event goes on one turn of the loop later; through `asyncio.wrap_future` it would be three or four.
    """
    loop = asyncio.get_running_loop()

    def wake(_: object) -> None:
        if in_thread_of(loop):
            event.set()
        elif not loop.is_closed():
            loop.call_soon_threadsafe(event.set)

    return wake


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Take the first step of some work at once; gives the task that does the rest, None if there is none.

    A task begins only after whatever the caller goes on to do. The first step must not ask which task it is in.
    """
    try:
        first = work.send(None)
    except StopIteration:
        return None

    async def rest() -> None:
        await _going_on(work, first)

    return asyncio.get_running_loop().create_task(rest())


@coroutine
def _going_on(work: Coroutine[Any, Any, None], first: Any) -> Generator[Any, Any, None]:
    """Wait for what work waits for that has begun, and have it go on."""
    try:
        yield first
    except BaseException:
        work.close()
        raise
    yield from work


class Turnstile:
    """Lets a few at a time through, on each loop: a thousand runs that begin at once must not stop the loop meanwhile.

    Each takes a millisecond of the loop's time; whoever is through waits for a commit and lets others run.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def turn(self) -> asyncio.Semaphore:
        """Give what ``async with`` waits for on the running loop."""
        loop = asyncio.get_running_loop()
        found = self._by_loop.get(loop)
        if found is None:
            found = self._by_loop[loop] = asyncio.Semaphore(self._width)
        return found


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Give what a function gives that is called in a thread of its own: a pool's few may all be waiting."""
    future: concurrent.futures.Future[T] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    context = copy_context()

    def work() -> None:
        try:
            future.set_result(context.run(function, *args))
        except BaseException as error:  # noqa: BLE001 - the thread's outermost frame: the future keeps it
            future.set_exception(error)

    threading.Thread(target=work, name=f"hitl-{getattr(function, '__name__', 'function')}", daemon=True).start()
    return await asyncio.wrap_future(future)


async def ensure_portal() -> None:
    """Let sync code in the running task wait: once per task, one turn of the loop."""
    greenback = _greenback()
    if not greenback.has_portal():
        await greenback.ensure_portal()


def bestow_portal(task: asyncio.Task[Any]) -> None:
    """Let sync code in a task that has not begun wait."""
    _greenback().bestow_portal(task)


async def call(function: Callable[..., T | Awaitable[T]], *args: Any, **kwargs: Any) -> T:
    """Give the result of a user's callback, sync or async."""
    result = function(*args, **kwargs)
    if isinstance(result, Awaitable):
        awaited: T = await result
        return awaited
    return result


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _greenback() -> Any:
    # 40 ms of import that a program of async flows alone never pays.
    import greenback

    return greenback


def in_thread_of(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell whether the calling code runs in the thread that runs `loop` now."""
    if sys.version_info >= (3, 12) and not loop.is_running():
        return False
    return _running_loop() is loop
