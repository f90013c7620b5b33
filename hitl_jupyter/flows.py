"""`@flow` (Prefect: ``prefect.flows``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar, overload

from hitl_jupyter import _session
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.engine.hooks import Hook
from hitl_jupyter.engine.retries import Delay
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.submission import ThreadPoolTaskRunner

__all__ = ["Flow", "FlowRun", "flow"]

P = ParamSpec("P")
R = TypeVar("R")


@overload
def flow(fn: Callable[P, R], /) -> Flow[P, R]: ...


@overload
def flow(
    *,
    name: str | None = ...,
    version: str | None = ...,
    flow_run_name: str | Callable[..., str] | None = ...,
    retries: int | None = ...,
    retry_delay_seconds: Delay | None = ...,
    task_runner: ThreadPoolTaskRunner | None = ...,
    description: str | None = ...,
    timeout_seconds: float | None = ...,
    validate_parameters: bool = ...,
    persist_result: bool | None = ...,
    result_serializer: str | None = ...,
    log_prints: bool | None = ...,
    idempotency_key: str | None = ...,
    on_completion: Sequence[Hook] | None = ...,
    on_failure: Sequence[Hook] | None = ...,
    on_cancellation: Sequence[Hook] | None = ...,
    on_crashed: Sequence[Hook] | None = ...,
    on_running: Sequence[Hook] | None = ...,
    on_paused: Sequence[Hook] | None = ...,
    on_resumed: Sequence[Hook] | None = ...,
    **of_prefect: Any,
) -> Callable[[Callable[P, R]], Flow[P, R]]: ...


def flow(fn: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a function a flow: its runs are recorded, and it may stop to ask a person with `pause_flow_run`.

    Parameters
    ----------
    fn
        The function, sync or async.
    name, version, description
        What the record calls the flow. Default: the function's name with dashes, none, its docstring.
    flow_run_name
        What a run is called: a template such as ``"train-{model}"``, or a function that gives a text.
    timeout_seconds
        How long a whole run may take; an overdue one ends as TimedOut.
    validate_parameters
        Whether pydantic converts and checks the parameters by their annotations. Default: True.
    log_prints
        Whether ``print`` goes to the run's log. Default: as the calling flow does.
    retries, retry_delay_seconds
        How often a failed run begins again, as its next attempt, which asks again; and after how long: seconds, a list
        of them, or a function that gives one. Default: never, at once.
    task_runner
        How many tasks are executed at the same time: a `ThreadPoolTaskRunner`.
    persist_result
        False: the result is not kept.
    result_serializer
        How the result is kept where its annotation does not say: "json", "npy" or "parquet".
    idempotency_key
        One run per key: called again with it, a run whose kernel died is taken up where it was, and a complete one
        gives its recorded result.
    on_running, on_paused, on_resumed, on_completion, on_failure, on_cancellation, on_crashed
        Lists of functions ``hook(flow, flow_run, state)`` that are called when a run is in that state.
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
    >>> @flow(flow_run_name="double-{number}", log_prints=True)
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double("21")
    42
    """
    if fn is None:
        return lambda function: flow(function, **options)
    return Flow(fn, _session.current, know=_session.know, **options)
