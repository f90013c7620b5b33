"""`Flow`: a function whose runs are recorded, named, and may stop to ask a person."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from hitl_jupyter.core.records import Json
from hitl_jupyter.engine import engine, parameters, values
from hitl_jupyter.engine.bridge import ensure_portal
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import branch_tasks
from hitl_jupyter.exceptions import FlowRunTimeoutError, LeavesKernel, RecoveryError, RunInterrupted

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

P = ParamSpec("P")
R = TypeVar("R")


class Flow(Generic[P, R]):
    """A flow, made by `@flow`.

    Call it (``greet()``), await it if its function is async (``await greet()``), or start it in the background
    (``run = greet.start()``).
    """

    def __init__(
        self,
        fn: Callable[P, R],
        session: Callable[[], Session],
        *,
        name: str | None = None,
        description: str | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool = True,
        log_prints: bool | None = None,
        retries: int = 0,
        retry_delay_seconds: float = 0,
        result_serializer: str | None = None,
        idempotency_key: str | None = None,
        know: Callable[[Flow[Any, Any]], None] | None = None,
    ) -> None:
        if not callable(fn):
            raise TypeError(f"@flow takes a function, got {fn!r}")
        if timeout_seconds is not None and not timeout_seconds > 0:
            raise ValueError(f"'timeout_seconds' must be positive, got {timeout_seconds!r}")
        check_retries(retries, retry_delay_seconds)
        values.check_serializer(result_serializer)
        if idempotency_key is not None and (not isinstance(idempotency_key, str) or not idempotency_key):
            raise TypeError(f"'idempotency_key' must be a text that is not empty, got {idempotency_key!r}")
        update_wrapper(self, fn)
        self.fn = fn
        self.is_async = inspect.iscoroutinefunction(fn)
        self.name = name or fn.__name__.replace("_", "-")
        self.description = description or inspect.getdoc(fn)
        self.timeout_seconds = timeout_seconds
        self.validate_parameters = validate_parameters
        self.log_prints = log_prints
        self.retries = retries
        self.retry_delay_seconds = float(retry_delay_seconds)
        self.result_serializer = result_serializer
        self.idempotency_key = idempotency_key
        self.definition: dict[str, Json] = {}
        self._session = session
        self._origin: Flow[P, R] | None = None
        self._know = know
        if know is not None:
            know(self)

    def with_options(self, **options: Any) -> Flow[P, R]:
        """Give the same flow with other options, such as the `idempotency_key` of one run of it.

        Raises
        ------
        TypeError
            There is no such option.
        """
        changed: Flow[P, R] = Flow(self.fn, self._session, **{**self._options(), **options})
        # A run is taken up by the flow that is known under its name, for as long as somebody has it.
        changed._origin, changed._know, changed.definition = self, self._know, self.definition
        if self._know is not None and changed.name != self.name:
            self._know(changed)
        return changed

    def _options(self) -> dict[str, Any]:
        return {
            name: getattr(self, name)
            for name, parameter in inspect.signature(Flow.__init__).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY and name != "know"
        }

    def __repr__(self) -> str:
        """Name the flow."""
        return f"Flow(name={self.name!r})"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the flow: its value, or for an async flow a coroutine that gives it.

        Raises
        ------
        ParameterTypeError
            The parameters do not fit the annotations; the run is recorded as Failed.
        CannotWait
            A question came up at a place that cannot wait.
        StoreError
            Nothing could be recorded; the body did not run.
        """
        __tracebackhide__ = True  # IPython then shows the user's frames only
        run = self._create(args, kwargs, foreground=True)
        if self.is_async:
            return self._run_async(run)  # type: ignore[return-value]
        return self._run_sync(run)

    def start(self, *args: P.args, **kwargs: P.kwargs) -> FlowRun[R]:
        """Run the flow in the background and give its handle at once.

        An async flow runs in the running event loop, a sync flow in a thread of its own. Its exceptions are kept for
        ``await run`` and ``run.result()``.
        """
        run = self._create(args, kwargs, foreground=False)
        run.session.present("run_placed", run)
        return self.begin(run)

    def begin(self, run: FlowRun[R]) -> FlowRun[R]:
        """Run a run in the background and give its handle at once (called by the engine only)."""
        context = copy_context()
        if not self.is_async:
            threading.Thread(
                target=context.run, args=(self._in_background, run), name=f"hitl-{run.name}", daemon=True
            ).start()
            return run
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            asyncio.run_coroutine_threadsafe(self._in_loop(run), run.session.host.home())
        else:
            run.task = loop.create_task(self._in_loop(run), name=f"hitl-{run.name}", context=context)
        return run

    def _create(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, foreground: bool) -> FlowRun[R]:
        given = parameters.bind(self.fn, args, kwargs)
        return engine.create(self._session(), self, given, foreground=foreground)

    def _in_background(self, run: FlowRun[R]) -> None:
        try:
            self._run_sync(run)
        except BaseException as error:  # noqa: BLE001 - the thread's outermost frame: the handle keeps it
            _lost(run, error)

    async def _in_loop(self, run: FlowRun[R]) -> None:
        try:
            await self._run_async(run)
        except BaseException as error:  # noqa: BLE001 - the task's outermost frame: the handle keeps it
            _lost(run, error)

    def _run_sync(self, run: FlowRun[R]) -> R:
        __tracebackhide__ = True
        wait = run.wait
        with _foreground(run):
            recorded = wait(engine.begin(run, self))
            if recorded is not None:
                return recorded.value  # type: ignore[no-any-return]
            while True:
                value, error = self._call(run)
                if not (run.corrected or error) or not wait(engine.again(run, self, error)):
                    break
            failure = wait(engine.finish(run, self, value, error))
            if failure is not None:
                raise _bare(failure)
            return value  # type: ignore[return-value]

    def _call(self, run: FlowRun[R]) -> tuple[R | None, BaseException | None]:
        __tracebackhide__ = True
        args, kwargs = parameters.spread(self.fn, run.parameters)
        try:
            with engine.inside(run, log_prints=self.log_prints):
                return user_code(self.fn, args, kwargs), None
        except BaseException as error:  # noqa: BLE001 - recorded as the run's end, then raised
            return None, sparing_the_loop(error, run)

    async def _run_async(self, run: FlowRun[R]) -> R:
        __tracebackhide__ = True
        with _foreground(run):
            run.task = asyncio.current_task()
            branch_tasks(asyncio.get_running_loop())
            await ensure_portal()
            recorded = await engine.begin(run, self)
            if recorded is not None:
                return recorded.value  # type: ignore[no-any-return]
            while True:
                value, error = await self._await(run)
                if not (run.corrected or error) or not await engine.again(run, self, error):
                    break
            failure = await engine.finish(run, self, value, error)
            if failure is not None:
                raise _bare(failure)
            return value  # type: ignore[return-value]

    async def _await(self, run: FlowRun[R]) -> tuple[R | None, BaseException | None]:
        __tracebackhide__ = True
        args, kwargs = parameters.spread(self.fn, run.parameters)
        limit = asyncio.timeout(self.timeout_seconds)
        try:
            with engine.inside(run, log_prints=self.log_prints):
                async with limit:
                    return await user_coroutine(self.fn, args, kwargs), None
        except TimeoutError as error:
            if limit.expired():
                return None, FlowRunTimeoutError(self.timeout_seconds or 0.0)
            return None, error
        except BaseException as error:  # noqa: BLE001 - recorded as the run's end, then raised
            return None, sparing_the_loop(error, run)


