"""Aliases: a form speaks of names, pydantic gets the keys that it takes, errors find their fields."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, create_model

from hitl_jupyter.forms import Document, compile_plan, judge
from tests.forms.build import form, wrong


def model(config: dict[str, Any] | None = None, **fields: Any) -> type[BaseModel]:
    return create_model("Aliased", __config__=ConfigDict(**(config or {})), **fields)


class Paths(BaseModel):
    """Fields from inside the data of others."""

    model_config = ConfigDict(extra="forbid")

    first: str = Field(validation_alias=AliasPath("names", 0))
    last: str = Field(validation_alias=AliasPath("names", 1))
    zip: int = Field(validation_alias=AliasPath("address", "post", "zip"))
    city: str = Field(validation_alias=AliasPath("address", "city"))


CASES = [
    (model(a=(int, Field(alias="A"))), {"A": 1}),
    (model(a=(int, Field(validation_alias="v", serialization_alias="s"))), {"v": 1}),
    (model(a=(int, Field(validation_alias=AliasChoices("one", "two")))), {"one": 1}),
    (model(a=(int, Field(validation_alias=AliasChoices(AliasPath("deep", "er"), "two")))), {"deep": {"er": 1}}),
    (model({"populate_by_name": True}, a=(int, Field(alias="A"))), {"A": 1}),
    (model({"validate_by_name": True, "validate_by_alias": False}, a=(int, Field(alias="A"))), {"a": 1}),
    (model({"alias_generator": str.upper}, a=(int, ...)), {"A": 1}),
    (model(a=(int, Field(alias="Do you have any?"))), {"Do you have any?": 1}),
    (model({"loc_by_alias": False}, a=(int, Field(alias="A"))), {"A": 1}),
]


@pytest.mark.parametrize(("aliased", "data"), CASES)
def test_pydantic_gets_the_keys_that_it_takes(aliased, data):
    """Whatever an alias looks like, the field is filled in by its name and pydantic finds it."""
    document = form(aliased)
    document["a"].value = 1
    assert data == document.to_input()
    assert 1 == judge(aliased, document).value.a


@pytest.mark.parametrize(("aliased", "data"), CASES)
def test_errors_stand_at_the_field_and_not_at_the_alias(aliased, data):
    """Missing or wrong, an error is told at the field's name."""
    del data
    document = form(aliased)
    assert {"a": "Please fill this in."} == wrong(aliased, document)
    document["a"].value = "x"
    assert {"a": "Must be a whole number."} == wrong(aliased, document)


@pytest.mark.parametrize(("aliased", "data"), CASES)
def test_values_are_put_in_by_name_and_by_alias(aliased, data):
    """Data may speak of a field by its name or as pydantic would take it; an instance fills in the same."""
    document = form(aliased)
    for value in (data, {"a": 1}, judge(aliased, data).value):
        document.set(value)
        assert 1 == document["a"].value
    assert "1" == Document(compile_plan(aliased), data).to_wire()["value"]["a"]["value"]


def test_paths_into_nested_data_are_put_together():
    """Fields from one nested piece of data are sent as that one piece, lists included."""
    document = form(Paths)
    for name, value in {"first": "A", "last": "B", "zip": 12345, "city": "C"}.items():
        document[name].value = value
    assert {"names": ["A", "B"], "address": {"post": {"zip": 12345}, "city": "C"}} == document.to_input()
    assert Paths.model_construct(first="A", last="B", zip=12345, city="C") == judge(Paths, document).value
    document["zip"].value = "x"
    document["last"].clear()
    assert {"zip": "Must be a whole number.", "last": "Please fill this in."} == wrong(Paths, document)


def test_fields_that_share_an_alias_do_not_take_each_others_data():
    """Where two fields may be found under one key, each is sent under a key of its own."""
    shared = model(
        a=(int, Field(validation_alias=AliasChoices("x", "a"))),
        b=(int, Field(validation_alias=AliasChoices("x", "b"))),
    )
    document = form(shared)
    document["a"].value = 1
    document["b"].value = 2
    value = judge(shared, document).value
    assert (1, 2) == (value.a, value.b)


def test_a_name_that_is_anothers_alias_stays_that_ones():
    """A field called like the alias of another does not get the other's value."""
    crossed = model(a=(int, Field(alias="b")), b=(int, Field(alias="a")))
    document = form(crossed)
    document.set({"b": 1, "a": 2})
    value = judge(crossed, document).value
    assert (1, 2) == (value.a, value.b)
    assert {"b": 1, "a": 2} == document.to_input()


def test_a_field_that_is_part_of_another_is_not_asked_twice():
    """A field whose data lies inside another's comes from there; its errors are told there."""

    class Names(BaseModel):
        names: list[int]
        first: int = Field(validation_alias=AliasPath("names", 0), le=5)

    document = form(Names)
    assert ["names"] == [field.name for field in compile_plan(Names).root.fields]
    document["names"].append("1", "2")
    assert 1 == judge(Names, document).value.first
    document["names.0"].value = 9
    assert {"names.0": "Must be 5 or less."} == wrong(Names, document)
