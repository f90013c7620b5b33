"""Properties: any value of a supported type survives the form, and nothing that a page can send breaks it."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import re
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntFlag, StrEnum
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address
from pathlib import Path
from typing import Any, Literal, NamedTuple, NotRequired, Optional, Union
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from pydantic import (
    AnyUrl,
    Base64Bytes,
    BaseModel,
    ByteSize,
    EmailStr,
    NameEmail,
    PostgresDsn,
    Secret,
    SecretStr,
    create_model,
)
from typing_extensions import TypeAliasType, TypedDict

from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms import Document, compile_plan, judge, record_value
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.unions import UnionNode
from tests.forms.build import Order, through_the_page


class Word(StrEnum):
    A = "a"
    B = "b"
    EMPTY = ""


class Thing(Enum):
    ONE = 1
    TEXT = "1"


class Rights(Flag):
    READ = 1
    WRITE = 2
    RUN = 4
    ALL = 7


class Bits(IntFlag):
    LOW = 1
    HIGH = 2


class Pair(NamedTuple):
    number: int
    day: date


class Chain(NamedTuple):
    name: str
    after: Chain | None = None


class Spot(BaseModel, frozen=True):
    row: int


Anything = TypeAliasType("Anything", "dict[str, Anything] | list[Anything] | str | int | bool | None")

NAMES = ("Jeff", "Ana Maria", "O'Brien", "a, b", 'x"y', "a@b")
MIXED = (0, 1, True, False, "0", "1", "True", "")
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.integers(-(10**60), 10**60)

LEAVES = st.none() | TEXTS | NUMBERS | st.booleans()

Typed = tuple[Any, st.SearchStrategy[Any]]

SCALARS: list[Typed] = [
    (str, TEXTS),
    (int, NUMBERS),
    (float, st.floats(allow_nan=False)),
    (bool, st.booleans()),
    (date, st.dates()),
    (datetime, st.datetimes() | st.datetimes(timezones=ZONES)),
    (Word, st.sampled_from(Word)),
    (Thing, st.sampled_from(Thing)),
    (Literal[MIXED], st.sampled_from(MIXED)),
    (Literal["only"], st.just("only")),
    (SecretStr, TEXTS.map(SecretStr)),
    (dict[str, list[int]], st.dictionaries(TEXTS, st.lists(NUMBERS, max_size=3), max_size=3)),
    (set[int], st.sets(NUMBERS, max_size=3)),
    (tuple[int, str], st.tuples(NUMBERS, TEXTS)),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (time, st.times() | st.times(timezones=ZONES)),
    (timedelta, st.timedeltas()),
    (UUID, st.uuids()),
    (bytes, TEXTS.map(str.encode)),
    (Base64Bytes, st.binary().map(base64.b64encode)),
    (Path, TEXTS.filter(str.strip).map(Path)),
    (IPv4Address, st.ip_addresses(v=4)),
    (IPv6Address, st.ip_addresses(v=6)),
    (IPv4Network, st.ip_addresses(v=4).map(IPv4Network)),
    (IPv4Interface, st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)).map(IPv4Interface)),
    (re.Pattern[str], st.sampled_from([r"^\d+$", "a|b", " ", "x{1,3}"]).filter(str.strip).map(re.compile)),
    (ZoneInfo, st.timezone_keys(allow_prefix=False).map(ZoneInfo)),
    (complex, st.complex_numbers(allow_nan=False)),
    (Fraction, st.fractions()),
    (ByteSize, st.integers(0, 10**30).map(ByteSize)),
    (AnyUrl, st.sampled_from(["https://example.org", "ftp://a:b@h:1/x?y#z", "mailto:x@example.org"]).map(AnyUrl)),
    (PostgresDsn, st.just(PostgresDsn("postgres://u:p@one:1,two:2/db"))),
    (EmailStr, st.sampled_from(["a@example.org", "x.y+z@example.com"])),
    (NameEmail, st.sampled_from(NAMES).map(lambda name: NameEmail(name=name, email="a@example.org"))),
    (Secret[Decimal], st.decimals(allow_nan=False, allow_infinity=False).map(Secret[Decimal])),
    (Rights, st.integers(0, 7).map(Rights)),
    (Bits, st.integers(0, 3).map(Bits)),
    (set[Word], st.sets(st.sampled_from(Word))),
    (frozenset[Thing], st.frozensets(st.sampled_from(Thing))),
    (list[Literal[MIXED]], st.lists(st.sampled_from(MIXED), max_size=4)),
    (
        Anything,
        st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2)),
    ),
    (Chain, st.recursive(st.builds(Chain, TEXTS), lambda inner: st.builds(Chain, TEXTS, inner))),
]


KEYS: list[Typed] = [
    (str, TEXTS),
    (int, NUMBERS),
    (bool, st.booleans()),
    (date, st.dates()),
    (Word, st.sampled_from(Word)),
    (UUID, st.uuids()),
    (str | None, st.none() | TEXTS),
    (tuple[int, str], st.tuples(NUMBERS, TEXTS)),
    (frozenset[int], st.frozensets(NUMBERS, max_size=3)),
    (frozenset[Thing], st.frozensets(st.sampled_from(Thing))),
    (Rights, st.integers(0, 7).map(Rights)),
    (Pair, st.builds(Pair, NUMBERS, st.dates())),
    (Spot, st.builds(Spot, row=NUMBERS)),
    (int | str, NUMBERS | TEXTS),
    (tuple[date, ...], st.lists(st.dates(), max_size=2).map(tuple)),
]
SHAPES = ("optional", "list", "row", "queue", "tuple", "dict", "union", "model", "dataclass", "keys")


@st.composite
def typed(draw: st.DrawFn, depth: int = 2) -> Typed:
    """Give a type and a strategy for its values."""
    shape = draw(st.sampled_from(["scalar", "scalar", *SHAPES] if depth else ["scalar"]))
    if shape == "scalar":
        return draw(st.sampled_from(SCALARS))
    if shape == "model":
        return draw(models(depth - 1))
    if shape in ("dataclass", "keys"):
        return draw(fields_of(shape, depth - 1))
    inner, values = draw(typed(depth - 1))
    other, others = draw(typed(depth - 1))
    key, keys = draw(st.sampled_from(KEYS))
    shaped: dict[str, Typed] = {
        "list": (list[inner], st.lists(values, max_size=3)),
        "row": (tuple[inner, ...], st.lists(values, max_size=3).map(tuple)),
        "queue": (deque[inner], st.lists(values, max_size=3).map(deque)),
        "tuple": (tuple[inner, other], st.tuples(values, others)),
        "dict": (dict[key, inner], st.dictionaries(keys, values, max_size=3)),
        "union": (Union[inner, other], values | others),  # noqa: UP007 - its members are known only here
        "optional": (Optional[inner], st.none() | values),  # noqa: UP045
    }
    return shaped[shape]


@st.composite
def fields_of(draw: st.DrawFn, shape: str, depth: int) -> Typed:
    """Give a dataclass, or a typed dictionary of which some keys may be missing."""
    # Unlike a model, a record of these does not say how bytes are spelt.
    inner = typed(depth).filter(lambda one: "Base64" not in repr(one[0]))
    types = {f"part_{at}": draw(inner) for at in range(draw(st.integers(1, 3)))}
    if shape == "dataclass":
        made = dataclasses.make_dataclass("Parts", [(name, kind) for name, (kind, _) in types.items()])
        return made, st.builds(made, **{name: values for name, (_, values) in types.items()})
    lacking = draw(st.sets(st.sampled_from(sorted(types))))
    hints = {name: NotRequired[kind] if name in lacking else kind for name, (kind, _) in types.items()}
    needed = {name: values for name, (_, values) in types.items() if name not in lacking}
    optional = {name: types[name][1] for name in lacking}
    return TypedDict("Keys", hints), st.fixed_dictionaries(needed, optional=optional)  # type: ignore[operator]


def holds_a_union(node: Any) -> bool:
    """Tell whether a union is in a plan: JSON may not say which of its types a value is of, a date or its text."""
    inner = [field["node"] for field in node.get("fields", ())] + ([node["item"]] if "item" in node else [])
    # A key that is no text is written as one, as which pydantic would read it.
    key = node["item"]["fields"][0]["node"] if node["kind"] == "dict" else None
    plain = ("text", "integer", "boolean", "date", "choice", "line")
    odd = key is not None and (key["nullable"] or key["kind"] not in plain)
    return odd or node["kind"] == "union" or any(map(holds_a_union, inner))


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> Typed:
    """Give a model with up to four fields, some with defaults, and a strategy for its instances."""
    fields: dict[str, Any] = {}
    strategies: dict[str, st.SearchStrategy[Any]] = {}
    for index in range(draw(st.integers(0, 4))):
        type_, values = draw(typed(depth))
        default = draw(values) if draw(st.booleans()) else ...
        fields[f"field_{index}"] = (type_, default)
        strategies[f"field_{index}"] = values
    model = create_model("Drawn", **fields)

    def made(values: dict[str, Any]) -> BaseModel:
        try:
            return model(**values)
        except IndexError:
            # An address raises it for an empty tuple, and pydantic lets it out of the union with one.
            reject()

    return model, st.fixed_dictionaries(strategies).map(made)


@st.composite
def answered(draw: st.DrawFn) -> tuple[type[BaseModel], BaseModel]:
    model, instances = draw(models())
    return model, draw(instances)


SUBCLASSES = "ignore:__int__ returned non-int:DeprecationWarning"
"""pydantic makes an int of one of a subclass that came from another type of a union."""
EXAMPLES = os.environ.get("HITL_EXAMPLES")
"""How many cases are drawn at random; without it a hundred, which are always the same."""
SLOW = settings(
    max_examples=int(EXAMPLES or 100),
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def holds_secrets(document: Document) -> bool:
    return document.plan.root.has_secret


@pytest.mark.filterwarnings(SUBCLASSES)
@SLOW
@given(answered())
def test_any_value_of_a_supported_type_survives_the_form(case):
    """A value that fills in a form comes out equal, through the page too where it has no secrets in it."""
    model, value = case
    document = Document(compile_plan(model))
    try:
        document.set(value)
    except CannotHold:
        # pydantic takes an empty text for some other type of a union, whose box has no way to say it.
        assume(not holds_a_union(document.plan.to_json()["root"]))
        raise
    assert value == judge(model, document).value
    if not holds_secrets(document):
        assert value == judge(model, through_the_page(document)).value
        assert value == judge(model, Document(compile_plan(model), value)).value
        if not holds_a_union(document.plan.to_json()["root"]):
            assert value == judge(model, json.loads(json.dumps(record_value(value)))).value


TYPED = ("integer", "number", "date", "datetime", "time", "duration", "json")


def boxes(node: Node, cell: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Give the cells of what is typed and can be wrong, each with its path."""
    node = node.itself
    if cell["is"] != "value":
        return
    value = cell["value"]
    if isinstance(node, UnionNode):
        held = value["held"].get(str(value["branch"]))
        if held is not None:
            yield from boxes(node.branches[value["branch"]].node, held, path)
    elif node.kind in TYPED:
        yield path, cell
    elif isinstance(value, dict | list) and node.kind not in ("several", "file"):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            found = node.inside(step, cell)
            if found is not None:
                yield from boxes(found[1], part, (*path, step))


