"""The document: cells from and to the page, and the fields of a form by their paths."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from hitl_jupyter.exceptions import CannotHold, MalformedDocument, NoSuchField
from hitl_jupyter.forms import Document, compile_plan, judge
from tests.forms.build import Address, Order, asking, form, through_the_page


def test_what_the_page_sends_back_untouched_changes_nothing():
    """A form that is opened and sent back holds the same cells."""
    document = form(Order)
    assert document.to_wire() == through_the_page(document).to_wire()


@pytest.mark.parametrize(
    "wire",
    [
        None,
        [],
        "x",
        {},
        {"is": "absent"},
        {"is": "null"},
        {"is": "value"},
        {"is": "what", "value": {}},
        {"is": "value", "value": []},
        {"is": "value", "value": {"unknown": {"is": "absent"}}},
        {"is": "value", "value": {"name": "Ana"}},
        {"is": "value", "value": {"name": {"is": "value", "value": 5}}},
        {"is": "value", "value": {"count": {"is": "value", "value": 5}}},
        {"is": "value", "value": {"gift": {"is": "value", "value": "true"}}},
        {"is": "value", "value": {"size": {"is": "value", "value": 2}}},
        {"is": "value", "value": {"size": {"is": "value", "value": -1}}},
        {"is": "value", "value": {"size": {"is": "value", "value": True}}},
        {"is": "value", "value": {"size": {"is": "value", "value": "small"}}},
        {"is": "value", "value": {"kind": {"is": "value", "value": 0}}},
        {"is": "value", "value": {"tags": {"is": "value", "value": {}}}},
        {"is": "value", "value": {"tags": {"is": "value", "value": ["a"]}}},
        {"is": "value", "value": {"others": {"is": "value", "value": [{"is": "value", "value": {"x": 1}}]}}},
        {"is": "value", "value": {"anything": {"is": "value", "value": {"a": 1}}}},
        {"is": "value", "value": {"password": {"is": "value", "value": ["x"]}}},
    ],
)
def test_malformed_cells_change_nothing(wire):
    """Cells that are not this form's are refused as a ValueError, and what was filled in stays."""
    document = form(Order)
    document["name"].value = "Ana"
    before = document.to_wire()
    with pytest.raises(MalformedDocument):
        document.replace(wire)
    assert before == document.to_wire()


def test_cells_are_copied():
    """Neither what comes in nor what goes out is shared with the form."""
    wire = form(Order).to_wire()
    document = form(Order)
    document.replace(wire)
    wire["value"]["name"] = {"is": "value", "value": "changed"}
    document.to_wire()["value"]["tags"]["value"].clear()
    assert document["name"].is_absent
    assert ["new"] == document["tags"].value


def test_a_field_that_the_page_left_out_is_absent():
    """A page that knows less than the form leaves fields absent, not as they were."""
    document = form(Order)
    document.replace({"is": "value", "value": {"name": {"is": "value", "value": "Ana"}}})
    assert document["count"].is_absent
    assert {"name": "Ana"} == document.to_input()


def test_fields_are_found_by_path():
    """Names and indices lead to fields, as one text or as a path."""
    document = form(Order)
    document["others"].append({"street": "S"})
    assert "S" == document["others.0.street"].value
    assert "S" == document.cell(("others", 0, "street")).value
    assert ("Full name", "text") == (document["name"].title, document["name"].node.kind)
    assert document[""].value["tags"] == ["new"]
    assert "<text others.0.street: value>" == repr(document["others.0.street"])
    assert "<Document of 'Order'>" == repr(document)


@pytest.mark.parametrize("path", ["nme", "address.nme", "others.0", "others.x", "name.x", "tags.5", "count.0"])
def test_a_field_that_is_not_there_is_named_with_those_that_are(path):
    """A wrong path is an error that says what there is."""
    with pytest.raises(NoSuchField) as caught:
        form(Order)[path]
    assert caught.value.path == path
    assert all(repr(name) in str(caught.value) for name in caught.value.known)


def test_filling_in_a_part_opens_what_is_around():
    """Setting a field of an optional group that is not there makes the group, its other fields blank."""
    document = form(asking(Address | None, None))
    assert document["x.zip"].is_absent
    document["x.street"].value = "S"
    assert {"street": "S", "zip": "00000"} == document["x"].value


def test_lists_grow_and_shrink():
    """Rows are added, filled in, and taken out; a list that is no list cannot grow."""
    document = form(Order)
    document["tags"].append("b")
    document["tags"].remove(0)
    assert ["b"] == document["tags"].value
    document["others"].append()
    assert "00000" == document["others.0.zip"].value
    with pytest.raises(NoSuchField):
        document["tags"].remove(7)
    with pytest.raises(CannotHold, match="no list"):
        document["name"].append("x")


