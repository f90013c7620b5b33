"""Which run a line means: a variable with its handle, its name, its id, or the beginning of that."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from IPython.core.error import UsageError

from hitl_jupyter import store
from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.engine.finding import find
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import CannotWait

PATIENCE = 5.0
"""Seconds that a line waits for a run to begin, or for one that has just begun to ask, as in *Run All*."""
GLANCE = 0.02
SHORTEST = 4
"""How many characters of an id tell the runs of one process apart well enough."""


def run_of(shell: Any, session: Session, text: str) -> FlowRun[Any] | RunRecord:
    """Give the run that is meant: its handle if it is alive in this process, else its record.

    Raises
    ------
    ObjectNotFound
        There is none.
    SeveralRunsFound
        There are several.
    """
    variable = shell.user_ns.get(text)
    if isinstance(variable, FlowRun):
        # One that has just been started is not in the store yet.
        if variable.session is session and not variable.done():
            return variable
        text = variable.id_text
    alive = [run for run in list(session.runs.values()) if _is_called(run, text)]
    if len(alive) == 1:
        return alive[0]
    record = find(session, text)
    return session.runs.get(record.id, record)


def newest(session: Session) -> FlowRun[Any] | RunRecord:
    """Give the run that was begun last: of those that are alive here, else of the store.

    Raises
    ------
    UsageError
        There is none.
    """
    alive = alive_here(session)
    if alive:
        return alive[-1]
    found: list[RunRecord] = session.store.read(store.overview.latest, 1).result()
    if not found:
        raise UsageError("There is no run in this store yet.")
    return found[0]


def alive_here(session: Session) -> list[FlowRun[Any]]:
    """Give the runs of this process that no other run called, in the order in which they were begun."""
    roots = [run for run in list(session.runs.values()) if run.parent is None and not run.done()]
    return sorted(roots, key=lambda run: run.created)


def handles(shell: Any) -> dict[str, FlowRun[Any]]:
    """Give the variables of the notebook that hold a run's handle."""
    return {
        name: value
        for name, value in list(shell.user_ns.items())
        if isinstance(value, FlowRun) and not name.startswith("_")
    }


def begun(run: FlowRun[Any]) -> FlowRun[Any]:
    """Give the handle of a run that was started on a line, once the run is in the store and has its name.

    The handle is not written below the line it comes from, where the run's card is; later it is.
    """

    def silent() -> None:
        vars(run).pop("_ipython_display_", None)

    vars(run)["_ipython_display_"] = silent
    with suppress(CannotWait):
        run.session.bridge.wait(_stored(run))
    return run


async def _stored(run: FlowRun[Any]) -> None:
    until = run.session.source.monotonic() + PATIENCE
    while run.state is None and not run.done() and run.session.source.monotonic() < until:  # noqa: ASYNC110 - no event
        await asyncio.sleep(GLANCE)


def _is_called(run: FlowRun[Any], text: str) -> bool:
    return text in (run.name, run.id_text) or (len(text) >= SHORTEST and run.id_text.startswith(text.lower()))
