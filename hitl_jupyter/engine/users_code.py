"""Calls the user's functions: below these frames the code is the user's, and may be interrupted anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import RunInterrupted


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
