"""From a type to a node: one compiler per type family, tried in one order.

The plan is made from the model itself (annotations and FieldInfo), because its JSON schema has lost bounds, kinds and
secrets. What no family takes becomes a box of JSON text, so every model that pydantic accepts has a form. A new family
is a new function in `FAMILIES`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, Flag
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin
from uuid import UUID

import annotated_types as at
import pydantic
from pydantic import AliasChoices, AliasPath, BaseModel, RootModel
from pydantic.fields import FieldInfo
from pydantic.types import SecretBytes, SecretStr
from pydantic_core import PydanticUndefined
from typing_extensions import TypeAliasType

from hitl_jupyter.forms import nodes
from hitl_jupyter.forms.cells import ABSENT, NULL
from hitl_jupyter.forms.nodes import Node

LONG_TEXT = 200
"""From this `max_length` on a text gets a box of several lines."""


@dataclass(slots=True)
class Asked:
    """A type in its place: what it is, what is said about it, and the models around it."""

    type: Any
    metadata: list[Any] = field(default_factory=list)
    title: str = ""
    description: str | None = None
    examples: Sequence[Any] = ()
    around: tuple[type, ...] = ()

    def of(self, inner: Any) -> Asked:
        """Give an inner type, such as a list's item."""
        return Asked(inner, title=self.title, around=self.around)


def node_of(asked: Asked) -> Node:
    """Give the node for a type. Never fails: the last family takes everything."""
    asked = _unwrapped(asked)
    nullable, asked = _without_none(asked)
    for family in FAMILIES:
        node = family(asked)
        if node is not None:
            break
    node.title = asked.title or node.title
    node.description = asked.description or node.description
    node.nullable = nullable
    node.hints = {**_hints(asked), **node.hints} if not isinstance(node, nodes.Json | nodes.Group) else node.hints
    return node


def group_of(model: type[BaseModel], *, title: str = "", around: tuple[type, ...] = ()) -> nodes.Group:
    """Give the group of a model's fields."""
    config = model.model_config
    group = nodes.Group(title=title or config.get("title") or model.__name__)
    for name, info in model.model_fields.items():
        if info.init is False:
            continue
        group.fields.append(_named(model, name, info, around))
    return group


def _named(model: type[BaseModel], name: str, info: FieldInfo, around: tuple[type, ...]) -> nodes.Named:
    title = info.title or _generated_title(model, name, info) or name.replace("_", " ").strip().title() or name
    asked = Asked(
        info.annotation, list(info.metadata), title, info.description, info.examples or (), (*around, model)
    )
    node = node_of(asked)
    node.required = info.is_required()
    node.blank = _blank(node, info)
    paths = _paths(model, name, info)
    return nodes.Named(name, node, paths[0], frozenset(paths))


def _generated_title(model: type[BaseModel], name: str, info: FieldInfo) -> str | None:
    make = info.field_title_generator or model.model_config.get("field_title_generator")
    return make(name, info) if make is not None else None


def _blank(node: Node, info: FieldInfo) -> dict[str, Any]:
    """Give what a fresh control holds: the default, which a factory makes only on Submit."""
    if info.default is not PydanticUndefined and info.default is not ...:
        return node.cell(info.default)
    if isinstance(node, nodes.Constant):
        return node.cell(node.only)
    if info.default_factory is None and isinstance(node, nodes.Group):
        return NULL if node.nullable and not node.required else node.fresh()
    return ABSENT


def _paths(model: type[BaseModel], name: str, info: FieldInfo) -> list[tuple[str | int, ...]]:
    """Give where pydantic looks for a field, first choice first."""
    alias = info.validation_alias if info.validation_alias is not None else info.alias
    by_alias = model.model_config.get("validate_by_alias", True) is not False
    if alias is None or not by_alias:
        return [(name,)]
    choices: list[Any] = list(alias.choices) if isinstance(alias, AliasChoices) else [alias]
    return [tuple(choice.path) if isinstance(choice, AliasPath) else (choice,) for choice in choices]


# -- what is around a type ----------------------------------------------------------------------------------------------


def _unwrapped(asked: Asked) -> Asked:
    """Take off Annotated, type aliases and NewType, keeping what they say."""
    while True:
        kind = asked.type
        if get_origin(kind) is Annotated:
            inner, *said = get_args(kind)
            asked = _said(replace(asked, type=inner), said)
        elif isinstance(kind, TypeAliasType):
            asked = replace(asked, type=kind.__value__)
        elif isinstance(kind, NewType):
            asked = replace(asked, type=kind.__supertype__)
        else:
            return asked


def _said(asked: Asked, said: Sequence[Any]) -> Asked:
    for one in said:
        if isinstance(one, FieldInfo):
            asked = replace(
                asked,
                metadata=[*asked.metadata, *one.metadata],
                title=asked.title or one.title or "",
                description=asked.description or one.description,
                examples=asked.examples or one.examples or (),
            )
        elif isinstance(one, at.GroupedMetadata):
            asked = replace(asked, metadata=[*asked.metadata, *one])
        else:
            asked = replace(asked, metadata=[*asked.metadata, one])
    return asked


