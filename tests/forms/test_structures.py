"""What holds other fields: sets, tuples, dictionaries, unions."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from ipaddress import IPv4Address, IPv4Interface
from typing import Annotated, Any, Literal, NamedTuple, Union

import pytest
from pydantic import (
    AfterValidator,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    create_model,
)

from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms import Document, compile_plan, judge, record_value
from tests.forms.build import Address, Size, asking, form, node, outcome, through_the_page, typed, wrong


class Point(NamedTuple):
    """A place on a map."""

    x_axis: int
    y_axis: int = 7


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Tabby(Cat):
    stripes: int


class Dog(BaseModel):
    kind: Literal["dog", "puppy"]
    name: str


class Fish(BaseModel):
    kind: Literal["fish"] = "fish"
    depth: float


Pet = Annotated[Cat | Dog | Fish, Field(discriminator="kind")]


class Level(Enum):
    LOW = 1
    HIGH = 2


# -- rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (set[int], {3, 1, 2}),
        (frozenset[str], frozenset({"b", "a"})),
        (deque[int], deque([1, 2])),
        (tuple[int, ...], (1, 2, 3)),
        (Sequence[int], [1, 2]),
        (list[list[int]], [[1], [], [2, 3]]),
        (list[tuple[int, str]], [(1, "a"), (2, "b")]),
        (tuple[int, Address], (1, Address(street="S"))),
        (dict[str, int], {"a": 1, "b.c": 2}),
        (dict[int, list[str]], {1: ["a"], 2: []}),
        (dict[date, Address], {date(2026, 1, 2): Address(street="S")}),
        (dict[Level, int], {Level.HIGH: 1}),
        (dict[bool, str], {True: "yes", False: "no"}),
        (Mapping[str, int], {"__proto__": 1, "constructor": 2}),
        (dict[str, dict[str, int]], {"a": {"b": 1}}),
        (Point, Point(1, 2)),
        (int | str, "5"),
        (int | str, 5),
        (bool | int, 1),
        (bool | int, True),
        (float | int, 5),
        (date | str, "2026-01-02"),
        (date | str, date(2026, 1, 2)),
        (list[int] | list[str], ["1"]),
        (Base64Bytes | str, b"("),
        (Base64Bytes | str, "KA=="),
        (IPv4Address | IPv4Interface, IPv4Interface("10.0.0.1/8")),
        (Cat | Tabby, Tabby(kind="cat", stripes=3)),
        (list[int] | dict[str, int] | None, {"a": 1}),
        (Pet, Dog(kind="puppy", name="Rex")),
        (list[Pet], [Cat(kind="cat", lives=3), Fish(depth=1.5)]),
        (dict[str, Pet | int], {"a": 3, "b": Fish(depth=2)}),
        (Address | Cat, Address(street="S")),
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
    assert list(value) == list(found) if isinstance(value, dict | list | tuple) else True


def test_the_items_of_a_set_have_an_order():
    """A set is shown in one order in every process, and says that what is there twice counts once."""
    found = node(set[str], {"c", "a", "b"})
    assert ["a", "b", "c"] == [cell["value"] for cell in found["blank"]["value"]]
    assert {"unique": True, "min_items": 1} == node(set[int], min_length=1)["hints"]


def test_what_pydantic_would_make_otherwise_is_left_alone():
    """A default of another type than its field's is shown, and stays what it is while nobody touches it."""
    model = asking(set[int], [2, 1])
    assert [2, 1] == judge(model, form(model)).value.x
    model = asking(Sequence[int], (1, 2))
    assert (1, 2) == judge(model, form(model)).value.x


# -- tuples ---------------------------------------------------------------------------------------------------------


def test_a_tuple_is_a_row_of_fields():
    """Each item has its own control; a named tuple's have its names, its defaults and its description."""
    assert ["integer", "text"] == [field["node"]["kind"] for field in node(tuple[int, str])["fields"]]
    found = node(Point)
    assert ["X Axis", "Y Axis"] == [field["node"]["title"] for field in found["fields"]]
    assert ("A place on a map.", {"is": "value", "value": "7"}) == (found["description"], found["blank"]["value"][1])


def test_a_tuple_has_no_holes():
    """An item that was left empty is asked for, one that is wrong is told at its place."""
    model = asking(tuple[int, str])
    assert {"x.0": "Please fill this in.", "x.1": "Please fill this in."} == wrong(model, form(model))
    document = form(model)
    document["x.0"].value = "one"
    document["x.1"].value = ""
    assert {"x.0": "Must be a whole number.", "x.1": "Please fill this in."} == wrong(model, document)


