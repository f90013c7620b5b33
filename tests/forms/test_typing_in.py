"""What a person enters, and what the flow gets of it: exactly that, or a refusal."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field, Json, JsonValue, NaiveDatetime

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms import judge
from tests.forms.build import Address, Order, Priority, Size, Strict, asking, form, outcome, typed, wrong

EMPTY = "Please fill this in."
WHOLE = "Must be a whole number."
NUMBER = "Must be a number."


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (int, "12", 12),
        (int, " 12 ", 12),
        (int, "-0", 0),
        (int, "+7", 7),
        (int, 2**53 + 1, 2**53 + 1),
        (int, str(10**40 + 1), 10**40 + 1),
        (float, "0.10", 0.1),
        (float, "5", 5.0),
        (float, ".5", 0.5),
        (float, "1e-3", 0.001),
        (float, "inf", math.inf),
        (float, "-Infinity", -math.inf),
        (float, 0.1 + 0.2, 0.1 + 0.2),
        (float, 5e-324, 5e-324),
        (str, "  kept  ", "  kept  "),
        (str, "5", "5"),
        (str, "l1\nl2\u2028\x00😀", "l1\nl2\u2028\x00😀"),
        (bool, True, True),
        (bool, False, False),
        (Size, "large", Size.LARGE),
        (Size, Size.LARGE, Size.LARGE),
        (Priority, 2, Priority.VERY_HIGH),
        (Literal[1, "1", True, 0, False], True, True),
        (Literal[1, "1", True, 0, False], "1", "1"),
        (Literal[1, "1", True, 0, False], False, False),
        (Literal[Priority.LOW, Priority.VERY_HIGH], Priority.LOW, Priority.LOW),
        (Literal[b"x", b"y"], b"y", b"y"),
        (date, "2026-11-23", date(2026, 11, 23)),
        (date, date(1, 1, 1), date(1, 1, 1)),
        (datetime, "2026-11-23T10:00:00.000001", datetime(2026, 11, 23, 10, 0, 0, 1)),  # noqa: DTZ001 - a naive one
        (datetime, "2026-11-23T10:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (datetime, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-9.5))), None),
        (list[int], ["1", 2], [1, 2]),
        (list[list[str]], [["a"], []], [["a"], []]),
        (list[Size | None], ["small", None], [Size.SMALL, None]),
        (list[Address], [{"street": "S"}], [Address(street="S")]),
        (Address, {"street": "S", "zip": "12345"}, Address(street="S", zip="12345")),
        (int | None, None, None),
        (str | None, "", ""),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (set[int], {3, 1}, {1, 3}),
        (tuple[int, str], (1, "a"), (1, "a")),
        (JsonValue, {"a": [None, 1.5, "x"]}, {"a": [None, 1.5, "x"]}),
        (Json[list[int]], [1, 2], [1, 2]),
    ],
)
def test_what_is_entered_arrives_exactly(type_, value, expected):
    """Every value arrives as it was entered, with its type and all its digits."""
    found = typed(type_, value)
    wanted = value if expected is None and value is not None else expected
    assert wanted == found
    assert type(wanted) is type(found)


def test_nan_arrives_where_the_type_allows_it():
    """A float takes nan as text; one that is bound to be finite refuses it in words."""
    assert math.isnan(typed(float, "NaN"))
    assert ["Must be a finite number."] == typed(Annotated[float, Field(allow_inf_nan=False)], "nan")


@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        (int, "12.7", WHOLE),
        (int, 12.7, WHOLE),
        (int, "1e3", WHOLE),
        (int, "twelve", WHOLE),
        (int, "1 000", WHOLE),
        (int, "9" * 5000, "Is too large a number."),
        (int, "   ", EMPTY),
        (int, "", EMPTY),
        (float, "0,5", NUMBER),
        (float, "", EMPTY),
        (float, "1e999", "Is too large a number."),
        (str, "", EMPTY),
        (date, "23.11.2026", "Must be a date, such as 2026-11-23."),
        (date, "2026-02-30", "Must be a date, such as 2026-11-23."),
        (date, "2026-02-03T10:00", "Must be a date without a time."),
        (datetime, "tomorrow", "Must be a date and time, such as 2026-11-23T14:30."),
        (NaiveDatetime, "2026-11-23T10:00Z", "Must have no time zone."),
        (AwareDatetime, "2026-11-23T10:00", "Must have a time zone."),
        (Annotated[int, Field(ge=1)], "0", "Must be 1 or more."),
        (Annotated[int, Field(gt=1)], "1", "Must be more than 1."),
        (Annotated[float, Field(le=1)], "1.5", "Must be 1 or less."),
        (Annotated[float, Field(lt=0.5)], "0.5", "Must be less than 0.5."),
        (Annotated[int, Field(multiple_of=5)], "7", "Must be a multiple of 5."),
        (Annotated[str, Field(min_length=2)], "a", "Must have at least 2 characters."),
        (Annotated[str, Field(max_length=1)], "ab", "Must have at most 1 character."),
        (Annotated[str, Field(pattern="^a$")], "b", "Does not have the required form, which is ^a$"),
        (Annotated[date, Field(ge=date(2026, 1, 1))], "2025-01-01", "Must be 2026-01-01 or more."),
        (Annotated[list[int], Field(min_length=1)], [], "Needs at least 1 entry."),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "Takes at most 1 entry."),
    ],
)
def test_what_is_wrong_is_refused_in_plain_words(type_, value, message):
    """A wrong entry is refused, never bent into a right one, and the person reads what is wanted."""
    assert [message] == typed(type_, value)


def test_a_fresh_form_asks_for_all_that_is_required():
    """Nothing is chosen or filled in beforehand: every required field of a fresh form is asked for at its place."""
    assert dict.fromkeys(("name", "gift", "size", "address.street"), EMPTY) == wrong(Order, form(Order))


def test_a_form_filled_in_field_by_field():
    """Setting the fields as a person would gives the instance that the values make."""
    document = form(Order)
    document["name"].value = "Ana"
    document["count"].value = "3"
    document["gift"].value = False
    document["size"].value = "small"
    document["address.street"].value = "Main"
    document["others"].append({"street": "Side"})
    document["others.0.zip"].value = "12345"
    document["tags"].append("b", "c")
    document["password"].value = "hush"
    document["anything"].value = {"b": 2}
    expected = Order(
        name="Ana",
        count=3,
        gift=False,
        size=Size.SMALL,
        address=Address(street="Main"),
        others=[Address(street="Side", zip="12345")],
        tags=["new", "b", "c"],
        password="hush",
        anything={"b": 2},
    )
    assert expected == judge(Order, document).value


def test_a_strict_model_takes_what_a_person_types():
    """Numbers, dates, options and JSON are typed as text, and a strict model still gets their types."""
    document = form(Strict)
    entries = {
        "whole": "5",
        "number": "5",
        "yes": True,
        "day": "2026-11-23",
        "moment": "2026-11-23T10:00:00Z",
        "size": "large",
        "word": "b",
        "tags": ["1", "2"],
        "pair": [1, "a"],
        "secret": "hush",
    }
    for name, entry in entries.items():
        document[name].value = entry
    value = judge(Strict, document).value
    assert (5, 5.0, date(2026, 11, 23), Size.LARGE, [1, 2], (1, "a")) == (
        value.whole,
        value.number,
        value.day,
        value.size,
        value.tags,
        value.pair,
    )
    document["whole"].value = "5.0"
    assert {"whole": WHOLE} == wrong(Strict, document)


def test_an_empty_row_of_a_list_is_asked_for():
    """A row that was added and not filled in is an error at that row, and the others keep their places."""
    model = asking(list[int])
    document = form(model)
    document["x"].append("1")
    document["x"].append()
    document["x"].append("three")
    assert {"x.1": EMPTY, "x.2": WHOLE} == wrong(model, document)
    document["x"].remove(1)
    assert {"x.1": WHOLE} == wrong(model, document)


@pytest.mark.parametrize("entry", ["", " ", "{", "[1,", "nul", "'a'", "{'a': 1}", "[" * 100_000])
def test_half_a_json_text_is_refused_at_its_box(entry):
    """Text that is no JSON is no answer, and the other errors of the form are told beside it."""

    class Model(BaseModel):
        data: dict
        count: int

    document = form(Model)
    document.replace({"is": "value", "value": {"data": {"is": "value", "value": entry}}})
    found = wrong(Model, document)
    assert ["data", "count"] == list(found)
    assert found["data"] in (EMPTY, 'Must be JSON, such as "text", 12, true, [1, 2] or {"name": "value"}.')
    assert not judge(Model, document).ok


def test_errors_inside_a_json_box_say_where():
    """What is wrong deep in a JSON text is told at its box, with the place inside."""
    model = asking(dict[Any, list[int]])
    document = form(model)
    document["x"].value = {"a": [1, "b"]}
    assert {"x": f"At a[1]: {WHOLE}"} == wrong(model, document)


def test_a_text_that_cannot_be_encoded_is_refused_at_its_field():
    """Half a surrogate pair, which a page can send, is an error of its field and no crash."""
    assert ["Has characters that cannot be stored."] == typed(str, "a\ud800")


def test_clearing_takes_the_answer_away():
    """A cleared field is absent; reset puts its default back; an emptied nullable number is null."""
    model = asking(int | None, 3)
    document = form(model)
    document["x"].value = ""
    assert document["x"].is_null
    assert outcome(model, document) is None
    document["x"].clear()
    assert document["x"].is_absent
    assert 3 == outcome(model, document)
    document["x"].value = 5
    document["x"].reset()
    assert 3 == document["x"].value


def test_a_str_with_a_default_may_be_emptied():
    """Emptying a text that has a default gives "", not the default; a nullable one tells "" from no value."""
    assert "" == typed(str, "", "default")
    assert "" == typed(str | None, "", None)
    assert typed(str | None, None, "default") is None


def test_a_number_with_a_default_must_not_be_left_empty():
    """Emptying a number that has a default is not the default: it is asked for."""
    model = asking(int, 3)
    document = form(model)
    document.replace({"is": "value", "value": {"x": {"is": "value", "value": ""}}})
    assert {"x": EMPTY} == wrong(model, document)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (str, 5),
        (str, None),
        (int, []),
        (int, None),
        (int, b"1"),
        (bool, "maybe"),
        (bool, 2),
        (Size, "medium"),
        (Literal[1, 2], True),
        (Literal["a"], "b"),
        (date, [1]),
        (list[int], 5),
        (list[int], {"a": 1}),
        (Address, 5),
        (dict[str, int], object()),
    ],
)
def test_what_cannot_be_entered_is_refused_at_once(type_, value):
    """A control takes nothing that a person could not enter, and says so without naming the value."""
    document = form(asking(type_))
    before = document.to_wire()
    with pytest.raises(CannotHold) as caught:
        document["x"].value = value
    assert ("x",) == caught.value.path
    with pytest.raises(CannotHold):
        document.set({"x": value})
    assert before == document.to_wire()
