"""Finds a run by what a person calls it: its handle, its id, the beginning of that, or its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.exceptions import ObjectNotFound, SeveralRunsFound

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session


def find(session: Session, which: FlowRun[Any] | UUID | str) -> RunRecord:
    """Give the one run that is meant; reads the store and waits for it.

    Raises
    ------
    ObjectNotFound
        There is none.
    SeveralRunsFound
        There are several.
    """
    text = str(which) if isinstance(which, str | UUID) else which.id_text
    found: list[RunRecord] = session.store.read(store.runs.find, text).result()
    if not found:
        raise ObjectNotFound("flow run", text)
    if len(found) > 1:
        raise SeveralRunsFound(text, [run.id for run in found])
    return found[0]
