"""What the user's code is surrounded by while it runs: the run or task run that it belongs to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from hitl_jupyter.core.colour import in_async_code
from hitl_jupyter.engine import logs
from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.scope import Scope, current_scope

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun


@contextmanager
def inside(run: FlowRun[Any], *, log_prints: bool | None) -> Iterator[None]:
    """Make `run` the one that the enclosed code belongs to. `log_prints` None: as around it."""
    logger = logs.flow_run_logger(run)
    with entered(scope=run.scope, logger=logger, is_async=run.is_async, log_prints=log_prints):
        token = current_run.set(run)
        try:
            yield
        finally:
            current_run.reset(token)


@contextmanager
def entered(*, scope: Scope, logger: logs.LoggerAdapter, is_async: bool, log_prints: bool | None) -> Iterator[None]:
    """Set what belongs to the innermost flow or task of the context."""
    if log_prints:
        logs.wrap_print()
    inherited = logs.log_prints_of.get() is not None
    printing = inherited if log_prints is None else log_prints
    scope.thread = threading.get_ident()
    tokens: list[tuple[ContextVar[Any], Token[Any]]] = [
        (current_scope, current_scope.set(scope)),
        (logs.current_logger, logs.current_logger.set(logger)),
        (in_async_code, in_async_code.set(is_async)),
        (logs.log_prints_of, logs.log_prints_of.set(logger if printing else None)),
    ]
    try:
        yield
    finally:
        for variable, token in reversed(tokens):
            variable.reset(token)
