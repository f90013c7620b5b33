"""`Task`: a function whose calls inside a flow are recorded and named, in place or submitted to go on beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Generic, Literal, ParamSpec, TypeVar, overload

from hitl_jupyter.core.signatures import stand_for
from hitl_jupyter.core.states import State
from hitl_jupyter.engine import hooks, mapping, options, task_engine
from hitl_jupyter.engine.caching import DEFAULT, NO_CACHE, CachePolicy, NoPolicy
from hitl_jupyter.engine.context import current_run, current_tags
from hitl_jupyter.engine.futures import PrefectFuture, PrefectFutureList
from hitl_jupyter.engine.hooks import Hook, TaskHooks
from hitl_jupyter.engine.retries import Delay, Retries
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.task_run import TaskRun
from hitl_jupyter.exceptions import MissingContextError

P = ParamSpec("P")
R = TypeVar("R")


class Task(TaskHooks, Generic[P, R]):
    """A task, made by `@task`. Outside a flow it is its plain function."""

    def __init__(
        self,
        fn: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | None = None,
        version: str | None = None,
        cache_policy: CachePolicy | None = None,
        cache_key_fn: Callable[..., str | None] | None = None,
        cache_expiration: timedelta | None = None,
        task_run_name: str | Callable[..., str] | None = None,
        retries: int | None = None,
        retry_delay_seconds: Delay | None = None,
        retry_jitter_factor: float | None = None,
        retry_condition_fn: Callable[..., Any] | None = None,
        persist_result: bool | None = None,
        result_serializer: str | None = None,
        timeout_seconds: float | None = None,
        log_prints: bool | None = None,
        refresh_cache: bool | None = None,
        on_completion: Sequence[Hook] | None = None,
        on_failure: Sequence[Hook] | None = None,
        on_running: Sequence[Hook] | None = None,
        **of_prefect: Any,
    ) -> None:
        self._given = options.check_task(fn, locals(), of_prefect)
        stand_for(fn, self)
        self.fn = fn
        self.is_async = inspect.iscoroutinefunction(fn)
        self.name = name or fn.__name__
        self.description = description or inspect.getdoc(fn)
        self.tags = options.tags(tags)
        self.version = version
        self.task_run_name = task_run_name
        self.retries = retries or 0
        self.retry_delay_seconds = retry_delay_seconds
        self.retry_condition_fn = retry_condition_fn
        self.trying_again = Retries.of(retries, retry_delay_seconds, retry_jitter_factor, retry_condition_fn)
        self.retry_jitter_factor = retry_jitter_factor
        self.persist_result = persist_result
        self.result_serializer = result_serializer
        self.timeout_seconds = None if timeout_seconds is None else float(timeout_seconds)
        self.log_prints = log_prints
        self.refresh_cache = refresh_cache
        self.cache_key_fn = cache_key_fn
        self.cache_expiration = cache_expiration
        self.cache_policy = _policy(cache_policy, cache_key_fn, persist_result)
        self.hooks = hooks.checked(self._given)

    @property
    def caches(self) -> bool:
        """Whether a call of it may get the result of another."""
        return not isinstance(self.cache_policy, NoPolicy)

    def with_options(self, **options: Any) -> Task[P, R]:
        """Give the same task with other options.

        Raises
        ------
        TypeError
            There is no such option, or it has the wrong type.
        """
        return Task(self.fn, **{**self._given, **self.hooks, **options})

    def __repr__(self) -> str:
        """Name the task."""
        return f"Task(name={self.name!r})"

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
        """Run the task: its value, or for an async task a coroutine that gives it.

        Parameters
        ----------
        return_state
            Give the final state in place of the value, and raise nothing that the task raises.
        wait_for
            Futures to wait for first.

        Raises
        ------
        UnfinishedRun
            Something that it is called with did not complete.
        """
        __tracebackhide__ = True
        run = current_run.get()
        if run is None:
            return self.fn(*args, **kwargs)
        task_run = self._create(run, args, kwargs, wait_for)
        if self.is_async:
            return self._run_async(task_run, return_state=return_state)
        state = self.execute(task_run)
        return state if return_state else state.outcome(raise_on_failure=True)

    def execute(self, task_run: TaskRun) -> State:
        """Execute one call of a sync task (called by the engine only)."""
        __tracebackhide__ = True
        return task_engine.execute(task_run)

    async def execute_async(self, task_run: TaskRun) -> State:
        """Execute one call of an async task (called by the engine only)."""
        __tracebackhide__ = True
        return await task_engine.execute_async(task_run)

    async def _run_async(self, task_run: TaskRun, *, return_state: bool) -> Any:
        __tracebackhide__ = True
        state = await self.execute_async(task_run)
        return state if return_state else state.outcome(raise_on_failure=True)

    def submit(self, *args: Any, return_state: bool = False, wait_for: Iterable[Any] = (), **kwargs: Any) -> Any:
        """Run the task beside the flow, and give its future at once (in async flows, too, without ``await``).

        A sync task runs in a thread, an async one in the flow's event loop. The flow ends once all that it submitted
        is over.

        Parameters
        ----------
        return_state
            Wait, and give the final state.
        wait_for
            Futures to wait for first; those among the arguments are waited for anyway.

        Raises
        ------
        MissingContextError
            Called outside a flow run.
        """
        run = self._inside("submit")
        future: PrefectFuture[R] = run.submissions.submit(self._create(run, args, kwargs, wait_for))
        if not return_state:
            return future
        future.wait()
        return future.state

    def map(self, *args: Any, return_state: bool = False, wait_for: Iterable[Any] = (), **kwargs: Any) -> Any:
        """Submit the task once for each item of what it is called with, and give the list of futures.

        Iterables are mapped over together and have one length; texts, bytes and what is `unmapped` go to each run.

        Raises
        ------
        MappingLengthMismatch
            The iterables have different lengths.
        MappingMissingIterable
            There is none.
        MissingContextError
            Called outside a flow run.
        """
        run = self._inside("map")
        calls = mapping.calls(run, self.fn, args, kwargs)
        several = PrefectFutureList(
            run.submissions.submit(self._create(run, given, named, wait_for)) for given, named in calls
        )
        if not return_state:
            return several
        several.wait()
        return [future.state for future in several]

    def delay(self, *_: Any, **__: Any) -> None:
        """Refuse: there is no server here that would run it later, and no transaction.

        Raises
        ------
        NotHere
            Always.
        """
        raise options.not_here(
            "Running a task without its flow, or in a transaction,",
            f"submit {self.name!r} inside a flow, and start that with flow.start()",
        )

    serve = apply_async = on_commit = on_rollback = delay

    def _inside(self, what: str) -> FlowRun[Any]:
        run = current_run.get()
        if run is None:
            raise MissingContextError(
                f"Task {self.name!r} is submitted outside a flow. Call {self.name}.{what}(...) inside a function "
                "decorated with @flow, which waits for it."
            )
        return run

    def _create(self, run: FlowRun[Any], args: Any, kwargs: Any, wait_for: Iterable[Any]) -> TaskRun:
        several = [wait_for] if isinstance(wait_for, PrefectFuture | State) else list(wait_for or ())
        return TaskRun(self, run, args, kwargs, wait_for=several, tags=self.tags | run.tags | current_tags())


def _policy(
    policy: CachePolicy | None, key_fn: Callable[..., str | None] | None, persist_result: bool | None
) -> CachePolicy:
    """Give the policy that the options mean: as with Prefect a task caches where one of them asks for that."""
    if persist_result is False:
        return NO_CACHE
    if key_fn is not None:
        return CachePolicy.from_cache_key_fn(key_fn)
    if policy is not None:
        return policy
    return DEFAULT if persist_result else NO_CACHE
