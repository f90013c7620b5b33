"""The plan: what the page is told to draw."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag
from fractions import Fraction
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import (
    UUID4,
    UUID7,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    EmailStr,
    Field,
    FilePath,
    FutureDate,
    HttpUrl,
    IPvAnyNetwork,
    NaiveDatetime,
    NameEmail,
    PastDatetime,
    PositiveInt,
    PostgresDsn,
    RootModel,
    Secret,
    SecretBytes,
    SecretStr,
    StrictInt,
    StringConstraints,
    computed_field,
    conint,
    constr,
    create_model,
    field_validator,
)
from typing_extensions import TypeAliasType

from hitl_jupyter.forms import Document, compile_plan, judge
from tests.forms.build import Address, Order, Priority, Size, asking, form, node

T = TypeVar("T")
UserId = NewType("UserId", int)
Short = TypeAliasType("Short", Annotated[str, Field(max_length=3)])


class Colour(Flag):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        (str, "text"),
        (int, "integer"),
        (float, "number"),
        (bool, "boolean"),
        (Literal["a", "b"], "choice"),
        (Literal["a"], "constant"),
        (None, "constant"),
        (Size, "choice"),
        (date, "date"),
        (FutureDate, "date"),
        (datetime, "datetime"),
        (PastDatetime, "datetime"),
        (Address, "group"),
        (list[int], "list"),
        (list[Address], "list"),
        (list[list[str]], "list"),
        (SecretStr, "secret"),
        (SecretBytes, "secret"),
        (StrictInt, "integer"),
        (PositiveInt, "integer"),
        (constr(min_length=1), "text"),
        (conint(ge=1), "integer"),
        (UserId, "integer"),
        (Short, "text"),
        (Annotated[Annotated[int, Field(ge=1)], Field(le=3)], "integer"),
        (RootModel[int], "integer"),
        (RootModel[list[Address]], "list"),
        (Annotated[int, BeforeValidator(str, json_schema_input_type=str)], "text"),
        (Any, "json"),
        (object, "json"),
        (list, "json"),
        (dict, "json"),
        (dict[str, int], "dict"),
        (dict[Size, Address], "dict"),
        (dict[tuple[int, int], str], "dict"),
        (dict[Any, str], "json"),
        (set[int], "list"),
        (tuple[int, str], "tuple"),
        (tuple[int, ...], "list"),
        (int | str, "union"),
        (int | str | None, "union"),
        (Literal["a"] | Literal[1, 2], "choice"),  # noqa: PYI030 - what is tested
        (Decimal, "number"),
        (time, "time"),
        (timedelta, "duration"),
        (UUID, "line"),
        (UUID4, "line"),
        (EmailStr, "line"),
        (NameEmail, "line"),
        (HttpUrl, "line"),
        (PostgresDsn, "line"),
        (Path, "line"),
        (FilePath, "line"),
        (IPv4Address, "line"),
        (IPvAnyNetwork, "line"),
        (re.Pattern[str], "line"),
        (re.Pattern[bytes], "json"),
        (ZoneInfo, "line"),
        (complex, "line"),
        (Fraction, "line"),
        (ByteSize, "line"),
        (Colour, "several"),
        (set[Size], "several"),
        (frozenset[Literal["a", "b"]], "several"),
        (list[Priority], "several"),
        (list[Literal["a"]], "list"),
        (list[Size | None], "list"),
        (list[Annotated[Size, Field(description="of the shirt")]], "list"),
        (Secret[Decimal], "secret"),
    ],
)
def test_each_type_has_its_kind(type_, kind):
    """Every type of the first cut has a control of its kind, every other type a box for JSON."""
    assert kind == node(type_)["kind"]


@pytest.mark.parametrize("type_", [str, int, float, bool, date, datetime, Size, Literal["a", "b"], Address, list[int]])
def test_optional_is_the_same_kind_with_null(type_):
    """Optional[X], X | None and None hidden behind an alias are X that may be null; with default None it starts so."""
    plain = node(type_)
    for nullable in (Optional[type_], type_ | None, Annotated[Optional[type_], Field(title="x")]):  # noqa: UP045
        found = node(nullable, None)
        assert plain["kind"] == found["kind"]
        assert (True, False, {"is": "null"}) == (found["nullable"], found["required"], found["blank"])
    assert (False, True) == (plain["nullable"], plain["required"])


def test_none_among_literals_is_nullable():
    """Literal["a", None] offers "a" and *no value*; one option that may be null is asked, not shown as settled."""
    found = node(Literal["a", None])  # noqa: PYI061 - that spelling is what is tested
    assert ("choice", True, [{"label": "a"}]) == (found["kind"], found["nullable"], found["options"])
    assert "choice" == node(Literal["a"] | None)["kind"]


@pytest.mark.parametrize(
    ("type_", "said", "hints"),
    [
        (int, {"ge": 1, "lt": 10, "multiple_of": 3}, {"min": "1", "exclusive_max": "10", "multiple_of": "3"}),
        (int, {"ge": 2**60 + 1}, {"min": str(2**60 + 1)}),
        (float, {"gt": 0.1, "le": 0.3}, {"exclusive_min": "0.1", "max": "0.3"}),
        (str, {"min_length": 2, "max_length": 200}, {"min_length": 2, "max_length": 200}),
        (str, {"max_length": 201}, {"max_length": 201, "multiline": True}),
        (Annotated[str, StringConstraints(min_length=1, max_length=5)], {}, {"min_length": 1, "max_length": 5}),
        (date, {"ge": date(2020, 1, 2)}, {"min": "2020-01-02"}),
        (datetime, {}, {"zone": "any"}),
        (NaiveDatetime, {}, {"zone": "naive"}),
        (AwareDatetime, {}, {"zone": "aware"}),
        (list[int], {"min_length": 1, "max_length": 4}, {"min_items": 1, "max_items": 4}),
        (str, {"examples": ["Jeff"]}, {"placeholder": "Jeff"}),
        (str, {"examples": ["Jeff", "Ana"]}, {"placeholder": "Jeff", "suggestions": ["Jeff", "Ana"]}),
        (Decimal, {"max_digits": 5, "decimal_places": 2}, {"max_digits": 5, "decimal_places": 2}),
        (Decimal, {"ge": Decimal("0.10")}, {"min": "0.10"}),
        (time, {"lt": time(17, 30)}, {"exclusive_max": "17:30:00"}),
        (timedelta, {"le": timedelta(hours=36)}, {"max": "1 day 12 hours"}),
        (
            timedelta,
            {"gt": timedelta(0), "lt": timedelta(days=2, seconds=61.5)},
            {"exclusive_min": "0 seconds", "exclusive_max": "2 days 1 minute 1.5 seconds"},
        ),
        (timedelta, {"ge": timedelta.min, "le": -timedelta(minutes=1)}, {"min": "-999999999 days", "max": "-1 minute"}),
        (UUID, {}, {"format": "uuid", "new": True}),
        (UUID7, {}, {"format": "uuid", "new": False}),
        (ByteSize, {"gt": 0}, {"format": "bytes", "placeholder": "1.5 MB", "exclusive_min": "0"}),
        (set[Size], {"min_length": 1, "max_length": 2}, {"min_items": 1, "max_items": 2}),
        (SecretStr, {"min_length": 8}, {"min_length": 8}),
        (Annotated[int, Field(ge=1)] | None, {"le": 5}, {"min": "1", "max": "5"}),
        (conint(ge=1, multiple_of=2), {}, {"min": "1", "multiple_of": "2"}),
    ],
)
def test_bounds_reach_the_page(type_, said, hints):
    """What a model says of limits reaches the page, numbers as text, wherever in the annotation it stands."""
    assert hints == node(type_, **said)["hints"]


@pytest.mark.parametrize(
    ("name", "title"),
    [("first_name", "First Name"), ("postalCode", "Postal Code"), ("x", "X"), ("htmlURL", "Html URL"), ("a__b", "A B")],
)
def test_labels_come_from_names_in_words(name, title):
    """A field without a title is labelled with its name, in words."""
    plan: Any = compile_plan(create_model("M", **{name: (int, ...)})).to_json()
    assert title == plan["root"]["fields"][0]["node"]["title"]


def test_titles_descriptions_and_order_are_kept():
    """Title, description, generator of titles, docstring and the order of the fields are the model's."""
    plan: Any = compile_plan(Order).to_json()
    assert ("Order", "An order of a shirt.") == (plan["title"], plan["description"])
    assert list(Order.model_fields) == [field["name"] for field in plan["root"]["fields"]]
    name = plan["root"]["fields"][0]["node"]
    assert ("Full name", "As on the label") == (name["title"], name["description"])
    shouting = create_model("M", __config__=ConfigDict(field_title_generator=lambda n, _: n.upper()), abc=(int, ...))
    plan = compile_plan(shouting).to_json()
    assert "ABC" == plan["root"]["fields"][0]["node"]["title"]
    inner = node(Annotated[int, Field(title="inner", description="deep")] | None)
    assert ("inner", "deep") == (inner["title"], inner["description"])