def test_reset_puts_back_what_a_fresh_form_holds():
    """A field, a nested field, a list's item and the whole form go back to how they were when opened."""
    document = form(Order, {"count": 7, "others": [{"street": "S", "zip": "1"}]})
    for path in ("count", "others.0.zip", "address.zip", "tags"):
        document[path].clear()
        document[path].reset()
    assert (1, "00000", "00000", ["new"]) == tuple(
        document[path].value for path in ("count", "others.0.zip", "address.zip", "tags")
    )
    document[""].reset()
    assert form(Order).to_wire() == document.to_wire()


def test_initial_values_are_put_over_the_defaults():
    """What is given beforehand is shown, right or wrong; the rest is as in a fresh form; rubbish is refused."""
    document = Document(compile_plan(Order), {"name": "Ana", "count": "many", "address": {"street": "S"}})
    assert ("Ana", "many", "00000", ["new"]) == tuple(
        document[path].value for path in ("name", "count", "address.zip", "tags")
    )
    with pytest.raises(CannotHold):
        Document(compile_plan(Order), 5)  # type: ignore[arg-type]


def test_setting_a_whole_form_is_exact():
    """What the data lacks is absent, and not the default: {} and {"x": None} are two answers."""
    model = asking(int | None, None)
    document = form(model)
    assert {"x": None} == document.to_input()
    document.set({})
    assert {} == document.to_input()
    document.set({"x": None})
    assert {"x": None} == document.to_input()


def test_unreadable_text_is_given_back_as_it_is():
    """The value of a box with half a JSON text is that text."""
    document = form(Order)
    document.replace({"is": "value", "value": {"anything": {"is": "value", "value": "{"}}})
    assert "{" == document["anything"].value
    assert [("anything",)] == [problem.path for problem in document.problems()]


def test_models_that_allow_further_keys_ask_for_them():
    """Where a model keeps unknown keys they can be entered, are kept and told apart; where it ignores them, not."""

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        __pydantic_extra__: dict[str, int]
        known: int

    document = form(Open)
    document.set({"known": 1, "a": 2, "b": 3})
    assert Open(known=1, a=2, b=3) == judge(Open, document).value
    rest = compile_plan(Open).root.fields[-1]
    assert ("Other fields", False) == (rest.node.title, rest.node.required)
    document.cell((rest.name,)).value = {"a": "x"}
    (error,) = judge(Open, document).errors
    assert ((rest.name,), "At a: Must be a whole number.") == (error.path, error.message)
    document.cell((rest.name,)).value = [1]
    assert ['Must be a JSON object, such as {"name": "value"}.'] == [e.message for e in judge(Open, document).errors]
    ignoring = create_model("Ignoring", known=(int, ...))
    document = form(ignoring)
    document.set({"known": 1, "a": 2})
    assert {"known": 1} == document.to_input()


def test_a_model_that_forbids_further_keys_cannot_be_given_any():
    """A key that the model refuses has no place in its form."""
    model = create_model("Closed", __config__=ConfigDict(extra="forbid"), known=(int, ...))
    with pytest.raises(CannotHold, match="no further fields"):
        form(model).set({"known": 1, "a": 2})


def test_a_factory_makes_a_default_for_each_form():
    """What a factory makes is shown and is what the flow gets; each form gets its own."""
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    class Model(BaseModel):
        number: int = Field(default_factory=make)
        items: list[int] = Field(default_factory=list)
        label: str = Field(default_factory=lambda data: f"no. {data['number']}")

    assert [] == made
    document = form(Model)
    assert (0, [0]) == (document["number"].value, made)
    value = judge(Model, document).value
    assert (0, [], "no. 0", [0]) == (value.number, value.items, value.label, made)
    assert 1 == form(Model)["number"].value
    plan: Any = compile_plan(Model).to_json()
    assert {"is": "absent"} == plan["root"]["fields"][0]["node"]["blank"]
    assert {"is": "value", "value": []} == plan["root"]["fields"][1]["node"]["blank"]


def test_a_default_that_says_more_than_its_form_stays_what_it_is():
    """An untouched default of a subclass comes back as that very thing; once touched, it is what the fields say."""

    class Base(BaseModel):
        a: int = 1

    class Special(Base):
        b: int = 2

    class Model(BaseModel):
        base: Base = Special(b=7)
        pair: Any = (1, 2)

    document = through_the_page(form(Model))
    value = judge(Model, document).value
    assert (Special(a=1, b=7), (1, 2)) == (value.base, value.pair)
    document["base.a"].value = 5
    assert Base(a=5) == judge(Model, document).value.base


def test_the_record_of_an_answer_is_json():
    """What goes into the store is what pydantic would get, as JSON."""
    document = form(Order, {"name": "Ana", "size": "large", "when": "2026-01-01"})
    document["mixed"].value = "1"
    record = document.to_json()
    assert record == json.loads(json.dumps(record))
    assert ("Ana", "large", "2026-01-01", "1", 1) == tuple(
        record[key] for key in ("name", "size", "when", "mixed", "count")
    )