def test_a_tuple_of_another_length_cannot_be_entered():
    """There is no control for what does not fit, and nothing is cut."""
    document = form(asking(tuple[int, str]))
    for value in ([1], [1, "a", 2], "1a", {"a": 1}):
        with pytest.raises(CannotHold):
            document["x"].value = value


# -- dictionaries ---------------------------------------------------------------------------------------------------


def test_errors_stand_at_the_key_or_the_value_of_their_row():
    """What is wrong with a key is told at the key, with a value at the value, whatever the keys look like."""
    model = asking(dict[Annotated[int, Field(ge=1)], list[Annotated[int, Field(le=5)]]])
    document = form(model)
    document["x"].value = {1: [1], 0: [9], 7: [1, 9]}
    assert {"x.1.0": "Must be 1 or more.", "x.1.1.0": "Must be 5 or less.", "x.2.1.1": "Must be 5 or less."} == wrong(
        model, document
    )


def test_a_key_that_is_there_already_is_told():
    """The same key twice is refused at the second row, and not dropped in silence."""
    model = asking(dict[int, str])
    document = form(model)
    document["x"].value = {1: "a"}
    document["x"].append()
    document["x.1.0"].value = "01"
    document["x.1.1"].value = "b"
    assert {"x.1.0": "This key is already there."} == wrong(model, document)
    document["x.1.0"].value = "2"
    assert {1: "a", 2: "b"} == judge(model, document).value.x


def test_a_row_of_a_dictionary_is_filled_in_or_asked_for():
    """A row that was added and left empty is asked for, key and value."""
    model = asking(dict[str, int], min_length=1)
    document = form(model)
    assert {"x": "Needs at least 1 entry."} == wrong(model, document)
    document["x"].append()
    assert {"x.0.0": "Please fill this in.", "x.0.1": "Please fill this in."} == wrong(model, document)


# -- unions ---------------------------------------------------------------------------------------------------------


def test_a_branch_is_called_by_its_title_or_kind():
    """Branches have names for people; two that would look alike are told apart; none is picked beforehand."""
    assert ["Cat", "Dog", "Fish"] == [branch["label"] for branch in node(Pet)["branches"]]
    found = node(int | str | list[int] | list[str])
    assert ["Whole number", "Text", "List (list[int])", "List (list[str])"] == [b["label"] for b in found["branches"]]
    assert {"is": "absent"} == found["blank"]
    titled = create_model("Odd", __config__=ConfigDict(title="An odd one"), a=(int, 1))
    assert ["An odd one", "Text"] == [branch["label"] for branch in node(titled | str)["branches"]]


def test_a_tag_is_not_asked_again():
    """The field that says which branch it is has been answered by picking it; one with a choice is still asked."""
    branches = node(Cat | Fish)["branches"]
    assert [True, True] == [branch["node"]["fields"][0]["node"]["hints"].get("hidden") for branch in branches]
    kinds = [branch["node"]["fields"][0]["node"]["kind"] for branch in node(Pet)["branches"]]
    assert ["constant", "choice", "constant"] == kinds


def picking(type_: Any, branch: int, inner: Any, **said: Any) -> tuple[type[BaseModel], Document]:
    """Give a form in which a person picked a branch and filled it in."""
    model = asking(type_, **said)
    document = form(model)
    cell = compile_plan(model).root.by_name["x"].node.branches[branch].node.write(inner)
    held = {"branch": branch, "held": {str(branch): cell}}
    document.replace({"is": "value", "value": {"x": {"is": "value", "value": held}}})
    return model, document


@pytest.mark.parametrize(
    ("type_", "branch", "entered", "value"),
    [
        (date | str, 0, "2026-01-02", date(2026, 1, 2)),
        (date | str, 1, "2026-01-02", "2026-01-02"),
        (int | str, 1, "5", "5"),
        (Union[str, int], 1, "5", 5),  # noqa: UP007
        (bool | int, 1, 1, 1),
        (float | int, 0, "5", 5.0),
        (list[str] | set[str], 1, ["a"], {"a"}),
    ],
)
def test_the_branch_that_was_picked_is_the_one_that_counts(type_, branch, entered, value):
    """pydantic would take some other branch for the same data; what was picked is what comes back."""
    found = outcome(*picking(type_, branch, entered))
    assert (value, type(value)) == (found, type(found))


def test_what_the_picked_branch_refuses_is_not_taken_for_another():
    """Text in a number is wrong although the union has text too, and the error is of the picked branch alone."""
    model, document = picking(int | str, 0, "abc")
    assert {"x": "Must be a whole number."} == wrong(model, document)
    assert judge(model, document).refused_by_schema