def test_options_are_labelled_for_people():
    """A value of text labels itself, any other is labelled by its member's name; what looks alike is told apart."""
    assert [{"label": "small"}, {"label": "large"}] == node(Size)["options"]
    assert [{"label": "LOW"}, {"label": "VERY HIGH"}] == node(Priority)["options"]
    assert [{"label": "1"}, {"label": "'1'"}, {"label": "True"}] == node(Literal[1, "1", True])["options"]
    assert "shirt" == node(Literal["shirt"])["text"]


@pytest.mark.parametrize(
    ("type_", "default", "blank"),
    [
        (str, ..., {"is": "absent"}),
        (str, "", {"is": "value", "value": ""}),
        (int, 2**63 + 1, {"is": "value", "value": "9223372036854775809"}),
        (float, 0.1, {"is": "value", "value": "0.1"}),
        (float, float("inf"), {"is": "value", "value": "inf"}),
        (float, float("nan"), {"is": "value", "value": "nan"}),
        (bool, ..., {"is": "absent"}),
        (bool, False, {"is": "value", "value": False}),
        (Size, ..., {"is": "absent"}),
        (Size, Size.LARGE, {"is": "value", "value": 1}),
        (Size, "large", {"is": "value", "value": 1}),
        (Literal[1, True], True, {"is": "value", "value": 1}),
        (Literal["a"], ..., {"is": "value", "value": None}),
        (date, date(2020, 1, 2), {"is": "value", "value": "2020-01-02"}),
        (datetime, datetime(2020, 1, 2, 3, 4, 5, 6), {"is": "value", "value": "2020-01-02T03:04:05.000006"}),  # noqa: DTZ001 - a naive one
        (list[int], ..., {"is": "value", "value": []}),
        (list[int], [1], {"is": "value", "value": [{"is": "value", "value": "1"}]}),
        (dict, {"a": 1}, {"is": "value", "value": '{\n  "a": 1\n}'}),
        (set, {"b", "a"}, {"is": "value", "value": '[\n  "a",\n  "b"\n]'}),
        (
            set[str],
            {"b", "a"},
            {"is": "value", "value": [{"is": "value", "value": "a"}, {"is": "value", "value": "b"}]},
        ),
        (SecretStr, "hush", {"is": "absent"}),
        (int, "notint", {"is": "value", "value": "notint"}),
        (str, 5, {"is": "value", "value": "5"}),
        (date, "soon", {"is": "value", "value": "soon"}),
        (bool, "maybe", {"is": "absent"}),
        (int, None, {"is": "null"}),
        (Any, object, {"is": "absent"}),
        (Address | None, None, {"is": "null"}),
    ],
)
def test_defaults_are_shown_as_they_are(type_, default, blank):
    """A fresh control holds the default, right or wrong, exactly; where it cannot be shown, nothing."""
    assert blank == node(type_, default)["blank"]


