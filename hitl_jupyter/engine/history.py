"""The record of runs as a DataFrame: who answered what, when, from where, and what became of it.

`FlowRun.history` and `hitl_jupyter.history` come here. The rows are the store's; here they get the types that pandas
computes with. pandas is no dependency: it is imported when somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.engine.finding import find
from hitl_jupyter.exceptions import PackageMissing

if TYPE_CHECKING:
    import pandas as pd

    from hitl_jupyter.engine.flow import Flow
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.session import Session

COLUMNS = (
    # What a person looks for stands first: of a wide table a page shows the left.
    *("run", "flow", "key", "description", "answer", "outcome", "by", "answered_at", "seconds"),
    *("value", "errors", "reason", "origin", "asked_at", "attempt", "scope", "shown", "form", "initial", "run_id"),
)
_TIMES = ("asked_at", "answered_at")


def table(
    session: Session,
    run: FlowRun[Any] | UUID | str | None = None,
    flow: Flow[..., Any] | str | None = None,
    limit: int = 10_000,
) -> pd.DataFrame:
    """Give the record of a run and the runs it called, of a flow's runs, or of all runs, oldest first.

    Parameters
    ----------
    run
        A run, its id, the beginning of it, or its name.
    flow
        A flow or its name.
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
    """
    if limit < 0:
        raise ValueError(f"The limit of a history is a number of rows, and {limit} is none.")
    frames = _pandas()
    run_id = None if run is None else find(session, run).id
    flow_name = flow if flow is None or isinstance(flow, str) else flow.name
    rows = session.store.read(store.history.rows, run_id, flow_name, limit).result()
    frame = frames.DataFrame(rows, columns=list(COLUMNS))
    for name in _TIMES:
        frame[name] = frames.to_datetime(frame[name], utc=True)
    typed: pd.DataFrame = frame.astype({"attempt": "int64", "seconds": "float64"})
    return typed


def _pandas() -> Any:
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise PackageMissing(
            "A history is a DataFrame, and pandas is not installed. Install it with 'pip install pandas'.",
            name="pandas",
        ) from None
    return pd
