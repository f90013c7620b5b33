"""A model without the user's own code: what its types and bounds alone say.

Needed when the user's validators cannot run: for an answer that is not whole, or where one breaks on a field that is
itself wrong, as ``info.data["size"]`` does when *size* was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from inspect import unwrap
from typing import Any, Final

from pydantic import BaseModel, PrivateAttr
from pydantic_core import SchemaError, SchemaValidator

FUNCTIONS: Final = frozenset({"function-before", "function-after", "function-wrap"})
HOOKS: Final = frozenset({"post_init", "custom_init"})
OPAQUE: Final = frozenset(
    {"metadata", "serialization", "ref", "type", "cls", "config", "default", "expected", "members"}
)
"""Keys of a core schema below which there is no schema."""
ALONE: Final = frozenset(
    {
        *("model", "model-fields", "model-field", "definitions", "definition-ref", "default", "nullable", "union"),
        *("tagged-union", "any", "none", "bool", "int", "float", "decimal", "complex", "str", "bytes", "literal"),
        *("enum", "uuid", "url", "date", "time", "datetime", "timedelta", "list", "tuple", "set", "frozenset", "dict"),
    }
)
"""Kinds of core schemas that pydantic judges by itself."""
BY_NAME: Final = frozenset({"fields", "choices"})
"""Keys below which schemas stand by names of the user's: a field may be called "type"."""


class _Nobody:
    """Stands in for the user's classes: pydantic would take the validator that such a class has, functions and all."""


def bare_validator(model: type[BaseModel]) -> SchemaValidator | None:
    """Give a validator that calls no function of the user's; None where pydantic makes none of what is left."""
    schema: Any = _stripped(model.__pydantic_core_schema__)
    try:
        return SchemaValidator(schema)
    except SchemaError:
        return None


def calls_nothing(model: type[BaseModel]) -> bool:
    """Tell whether pydantic judges a model by itself: no function of anybody's is called, so nothing can come of it."""
    return _is_alone(model.__pydantic_core_schema__)


def _is_alone(schema: Any) -> bool:
    if isinstance(schema, list | tuple):
        return all(map(_is_alone, schema))
    if not isinstance(schema, Mapping):
        return not callable(schema)
    if schema.get("type") not in ALONE or schema.get("custom_init") or _has_hook(schema):
        return False
    below = [
        list(inner.values()) if key in BY_NAME and isinstance(inner, Mapping) else inner
        for key, inner in schema.items()
        if key not in OPAQUE
    ]
    return _is_alone(below)


def _has_hook(schema: Mapping[str, Any]) -> bool:
    """Tell whether a class has a say when it is made, beside what pydantic does for its private attributes."""
    if schema["type"] == "enum":
        return schema["cls"]._missing_.__func__ is not Enum._missing_.__func__  # type: ignore[attr-defined] # it is a classmethod
    if "post_init" not in schema:
        return False
    # pydantic wraps what a subclass takes over.
    hook = getattr(unwrap(schema["cls"].model_post_init), "__code__", None)
    return hook is not _WithPrivate.model_post_init.__code__


class _WithPrivate(BaseModel):
    _anything: int = PrivateAttr(default=0)


def _stripped(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return [_stripped(inner) for inner in schema]
    if not isinstance(schema, Mapping):
        return schema
    kind = schema.get("type")
    if not _is_of_pydantic(schema):
        if kind in FUNCTIONS and "schema" in schema:
            return _named(_stripped(schema["schema"]), schema)
        if kind == "function-plain":
            return _named({"type": "any"}, schema)
    stripped = {key: _below(key, inner) for key, inner in schema.items() if key not in HOOKS}
    return {**stripped, "cls": _Nobody} if kind in ("model", "dataclass") else stripped


def _is_of_pydantic(schema: Mapping[str, Any]) -> bool:
    """Tell whether a function is one of pydantic's: an address, a path and a zone are types written in Python."""
    function = schema.get("function")
    called = function.get("function") if isinstance(function, Mapping) else None
    return str(getattr(called, "__module__", "")).partition(".")[0] == "pydantic"


def _below(key: str, inner: Any) -> Any:
    if key in OPAQUE or callable(inner):
        return inner
    if key in BY_NAME and isinstance(inner, Mapping):
        return {name: _stripped(part) for name, part in inner.items()}
    return _stripped(inner)


def _named(inner: Any, outer: Mapping[str, Any]) -> Any:
    """Keep the name by which a recursive schema speaks of what was around."""
    if "ref" not in outer:
        return inner
    return {"type": "chain", "steps": [inner], "ref": outer["ref"]}
