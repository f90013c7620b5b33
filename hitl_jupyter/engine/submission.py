"""Task runs that go on beside their flow: where each is executed, and what becomes of them when the flow ends.

A sync task is executed by a thread of the run's `Workers`, an async one by the flow's own event loop; in a sync flow,
whose loop is not there for that, by a loop in a thread of its own.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hitl_jupyter.core.colour import in_async_code, loop_is_running
from hitl_jupyter.engine.bridge import in_thread
from hitl_jupyter.engine.futures import PrefectFuture
from hitl_jupyter.engine.logs import flow_run_logger
from hitl_jupyter.engine.scope import branch_tasks
from hitl_jupyter.engine.waiting import wake_all
from hitl_jupyter.engine.workers import Workers
from hitl_jupyter.exceptions import RunCancelled

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.task_run import TaskRun

AT_WORK = 256
"""Threads of a run that work at the same time, unless its task runner says otherwise."""
GRACE = 0.5
"""Seconds that a run which was ended from outside waits for task runs that do not notice."""


@dataclass(frozen=True)
class ThreadPoolTaskRunner:
    """How many sync tasks of a run are executed at the same time (Prefect: ``prefect.task_runners``).

    A task run that waits for a person or for another one does not count.
    """

    max_workers: int | None = None

    def __post_init__(self) -> None:
        most = self.max_workers
        if most is not None and (isinstance(most, bool) or not isinstance(most, int)):
            raise TypeError(f"'max_workers' must be a whole number or None, got {most!r}")
        if most is not None and most < 1:
            raise ValueError(f"'max_workers' must be at least 1, got {most}")


class Submissions:
    """The task runs that a flow run has submitted."""

    def __init__(self, run: FlowRun[Any], most: int | None) -> None:
        self._run, self._most = run, most or AT_WORK
        self._pending: dict[PrefectFuture[Any], asyncio.Task[Any] | None] = {}
        self._lock = threading.Lock()
        self._workers: Workers | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def submit(self, task_run: TaskRun) -> PrefectFuture[Any]:
        """Execute a task run beside the flow.

        Raises
        ------
        CancelledError
            The flow run has ended.
        """
        if self._run.done():
            raise RunCancelled("The flow run has ended.")
        task_run.submitted = True
        future: PrefectFuture[Any] = PrefectFuture(task_run)
        recorded = task_run.recalled()
        if recorded is not None:
            future.ended(recorded)
            return future
        with self._lock:
            self._pending[future] = None
        future.add_done_callback(self._over)
        context = copy_context()
        if not task_run.task.is_async:
            self._threads().submit(lambda: context.run(self._execute, future))
        elif in_async_code.get() and loop_is_running():
            self._begin(future, asyncio.get_running_loop(), context)
        else:
            loop = self._own_loop()
            loop.call_soon_threadsafe(self._begin, future, loop, context)
        return future

    def _begin(self, future: PrefectFuture[Any], loop: asyncio.AbstractEventLoop, context: Context) -> None:
        task = loop.create_task(self._execute_async(future), context=context)
        with self._lock:
            if future in self._pending:
                self._pending[future] = task

    def _execute(self, future: PrefectFuture[Any]) -> None:
        try:
            state = future.task_run.task.execute(future.task_run)
        except BaseException as error:  # noqa: BLE001 - the outermost frame: the future keeps it
            state = future.task_run.ended_by(error)
        future.ended(state)

    async def _execute_async(self, future: PrefectFuture[Any]) -> None:
        try:
            state = await future.task_run.task.execute_async(future.task_run)
        except BaseException as error:  # noqa: BLE001 - the outermost frame: the future keeps it
            state = future.task_run.ended_by(error)
        future.ended(state)

    def _over(self, future: PrefectFuture[Any]) -> None:
        with self._lock:
            self._pending.pop(future, None)

    def _threads(self) -> Workers:
        with self._lock:
            if self._workers is None:
                self._workers = Workers(f"hitl-{self._run.name}", self._most)
            return self._workers

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                branch_tasks(self._loop)
                name = f"hitl-{self._run.name}-loop"
                threading.Thread(target=_run_loop, args=(self._loop,), name=name, daemon=True).start()
            return self._loop

    def break_off(self, error: asyncio.CancelledError) -> None:
        """End the async ones, for the run was ended; the sync ones hear of it at their next pause or task."""
        with self._lock:
            tasks = [task for task in self._pending.values() if task is not None]
        for task in tasks:
            task.get_loop().call_soon_threadsafe(task.cancel, str(error))

    async def settle(self, error: BaseException | None) -> BaseException | None:
        """Wait until all are over; after an error, end what can be ended. Gives what ended the wait itself."""
        if error is None:
            try:
                while self._pending:
                    await next(iter(list(self._pending))).wait_async()
            except BaseException as raised:  # noqa: BLE001 - the flow ends with it
                error = raised
        if error is not None and self._pending:
            await self._end()
        self._close()
        return error

    async def _end(self) -> None:
        """End what is still going on: what no thread has begun is not begun, and nobody is asked any more."""
        over = RunCancelled("The flow run has ended.")
        for future in list(self._pending):
            future.task_run.left_behind = True
        if self._workers is not None:
            self._workers.drop()
        for question in list(self._run.session.questions.values()):
            if question.run.belongs_to(self._run):
                question.fail(over)
        self.break_off(over)
        wake_all(self._run)
        with suppress(asyncio.CancelledError):  # of one who ends it again: enough waited
            await in_thread(self._wait_a_while)
        left = sum(not future.done() and future.task_run.state is not None for future in list(self._pending))
        if left:
            flow_run_logger(self._run).warning(
                "%d task run(s) still compute. They end at their next pause or task, or by themselves.", left
            )

    def _wait_a_while(self) -> None:
        for future in list(self._pending):
            if future.task_run.state is not None and not future.over_within(GRACE):
                break

    def _close(self) -> None:
        for future in list(self._pending):
            future.ended(future.task_run.ended_by(RunCancelled("The flow run has ended.")))
        if self._workers is not None:
            self._workers.close()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._workers = self._loop = None


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
