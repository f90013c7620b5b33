"""Futures of submitted task runs (Prefect: ``prefect.futures``)."""

from hitl_jupyter.engine.futures import (
    DoneAndNotDoneFutures,
    PrefectFuture,
    PrefectFutureList,
    as_completed,
    wait,
)

PrefectConcurrentFuture = PrefectFuture

__all__ = [
    "DoneAndNotDoneFutures",
    "PrefectConcurrentFuture",
    "PrefectFuture",
    "PrefectFutureList",
    "as_completed",
    "wait",
]