def _without_none(asked: Asked) -> tuple[bool, Asked]:
    """Give whether None is one of the types, and the type without it."""
    if get_origin(asked.type) not in (Union, types.UnionType):
        return False, asked
    members = get_args(asked.type)
    rest = [member for member in members if member is not type(None)]
    if len(rest) == len(members):
        return False, asked
    inner = _unwrapped(replace(asked, type=rest[0] if len(rest) == 1 else Union[tuple(rest)]))  # noqa: UP007 - made here
    _, inner = _without_none(inner)
    return True, inner


def _hints(asked: Asked) -> dict[str, Any]:
    """Give what a control may tell a person before anything is judged."""
    hints = dict(_bounds(asked.metadata))
    if asked.examples:
        hints["placeholder"] = str(asked.examples[0])
    return hints


def _bounds(metadata: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    names = {at.Ge: "min", at.Gt: "exclusive_min", at.Le: "max", at.Lt: "exclusive_max", at.MultipleOf: "multiple_of"}
    fields = {"min": "ge", "exclusive_min": "gt", "max": "le", "exclusive_max": "lt", "multiple_of": "multiple_of"}
    for one in metadata:
        if isinstance(one, at.MinLen):
            yield "min_length", one.min_length
        elif isinstance(one, at.MaxLen):
            yield "max_length", one.max_length
        elif type(one) in names:
            bound = getattr(one, fields[names[type(one)]])
            yield names[type(one)], bound.isoformat() if isinstance(bound, date) else str(bound)


# -- the families -----------------------------------------------------------------------------------------------------------


def _secret(asked: Asked) -> Node | None:
    kind = get_origin(asked.type) or asked.type
    bases = (SecretStr, SecretBytes, pydantic.Secret)
    return nodes.Secret() if isinstance(kind, type) and issubclass(kind, bases) else None


def _boolean(asked: Asked) -> Node | None:
    return nodes.Boolean() if asked.type is bool else None


def _number(asked: Asked) -> Node | None:
    if asked.type is int:
        return nodes.Integer()
    return nodes.Number() if asked.type is float else None


def _text(asked: Asked) -> Node | None:
    if asked.type is not str:
        return None
    longest = dict(_bounds(asked.metadata)).get("max_length")
    return nodes.Text(hints={"multiline": True} if longest and longest > LONG_TEXT else {})


WRITTEN_AS_TEXT = (Decimal, UUID, Path, time, IPv4Address, IPv6Address, pydantic.EmailStr, pydantic.AnyUrl)


def _written(asked: Asked) -> Node | None:
    """Take the types whose values a person writes as they are."""
    kind = asked.type
    return nodes.Text() if isinstance(kind, type) and issubclass(kind, WRITTEN_AS_TEXT) else None


_ZONES = {pydantic.AwareDatetime: "aware", pydantic.NaiveDatetime: "naive"}


def _temporal(asked: Asked) -> Node | None:
    kind = asked.type
    if kind in (date, pydantic.PastDate, pydantic.FutureDate):
        return nodes.Date()
    if kind in (datetime, pydantic.PastDatetime, pydantic.FutureDatetime, *_ZONES):
        return nodes.DateTime(hints={"zone": _ZONES.get(kind, "any")})
    return None


def _choice(asked: Asked) -> Node | None:
    if get_origin(asked.type) is Literal:
        return _of_values(list(_literals(asked.type)), [str(getattr(v, "value", v)) for v in _literals(asked.type)])
    if isinstance(asked.type, type) and issubclass(asked.type, Enum) and not issubclass(asked.type, Flag):
        members = list(asked.type)
        # A value of text is written for people; any other is shown by its member's name.
        return _of_values(members, [m.value if isinstance(m.value, str) else m.name for m in members])
    return None


def _literals(kind: Any) -> Iterator[Any]:
    for value in get_args(kind):
        if get_origin(value) is Literal:
            yield from _literals(value)
        else:
            yield value


def _of_values(values: list[Any], labels: list[str]) -> Node | None:
    if not values:
        return None
    if len(values) == 1:
        return nodes.Constant(only=values[0])
    return nodes.Choice(values=values, labels=labels)


def _group(asked: Asked) -> Node | None:
    kind = asked.type
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)) or issubclass(kind, RootModel):
        return None
    if kind in asked.around or not getattr(kind, "__pydantic_complete__", False):
        # Drawn once more it would never end.
        return None
    return group_of(kind, title=asked.title, around=asked.around)


def _items(asked: Asked) -> Node | None:
    if get_origin(asked.type) is not list:
        return None
    (inner,) = get_args(asked.type)
    item = node_of(asked.of(inner))
    if isinstance(item, nodes.Group):
        item.blank = item.fresh()
    elif isinstance(item, nodes.Constant):
        item.blank = item.cell(item.only)
    bounds = dict(_bounds(asked.metadata))
    names = {"min_length": "min_items", "max_length": "max_items"}
    return nodes.Items(item=item, hints={names[k]: v for k, v in bounds.items() if k in names})


def _json(asked: Asked) -> Node:  # noqa: ARG001 - takes everything
    return nodes.Json()


FAMILIES: tuple[Callable[[Asked], Node | None], ...] = (
    _secret, _boolean, _number, _text, _temporal, _written, _choice, _items, _group, _json,
)  # fmt: skip
