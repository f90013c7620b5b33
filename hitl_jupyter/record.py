"""What is recorded and what is open: `history` and `inbox`, from any process that sees the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import _session
from hitl_jupyter.engine import openings
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.engine.history import table
from hitl_jupyter.engine.openings import Inbox, OpenQuestion
from hitl_jupyter.engine.run import FlowRun

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Inbox", "OpenQuestion", "history", "inbox"]


def history(
    run: FlowRun[Any] | UUID | str | None = None,
    flow: Flow[..., Any] | str | None = None,
    limit: int = 10_000,
) -> pd.DataFrame:
    """Give the record as a DataFrame: every answer, every question without one, every correction, oldest first.

    Its columns say where (``run_id``, ``run``, ``flow``, ``attempt``, ``key``, ``scope``), what was asked
    (``description``, ``shown``, ``form``, ``initial``), what came of it (``answer`` as it was given, ``value`` as the
    flow got it, ``outcome`` in a word, ``errors`` by field, ``reason`` of a correction), who and from where (``by``,
    ``origin``), and when (``asked_at`` and ``answered_at`` in UTC, ``seconds`` that it was on that person's page).

    Parameters
    ----------
    run
        Only a run and those it called: a run, its id, the beginning of it, or its name.
    flow
        Only the runs of a flow, or of flows of that name.
    limit
        Of more rows than this, the newest are given.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    SeveralRunsFound
        There are several.
    PackageMissing
        pandas is not installed.
    ValueError
        The limit is negative.
    StoreError
        The store cannot be opened or read.
    """
    return table(_session.current(), run, flow, limit)


def inbox() -> Inbox:
    """Give what is open in the store, oldest first, whichever process asks it.

    Each is an `OpenQuestion`: it says what is asked by which run, and takes the answer.

    Raises
    ------
    StoreError
        The store cannot be opened or read.
    """
    return openings.listing(_session.current())
