"""Filling a whole form in with data: everything goes where it belongs, or is told."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel

from hitl_jupyter.forms import judge
from hitl_jupyter.forms.filling import fill_in
from tests.forms.build import Address, Order, form

GOOD = {"name": "Jeff", "gift": True, "size": "large", "address": {"street": "Long Street", "zip": "12345"}}


def test_everything_is_filled_in_under_names_and_aliases():
    """Data that the form can hold is in it, under whichever of its names it came, and the rest has its default."""

    class Aliased(BaseModel):
        model_config = ConfigDict(populate_by_name=True)

        first: int = Field(alias="One")
        second: int = Field(alias="Two")
        third: int = 3

    document = form(Aliased)
    assert {} == fill_in(document, {"One": 1, "second": 2})
    assert Aliased(One=1, Two=2) == judge(Aliased, document).value


def test_data_and_instance_fill_in_the_same():
    """An instance fills the form in as its data does."""
    by_data, by_instance = form(Order), form(Order)
    assert {} == fill_in(by_data, GOOD)
    assert {} == fill_in(by_instance, Order.model_validate(GOOD))
    assert Order.model_validate(GOOD) == judge(Order, by_data).value == judge(Order, by_instance).value


def test_what_data_lacks_is_as_in_a_fresh_form():
    """A field that the data does not have loses what was in it: its default, or no answer."""
    document = form(Order)
    fill_in(document, {**GOOD, "count": 7})
    fill_in(document, {"gift": False})
    assert 1 == document["count"].value
    assert document["name"].is_absent
    assert document["address"].is_absent


def test_default_that_pydantic_does_not_judge_is_left_to_it():
    """Data without a field whose default breaks its own bounds gives what pydantic makes of that data."""

    class Loose(BaseModel):
        alpha: int = Field(5, le=3)

    document = form(Loose)
    fill_in(document, {})
    assert Loose() == judge(Loose, document).value


@pytest.mark.parametrize(
    ("data", "where", "why"),
    [
        ({**GOOD, "gift": "perhaps"}, ("gift",), "it is neither yes nor no"),
        ({**GOOD, "name": None}, ("name",), "there is no way to enter 'no value'"),
        ({**GOOD, "address": 5}, ("address",), "it is no Address and no data for one"),
        ({**GOOD, "tags": ["a", 5]}, ("tags", 1), "it is no text"),
        ({**GOOD, "others": [{"street": "S"}, 7]}, ("others", 1), "it is no Address and no data for one"),
        ([], (), "it is no Order and no data for one"),
    ],
)
def test_what_a_control_cannot_hold_is_told_at_its_field(data, where, why):
    """It is not dropped, bent or cut: its field is named with the reason, and everything else is filled in."""
    document = form(Order)
    unheld = fill_in(document, data)
    assert {where: f"What was to be filled in here cannot be entered: {why}."} == unheld
    assert document["size"].is_absent == isinstance(data, list)


def test_fields_that_are_not_there_are_told_where_the_model_takes_none():
    """A model that forbids further fields says so for each; the fields that it has are filled in."""

    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")

        a: int
        inner: Address

    document = form(Closed)
    unheld = fill_in(document, {"a": 1, "b": 2, "c": 3, "inner": {"street": "S"}})
    assert {(): "There is no field 'b' here.\nThere is no field 'c' here."} == unheld
    assert (1, "S") == (document["a"].value, document["inner.street"].value)


def test_root_model_is_filled_in_with_its_value():
    """The form of a root model takes the value itself."""
    kind = RootModel[list[int]]
    document = form(kind)
    assert {} == fill_in(document, [1, 2])
    assert kind([1, 2]) == judge(kind, document).value
