"""Dictionaries whose keys are more than a text or a number: tuples, sets, models, unions, None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, Flag
from typing import Annotated, Any, NamedTuple

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from hitl_jupyter.forms import judge
from tests.forms.build import asking, form, node, outcome, through_the_page, wrong


class Spot(BaseModel):
    model_config = ConfigDict(frozen=True)

    row: int
    name: str = "x"


@dataclass(frozen=True)
class Seat:
    row: int
    name: str = "x"


class At(NamedTuple):
    row: int
    day: date


class Kind(Enum):
    A = 1
    B = "1"


class Rights(Flag):
    READ = 1
    WRITE = 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (tuple[int, str], (1, "a")),
        (tuple[date, ...], (date(2026, 1, 2),)),
        (frozenset[int], frozenset({1, 2})),
        (frozenset[Kind], frozenset({Kind.B})),
        (Rights, Rights.READ | Rights.WRITE),
        (Spot, Spot(row=1)),
        (Seat, Seat(1)),
        (At, At(1, date(2026, 1, 2))),
        (Kind, Kind.B),
        (Decimal, Decimal("1.50")),
        (bytes, b"a"),
        (int | str, "1"),
        (int | str, 1),
        (str | None, None),
        (str | None, ""),
        (date | None, None),
        (Spot | tuple[int, int], (1, 2)),
    ],
)
def test_a_key_comes_back_equal_and_of_its_type(key, value):
    """What is a key in Python is one in the form, by a person, as a default or from the page."""
    model = asking(dict[key, list[int]])
    filled = form(model)
    filled["x"].value = {value: [1]}
    for document in (filled, through_the_page(filled), form(model, {"x": {value: [1]}})):
        ((found, part),) = outcome(model, document).items()
        assert (value, type(value), [1]) == (found, type(found), part)


def test_both_branches_of_a_key_stand_beside_each_other():
    """1 and "1" are two keys, as they are in Python."""
    model = asking(dict[int | str, int])
    document = form(model, {"x": {1: 1, "1": 2}})
    assert {1: 1, "1": 2} == outcome(model, document)


def test_the_same_key_is_told_however_it_is_written():
    """Of two keys that pydantic makes one of, the second is told: a dictionary would drop the first in silence."""
    trimmed = Annotated[str, StringConstraints(strip_whitespace=True)]
    for key, one, other in ((Decimal, "1", "1.0"), (trimmed, "a", "a "), (tuple[int, int], [1, 2], [1, 2])):
        model = asking(dict[key, int])
        document = form(model)
        document["x"].append((one, 1), (other, 2))
        assert {"x.1.0": "This key is already there."} == wrong(model, document)


def test_what_is_wrong_in_a_key_is_told_at_its_place():
    """A key that is not whole is told at its own field, and a wrong value beside it at the value."""
    model = asking(dict[tuple[int, int], int])
    document = form(model)
    document["x"].append(([1, "a"], 1), ([1, 2], "one"))
    assert {"x.0.0.1": "Must be a whole number.", "x.1.1": "Must be a whole number."} == wrong(model, document)
    document["x"].clear()
    document["x"].append()
    asked = "Please fill this in."
    assert {"x.0.0.0": asked, "x.0.0.1": asked, "x.0.1": asked} == wrong(model, document)


def test_a_wrong_value_is_told_in_the_row_of_its_key():
    """Whatever pydantic calls the key in its error, the value's row is found."""
    for key, value in ((Spot, Spot(row=1)), (bool, False), (str | None, None), (At, At(1, date(2026, 1, 2)))):
        model = asking(dict[key, int])
        document = form(model)
        document["x"].append((value, "one"))
        assert {"x.0.1": "Must be a whole number."} == wrong(model, document)


def test_a_program_may_write_such_a_key_as_json():
    """JSON has no other way to say a key that is a list or an object."""
    model = asking(dict[tuple[int, int], int])
    document = form(model)
    document["x"].value = {"[1, 2]": 3}
    assert {(1, 2): 3} == outcome(model, document)


def test_a_validator_of_a_key_that_breaks_is_told_at_the_key():
    """Nothing that a person can type makes a form fail, whatever the user's code does with it."""

    def broken(value: Any) -> Any:
        raise KeyError(value)

    model = asking(dict[Annotated[tuple[int, int], AfterValidator(broken)], int])
    document = form(model)
    document["x"].append(([1, 2], 3))
    (error,) = judge(model, document).errors
    assert (("x", 0, 0), "validator") == (error.path, error.kind)


def test_keys_of_a_strict_model_stay_a_box_for_json():
    """A strict model takes no list for a tuple, and no text for the date beside it."""
    model = type(
        "Strict",
        (BaseModel,),
        {"__annotations__": {"x": dict[tuple[int, int], date]}, "model_config": {"strict": True}},
    )
    assert "json" == form(model)["x"].node.kind
    assert "dict" == node(dict[tuple[int, int], date])["kind"]
