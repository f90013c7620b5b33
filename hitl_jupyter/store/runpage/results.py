"""What a run, those below it and their task runs have given, in the order in which it came."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, Text, bindparam, func, literal, select, type_coerce
from sqlalchemy import union_all as union

from hitl_jupyter.store.runpage.octets import octets
from hitl_jupyter.store.runpage.overview import flow_results, task_results
from hitl_jupyter.store.runpage.window import window
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import flow_run, task_run

FLOW: Final = "flow"
TASK: Final = "task"


def _of(table: Table, kind: str, where: ColumnElement[bool]) -> Select[Any]:
    return select(literal(kind).label("kind"), table.c.id, table.c.end_time.label("at")).where(where)


_all = union(_of(flow_run, FLOW, flow_results), _of(task_run, TASK, task_results)).subquery()
_PAGE = Statement(window(select(_all), _all.c.at, _all.c.id))


def _values(table: Table) -> Select[Any]:
    text = type_coerce(table.c.result, Text)
    return select(
        *(table.c[name] for name in ("id", "name", "result_kept", "serializer")),
        func.substr(text, 1, bindparam("length"), type_=Text).label("text"),
        octets(text).label("size"),
    )


_VALUES = {FLOW: _values(flow_run), TASK: _values(task_run)}


def page(conn: Connection, run_id: str, offset: int, limit: int, length: int) -> list[dict[str, Any]]:
    """Give results: of which `kind` and `id`, when, the beginning of the JSON, and how many bytes that has."""
    found = _PAGE.rows(conn, {"run": run_id, "most": limit, "skipped": offset})
    values: dict[str, Any] = {}
    for kind, chosen in _VALUES.items():
        table = chosen.get_final_froms()[0]
        ids = [row["id"] for row in found if row["kind"] == kind]
        told = conn.execute(chosen.where(table.c.id.in_(ids)), {"length": length}).mappings()
        values.update((row["id"], row) for row in told)
    return [{**row, **values[row["id"]]} for row in found]
