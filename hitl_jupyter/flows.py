"""`@flow` (Prefect: ``prefect.flows``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from hitl_jupyter import _session
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.engine.run import FlowRun

__all__ = ["Flow", "FlowRun", "flow"]

P = ParamSpec("P")
R = TypeVar("R")


@overload
def flow(fn: Callable[P, R], /) -> Flow[P, R]: ...


@overload
def flow(
    *,
    name: str | None = ...,
    description: str | None = ...,
    timeout_seconds: float | None = ...,
    validate_parameters: bool = ...,
    log_prints: bool | None = ...,
    retries: int = ...,
    retry_delay_seconds: float = ...,
    result_serializer: str | None = ...,
    idempotency_key: str | None = ...,
) -> Callable[[Callable[P, R]], Flow[P, R]]: ...


def flow(fn: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a function a flow: its runs are recorded, and it may stop to ask a person with `pause_flow_run`.

    Parameters
    ----------
    fn
        The function, sync or async.
    **options
        `name` (default: the function's, with dashes), `description` (default: its docstring), `timeout_seconds` (the
        whole run; an overdue run ends as TimedOut), `validate_parameters` (default True: pydantic converts and checks
        the parameters by their annotations), `log_prints` (default None: as the calling flow does; True sends
        ``print`` to the run's log), `retries` and `retry_delay_seconds` (a failed run begins again as its next
        attempt, and asks again), `result_serializer` (how the result is kept where its annotation does not say:
        "json", "npy" or "parquet"), `idempotency_key` (one run per key: called again with it, a run whose kernel died
        is taken up where it was, and a complete one gives its recorded result).

    Raises
    ------
    TypeError
        `fn` is no function, or an option is unknown.
    ValueError
        `timeout_seconds` is not positive, or another option is out of its range.
    """
    if fn is None:
        return lambda function: flow(function, **options)
    return Flow(fn, _session.current, know=_session.know, **options)