def test_a_group_is_blank_with_the_defaults_of_its_fields():
    """A nested model that must be filled in is there from the start, its fields as they are when blank."""
    zip_code = {"is": "value", "value": "00000"}
    assert {"is": "value", "value": {"street": {"is": "absent"}, "zip": zip_code}} == node(Address)["blank"]
    assert "00000" == node(list[Address])["item"]["fields"][1]["node"]["blank"]["value"]


def test_a_none_default_of_a_type_without_none_can_be_got_back():
    """`x: int = None` may be put back to its default, but None is no answer to it."""
    found = node(int, None)
    assert (True, False) == (found["nullable"], found["required"])
    model = asking(int, None)
    document = form(model)
    assert judge(model, document).value.x is None
    document["x"].value = 5
    assert 5 == judge(model, document).value.x
    document["x"].reset()
    assert judge(model, document).value.x is None
    with pytest.raises(ValueError, match="no value"):
        document.set({"x": None})


def test_what_is_not_input_is_not_asked():
    """Computed fields, private attributes and class variables are not asked; frozen and excluded fields are."""

    class Model(BaseModel):
        asked: int = Field(frozen=True, exclude=True)
        _private: int = 1

        @computed_field
        @property
        def twice(self) -> int:
            return 2 * self.asked

    assert ["asked"] == [field.name for field in compile_plan(Model).root.fields]


def test_a_model_that_holds_itself_is_in_the_plan_once():
    """Inside itself a model is a group that only says which of the groups around it is meant."""

    class Tree(BaseModel):
        value: int
        left: Tree | None = None
        children: list[Tree] = []

    plan = compile_plan(Tree)
    assert ["integer", "group", "list"] == [field.node.kind for field in plan.root.fields]
    left = plan.to_json()["root"]["fields"][1]["node"]
    assert (0, None) == (left["again"], left.get("fields"))
    document = Document(plan, {"value": 1, "left": {"value": 2}, "children": [{"value": 3}]})
    assert Tree(value=1, left=Tree(value=2), children=[Tree(value=3)]) == judge(Tree, document).value


def test_models_that_know_each_other_do_not_unfold_without_end():
    """Twelve models that all hold all others would unfold into millions of fields: the plan stays small."""
    names = [f"M{index}" for index in range(12)]
    source = "from __future__ import annotations\nfrom pydantic import BaseModel\n"
    for name in names:
        fields = "".join(f"    {other.lower()}: {other} | None = None\n" for other in names)
        source += f"class {name}(BaseModel):\n{fields}"
    scope: dict[str, Any] = {"__name__": __name__}
    exec(source, scope)
    scope["M0"].model_rebuild(_types_namespace=scope)
    assert 10_000_000 > len(json.dumps(compile_plan(scope["M0"]).to_json()))


