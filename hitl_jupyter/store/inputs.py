"""What is sent to runs while they go on: kept under keys of the run that it is for, oldest first.

A row is never changed. It stays when it has been received, so that another receiver gets it too, until it is deleted.
What Prefect keeps here of a pause stands in the pause, and is read there under Prefect's keys.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from hitl_jupyter.core.records import EventRecord, InputRecord, Json
from hitl_jupyter.exceptions import ObjectAlreadyExists, ObjectNotFound
from hitl_jupyter.store import events, rows, runs
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run_input, form, pause

_PAGE = 100
"""Rows that are looked at together for one that is not excluded."""

_ADD = Statement(insert(flow_run_input))
_GET = Statement(
    select(flow_run_input).where(
        flow_run_input.c.run_id == bindparam("run"), flow_run_input.c.key == bindparam("its_key")
    )
)
_DROP = Statement(
    delete(flow_run_input).where(
        flow_run_input.c.run_id == bindparam("run"), flow_run_input.c.key == bindparam("its_key")
    )
)
# No LIKE: SQLite's takes capital letters for small ones, and a prefix may hold its wildcards.
_MATCHING = Statement(
    select(flow_run_input)
    .where(
        flow_run_input.c.run_id == bindparam("run"),
        flow_run_input.c.number > bindparam("after"),
        func.substr(flow_run_input.c.key, 1, bindparam("length")) == bindparam("prefix"),
    )
    .order_by(flow_run_input.c.number)
    .limit(bindparam("most"))
)
_OF_PAUSE = Statement(
    select(
        pause.c.description.label("description"), pause.c.value.label("response"), form.c.json_schema.label("schema")
    )
    .join(form, form.c.fingerprint == pause.c.form)
    .where(pause.c.run_id == bindparam("run"), pause.c.pause_key == bindparam("its_key"))
    .order_by(pause.c.attempt.desc(), pause.c.opened_at.desc())
    .limit(1)
)


def add(conn: Connection, sent: InputRecord) -> None:
    """Keep an input, with its event in the history of the run that it is for.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    ObjectAlreadyExists
        The run has an input of that key.
    """
    runs.get(conn, sent.run_id)
    if get(conn, sent.run_id, sent.key) is not None:
        raise ObjectAlreadyExists("flow run input", sent.key, sent.run_id)
    _ADD.do(conn, rows.input_(sent))
    events.add(conn, [_event("received", sent.run_id, sent.key, sent.created_at, sent.sender)])


def get(conn: Connection, run_id: str, key: str) -> InputRecord | None:
    """Give an input by its key, None where there is none.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = _GET.row(conn, {"run": run_id, "its_key": key})
    if found is None:
        runs.get(conn, run_id)
        return None
    return rows.read_input(found)


def value(conn: Connection, run_id: str, key: str) -> Json:
    """Give what an input says, or what a pause says under its key in Prefect (``paused-1-schema``); else None.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found = get(conn, run_id, key)
    if found is not None:
        return found.value
    state, _, rest = key.partition("-")
    pause_key, _, part = rest.rpartition("-")
    if state not in ("paused", "suspended") or part not in ("description", "response", "schema"):
        return None
    asked = _OF_PAUSE.row(conn, {"run": run_id, "its_key": pause_key})
    return None if asked is None else asked[part]


def matching(
    conn: Connection, run_id: str, prefix: str, excluded: Collection[str] = (), *, limit: int = 1, after: int = 0
) -> list[InputRecord]:
    """Give at most `limit` inputs whose keys begin with `prefix` and are not `excluded`, oldest first.

    `after` leaves out those up to a number.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    found: list[InputRecord] = []
    page = limit
    asked = {"run": run_id, "prefix": prefix, "length": len(prefix)}
    while len(found) < limit:
        seen = _MATCHING.rows(conn, {**asked, "after": after, "most": page})
        found += [rows.read_input(row) for row in seen if row["key"] not in excluded]
        if len(seen) < page:
            break
        after, page = seen[-1]["number"], max(limit, _PAGE)
    if not found:
        runs.get(conn, run_id)
    return found[:limit]


def drop(conn: Connection, run_id: str, key: str, at: datetime) -> None:
    """Delete an input; that it was there stays in the events.

    Raises
    ------
    ObjectNotFound
        There is no such run, or it has no input of that key.
    """
    if _DROP.do(conn, {"run": run_id, "its_key": key}) == 0:
        runs.get(conn, run_id)
        raise ObjectNotFound("flow run input", key)
    events.add(conn, [_event("deleted", run_id, key, at)])


def _event(what: str, run_id: str, key: str, at: datetime, actor: str | None = None) -> EventRecord:
    return EventRecord(f"input.{what}", at, run_id, actor, payload={"key": key})
