"""Statements that are compiled once and then cost what the driver costs.

SQLAlchemy finds out anew at each execution how to bind and read every column, which takes several times as long as
SQLite takes for the row, and an answer is a dozen statements. A `Statement` is plain SQLAlchemy Core, written as the
dialect says, and keeps what was found out the first time. It runs on the driver's cursor, so errors are the driver's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Params = Mapping[str, Any]
Row = dict[str, Any]


class Statement:
    """One statement, whose parameters have the same names every time."""

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._compiled: dict[str, _Compiled] = {}

    def do(self, conn: Connection, params: Params) -> int:
        """Execute it; gives the number of rows it matched."""
        compiled = self._for(conn.dialect, params)
        cursor = _cursor(conn)
        cursor.execute(compiled.sql, compiled.bind(params))
        return cursor.rowcount

    def do_all(self, conn: Connection, many: Sequence[Params]) -> None:
        """Execute it once with each of the parameters, of which there is at least one."""
        compiled = self._for(conn.dialect, many[0])
        _cursor(conn).executemany(compiled.sql, [compiled.bind(params) for params in many])

    def rows(self, conn: Connection, params: Params) -> list[Row]:
        """Give the rows it selects."""
        compiled = self._for(conn.dialect, params)
        cursor = _cursor(conn)
        cursor.execute(compiled.sql, compiled.bind(params))
        return [compiled.read(row) for row in cursor.fetchall()]

    def row(self, conn: Connection, params: Params) -> Row | None:
        """Give the first row it selects, None where there is none."""
        found = self.rows(conn, params)
        return found[0] if found else None

    def _for(self, dialect: Dialect, params: Params) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._clause, dialect, list(params))
        return compiled


class _Compiled:
    """A statement for one dialect: its text, and what to do with each value on the way in and out."""

    def __init__(self, clause: ClauseElement, dialect: Dialect, names: list[str]) -> None:
        compiled = cast("SQLCompiler", clause.compile(dialect=dialect, column_keys=names))
        self.sql = str(compiled)
        order = list(compiled.binds) if compiled.positiontup is None else compiled.positiontup
        self._positional = compiled.positiontup is not None
        self._binds = [(name, _processor(compiled.binds[name].type, dialect, into=True)) for name in order]
        # What the clause itself says, such as the state it asks for, is a parameter too, under a name of SQLAlchemy's.
        self._said = {name: value for name, value in compiled.params.items() if name not in names}
        columns = list(clause.selected_columns) if isinstance(clause, Select) else []
        self._columns = [(str(column.key), _processor(column.type, dialect, into=False)) for column in columns]

    def bind(self, params: Params) -> Any:
        """Give the values in the driver's form.

        Raises
        ------
        KeyError
            One is missing.
        """
        if self._said:
            params = {**self._said, **params}
        values = [params[name] if process is None else process(params[name]) for name, process in self._binds]
        return values if self._positional else dict(zip((name for name, _ in self._binds), values, strict=True))

    def read(self, row: Iterable[Any]) -> Row:
        """Give a row by the names of its columns."""
        return {
            name: value if process is None else process(value)
            for (name, process), value in zip(self._columns, row, strict=True)
        }


def _cursor(conn: Connection) -> DBAPICursor:
    # Under SQLAlchemy's own execution a connection begins its transaction by itself; so it does here.
    if not conn.in_transaction():
        conn.begin()
    return conn.connection.cursor()


def _processor(kind: TypeEngine[Any], dialect: Dialect, *, into: bool) -> Callable[[Any], Any] | None:
    own = kind.dialect_impl(dialect)
    return own.bind_processor(dialect) if into else own.result_processor(dialect, None)
