"""How many bytes a text takes, for which databases have no common word."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class octets(GenericFunction[int]):  # noqa: N801 - a function of SQL
    """The bytes of a text in UTF-8."""

    type = Integer()
    inherit_cache = True


@compiles(octets)
def _standard(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"octet_length({compiler.process(element.clauses, **options)})"


# SQLite has octet_length since 3.43.
@compiles(octets, "sqlite")
def _sqlite(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"length(CAST({compiler.process(element.clauses, **options)} AS BLOB))"
