"""From a type to a node: one compiler per family of types, tried in one order.

A compiler sees a bare type with all that is said about it, and gives a node or None. What no family takes becomes a
box for JSON text, so every model that pydantic accepts has a form. A new family is a function and a place in
`FAMILIES`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag
from re import Pattern
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    EncodedBytes,
    FutureDate,
    FutureDatetime,
    NaiveDatetime,
    PastDate,
    PastDatetime,
    Secret,
    SecretBytes,
    SecretStr,
)
from pydantic.types import PathType, UuidVersion

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.signatures import annotations_of
from hitl_jupyter.forms.asked import Asked, bound_text, literals, own_controls, takes_json_text, unwrapped
from hitl_jupyter.forms.boxes import JsonNode, SecretNode
from hitl_jupyter.forms.branches import union_of
from hitl_jupyter.forms.cells import absent, null
from hitl_jupyter.forms.choices import BooleanNode, ChoiceNode, ConstantNode, Option
from hitl_jupyter.forms.dicts import dict_of
from hitl_jupyter.forms.echoes import EchoNode
from hitl_jupyter.forms.entries import (
    BytesNode,
    DateNode,
    DatetimeNode,
    DecimalNode,
    EntryNode,
    IntegerNode,
    NumberNode,
    TextNode,
)
from hitl_jupyter.forms.file_node import file_of
from hitl_jupyter.forms.groups import group_in
from hitl_jupyter.forms.jsonable import SECRETS
from hitl_jupyter.forms.lines import LineNode
from hitl_jupyter.forms.looks import styled
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.sequences import sequence_of
from hitl_jupyter.forms.several import FlagNode, SeveralNode
from hitl_jupyter.forms.spellings import spelling_of
from hitl_jupyter.forms.times import DurationNode, TimeNode
from hitl_jupyter.forms.tuples import is_named_tuple, tuple_of

Family = Callable[[Asked], Node | None]

LONG_TEXT: Final = 200
"""A text that may be longer than this gets a box of several lines."""

MOST_BOXES: Final = 15
"""A list of more options than this is one of rows, in each of which a person searches for one."""

DATES: Final = (date, PastDate, FutureDate)
DATETIMES: Final[dict[Any, str]] = {
    datetime: "any",
    PastDatetime: "any",
    FutureDatetime: "any",
    NaiveDatetime: "naive",
    AwareDatetime: "aware",
}


def node_of(asked: Asked) -> Node:
    """Give the node for a type. Never fails: a box for JSON takes everything."""
    asked = unwrapped(asked)
    asked.budget.left -= 1
    if asked.hints.get("control") == "json":
        return _known(_json(asked), asked)
    if is_named_tuple(asked.type) and asked.type not in asked.anchors:
        asked = asked.anchored()
    if not takes_json_text(asked):
        for family in FAMILIES:
            node = family(asked)
            if node is not None:
                return _known(node, asked)
    return _known(_json(asked), asked)


def _known(node: Node, asked: Asked) -> Node:
    """Let the node be found by what is inside it and of its own type, and what it is made from by other controls."""
    node = styled(node, asked.hints) if asked.hints else node
    drawn = {**node.hints, "own": True} if own_controls(asked.said) and not node.has_secret else node.hints
    node = dataclasses.replace(node, asked=asked, hints=drawn)
    if asked.anchor is None:
        return node
    asked.anchor.node = dataclasses.replace(node, anchor=asked.anchor) if asked.anchor.is_met else node
    return asked.anchor.node


def _echo(asked: Asked) -> Node | None:
    anchor = asked.anchors.get(asked.type) if isinstance(asked.type, Hashable) else None
    if anchor is None or anchor is asked.anchor or asked.budget.left <= 0:
        return None
    anchor.is_met = True
    # One that may be missing is: a tuple inside itself would have no end in the page.
    return EchoNode(anchor=anchor, blank=null() if asked.nullable else absent(), **_common(asked))


def _common(asked: Asked) -> dict[str, Any]:
    return {"title": asked.title, "description": asked.description, "nullable": asked.nullable}


def _ranged(asked: Asked) -> dict[str, Json]:
    """Give the bounds of a number or a date as text: JavaScript would round them."""
    names = ("min", "max", "exclusive_min", "exclusive_max", "multiple_of")
    limits = {name: bound_text(limit) for name, limit in asked.limits().items() if name in names}
    return {**{name: text for name, text in limits.items() if text is not None}, **asked.placeholder()}


def _secret(asked: Asked) -> Node | None:
    kind = get_origin(asked.type) or asked.type
    if kind in (SecretStr, SecretBytes):
        limits = asked.limits()
        hints: dict[str, Json] = {name: limits[name] for name in ("min_length", "max_length") if name in limits}
        return SecretNode(inner=TextNode(), hints=hints, **_common(asked))
    if not (isinstance(kind, type) and issubclass(kind, Secret)):
        return None
    args = get_args(asked.type)
    inner = node_of(asked.inside(args[0])) if args else JsonNode()
    # Only what is typed as one text can be typed blind.
    typed = isinstance(inner, TextNode | EntryNode)
    return SecretNode(inner=inner if typed else JsonNode(), **_common(asked))


def _boolean(asked: Asked) -> Node | None:
    return BooleanNode(**_common(asked)) if asked.type is bool else None


def _integer(asked: Asked) -> Node | None:
    return IntegerNode(hints=_ranged(asked), **_common(asked)) if asked.type is int else None


def _number(asked: Asked) -> Node | None:
    return NumberNode(hints=_ranged(asked), **_common(asked)) if asked.type is float else None


def _decimal(asked: Asked) -> Node | None:
    if asked.type is not Decimal:
        return None
    limits = asked.limits()
    digits: dict[str, Json] = {name: limits[name] for name in ("max_digits", "decimal_places") if name in limits}
    return DecimalNode(hints={**_ranged(asked), **digits}, **_common(asked))


def _text(asked: Asked) -> Node | None:
    if asked.type is not str:
        return None
    limits = asked.limits()
    hints: dict[str, Json] = {name: limits[name] for name in ("min_length", "max_length") if name in limits}
    if limits.get("max_length", 0) > LONG_TEXT:
        hints["multiline"] = True
    return TextNode(hints={**hints, **asked.suggestions()}, **_common(asked))


def _bytes(asked: Asked) -> Node | None:
    if asked.type is not bytes:
        return None
    encodings = [one for one in asked.said if isinstance(one, EncodedBytes)]
    if len(encodings) > 1:
        return None
    long: dict[str, Json] = {"multiline": True} if asked.limits().get("max_length", 0) > LONG_TEXT else {}
    encoding = encodings[0] if encodings else None
    return BytesNode(encoding=encoding, hints={**long, **asked.placeholder()}, **_common(asked))


def _line(asked: Asked) -> Node | None:
    kind = get_origin(asked.type) or asked.type
    if not isinstance(kind, type) or (kind is Pattern and get_args(asked.type) == (bytes,)):
        return None
    spelling = spelling_of(kind)
    if spelling is None:
        return None
    hints = {**spelling.hints(), **_ranged(asked), **asked.suggestions()}
    if any(isinstance(one, PathType) and one.path_type == "dir" for one in asked.said):
        hints["format"] = "folder"
    if kind is UUID:
        versions = [one.uuid_version for one in asked.said if isinstance(one, UuidVersion)]
        hints["new"] = versions in ([], [4])
    return LineNode(spelling=spelling, hints=hints, **_common(asked))


def _date(asked: Asked) -> Node | None:
    return DateNode(hints=_ranged(asked), **_common(asked)) if asked.type in DATES else None


def _datetime(asked: Asked) -> Node | None:
    if not isinstance(asked.type, type) or asked.type not in DATETIMES:
        return None
    return DatetimeNode(hints={**_ranged(asked), "zone": DATETIMES[asked.type]}, **_common(asked))


def _time(asked: Asked) -> Node | None:
    return TimeNode(hints=_ranged(asked), **_common(asked)) if asked.type is time else None


def _duration(asked: Asked) -> Node | None:
    return DurationNode(hints=_ranged(asked), **_common(asked)) if asked.type is timedelta else None


def _enum(asked: Asked) -> Node | None:
    kind = asked.type
    if not (isinstance(kind, type) and issubclass(kind, Enum)) or issubclass(kind, Flag):
        return None
    members = list(kind)
    # A value of text is written for people; any other says less than the member's name.
    labels = [m.value if isinstance(m.value, str) and m.value else m.name.replace("_", " ") for m in members]
    # A value that JSON does not know, such as a tuple, cannot be sent; pydantic takes the member itself too. So it must
    # where None is a member's value and *no value* as well.
    sent = str | int | float if asked.nullable else str | int | float | None
    data = [m.value if isinstance(m.value, sent) else m for m in members]
    options = tuple(Option(label=la, data=d, value=m) for la, d, m in zip(labels, data, members, strict=True))
    return ChoiceNode(options=options, **_common(asked)) if options else None


def _flag(asked: Asked) -> Node | None:
    kind = asked.type
    # A flag without members, or one whose values its author changed into something else, stays a box for JSON.
    if not (isinstance(kind, type) and issubclass(kind, Flag)) or not all(type(m.value) is int for m in kind):
        return None
    options = tuple(Option(label=m.name.replace("_", " "), data=m.value, value=m) for m in kind if m.name)
    node = FlagNode(choice=ChoiceNode(options=options), flag=kind, **_common(asked))
    return dataclasses.replace(node, blank=node.empty()) if options else None


def _several(asked: Asked) -> Node | None:
    gather, args = get_origin(asked.type), get_args(asked.type)
    if gather not in (set, frozenset, list) or len(args) != 1:
        return None
    item = unwrapped(asked.inside(args[0]))
    choice = None if takes_json_text(item) else _enum(item) or _literal(item)
    if not isinstance(choice, ChoiceNode) or choice.nullable or _is_opaque(item):
        return None
    if gather is list and len(choice.options) > MOST_BOXES and asked.hints.get("control") != "checkboxes":
        return None
    limits = asked.limits()
    hints = {f"{end}_items": limits[f"{end}_length"] for end in ("min", "max") if f"{end}_length" in limits}
    node = SeveralNode(choice=choice, gather=gather, hints=hints, **_common(asked))
    return dataclasses.replace(node, blank=node.empty())


def _is_opaque(asked: Asked) -> bool:
    """Tell whether something is said about a type that its options do not show, so that a person must see each."""
    return bool(asked.title or asked.description or own_controls(asked.said))


def _literal(asked: Asked) -> Node | None:
    if get_origin(asked.type) is not Literal and asked.type not in (None, NoneType):
        return None
    values = [None] if asked.type in (None, NoneType) else literals(asked.type)
    labels = [_label(value) for value in values]
    if len(set(labels)) < len(labels):
        labels = [repr(value) for value in values]  # 1 and "1" must not look alike
    options = tuple(Option(label=la, data=v, value=v) for la, v in zip(labels, values, strict=True))
    if len(options) == 1 and not asked.nullable:
        constant = ConstantNode(option=options[0], **_common(asked))
        return dataclasses.replace(constant, blank=constant.empty())
    return ChoiceNode(options=options, **_common(asked))


def _label(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    return value if isinstance(value, str) and value else repr(value)


def _group(asked: Asked) -> Node | None:
    return group_in(asked, node_of)


def _sequence(asked: Asked) -> Node | None:
    return sequence_of(asked, node_of)


def _tuple(asked: Asked) -> Node | None:
    return tuple_of(asked, node_of)


def _dict(asked: Asked) -> Node | None:
    return dict_of(asked, node_of)


def _union(asked: Asked) -> Node | None:
    return union_of(asked, node_of)


def _json(asked: Asked) -> Node:
    if mentions_secret(asked.type):
        return SecretNode(inner=JsonNode(), hints={"placeholder": "JSON"}, **_common(asked))
    return JsonNode(holds_text=takes_json_text(asked), hints=asked.placeholder(), **_common(asked))


def mentions_secret(kind: Any, seen: tuple[Any, ...] = ()) -> bool:
    """Tell whether a secret is somewhere in a type, so that a box for it must not show what is typed."""
    if any(kind is one for one in seen):
        return False
    seen = (*seen, kind)
    bare = get_origin(kind) or kind
    if isinstance(bare, type) and issubclass(bare, SECRETS):
        return True
    parts = [arg for arg in get_args(kind) if not isinstance(arg, str | int | bytes | bool | Enum)]
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        parts += [info.annotation for info in bare.model_fields.values()]
    elif isinstance(bare, type):
        parts += [part for part in annotations_of(bare).values() if not isinstance(part, str)]
    elif hasattr(bare, "__value__"):
        parts.append(bare.__value__)
    return any(mentions_secret(part, seen) for part in parts)


FAMILIES: Final[tuple[Family, ...]] = (
    _echo,
    _secret,
    _boolean,
    _integer,
    _number,
    _decimal,
    _text,
    file_of,
    _bytes,
    _line,
    _date,
    _datetime,
    _time,
    _duration,
    _enum,
    _literal,
    _flag,
    _several,
    _group,
    _sequence,
    _tuple,
    _dict,
    _union,
)
