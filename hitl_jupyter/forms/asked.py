"""A type in its place: what is asked, and everything the model says about it.

Annotations wrap each other: ``Annotated``, ``Optional``, type aliases, ``NewType``, root models. `unwrapped` takes the
wrapping off and keeps what was written on it, so that the compilers of the type families see a bare type.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NewType, Union, get_args, get_origin, get_type_hints

import annotated_types as at
from pydantic import BeforeValidator, Json, PlainValidator, RootModel, StringConstraints, WrapValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import TypeAliasType

from hitl_jupyter.core.records import Json as JsonValue
from hitl_jupyter.forms.anchors import Anchor
from hitl_jupyter.forms.hints import hints_of
from hitl_jupyter.forms.own import OwnControl

MOST_NODES: Final = 2000
"""Models that know each other unfold into a tree that may have no end in practice; from here on they are JSON boxes."""

BOUNDS: Final[Mapping[type, tuple[str, str]]] = {
    at.Ge: ("min", "ge"),
    at.Gt: ("exclusive_min", "gt"),
    at.Le: ("max", "le"),
    at.Lt: ("exclusive_max", "lt"),
    at.MultipleOf: ("multiple_of", "multiple_of"),
    at.MinLen: ("min_length", "min_length"),
    at.MaxLen: ("max_length", "max_length"),
}


NO_ANCHORS: Final[Mapping[Any, Anchor]] = MappingProxyType({})


@dataclass(eq=False)
class Budget:
    """How many nodes a form may still get, what its unions share, and how many types may hold themselves."""

    left: int = MOST_NODES
    shared: dict[Any, Any] = field(default_factory=dict)
    anchors: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A type, what is said about it, and the models around it."""

    type: Any
    said: tuple[Any, ...] = ()
    types: tuple[Any, ...] = ()
    """Every type on the way to the bare one, which is the last of them."""
    title: str = ""
    description: str | None = None
    examples: tuple[Any, ...] = ()
    nullable: bool = False
    around: tuple[Any, ...] = ()
    budget: Budget = field(default_factory=Budget)
    groups: Mapping[Any, Any] = field(default_factory=dict)
    """The fields of the groups around, by type: a model may hold itself."""
    anchors: Mapping[Any, Anchor] = field(default_factory=lambda: NO_ANCHORS)
    """The aliases and root models around: they may hold themselves, too."""
    anchor: Anchor | None = None
    """That of this very type."""
    hints: Mapping[str, Any] = field(default_factory=dict)
    """What the field says of how it is drawn; what is in it, such as the items of a list, is drawn so too."""

    def inside(self, type_: Any) -> Asked:
        """Give a type that is part of this one: the item of a list."""
        return Asked(
            type=type_,
            around=self.around,
            budget=self.budget,
            groups=self.groups,
            hints=self.hints,
            anchors=self.anchors,
        )

    def config(self) -> Mapping[str, Any] | None:
        """Give the configuration of the model around."""
        configs = (getattr(one, "model_config", None) for one in reversed(self.around))
        return next((config for config in configs if config is not None), None)

    def anchored(self) -> Asked:
        """Give it with its type among those that may hold themselves."""
        anchor = self.anchor
        if anchor is None:
            self.budget.anchors += 1
            anchor = Anchor(self.budget.anchors)
        return replace(self, anchors={**self.anchors, self.type: anchor}, anchor=anchor)

    def limits(self) -> dict[str, Any]:
        """Give the bounds of the type, by the names of a plan's hints; a later one overrides."""
        limits: dict[str, Any] = {}
        for one in _flat(self.said):
            if type(one) in BOUNDS:
                name, attribute = BOUNDS[type(one)]
                limits[name] = getattr(one, attribute)
            elif isinstance(one, StringConstraints):
                lengths = {"min_length": one.min_length, "max_length": one.max_length}
                limits |= {name: length for name, length in lengths.items() if length is not None}
            elif isinstance(one, at.BaseMetadata):
                digits = {name: getattr(one, name, None) for name in ("max_digits", "decimal_places")}
                limits |= {name: count for name, count in digits.items() if count is not None}
        return limits

    def placeholder(self) -> dict[str, JsonValue]:
        """Give the first example, for an empty box to show."""
        return {"placeholder": str(self.examples[0])} if self.examples else {}

    def suggestions(self) -> dict[str, JsonValue]:
        """Give the examples of a text, for a person to pick from or to type something else."""
        texts: list[JsonValue] = [example for example in self.examples if isinstance(example, str)]
        return {**self.placeholder(), "suggestions": texts} if len(texts) > 1 else self.placeholder()


def bound_text(bound: Any) -> str | None:
    """Give a bound as the text that a control compares with, None where it is nothing a control knows."""
    if isinstance(bound, date | time):
        return bound.isoformat()
    if isinstance(bound, timedelta):
        return _in_words(bound)
    return str(bound) if isinstance(bound, int | float | Decimal) else None


def _in_words(length: timedelta) -> str:
    """Say a length of time: "1 day 12 hours"."""
    if length < timedelta(0):
        return f"-{_in_words(-length)}"
    minutes, whole = divmod(length.seconds, 60)
    seconds = whole + Decimal(length.microseconds).scaleb(-6).normalize()
    parts = {"day": length.days, "hour": minutes // 60, "minute": minutes % 60, "second": seconds}
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in parts.items() if count]
    return " ".join(said) or "0 seconds"


