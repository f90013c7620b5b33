"""Fields that import what they are named: refused, because whoever answers would choose the code that runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ImportString, TypeAdapter

from hitl_jupyter.exceptions import ImportRefused

_SCHEMA: Any = TypeAdapter(ImportString).core_schema
IMPORTER: Final = _SCHEMA["function"]["function"]
OPAQUE: Final = frozenset({"metadata", "serialization", "cls", "config", "default", "expected"})
"""Keys of a core schema below which there is no schema, or none of what is typed."""


def refuse_imports(model: type[BaseModel]) -> None:
    """See to it that no field of a form imports what it is named.

    A *before* validator that declares what it takes (``json_schema_input_type``) is asked for that instead.

    Raises
    ------
    ImportRefused
        One does; the text says which, and how else to ask.
    """
    for place in _importing(model.__pydantic_core_schema__, ()):
        raise ImportRefused(model.__name__, place)


def _importing(schema: Any, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(schema, list | tuple):
        for inner in schema:
            yield from _importing(inner, place)
    if not isinstance(schema, Mapping) or "json_schema_input_schema" in schema:
        return
    function = schema.get("function")
    if isinstance(function, Mapping) and function.get("function") is IMPORTER:
        yield place
    for key, inner in schema.items():
        if key == "fields" and isinstance(inner, Mapping):
            for name, field in inner.items():
                yield from _importing(field, (*place, name))
        elif key not in OPAQUE:
            yield from _importing(inner, place)