def test_errors_stand_at_the_field_of_the_picked_branch():
    """Which branch it is has no place in the path; a program's data is told in the same places."""
    model = asking(list[Pet])
    document = form(model)
    document["x"].value = [{"kind": "cat", "lives": "many"}, {"kind": "fish", "depth": 1}]
    assert {"x.0.lives": "Must be a whole number."} == wrong(model, document)
    assert {"x.0.lives": "Must be a whole number."} == wrong(model, {"x": [{"kind": "cat", "lives": "many"}]})
    assert {"x.0": "Must have 'kind' set to one of 'cat', 'dog', 'puppy', 'fish'."} == wrong(
        model, {"x": [{"kind": "cow"}]}
    )


def test_nothing_picked_is_asked_for():
    """A union without a default begins with nothing picked; it is asked for, and so is an empty branch."""
    model = asking(int | str)
    assert {"x": "Please fill this in."} == wrong(model, form(model))
    document = form(model)
    document.replace({"is": "value", "value": {"x": {"is": "value", "value": {"branch": 0, "held": {}}}}})
    assert {"x": "Please fill this in."} == wrong(model, document)


def test_a_validator_in_a_branch_is_told_as_one():
    """What the user's own code refuses in a branch is of kind validator, with an exception for the flow to raise."""

    def odd(value: int) -> int:
        if value % 2 == 0:
            raise ValueError("must be odd")
        return value

    model, document = picking(Annotated[int, AfterValidator(odd)] | str, 0, 4)
    verdict = judge(model, document)
    assert [(("x",), "must be odd", "validator")] == [(e.path, e.message, e.kind) for e in verdict.errors]
    assert "must be odd" in str(verdict.exception)


def test_fields_of_the_picked_branch_are_found_by_path():
    """A path leads into the branch that is picked; where none is, there is nothing to find."""
    document = form(asking(Pet, Fish(depth=1)))
    document["x.depth"].value = 3.5
    assert {"kind": "fish", "depth": 3.5} == document["x"].value
    with pytest.raises(LookupError):
        form(asking(Pet))["x.depth"]


def test_a_callable_discriminator_decides():
    """A union whose branch is found by a function is filled in by that function too."""

    def size_of(value: Any) -> str:
        number = value.get("number") if isinstance(value, dict) else value.number
        return "big" if int(number) > 9 else "small"

    class Big(BaseModel):
        number: int

    class Small(BaseModel):
        number: int

    union = Annotated[Annotated[Big, Tag("big")] | Annotated[Small, Tag("small")], Discriminator(size_of)]
    model = asking(union)
    for number, kind in ((10, Big), (1, Small)):
        document = form(model)
        document["x"].value = {"number": number}
        assert kind is type(judge(model, document).value.x)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"branch": 2, "held": {}},
        {"branch": True, "held": {}},
        {"branch": "0", "held": {}},
        {"branch": 0},
        {"branch": 0, "held": {"7": {"is": "absent"}}},
        {"branch": 0, "held": {"1": {"is": "value", "value": 1}}},
        {"branch": 0, "held": []},
    ],
)
def test_a_malformed_union_is_refused(value):
    """A page cannot pick what is not there, nor hold in a branch what its control does not."""
    document = form(asking(int | str))
    with pytest.raises(MalformedDocument):
        document.replace({"is": "value", "value": {"x": {"is": "value", "value": value}}})


def test_every_branch_keeps_its_draft():
    """What was entered in a branch that is not picked any more goes to the page and back, and never to pydantic."""
    model = asking(int | str)
    document = form(model)
    held = {"0": {"is": "value", "value": "7"}, "1": {"is": "value", "value": "seven"}}
    wire = {"is": "value", "value": {"x": {"is": "value", "value": {"branch": 1, "held": held}}}}
    document.replace(wire)
    assert wire == through_the_page(document).to_wire()
    assert {"x": "seven"} == document.to_json()


def test_a_secret_in_a_branch_stays_one():
    """A branch with a secret is typed blind, and no draft of it leaves the process."""
    model, document = picking(SecretStr | int, 0, "hunter2")
    assert "hunter2" == judge(model, document).value.x.get_secret_value()
    assert "hunter2" not in str(document.to_wire())


def test_options_of_several_literals_are_one_choice():
    """A union of literals is no union of branches with nothing in them."""
    assert ["a", "1", "2"] == form(asking(Literal["a"] | Literal[1, 2]))["x"].options  # noqa: PYI030 - what is tested
    assert Size.SMALL == typed(Size | int, Size.SMALL)


def test_what_a_record_holds_makes_the_same_answer():
    """An answer with structures in it is written as JSON from which an equal one is made."""
    model = create_model("M", a=(dict[int, Point], ...), b=(set[int], ...), c=(list[Pet], ...))
    value = model(a={1: Point(1, 2)}, b={2, 1}, c=[Cat(kind="cat")])
    assert value == judge(model, record_value(value)).value
