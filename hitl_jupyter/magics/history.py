"""``%hitl history``: what was asked and answered, as a person reads it. `hitl_jupyter.history` is for computing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from hitl_jupyter import record, store
from hitl_jupyter.core.records import Json, RunRecord
from hitl_jupyter.core.text import duration
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.engine.told import answers, question, why
from hitl_jupyter.magics.listing import Row, Table, instant, short

if TYPE_CHECKING:
    import pandas as pd

HEAD: Final = ("when", "flow", "run", "question", "answer", "outcome", "by", "from", "took")
MOST: Final = 200
"""How many rows are listed, the newest."""


class History(Table):
    """Answers and what became of questions without one, oldest first; `frame` is the DataFrame of the same runs."""

    def __init__(self, rows: list[Row], run_id: str | None, below: str) -> None:
        super().__init__(HEAD, rows, below=below)
        self._run_id = run_id

    @property
    def frame(self) -> pd.DataFrame:
        """Everything that is recorded of it, as `hitl_jupyter.history` gives it.

        Raises
        ------
        PackageMissing
            pandas is not installed.
        StoreError
            The store cannot be read.
        """
        return record.history(self._run_id)


def told(session: Session, run: FlowRun[Any] | RunRecord | None) -> History:
    """Give the history of a run and those it called, or of all.

    Raises
    ------
    StoreError
        The store cannot be opened or read.
    """
    now = session.source.now()
    run_id = None if run is None else run.id_text if isinstance(run, FlowRun) else run.id
    found, schemas = session.store.read(_recorded, run_id).result()
    rows = [_row(row, schemas.get(row["form"] or ""), now) for row in found[-MOST:]]
    if not rows:
        return History([], run_id, "Nothing was asked yet." if run is None else "It has asked nothing.")
    left = f"These are the newest {MOST}. " if len(found) > MOST else ""
    call = "" if run is None else repr(run.name)
    return History(rows, run_id, f"{left}hitl_jupyter.history({call}) gives all that is recorded, as a DataFrame.")


def _recorded(conn: Any, run_id: str | None) -> tuple[list[dict[str, Any]], dict[str, Json]]:
    rows = store.history.rows(conn, run_id, None, MOST + 1)
    return rows, store.account.schemas(conn, {row["form"] for row in rows if row["form"] is not None})


def _row(row: dict[str, Any], schema: Json, now: datetime) -> Row:
    at = row["answered_at"]
    reason = why(row)
    return (
        instant(at or row["asked_at"], now),
        str(row["flow"]),
        str(row["run"]),
        short(question(row, schema)),
        short("; ".join(answers(row, schema))),
        f"{row['outcome']}: {short(reason)}" if reason else str(row["outcome"]),
        row["by"] or "",
        row["origin"] or "",
        "" if row["seconds"] is None else duration(row["seconds"]),
    )
