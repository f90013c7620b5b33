"""`@task` (Prefect: ``prefect.tasks``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, overload

from hitl_jupyter.engine.caching import CachePolicy, task_input_hash
from hitl_jupyter.engine.hooks import Hook
from hitl_jupyter.engine.retries import Delay, exponential_backoff
from hitl_jupyter.engine.task import Task

__all__ = ["Task", "exponential_backoff", "task", "task_input_hash"]

P = ParamSpec("P")
R = TypeVar("R")


@overload
def task(fn: Callable[P, R], /) -> Task[P, R]: ...


@overload
def task(
    *,
    name: str | None = ...,
    description: str | None = ...,
    tags: Iterable[str] | None = ...,
    version: str | None = ...,
    cache_policy: CachePolicy | None = ...,
    cache_key_fn: Callable[..., str | None] | None = ...,
    cache_expiration: timedelta | None = ...,
    task_run_name: str | Callable[..., str] | None = ...,
    retries: int | None = ...,
    retry_delay_seconds: Delay | None = ...,
    retry_jitter_factor: float | None = ...,
    retry_condition_fn: Callable[..., Any] | None = ...,
    persist_result: bool | None = ...,
    result_serializer: str | None = ...,
    timeout_seconds: float | None = ...,
    log_prints: bool | None = ...,
    refresh_cache: bool | None = ...,
    on_completion: Sequence[Hook] | None = ...,
    on_failure: Sequence[Hook] | None = ...,
    on_running: Sequence[Hook] | None = ...,
    **of_prefect: Any,
) -> Callable[[Callable[P, R]], Task[P, R]]: ...


def task(fn: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a function a task: each call of it inside a flow is recorded under a name.

    Call it in place, or submit it to go on beside the flow (`Task.submit`, `Task.map`).

    Parameters
    ----------
    fn
        The function, sync or async.
    name, version, description, tags
        What the record calls the task. Default: the function's name, none, its docstring, none.
    task_run_name
        What a call is called: a template such as ``"fetch-{page}"``, or a function that gives a text.
    timeout_seconds
        How long a call may take; a sync task is stopped at its next pause, or at its end.
    log_prints
        Whether ``print`` goes to the run's log. Default: as the flow does.
    retries, retry_delay_seconds, retry_jitter_factor
        How often a failed call is tried again; after how long: seconds, a list of them, or a function such as
        `exponential_backoff` gives; and by which part of that chance may change it.
    retry_condition_fn
        A function ``(task, task_run, state)`` that says whether to try again.
    cache_policy, cache_key_fn, cache_expiration, refresh_cache
        When an equal call gives the recorded result, and for how long (a timedelta); True: it runs all the same.
    persist_result
        False: the result is not kept. True: equal calls of one run are cached.
    result_serializer
        How the result is kept where its annotation does not say: "json", "npy" or "parquet".
    on_running, on_completion, on_failure
        Lists of functions ``hook(task, task_run, state)`` that are called when a call is in that state.
    **of_prefect
        Options of Prefect's that mean nothing here; a warning says why.

    Raises
    ------
    TypeError
        `fn` is no function, or an option is unknown or has the wrong type.
    ValueError
        An option is out of its range.

    Examples
    --------
    >>> from hitl_jupyter import flow
    >>> @task(retries=2)
    ... def square(number: int) -> int:
    ...     return number * number
    >>> @flow
    ... def squares(numbers: list[int]) -> list[int]:
    ...     return square.map(numbers).result()
    >>> squares([1, 2, 3])
    [1, 4, 9]
    """
    if fn is None:
        return lambda function: Task(function, **options)
    return Task(fn, **options)
