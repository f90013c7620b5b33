"""Some rows of many: the parameters `most` and `skipped` of a statement say which."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, Table, bindparam, select


def window(chosen: Select[Any], *order: ColumnElement[Any]) -> Select[Any]:
    """Give a window of what is selected, put in order."""
    return chosen.order_by(*order).limit(bindparam("most")).offset(bindparam("skipped"))


def ids_first(table: Table, where: ColumnElement[bool]) -> Subquery:
    """Give the ids of a window of rows, oldest first, to be joined: to put rows in order is to copy all of each."""
    return window(select(table.c.id).where(where), table.c.created_at, table.c.id).subquery()
