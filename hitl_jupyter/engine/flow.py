"""`Flow`: a function whose runs are recorded, named, and may stop to ask a person."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar, overload

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.signatures import stand_for
from hitl_jupyter.core.states import State
from hitl_jupyter.engine import engine, hooks, options, parameters
from hitl_jupyter.engine.bridge import ensure_portal
from hitl_jupyter.engine.hooks import FlowHooks, Hook
from hitl_jupyter.engine.inside import inside
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.retries import Delay, Retries
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.scope import branch_tasks
from hitl_jupyter.engine.submission import ThreadPoolTaskRunner
from hitl_jupyter.engine.users_code import sparing_the_loop, user_code, user_coroutine
from hitl_jupyter.exceptions import FlowRunTimeoutError, LeavesKernel, RecoveryError

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

P = ParamSpec("P")
R = TypeVar("R")


class Flow(FlowHooks, Generic[P, R]):
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
        version: str | None = None,
        flow_run_name: str | Callable[..., str] | None = None,
        retries: int | None = None,
        retry_delay_seconds: Delay | None = None,
        task_runner: ThreadPoolTaskRunner | None = None,
        description: str | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool = True,
        persist_result: bool | None = None,
        result_serializer: str | None = None,
        log_prints: bool | None = None,
        idempotency_key: str | None = None,
        on_completion: Sequence[Hook] | None = None,
        on_failure: Sequence[Hook] | None = None,
        on_cancellation: Sequence[Hook] | None = None,
        on_crashed: Sequence[Hook] | None = None,
        on_running: Sequence[Hook] | None = None,
        on_paused: Sequence[Hook] | None = None,
        on_resumed: Sequence[Hook] | None = None,
        know: Callable[[Flow[Any, Any]], None] | None = None,
        **of_prefect: Any,
    ) -> None:
        self._given = options.check_flow(fn, locals(), of_prefect)
        stand_for(fn, self)
        self.fn = fn
        self.is_async = inspect.iscoroutinefunction(fn)
        self.name = name or fn.__name__.replace("_", "-")
        self.version = version
        self.description = description or inspect.getdoc(fn)
        self.flow_run_name = flow_run_name
        self.timeout_seconds = timeout_seconds
        self.validate_parameters = validate_parameters
        self.log_prints = log_prints
        self.retries = retries or 0
        self.retry_delay_seconds = retry_delay_seconds
        self.trying_again = Retries.of(retries, retry_delay_seconds)
        self.task_runner = options.task_runner(task_runner)
        self.persist_result = persist_result
        self.result_serializer = result_serializer
        self.idempotency_key = idempotency_key
        self.hooks = hooks.checked(self._given)
        self.definition: dict[str, Json] = {}
        self._session = session
        self._origin: Flow[P, R] | None = None
        self._changes: dict[str, Any] = {}
        self._first_name = self.name
        self._know = know
        if know is not None:
            know(self)

    def with_options(self, **changes: Any) -> Flow[P, R]:
        """Give the same flow with other options, such as the `idempotency_key` of one run of it.

        Raises
        ------
        TypeError
            There is no such option, or it has the wrong type.
        """
        given = {**self._given, **self.hooks, "know": None, **changes}
        changed: Flow[P, R] = Flow(self.fn, self._session, **given)
        # A run is taken up by the flow that is known under its name, for as long as somebody has it.
        changed._origin, changed._know, changed.definition = self, self._know, self.definition
        changed._changes, changed._first_name = {**self._changes, **changes}, self._first_name
        if self._know is not None and changed.name != self.name:
            self._know(changed)
        return changed

    @property
    def recorded(self) -> dict[str, Json]:
        """What the record of a run says of the flow: where it is defined, and what `with_options` has changed."""
        if self._origin is None:
            return self.definition
        return {**self.definition, **options.to_record(self._first_name, self._changes)}

    def serve(self, *_: Any, **__: Any) -> None:
        """Refuse: what Prefect serves, deploys or draws is here started in the kernel.

        Raises
        ------
        NotHere
            Always.
        """
        raise options.not_here("Serving, deploying or drawing a flow", f"start {self.name!r} with flow.start()")

    deploy = to_deployment = from_source = visualize = generate_mermaid_graph = serve

    def __repr__(self) -> str:
        """Name the flow."""
        return f"Flow(name={self.name!r})"

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    @overload
    def __call__(
        self, *args: Any, return_state: Literal[True], wait_for: Iterable[Any] = ..., **kwargs: Any
    ) -> Any: ...

    @overload
    def __call__(self, *args: Any, wait_for: Iterable[Any], **kwargs: Any) -> R: ...

    def __call__(  # type: ignore[misc] # P may name these itself
        self, *args: Any, return_state: bool = False, wait_for: Iterable[Any] = (), **kwargs: Any
    ) -> Any:
        """Run the flow: its value, or for an async flow a coroutine that gives it.

        Parameters
        ----------
        return_state
            Give the final state in place of the value, and raise nothing that the flow raises.
        wait_for
            Futures to wait for first.

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
        run = self._create(args, kwargs, foreground=True, wait_for=wait_for)
        if self.is_async:
            return self._state_async(run) if return_state else self._run_async(run)
        if not return_state:
            return self._run_sync(run)
        try:
            self._run_sync(run)
        except Exception:
            if not _is_over(run):
                raise
        return run.state

    async def _state_async(self, run: FlowRun[R]) -> State | None:
        try:
            await self._run_async(run)
        except Exception:
            if not _is_over(run):
                raise
        return run.state

    def start(self, *args: P.args, **kwargs: P.kwargs) -> FlowRun[R]:
        """Run the flow in the background and give its handle at once.

        An async flow runs in the running event loop, a sync flow in a thread of its own. Its exceptions are kept for
        ``await run`` and ``run.result()``.

        Raises
        ------
        ParameterBindError
            It does not take such arguments; there is no run.
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

    def _create(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], *, foreground: bool, wait_for: Iterable[Any] = ()
    ) -> FlowRun[R]:
        given = parameters.bind(self.fn, args, kwargs)
        run: FlowRun[R] = engine.create(self._session(), self, given, foreground=foreground)
        run.waits_for = wait_for
        return run

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
                error = wait(run.submissions.settle(error))
                if not (run.corrected or error) or not wait(engine.again(run, self, error)):
                    break
            value, failure = wait(engine.finish(run, self, value, error))
            if failure is not None:
                raise _bare(failure)
            return value  # type: ignore[no-any-return]

    def _call(self, run: FlowRun[R]) -> tuple[R | None, BaseException | None]:
        __tracebackhide__ = True
        args, kwargs = parameters.spread(self.fn, run.parameters)
        try:
            with inside(run, log_prints=self.log_prints):
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
                error = await run.submissions.settle(error)
                if not (run.corrected or error) or not await engine.again(run, self, error):
                    break
            value, failure = await engine.finish(run, self, value, error)
            if failure is not None:
                raise _bare(failure)
            return value  # type: ignore[no-any-return]

    async def _await(self, run: FlowRun[R]) -> tuple[R | None, BaseException | None]:
        __tracebackhide__ = True
        args, kwargs = parameters.spread(self.fn, run.parameters)
        limit = asyncio.timeout(self.timeout_seconds)
        try:
            with inside(run, log_prints=self.log_prints):
                async with limit:
                    return await user_coroutine(self.fn, args, kwargs), None
        except TimeoutError as error:
            if limit.expired():
                return None, FlowRunTimeoutError(self.timeout_seconds or 0.0)
            return None, error
        except BaseException as error:  # noqa: BLE001 - recorded as the run's end, then raised
            return None, sparing_the_loop(error, run)


def _is_over(run: FlowRun[Any]) -> bool:
    return run.state is not None and run.state.is_final()


def _lost(run: FlowRun[Any], error: BaseException) -> None:
    """Keep the exception of a background run, and say it where nobody else does: of one that could not begin."""
    if not run.done() and isinstance(error, RecoveryError):
        logger.error("%s", error)
    if not isinstance(error, LeavesKernel):
        run.lost(error)


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
