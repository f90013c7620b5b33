"""What has fields: dataclasses, typed dictionaries, models that hold themselves, and the hints of fields."""

from __future__ import annotations

import dataclasses
import re
import warnings
from typing import Annotated, Any, Literal, NotRequired, Optional, Union

import pydantic
import pytest
from pydantic import BaseModel, Field, create_model
from typing_extensions import TypedDict

from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms import Document, compile_plan, judge
from tests.forms.build import Address, asking, form, node, outcome, through_the_page, wrong


@dataclasses.dataclass
class Plain:
    """A dataclass of the standard library."""

    name: str
    count: Annotated[int, Field(ge=1)] = 1
    tags: list[str] = dataclasses.field(default_factory=list)
    derived: int = dataclasses.field(default=0, init=False)


@pydantic.dataclasses.dataclass
class Checked:
    size: int = Field(gt=0, alias="SIZE")
    inner: Plain | None = None


@dataclasses.dataclass(slots=True, frozen=True)
class Slotted:
    x: int
    y: int = 2


class Movie(TypedDict):
    title: str
    year: NotRequired[int]
    rating: NotRequired[Optional[float]]  # noqa: UP045 - a spelling that must work
    tags: NotRequired[list[str] | None]


class Tree(BaseModel):
    value: int
    left: Optional[Tree] = None  # noqa: UP045
    children: list[Tree] = []
    by_name: dict[str, Tree] = {}


class Add(BaseModel):
    op: Literal["add"] = "add"
    left: Expression
    right: Expression


class Number(BaseModel):
    op: Literal["number"] = "number"
    value: float


Expression = Annotated[Union[Add, Number], Field(discriminator="op")]  # noqa: UP007 - Add is not there yet
Add.model_rebuild()


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Plain, Plain("a", 2, ["x"])),
        (Checked, Checked(SIZE=3, inner=Plain("b"))),
        (Slotted, Slotted(1)),
        (list[Slotted], [Slotted(1), Slotted(2, 3)]),
        (Plain | None, None),
        (Movie, {"title": "M"}),
        (Movie, {"title": "M", "year": 1999, "rating": None}),
        (dict[str, Movie], {"a": {"title": "M"}}),
        (Tree, Tree(value=1, left=Tree(value=2, left=Tree(value=3)), children=[Tree(value=4)])),
        (Tree, Tree(value=1, by_name={"a": Tree(value=5, children=[Tree(value=6)])})),
        (Expression, Add(left=Add(left=Number(value=1), right=Number(value=2)), right=Number(value=3))),
        (Address | Plain, Plain("a")),
    ],
)
def test_a_value_comes_back_equal_and_of_its_type(type_, value):
    """What fills in such a field, by a person, as a default or from the page, comes back equal and of the same type."""
    model = asking(type_)
    filled = form(model)
    filled["x"].value = value
    for document in (filled, through_the_page(filled), form(model, {"x": value}), form(asking(type_, value))):
        found = outcome(model, document)
        assert (value, type(value)) == (found, type(found))


def test_the_fields_of_a_dataclass_are_asked_like_a_models():
    """Titles, bounds, defaults and required fields are the dataclass's; what it does not take is not asked."""
    fields = {field["name"]: field["node"] for field in node(Plain)["fields"]}
    assert ["name", "count", "tags"] == list(fields)
    assert ("Count", {"min": "1"}, False) == (
        fields["count"]["title"],
        fields["count"]["hints"],
        fields["count"]["required"],
    )
    document = form(asking(Checked))
    document["x.size"].value = 0
    assert {"x.size": "Must be more than 0."} == wrong(asking(Checked), document)


def test_what_a_typed_dictionary_may_lack_can_be_left_out():
    """A key that need not be there begins left out, can be answered, and left out again."""
    model = asking(Movie)
    document = form(model)
    assert {"x.title": "Please fill this in."} == wrong(model, document)
    document["x.title"].value = "M"
    assert {"title": "M"} == judge(model, document).value.x
    document["x.year"].value = 1999
    document["x.rating"].value = None
    assert {"title": "M", "year": 1999, "rating": None} == judge(model, document).value.x
    document["x.year"].reset()
    document["x.rating"].reset()
    assert {"title": "M"} == judge(model, document).value.x


def test_a_form_is_as_deep_as_what_is_in_it():
    """A model that holds itself is filled in level by level, and errors find theirs at any depth."""
    document = form(Tree)
    path = ""
    for level in range(20):
        document[f"{path}value"].value = level
        path += "left."
    document[f"{path}children"].append({"value": "x"})
    document[f"{path}value"].value = 20
    assert {f"{path}children.0.value": "Must be a whole number."} == wrong(Tree, document)
    document[f"{path}children.0.value"].value = 21
    tree = judge(Tree, through_the_page(document)).value
    for _ in range(20):
        tree = tree.left
    assert [Tree(value=21)] == tree.children


