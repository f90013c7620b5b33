"""The account of a run: what is told of it where no kernel lives.

It is made of committed records alone, in which there are no secrets; `widgets.account` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from hitl_jupyter import store
from hitl_jupyter.core.records import ArtifactRecord, Json, RunRecord
from hitl_jupyter.core.states import State
from hitl_jupyter.engine.waits import Waits

if TYPE_CHECKING:
    from sqlalchemy import Connection

ROWS: Final = 100
"""So many answers are told, the newest; the store has them all."""
ARTIFACTS: Final = 50
"""Likewise artifacts."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is told of a run: `rows` are those of `store.history`, `schemas` the forms in them by fingerprint.

    `asked` and `answered` count all questions, told or not. `seconds_paused` and `seconds_running` are up to `at`.
    """

    run: RunRecord
    at: datetime
    seconds_running: float
    seconds_paused: float
    asked: int
    answered: int
    rows: list[dict[str, Any]]
    schemas: dict[str, Json]
    artifacts: list[ArtifactRecord]


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a run has run, and waited for people, until it was over or now."""

    until: datetime
    running: float
    paused: float


def spent(conn: Connection, run: RunRecord, now: datetime) -> Spent:
    """Give how long a run has run and waited; what it called waits on its behalf."""
    until = run.end_time if run.state.is_final() and run.end_time is not None else now
    paused = waits(conn, run.id).seconds(until)
    return Spent(until, max(0.0, (until - (run.start_time or until)).total_seconds() - paused), paused)


def waits(conn: Connection, run_id: str) -> Waits:
    """Give the recorded waits of a run and of those that it called."""
    found = Waits()
    for its_id, type_, since in store.account.moves(conn, run_id):
        found.note(its_id, State("", type_, "", since))
    return found


def account(conn: Connection, run_id: str, now: datetime) -> Account:
    """Give the account of a run as it stands.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    run = store.runs.get(conn, run_id)
    times = spent(conn, run, now)
    rows = store.history.rows(conn, run_id, None, ROWS)
    made = store.artifacts.of_tree(conn, run_id, ARTIFACTS)
    return Account(
        run=run,
        at=times.until,
        seconds_running=times.running,
        seconds_paused=times.paused,
        asked=store.account.asked(conn, run_id),
        answered=store.account.answered(conn, run_id),
        rows=rows,
        schemas=store.account.schemas(conn, {row["form"] for row in rows if row["form"] is not None}),
        artifacts=[one for one in made if one.type != store.artifacts.PROGRESS],
    )


def once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows of questions, each question once, at its first place; under "before" what was answered before.

    It is asked again by a retry, and after the correction of what came before it; it is the same if its words are.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number, row in enumerate(rows):
        refused = row["outcome"] in ("sent back", "received")
        place = (number,) if refused else (row["run_id"], row["scope"], row["key"], row["description"])
        old = found.get(place)
        before = [] if old is None else old["before"]
        if old is not None and (old["answer"] is not None or old["value"] is not None):
            before = [*before, old]
        found[place] = {**row, "before": before}
    return list(found.values())


def answered(row: Mapping[str, Any], schema: Json) -> Iterator[tuple[str, Json]]:
    """Give what a row says was answered, by the titles of its fields; a plain value has none."""
    data = row["answer"] if row["answer"] is not None else row["value"]
    if not isinstance(data, dict):
        if data is not None:
            yield "", data
        return
    titles, fields = titles_of(schema), list(data)
    if fields == ["value"] and list(titles) == ["value"]:
        yield "", data["value"]
        return
    for name in fields:
        yield titles.get(name, name), data[name]


def titles_of(schema: Json) -> dict[str, str]:
    """Give the titles of a form's fields by their names."""
    properties: Any = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return {}
    return {name: str(about.get("title", name)) for name, about in properties.items() if isinstance(about, dict)}