@pytest.mark.filterwarnings(SUBCLASSES)
@SLOW
@given(answered(), st.data())
def test_what_is_wrong_is_told_at_its_field(case, data):
    """In any valid answer, one box of something else: the form is refused, and the error stands at that box."""
    model, value = case
    document = Document(compile_plan(model))
    try:
        document.set(value)
    except CannotHold:
        assume(False)
    root = document.root
    found = list(boxes(document.plan.root, root))
    assume(found)
    path, cell = data.draw(st.sampled_from(found))
    cell["value"] = "{nonsense"
    document.replace(root)
    verdict = judge(model, document)
    assert path in {error.path for error in verdict.errors}


@SLOW
@given(models())
def test_an_untouched_form_gives_the_defaults_or_asks(case):
    """A fresh form sent back untouched gives what the class makes of nothing, or asks for what is required."""
    model, _ = case
    document = Document(compile_plan(model))
    assert document.to_wire() == through_the_page(document).to_wire()
    verdict = judge(model, through_the_page(document))
    if verdict.ok and not any(field.is_required() for field in model.model_fields.values()):
        assert model() == verdict.value
    else:
        assert verdict.ok or all(error.path and error.message for error in verdict.errors)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
CELLS = st.recursive(
    st.sampled_from([{"is": "absent"}, {"is": "null"}, {"is": "value"}]) | JSON,
    lambda inner: st.fixed_dictionaries(
        {
            "is": st.just("value"),
            "value": st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(list(Order.model_fields)), inner)
            | JSON,
        }
    ),
    max_leaves=8,
)


@SLOW
@given(CELLS)
def test_no_message_from_a_page_breaks_a_form(wire):
    """Whatever comes is either taken whole or refused whole, and what was taken can be judged."""
    document = Document(compile_plan(Order))
    before = document.to_wire()
    try:
        document.replace(wire)
    except MalformedDocument:
        assert before == document.to_wire()
    verdict = judge(Order, document)
    assert verdict.ok or verdict.errors
    json.dumps(document.to_json())


@SLOW
@given(st.dictionaries(st.sampled_from(["name", "count", "price", "when", "at", "anything", "password"]), st.text()))
def test_whatever_is_typed_is_taken_or_refused_at_its_field(entries):
    """Any text in any box is judged: no text makes the form fail, and every error stands at a field of the form."""
    document = Document(compile_plan(Order))
    cells = {name: {"is": "value", "value": text} for name, text in entries.items()}
    document.replace({"is": "value", "value": cells})
    verdict = judge(Order, document)
    assert not verdict.ok
    assert {error.path[0] for error in verdict.errors} <= set(Order.model_fields)
    assert {"gift", "size", "address"} <= {error.path[0] for error in verdict.errors}