def check_retries(retries: int, delay: float) -> None:
    """Let the options of retrying pass.

    Raises
    ------
    TypeError
        One is no number.
    ValueError
        One is negative.
    """
    if isinstance(retries, bool) or not isinstance(retries, int):
        raise TypeError(f"'retries' must be a whole number, got {retries!r}")
    if isinstance(delay, bool) or not isinstance(delay, int | float):
        raise TypeError(f"'retry_delay_seconds' must be a number of seconds, got {delay!r}")
    if retries < 0 or not delay >= 0:
        raise ValueError(f"'retries' and 'retry_delay_seconds' must not be negative, got {retries} and {delay}")


def _lost(run: FlowRun[Any], error: BaseException) -> None:
    """Keep the exception of a background run, and say it where nobody else does: of one that could not begin."""
    if not run.done() and isinstance(error, RecoveryError):
        logger.error("%s", error)
    if not isinstance(error, LeavesKernel):
        run.lost(error)


def user_code(fn: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a user's function: below this frame the code is the user's and may be interrupted anywhere."""
    __tracebackhide__ = True
    return fn(*args, **kwargs)


async def user_coroutine(fn: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Await a user's async function; as `user_code`."""
    __tracebackhide__ = True
    return await fn(*args, **kwargs)


def sparing_the_loop(error: BaseException, run: FlowRun[Any]) -> BaseException:
    """Give what an interrupt of user code is raised as: KeyboardInterrupt only where it cannot reach the event loop."""
    cell = run.session.host.cell()
    if isinstance(error, KeyboardInterrupt) and cell is not None and not cell.own_task():
        run.interrupted = True
        return RunInterrupted("The cell was interrupted.")
    return error


def _bare(failure: BaseException) -> BaseException:
    """Give an error with its traceback, and an end from outside without: where it struck tells nobody anything.

    Each frame costs IPython 20 ms to show, which an interrupted cell would spend before it ends.
    """
    return failure.with_traceback(None) if isinstance(failure, asyncio.CancelledError) else failure


@contextmanager
def _foreground(run: FlowRun[Any]) -> Iterator[None]:
    """Let an interrupt of the cell end a run that was called in it.

    KeyboardInterrupt is made here, in the outermost call and in the cell's own task: raised in any other task it would
    pass through the event loop and end the kernel.
    """
    cell = run.session.host.cell() if run.root.foreground else None
    if cell is None:
        yield
        return
    release = cell.adopt(run.interrupt)
    try:
        yield
    except asyncio.CancelledError:
        if run.parent is None and run.interrupted and cell.own_task():
            task = asyncio.current_task()
            while task is not None and task.cancelling():
                task.uncancel()
            raise KeyboardInterrupt from None
        raise
    finally:
        release()
