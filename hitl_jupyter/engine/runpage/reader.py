"""The door: a page asks for a section, and gets plain JSON from the store's reading thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from hitl_jupyter import store as stored
from hitl_jupyter.engine.runpage import asked
from hitl_jupyter.engine.runpage.artifacts import artifacts, table
from hitl_jupyter.engine.runpage.grids import Grids
from hitl_jupyter.engine.runpage.inputs import inputs
from hitl_jupyter.engine.runpage.lines import LogIndex
from hitl_jupyter.engine.runpage.logs import copy, logs
from hitl_jupyter.engine.runpage.look import Look
from hitl_jupyter.engine.runpage.results import results
from hitl_jupyter.engine.runpage.summary import summary
from hitl_jupyter.engine.runpage.tasks import subflow_runs, task_runs
from hitl_jupyter.engine.runpage.timeline import timeline

if TYPE_CHECKING:
    from sqlalchemy import Connection

SECTIONS: dict[str, tuple[type[BaseModel], Callable[[Look, Any], Any]]] = {
    "summary": (asked.Nothing, summary),
    "logs": (asked.LogWindow, logs),
    "copy": (asked.Filter, copy),
    "task_runs": (asked.Window, task_runs),
    "subflow_runs": (asked.Window, subflow_runs),
    "results": (asked.Window, results),
    "artifacts": (asked.Window, artifacts),
    "table": (asked.TableWindow, table),
    "inputs": (asked.Window, inputs),
    "timeline": (asked.Nothing, timeline),
}


class RunReader:
    """Reads one run for one page, and remembers between two windows what both need."""

    def __init__(self, store: stored.Store, run_id: str, now: Callable[[], datetime]) -> None:
        self.run_id = run_id
        self._store = store
        self._now = now
        self._index = LogIndex()
        self._grids = Grids()

    def read(self, what: str, parameters: Mapping[str, Any] | None = None) -> Future[dict[str, Any]]:
        """Give a section as `shapes` has it, without waiting: nothing here takes the caller's time.

        The Future raises ObjectNotFound where there is no such run, or no longer; ValueError where there is no such
        section, or it is not asked for so; StoreError where the store cannot be read.
        """
        return self._store.read(self._read, what, dict(parameters or {}))

    def _read(self, conn: Connection, what: str, parameters: dict[str, Any]) -> dict[str, Any]:
        run = stored.runs.get(conn, self.run_id)
        if what not in SECTIONS:
            raise ValueError(f"The page of run {run.name!r} has no section {what!r}; it has {', '.join(SECTIONS)}.")
        model, section = SECTIONS[what]
        try:
            wanted = model.model_validate(parameters)
        except ValidationError as error:
            said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise ValueError(
                f"The page of run {run.name!r} cannot give {what!r} as it was asked for: {said}."
            ) from None
        look = Look(conn, run, self._now(), self._store.values, self._index, self._grids)
        given: dict[str, Any] = section(look, wanted)
        return given
