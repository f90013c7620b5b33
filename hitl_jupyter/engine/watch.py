"""Watching a run to its end, whichever process executes it."""

from __future__ import annotations

import asyncio
from typing import Any

from hitl_jupyter import store
from hitl_jupyter.engine import recovery
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import FlowRunWaitTimeout

TICK = 0.25
"""Seconds between two looks at a run."""


async def until_over(
    session: Session,
    run_id: str,
    timeout: float | None,  # noqa: ASYNC109 - the caller's
    *,
    log_states: bool,
) -> FlowRun[Any]:
    """Give the handle of a run once it is over.

    Raises
    ------
    FlowRunWaitTimeout
        It is not, in time.
    ObjectNotFound
        There is no such run.
    """
    await session.ready()
    deadline = None if timeout is None else session.source.monotonic() + timeout
    seen = None
    while True:
        record = await settled(session.store.read(store.runs.get, run_id))
        if log_states and record.state.id != seen:
            seen = record.state.id
            logger.info("Flow run is in state %r", record.state.name)
        if record.state.is_final():
            return recovery.handle(session, record)
        left = TICK if deadline is None else min(TICK, deadline - session.source.monotonic())
        if left <= 0:
            raise FlowRunWaitTimeout(run_id, timeout or 0.0)
        await asyncio.sleep(left)
