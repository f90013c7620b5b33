"""`@task` (Prefect: ``prefect.tasks``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from hitl_jupyter.engine.task import Task

__all__ = ["Task", "task"]

P = ParamSpec("P")
R = TypeVar("R")


@overload
def task(fn: Callable[P, R], /) -> Task[P, R]: ...


@overload
def task(
    *,
    name: str | None = ...,
    description: str | None = ...,
    log_prints: bool | None = ...,
    retries: int = ...,
    retry_delay_seconds: float = ...,
    result_serializer: str | None = ...,
) -> Callable[[Callable[P, R]], Task[P, R]]: ...


def task(fn: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a function a task: each call of it inside a flow is recorded under a name.

    Parameters
    ----------
    fn
        The function, sync or async.
    **options
        `name` (default: the function's), `description` (default: its docstring), `log_prints` (default None: as the
        flow does), `retries` and `retry_delay_seconds` (a failed call is tried again), `result_serializer` (how the
        result is kept for a run that is taken up, where its return annotation does not say: "json", "npy" or
        "parquet").

    Raises
    ------
    TypeError
        `fn` is no function, or an option is unknown.
    """
    if fn is None:
        return lambda function: Task(function, **options)
    return Task(fn, **options)