def test_what_is_too_deep_is_refused_and_not_a_crash():
    """Neither a page nor a program can bring a form down with something endlessly deep."""
    wire: dict[str, Any] = {"is": "null"}
    data: dict[str, Any] | None = None
    for _ in range(400):
        wire = {"is": "value", "value": {"value": {"is": "value", "value": "1"}, "left": wire}}
        data = {"value": 1, "left": data}
    with pytest.raises(MalformedDocument, match="too deep"):
        form(Tree).replace(wire)
    with pytest.raises(CannotHold, match="too deep"):
        form(Tree).set(data)
    assert not judge(Tree, {"value": "x", "left": data}).ok


def test_errors_find_the_branch_inside_a_branch():
    """Unions inside unions have their errors at the innermost field, whatever tags pydantic puts in between."""
    model = asking(Expression)
    data = {"op": "add", "left": {"op": "number", "value": "one"}, "right": {"op": "number", "value": 2}}
    assert {"x.left.value": "Must be a number."} == wrong(model, {"x": data})
    document = form(model)
    document["x"].value = data
    assert {"x.left.value": "Must be a number."} == wrong(model, document)


# -- hints ----------------------------------------------------------------------------------------------------------


def hinted(**hints: Any) -> dict[str, Any]:
    return {"json_schema_extra": {"hitl": hints}}


class Delivery(BaseModel):
    how: Literal["post", "pick up"] = "post"
    street: str | None = Field("", **hinted(show_if={"how": "post"}, placeholder="Street and number"))
    shop: int = Field(1, **hinted(show_if={"how": ["pick up"]}, order=-1, help="See the list"))
    version: int = Field(7, **hinted(hidden=True))
    price: float = Field(9.5, **hinted(readonly=True, order=5))
    note: str = ""


def test_fields_are_ordered_by_hint():
    """Lower comes first; without a hint a field counts as 0, and equal ones stay as they are written."""
    names = [field["name"] for field in compile_plan(Delivery).to_json()["root"]["fields"]]
    assert ["shop", "how", "street", "version", "note", "price"] == names


def test_hints_for_the_page_reach_it():
    """Hidden, read-only, placeholder, help and conditions are in the plan."""
    plan: Any = compile_plan(Delivery).to_json()
    fields = {field["name"]: field["node"] for field in plan["root"]["fields"]}
    assert fields["version"]["hints"]["hidden"]
    assert fields["price"]["hints"]["readonly"]
    assert "Street and number" == fields["street"]["hints"]["placeholder"]
    assert "See the list" == fields["shop"]["description"]
    assert {"how": [{"is": "value", "value": 1}]} == fields["shop"]["hints"]["show_if"]


def test_a_field_that_is_not_asked_is_absent():
    """While its condition does not hold, a field gives what its default gives, whatever was typed in it before."""
    document = form(Delivery)
    document["street"].value = "Main Street"
    document["shop"].value = 3
    assert Delivery(street="Main Street") == judge(Delivery, document).value
    document["how"].value = "pick up"
    assert Delivery(how="pick up", shop=3) == judge(Delivery, document).value
    assert {"how", "shop"} == set(document.to_json()) - {"version", "price", "note"}


@pytest.mark.parametrize(
    ("hints", "words"),
    [
        ({"shwo_if": {}}, "'shwo_if', which is not known. Did you mean 'show_if'?"),
        ({"zzz": 1}, "There are: accept, control,"),
        ({"show_if": {"nobody": 1}}, "must name other fields"),
        ({"show_if": {"x": 1}}, "must name other fields"),
    ],
)
def test_a_hint_that_is_not_known_is_told_with_the_nearest(hints, words):
    """A mistyped hint warns, and the form is there all the same."""
    with pytest.warns(UserWarning, match=re.escape(words)):
        compile_plan(asking(int, 1, **hinted(**hints)))


def test_what_must_be_answered_is_never_hidden():
    """A field without a default that was hidden or read-only could never be sent; it is asked."""
    assert {} == node(int, **hinted(hidden=True, readonly=True))["hints"]


def test_hints_of_others_are_left_alone():
    """`json_schema_extra` of other tools, or a function, says nothing about a form."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = create_model(
            "M",
            a=(int, Field(1, json_schema_extra={"widget": "x"})),
            b=(int, Field(1, json_schema_extra=lambda schema: None)),
        )
        assert model() == judge(model, Document(compile_plan(model))).value