def test_generic_models_have_the_kinds_of_their_arguments():
    """Box[int] asks for an int, a Box of anything for JSON."""

    class Box(BaseModel, Generic[T]):
        held: T

    assert "integer" == compile_plan(Box[int]).root.fields[0].node.kind
    assert "json" == compile_plan(Box).root.fields[0].node.kind


def test_a_model_that_is_finished_later_is_compiled_then():
    """Deferred builds are made up for; a name that never is defined is pydantic's own error."""

    class Late(BaseModel):
        model_config = ConfigDict(defer_build=True)
        count: int

    assert "integer" == compile_plan(Late).root.fields[0].node.kind
    unfinished = create_model("Unfinished", x=("NeverDefined", ...))
    with pytest.raises(Exception, match="NeverDefined"):
        compile_plan(unfinished)


def test_a_validator_that_declares_what_it_takes_is_asked_for_that():
    """A *before* validator with a declared input type decides what is asked, decorated or annotated."""

    class Model(BaseModel):
        level: int

        @field_validator("level", mode="before", json_schema_input_type=Literal["low", "high"])
        @classmethod
        def from_word(cls, value: Any) -> Any:
            return {"low": 1, "high": 9}.get(value, value)

    document = form(Model)
    document["level"].value = "high"
    assert ["low", "high"] == document["level"].options
    assert Model(level=9) == judge(Model, document).value


def test_an_enum_without_json_values_can_be_chosen():
    """Members whose values are tuples, objects or None are chosen like any other."""

    class Odd(Enum):
        PAIR = (1, 2)
        THING = object()
        NOTHING = None

    for member in Odd:
        model = asking(Odd)
        document = form(model)
        document["x"].value = member
        assert member is judge(model, document).value.x
        json.dumps([document.to_wire(), document.to_json()])
    model = asking(Odd | None)
    for value in (Odd.NOTHING, None):
        document = form(model)
        document["x"].value = value
        assert value is judge(model, document).value.x


def test_a_class_is_compiled_once(monkeypatch):
    """The second question of a class takes the same plan, and so does the first of the same class defined anew."""
    assert compile_plan(Order) is compile_plan(Order)
    first, again = (create_model("Same", a=(int, 1), b=(list[str], ...)) for _ in range(2))
    assert compile_plan(first) is not compile_plan(again)
    assert compile_plan(first).fingerprint == compile_plan(again).fingerprint
    assert compile_plan(first).fingerprint != compile_plan(create_model("Same", a=(int, 2))).fingerprint


def test_a_rebuilt_class_is_compiled_anew():
    """A plan does not outlive the schema that it was made from."""
    model = create_model("M", x=(int, ...))
    before = compile_plan(model)
    model.model_rebuild(force=True)
    assert compile_plan(model) is not before


def test_a_subclass_does_not_take_its_parents_plan():
    """What is kept with a class is kept for that class alone."""
    parent = create_model("Parent", x=(int, ...))
    compile_plan(parent)
    child = create_model("Child", __base__=parent, y=(int, ...))
    assert ["x", "y"] == [field.name for field in compile_plan(child).root.fields]


def test_a_class_that_is_gone_takes_its_plan_along():
    """A notebook that defines its classes again and again does not keep the plans of the old ones."""
    import gc
    import weakref

    model = create_model("Gone", x=(Address, ...))
    watch = weakref.ref(model), weakref.ref(compile_plan(model))
    Document(compile_plan(model))
    del model
    gc.collect()
    assert (None, None) == tuple(reference() for reference in watch)


FINGERPRINT = """
from pydantic import BaseModel, Field
from hitl_jupyter.forms import compile_plan
class M(BaseModel):
    tags: set[str] = {"a", "b", "c", "d", "e"}
    more: dict[str, frozenset[int]] = {"x": frozenset({1, 2, 30, 400})}
    when: str = Field(default_factory=lambda: str(object()))
print(compile_plan(M).fingerprint)
"""


def test_a_fingerprint_is_the_same_in_every_process():
    """Neither the order of sets nor what a factory makes gets into it."""
    found = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            env={"PYTHONHASHSEED": seed},
            cwd=".",
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(found)


def test_the_plan_is_json():
    """The plan of a model with every kind is plain JSON, with version and fingerprint."""
    plan = compile_plan(Order)
    assert plan.to_json() == json.loads(json.dumps(plan.to_json(), allow_nan=False))
    assert (1, plan.fingerprint) == (plan.to_json()["version"], plan.to_json()["fingerprint"])