def unwrapped(asked: Asked) -> Asked:
    """Give the bare type, and with it all that was said on the way."""
    types = [*asked.types, asked.type]
    while (inner := _one_layer(asked)) is not None:
        asked = inner
        types.append(asked.type)
    return replace(asked, types=tuple(types))


def _one_layer(asked: Asked) -> Asked | None:
    kind = asked.type
    if get_origin(kind) is Annotated:
        inner, *said = get_args(kind)
        return _with(replace(asked, type=inner), said)
    instead = _input_type(asked.said)
    if instead is not None:
        return replace(asked, type=instead, said=own_controls(asked.said))
    if isinstance(kind, TypeAliasType) or isinstance(get_origin(kind), TypeAliasType):
        value = _value_of(kind) if kind not in asked.anchors else None
        return None if value is None else replace(asked.anchored(), type=value)
    if isinstance(kind, NewType):
        return replace(asked, type=kind.__supertype__)
    if get_origin(kind) in (Union, types.UnionType, Literal):
        return _without_none(asked)
    if isinstance(kind, type) and issubclass(kind, RootModel) and kind not in asked.anchors:
        return _inside_root(asked.anchored(), kind)
    return None


def _value_of(kind: Any) -> Any:
    """Give what an alias stands for, None where it names what only its function knows."""
    alias = get_origin(kind) if get_args(kind) else kind
    named = type("Named", (), {"__annotations__": {"value": alias.__value__}})
    around = vars(sys.modules[alias.__module__]) if alias.__module__ in sys.modules else {}
    try:
        value = get_type_hints(named, around, {alias.__name__: alias}, include_extras=True)["value"]
        return value[get_args(kind)] if get_args(kind) else value
    except (NameError, TypeError, SyntaxError):
        return None


def _with(asked: Asked, said: Sequence[Any]) -> Asked:
    """Add what stands beside a type: it was said before what is known, and where both speak, the later one holds."""
    for one in reversed(said):
        if isinstance(one, FieldInfo):
            asked = replace(
                asked,
                said=(*one.metadata, *asked.said),
                title=asked.title or one.title or "",
                description=asked.description or one.description,
                examples=asked.examples or tuple(one.examples or ()),
                hints={**hints_of(asked.title, one), **asked.hints},
            )
        else:
            asked = replace(asked, said=(one, *asked.said))
    return asked


def _without_none(asked: Asked) -> Asked | None:
    if get_origin(asked.type) is Literal:
        members = tuple(literals(asked.type))
        rest = tuple(member for member in members if member is not None)
        inner: Any = Literal[rest] if rest else None
    else:
        members = get_args(asked.type)
        rest = tuple(member for member in members if member is not type(None))
        inner = Union[rest] if rest else None  # noqa: UP007 - its members are known only here
    return replace(asked, type=inner, nullable=True) if rest and len(rest) < len(members) else None


def _inside_root(asked: Asked, kind: type[RootModel[Any]]) -> Asked:
    """Take a root model for what is in it: pydantic knows no difference in its data."""
    info = kind.model_fields["root"]
    return replace(
        asked,
        type=info.annotation,
        said=(*info.metadata, *asked.said),
        title=asked.title or info.title or kind.model_config.get("title") or "",
        description=asked.description or info.description,
        examples=asked.examples or tuple(info.examples or ()),
        hints={**hints_of("root", info), **asked.hints},
        around=(*asked.around, kind),
    )


def _input_type(said: Iterable[Any]) -> Any:
    """Give the type that a *before* validator declares to take, None where none does."""
    for one in reversed(tuple(said)):
        if isinstance(one, BeforeValidator | WrapValidator | PlainValidator):
            declared = one.json_schema_input_type
            if declared is not PydanticUndefined and declared is not Any:
                return declared
    return None


def declared_input(model: type, name: str) -> Any:
    """Give the type that a field's decorated *before* validator declares to take, None where none does."""
    decorators = getattr(model, "__pydantic_decorators__", None)
    for decorator in decorators.field_validators.values() if decorators is not None else ():
        info = decorator.info
        if name in info.fields or "*" in info.fields:
            declared = info.json_schema_input_type
            if declared is not PydanticUndefined and declared is not Any:
                return declared
    return None


def own_controls(said: Iterable[Any]) -> tuple[Any, ...]:
    """Give what is said of controls that the form does not draw: that holds whatever a validator takes."""
    return tuple(one for one in said if isinstance(one, OwnControl))


def takes_json_text(asked: Asked) -> bool:
    """Tell whether the field is a ``Json[...]``: its value is a text that holds JSON."""
    return asked.type is Json or any(one is Json or type(one) is Json for one in asked.said)


def _flat(said: Iterable[Any]) -> Iterable[Any]:
    for one in said:
        if isinstance(one, at.GroupedMetadata) and not isinstance(one, StringConstraints):
            yield from _flat(one)
        else:
            yield one


def literals(kind: Any) -> list[Any]:
    """Give the values of a Literal, those of Literals in it included, each once."""
    values: list[Any] = []
    for value in get_args(kind):
        for one in literals(value) if get_origin(value) is Literal else [value]:
            if not any(type(one) is type(other) and one == other for other in values):
                values.append(one)
    return values
