"""What has fields: a model, a dataclass, a TypedDict. A form sees one shape in all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, get_args, get_origin

import typing_extensions as te
from pydantic import BaseModel, ConfigDict, RootModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Shape:
    """The fields of a type, and what it says of them together."""

    kind: type
    fields: Mapping[str, FieldInfo]
    config: Mapping[str, Any]
    instances: type
    """The class of its values; for a TypedDict, whose values are plain dictionaries, one that has no values."""
    may_lack: frozenset[str] = frozenset()
    """Fields that have no default and still need not be there."""
    passed_on: frozenset[str] = frozenset()
    """Fields that only ``__post_init__`` gets: no instance says what they were."""


def shape_of(kind: Any, around: Mapping[str, Any] = MappingProxyType({})) -> Shape | None:
    """Give the shape of a type, None for what has no fields, or fields of types that only its function knows.

    `around` is the configuration of the model around it.
    """
    if te.is_typeddict(kind):
        return _typed_dict(kind, around)
    if not isinstance(kind, type):
        return None
    if issubclass(kind, BaseModel):
        whole = not issubclass(kind, RootModel) and kind.__pydantic_complete__
        return Shape(kind, kind.model_fields, kind.model_config, kind) if whole else None
    return _dataclass(kind, around) if dataclasses.is_dataclass(kind) else None


def _dataclass(kind: type, around: Mapping[str, Any]) -> Shape | None:
    config = _config_of(kind, around)
    known = kind.__dict__.get("__pydantic_fields__")
    if known is not None:
        asked = {name: info for name, info in known.items() if info.init is not False}
        passed = frozenset(name for name, info in asked.items() if info.init_var)
        return Shape(kind, asked, config, kind, passed_on=passed)
    try:
        hints = te.get_type_hints(kind, include_extras=True)
    except (NameError, TypeError):
        return None
    fields: dict[str, FieldInfo] = {}
    passed_on: set[str] = set()
    # Unlike `dataclasses.fields`, with what is only passed on to `__post_init__`; class variables are left out.
    for name, field in vars(kind)["__dataclass_fields__"].items():
        hint: Any = hints[name]
        if isinstance(hint, dataclasses.InitVar):
            passed_on.add(name)
            hint = hint.type
        elif get_origin(hint) is ClassVar or hint is ClassVar:
            continue
        if field.init:
            fields[name] = _of_field(field, hint)
    return Shape(kind, fields, config, kind, passed_on=frozenset(passed_on))


def _of_field(field: dataclasses.Field[Any], hint: Any) -> FieldInfo:
    if isinstance(field.default, FieldInfo):
        return FieldInfo.from_annotated_attribute(hint, field.default)
    info = FieldInfo.from_annotation(hint)
    if field.default is not dataclasses.MISSING:
        info.default = field.default
    elif field.default_factory is not dataclasses.MISSING:
        info.default_factory = field.default_factory
    return info


def _typed_dict(kind: Any, around: Mapping[str, Any]) -> Shape | None:
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
    config = _config_of(kind, around)
    if getattr(kind, "__closed__", None):
        config = {**config, "extra": "forbid"}
    elif getattr(kind, "__extra_items__", te.NoExtraItems) is not te.NoExtraItems:
        config = {**config, "extra": "allow"}
    nobody = type(kind.__name__, (), {})
    return Shape(kind, fields, config, nobody, frozenset(may_lack))


def _config_of(kind: type, around: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the configuration of a type: its own, or that of the model around."""
    own: ConfigDict | None = getattr(kind, "__pydantic_config__", None)
    return around if own is None else own


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
