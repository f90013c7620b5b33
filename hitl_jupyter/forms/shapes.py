"""What has fields: a model, a dataclass, a TypedDict. A form sees one shape in all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

import typing_extensions as te
from pydantic import BaseModel, ConfigDict, RootModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Shape:
    """The fields of a type, and what it says of them together."""

    kind: type
    fields: Mapping[str, FieldInfo]
    config: ConfigDict
    instances: type
    """The class of its values; for a TypedDict, whose values are plain dictionaries, one that has no values."""
    may_lack: frozenset[str] = frozenset()
    """Fields that have no default and still need not be there."""


def shape_of(kind: Any) -> Shape | None:
    """Give the shape of a type, None for what has no fields, or fields of types that only its function knows."""
    if te.is_typeddict(kind):
        return _typed_dict(kind)
    if not isinstance(kind, type):
        return None
    if issubclass(kind, BaseModel):
        whole = not issubclass(kind, RootModel) and kind.__pydantic_complete__
        return Shape(kind, kind.model_fields, kind.model_config, kind) if whole else None
    return _dataclass(kind) if dataclasses.is_dataclass(kind) else None


def _dataclass(kind: type) -> Shape | None:
    config: ConfigDict = getattr(kind, "__pydantic_config__", None) or ConfigDict()
    known = kind.__dict__.get("__pydantic_fields__")
    if known is not None:
        asked = {name: info for name, info in known.items() if info.init is not False}
        return Shape(kind, asked, config, kind)
    try:
        hints = te.get_type_hints(kind, include_extras=True)
    except (NameError, TypeError):
        return None
    if any(isinstance(hint, dataclasses.InitVar) for hint in hints.values()):
        return None
    fields = {}
    for field in dataclasses.fields(kind):
        if not field.init:
            continue
        if isinstance(field.default, FieldInfo) or "pydantic" in str(type(field.default)):
            return None
        info = FieldInfo.from_annotation(hints[field.name])
        if field.default is not dataclasses.MISSING:
            info.default = field.default
        elif field.default_factory is not dataclasses.MISSING:
            info.default_factory = field.default_factory
        fields[field.name] = info
    return Shape(kind, fields, config, kind)


def _typed_dict(kind: Any) -> Shape | None:
    try:
        hints = te.get_type_hints(kind, include_extras=True)
    except (NameError, TypeError):
        return None
    fields, may_lack = {}, set()
    for name, hint in hints.items():
        bare, required = _unqualified(hint, required=name in kind.__required_keys__)
        fields[name] = FieldInfo.from_annotation(bare)
        if not required:
            may_lack.add(name)
    config: ConfigDict = getattr(kind, "__pydantic_config__", None) or ConfigDict()
    nobody = type(kind.__name__, (), {})
    return Shape(kind, fields, config, nobody, frozenset(may_lack))


def _unqualified(hint: Any, *, required: bool) -> tuple[Any, bool]:
    """Take ``Required``, ``NotRequired`` and ``ReadOnly`` off."""
    origin = get_origin(hint)
    if origin in (te.Required, te.NotRequired, te.ReadOnly):
        if origin is not te.ReadOnly:
            required = origin is te.Required
        return _unqualified(get_args(hint)[0], required=required)
    if origin is Annotated:
        inner, *said = get_args(hint)
        bare, required = _unqualified(inner, required=required)
        return Annotated[(bare, *said)], required
    return hint, required
