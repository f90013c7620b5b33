"""How a field is drawn because of its hints: built-in controls, units, widths, groups."""

from __future__ import annotations

import re
import warnings
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from hitl_jupyter.forms import Document, compile_plan, judge
from tests.forms.build import asking, form, node, outcome, wrong


def hinted(**hints: Any) -> dict[str, Any]:
    return {"json_schema_extra": {"hitl": hints}}


@pytest.mark.parametrize(
    ("type_", "default", "hints", "drawn"),
    [
        (float, 0.5, {"control": "slider"}, {"control": "slider"}),
        (Decimal, Decimal("0.5"), {"control": "slider"}, {"control": "slider"}),
        (int, 1, {"control": "text"}, {"control": "text"}),
        (bool, True, {"control": "switch"}, {"control": "switch"}),
        (bool, ..., {"control": "radio"}, {"control": "radio"}),
        (bool | None, None, {"control": "select"}, {"control": "select"}),
        (Literal["a", "b"], "a", {"control": "radio"}, {"control": "radio"}),
        (str, "a", {"control": "textarea"}, {"control": "textarea", "multiline": True}),
        (str, "a", {"control": "text"}, {"control": "text", "multiline": False}),
        (float, 0.5, {"unit": "kg"}, {"unit": "kg"}),
        (int, 1, {"width": "half"}, {"width": 6}),
        (int, 1, {"width": 5}, {"width": 5}),
        (int, 1, {"group": "Size"}, {"group": "Size"}),
    ],
)
def test_a_look_reaches_the_page(type_, default, hints, drawn):
    """A built-in control, a unit, a width and a group are in the plan, as the page draws them."""
    bounds = {"ge": 0, "le": 1} if type_ in (float, Decimal, int) else {}
    found = node(type_, default, **bounds, **hinted(**hints))["hints"]
    assert drawn == {name: hint for name, hint in found.items() if name in drawn}


@pytest.mark.parametrize(
    ("type_", "bounds", "slider"),
    [
        (float, {"ge": 0, "le": 1}, ["0", "1", "0.01"]),
        (float, {"gt": 0, "lt": 1}, ["0.01", "0.99", "0.01"]),
        (float, {"ge": 0.3, "le": 2, "multiple_of": 0.5}, ["0.5", "2", "0.5"]),
        (float, {"ge": -1000, "le": 1e6}, ["-1000", "1000000", "10000"]),
        (Decimal, {"ge": Decimal("0.001"), "le": Decimal("0.002")}, ["0.001", "0.002", "0.00001"]),
    ],
)
def test_a_slider_has_a_hundred_steps_inside_the_bounds(type_, bounds, slider):
    """Bounds that do not count themselves are no end of it, and a multiple is its step."""
    found = node(type_, **bounds, **hinted(control="slider"))["hints"]["slider"]
    assert [float(end) for end in slider] == [float(end) for end in found]


def test_a_look_is_for_what_takes_it_in_the_field():
    """The items of a list, the number in a union: whatever in the field takes a control or a unit has it."""
    rows = node(list[str], **hinted(control="textarea"))
    assert rows["item"]["hints"]["multiline"]
    picked = node(float | str, **hinted(unit="kg"))
    assert ["kg", "kg"] == [branch["node"]["hints"]["unit"] for branch in picked["branches"]]


def test_any_field_can_be_a_box_for_json():
    """What it says is judged like any other answer."""
    model = asking(dict[str, int], **hinted(control="json"))
    document = form(model)
    document["x"].value = {"a": 1}
    assert ("json", {"a": 1}) == (document["x"].node.kind, outcome(model, document))
    document["x"].value = {"a": "one"}
    assert {"x": "At a: Must be a whole number."} == wrong(model, document)


def test_more_options_than_usual_are_checkboxes_where_asked():
    """A list of many choices is rows, unless its field says otherwise."""
    many = Literal[tuple(range(20))]
    assert "list" == node(list[many])["kind"]
    assert "several" == node(list[many], **hinted(control="checkboxes"))["kind"]


@pytest.mark.parametrize(
    ("type_", "hints", "words"),
    [
        (
            str,
            {"control": "slider"},
            "is 'slider', which is no control for its type. There are: 'textarea', 'text', 'j",
        ),
        (date, {"control": "radio"}, "There are: 'json'"),
        (float, {"control": "slider"}, "needs a least and a greatest value, such as ge=0 and le=1"),
        (int, {"control": "slider"}, "needs a least and a greatest value, such as ge=0 and le=1"),
        (bool | None, {"control": "switch"}, "can only say yes and no: give the field a default"),
        (int, {"control": 3}, "must be the name of a control"),
        (bool, {"unit": "kg"}, "'unit' of field 'x' is for fields of another type"),
        (int, {"unit": 3}, "'unit' of field 'x' must be a text"),
        (int, {"width": "wide"}, "'width' of field 'x' must be one of 'quarter', 'third', 'half', 'full' or a number"),
        (int, {"width": 13}, "'width' of field 'x' must be one of"),
        (int, {"group": ["a"]}, "'group' of field 'x' must be a text. It is left out."),
        (int, {"rows": 3}, "'rows' of field 'x' is for fields of another type"),
        (int, {"order": "first"}, "'order' of field 'x' must be a number"),
        (int, {"hidden": "yes"}, "'hidden' of field 'x' must be True or False"),
    ],
)
def test_a_hint_that_cannot_be_followed_warns(type_, hints, words):
    """It says what would be possible, and the field is drawn as its type says."""
    default = None if type_ == bool | None else False if type_ is bool else ...
    with pytest.warns(UserWarning, match=re.escape(words)):
        found = node(type_, default, **hinted(**hints))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert node(type_, default)["kind"] == found["kind"]
    assert not {"width", "unit", "control", "group", "rows"} & found["hints"].keys()


def test_a_control_of_ones_own_name_is_left_to_whoever_registered_it():
    """A name that is no built-in control is none that a form could warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {} == node(int, **hinted(control="my gauge"))["hints"]


class Letter(BaseModel):
    street: str = Field("", **hinted(group="To"))
    note: str = ""
    city: str = Field("", **hinted(group="To"))
    sender: str = Field("", **hinted(group="From"))
    zip: str = Field("", **hinted(group="To", order=-1))


def test_the_fields_of_a_group_stand_together():
    """In the place of the first of them, in the order in which they are read; the data is what it was."""
    names = [field["name"] for field in compile_plan(Letter).to_json()["root"]["fields"]]
    assert ["zip", "street", "city", "note", "sender"] == names
    assert Letter() == judge(Letter, Document(compile_plan(Letter))).value
