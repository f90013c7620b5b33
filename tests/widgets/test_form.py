"""A form outside flows, filled in and sent by a program, and by a page that the test plays."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr, field_validator, model_validator
from pydantic.errors import PydanticSchemaGenerationError
from typing_extensions import TypedDict

from hitl_jupyter import RunInput
from hitl_jupyter.exceptions import CannotHold, NoSuchField
from hitl_jupyter.widgets import Form
from tests.forms.corpus import loaded, needs_corpus


class Address(BaseModel):
    street: str
    zip: str = Field("10115", pattern=r"^[0-9]{5}$")


class Order(BaseModel):
    name: str
    count: int = Field(1, ge=1, le=10)
    size: Literal["small", "large"] = "small"
    address: Address
    tags: list[str] = []
    key: SecretStr | None = None

    @field_validator("name")
    @classmethod
    def _known(cls, name):
        if name == "nobody":
            raise ValueError("Somebody must open the door.")
        return name

    @model_validator(mode="after")
    def _fits(self):
        if self.size == "small" and self.count > 5:
            raise ValueError("Five small ones are enough.")
        return self


@dataclass
class Point:
    x: int
    y: int = 0


class Movie(TypedDict):
    title: str


both = pytest.mark.usefixtures("renderer")
"""What is promised whatever draws the form."""

GOOD = {"name": "Jeff", "address": {"street": "Long Street"}}


def value(held):
    return {"is": "value", "value": held}


@both
def test_fields_are_set_and_read_by_path_and_sent():
    """Without a browser: fields are filled in by path, and submit gives the instance."""
    form = Form(Order)
    form["name"].value = "Jeff"
    form["address.street"].value = "Long Street"
    form["address.zip"].value = "12345"
    form["count"].value = "7"
    form["size"].value = "large"
    form["tags"].append("a", "b")
    form["tags"].remove(0)
    assert "12345" == form["address.zip"].value
    assert ["small", "large"] == form["size"].options
    expected = Order(name="Jeff", count=7, size="large", address=Address(street="Long Street", zip="12345"), tags=["b"])
    assert expected == form.submit() == form.value
    assert {} == form.errors


@both
def test_errors_are_by_field_and_the_wrong_values_stay():
    """A refused form gives None, a message per wrong field, and keeps what was entered."""
    form = Form(Order)
    form["count"].value = 70
    form["address.zip"].value = "x"
    assert form.submit() is None
    assert {
        "name": "Please fill this in.",
        "count": "Must be 10 or less.",
        "address.street": "Please fill this in.",
        "address.zip": "Does not have the required form, which is ^[0-9]{5}$",
    } == form.errors
    assert ("x", 70) == (form["address.zip"].value, form["count"].value)
    assert form.value is None


@both
def test_validators_speak_at_their_field_and_for_the_whole():
    """What the class's own code refuses is at its field, and under "" where it is about the whole form."""
    form = Form(Order, {**GOOD, "name": "nobody"})
    assert form.submit() is None
    assert {"name": "Somebody must open the door."} == form.errors
    form.fill({**GOOD, "count": 6})
    assert form.submit() is None
    assert {"": "Five small ones are enough."} == form.errors


@both
def test_what_no_control_can_hold_is_an_error_until_it_is_filled_in_otherwise():
    """Submit refuses it each time, with everything else that is wrong; a value in its place ends that."""
    form = Form(Order)
    form.fill({**GOOD, "size": "huge", "tags": ["a", 5], "count": 70})
    for _ in range(2):
        assert form.submit() is None
        assert {"size", "tags.1", "count"} == set(form.errors)
        assert form.errors["tags.1"] == "What was to be filled in here cannot be entered: it is no text."
    form["size"].value = "large"
    form["tags"].value = ["a"]
    form["count"].value = 7
    assert ("large", ["a"], 7) == ((got := form.submit()).size, got.tags, got.count)


@both
def test_a_wrong_path_and_a_value_that_cannot_be_entered_raise():
    """A program hears at once of a field that is not there, and of a value that its control cannot hold."""
    form = Form(Order)
    with pytest.raises(NoSuchField, match="address"):
        form["adress"].value = 1
    with pytest.raises(CannotHold):
        form["size"].value = "huge"
    assert "small" == form["size"].value


@both
@pytest.mark.parametrize(
    ("type_", "initial", "expected"),
    [
        (Order, Order(**GOOD, key="hush"), Order(**GOOD, key="hush")),
        (RootModel[list[int]], [1, 2], RootModel[list[int]]([1, 2])),
        (int, 5, 5),
        (str, "", ""),
        (str | None, None, None),
        (list[int], [1], [1]),
        (Point, {"x": 1}, Point(1)),
        (Movie, {"title": "M"}, {"title": "M"}),
        (Annotated[int, Field(le=3)], 2, 2),
    ],
)
def test_any_type_is_a_form(type_, initial, expected):
    """Models are themselves, other types are bare values, and initial ones come back as they are."""
    form = Form(type_, initial)
    if initial is None:
        form["value"].value = None
    assert expected == form.submit()
    assert type(expected) is type(form.value)
    assert {} == form.errors


@both
def test_run_input_keeps_its_initial_data_and_its_text():
    """The class made by `with_initial_data` is the form that a flow would show."""

    class Shirt(RunInput):
        size: str

    form = Form(Shirt.with_initial_data(description="Which **one**?", size="large"))
    assert ("Which **one**?", "Shirt", "large") == (form.description, form.title, form.submit().size)


@both
def test_callbacks_get_each_answer():
    """Each submit that is good calls all callbacks, a removed one no more; what they raise is raised when all ran."""
    form, got = Form(int, 1), []

    @form.on_submit
    def broken(answer):
        raise ZeroDivisionError

    form.on_submit(got.append)
    with pytest.raises(ZeroDivisionError):
        form.submit()
    form.on_submit(broken, remove=True)
    form["value"].value = 2
    assert 2 == form.submit()
    form["value"].value = "x"
    assert form.submit() is None
    assert [1, 2] == got


@both
async def test_coroutine_functions_are_callbacks_too():
    """A coroutine function runs as a task of the loop."""
    form, got = Form(int, 1), []

    @form.on_submit
    async def later(answer):
        got.append(answer)

    form.submit()
    [task] = form._working
    await task
    assert [1] == got


def test_page_sends_what_a_person_typed(page_of):
    """A refused form gets its errors, an accepted one calls the callbacks; both are told to the other pages."""
    form, got = Form(Order), []
    form.on_submit(got.append)
    page = page_of(form)
    reply = page.ask("submit", page.typed(count=value("12.5")))
    assert "refused" == reply["status"]
    assert {"path": ["count"], "message": "Must be a whole number."} in reply["errors"]
    address = value({"street": value("Long Street"), "zip": value("12345")})
    reply = page.ask("submit", page.typed(name=value("Jeff"), count=value("2"), address=address))
    assert "accepted" == reply["status"]
    assert [Order(name="Jeff", count=2, address=Address(street="Long Street", zip="12345"))] == got
    assert ["refused", "accepted"] == [one["status"] for one in page.told("told")]


def test_page_hears_what_a_program_does(page_of):
    """A field that a program sets crosses alone; a page that is opened later reads the whole."""
    form = Form(Order, GOOD)
    page = page_of(form)
    form["count"].value = 3
    assert [{"path": ["count"], "cell": value("3")}] == page.told("cells")[-1]["cells"]
    assert value("3") == form.cells["value"]["count"]
    form.submit()
    assert ("accepted", None) == (page.told("told")[-1]["status"], page.told("told")[-1]["by"])


def test_draft_is_in_python_and_on_the_other_pages(page_of):
    """What was typed so far is there for a program and for pages that are opened later; nothing is judged."""
    form = Form(Order)
    page = page_of(form)
    assert "ok" == page.ask("draft", page.typed(name=value("Je")))["status"]
    assert "Je" == form["name"].value
    assert value("Je") == form.cells["value"]["name"]
    [told] = page.told("cells")
    assert [{"path": ["name"], "cell": value("Je")}] == told["cells"]
    assert told["by"] == page.told("reply")[0]["id"]
    assert {} == form.errors


def test_page_may_ask_what_is_wrong_with_a_draft(page_of):
    """It hears what types and bounds refuse, field by field; validators do not run, and nothing counts as sent."""
    form = Form(Order)
    page = page_of(form)
    reply = page.ask("draft", page.typed(name=value("nobody"), count=value("12")), check=True)
    assert ("ok", [["count"], ["address", "street"]]) == (reply["status"], [one["path"] for one in reply["errors"]])
    assert ({}, None, []) == (form.errors, form.value, page.told("told"))


def test_person_who_read_why_is_not_asked_the_same_again(page_of):
    """What a fill could not enter is told to the person once; the next Submit sends what they see."""
    form = Form(Order)
    form.fill({**GOOD, "size": "huge"})
    page = page_of(form)
    assert [["size"]] == [error["path"] for error in page.ask("submit", page.typed())["errors"]]
    assert "accepted" == page.ask("submit", page.typed())["status"]
    assert "small" == form.value.size


def test_secret_is_in_no_message_and_not_kept(page_of):
    """It is in Python until it was sent; no page, no repr and no error has it."""
    form = Form(Order, {**GOOD, "key": "hush-hush", "count": 70})
    page = page_of(form)
    form.submit()
    page.ask("draft", page.typed(name=value("Mary")))
    form["count"].value = 2
    reply = page.ask("submit", page.typed())
    assert "accepted" == reply["status"]
    assert "hush-hush" == form.value.key.get_secret_value()
    assert "hush-hush" not in json.dumps([page.heard, form.cells, form.plan]) + repr(form) + repr(form["key"])
    assert form["key"].is_absent


def test_failing_callback_is_told_on_the_page_without_the_secret(page_of):
    """The person hears that the form was sent and what failed then."""
    form = Form(Order, {**GOOD, "key": "hush-hush"})

    @form.on_submit
    def broken(order):
        raise ValueError(f"no {order.key.get_secret_value()}")

    page = page_of(form)
    reply = page.ask("submit", page.typed())
    assert "accepted" == reply["status"]
    assert "It was sent, but what was to follow failed (ValueError: no **********)." == reply["message"]


@pytest.mark.parametrize("document", [{}, {"is": "null"}, value({"colour": value("red")}), value({"name": value(5)})])
def test_message_that_does_not_fit_changes_nothing(page_of, document):
    """Cells of another form are refused, and the form stays as it was."""
    form = Form(Order, GOOD)
    page = page_of(form)
    before = json.dumps(form.cells)
    assert "failed" == page.ask("submit", document)["status"]
    form._receive(form, {"kind": "dance"}, [])
    assert before == json.dumps(form.cells)
    assert form.submit() is not None


def test_package_stays_light():
    """The package and its `widgets` load ipywidgets only when a form is used."""
    code = (
        "import sys, hitl_jupyter.widgets as w; from hitl_jupyter.widgets import Control;"
        "print('ipywidgets' in sys.modules); w.Form; print('ipywidgets' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False\nTrue\n" == found.stdout


@both
@needs_corpus
def test_corpus_is_filled_in_and_sent():
    """248 models: a valid value gives the equal instance; an invalid one is refused with errors at its fields."""
    unequal, taken, elsewhere, valid, invalid = [], [], [], 0, 0
    for case in loaded():
        form = Form(case.model)
        for entry in case.valid:
            valid += 1
            form.fill(entry["value"])
            got = form.submit()
            if got is None or got != case.model.model_validate(entry["value"]):
                unequal.append((case.id, entry["value"], form.errors))
        for entry in case.invalid:
            invalid += 1
            form.fill(entry["value"])
            if form.submit() is not None:
                taken.append((case.id, entry["value"]))
                continue
            told = [error.path for error in form._errors]
            for error in entry["errors"]:
                at = case.plan.root.locate(tuple(error["loc"]))[0]
                # An item that cannot be entered is told at the item, where pydantic may blame the whole list.
                if not any(path[: len(at)] == at for path in told):
                    elsewhere.append((case.id, entry["value"], at, told))
        form.close()
    print(f"\nforms corpus, fill and submit: {valid} valid, {invalid} invalid")
    assert valid > 800
    assert invalid > 1000
    assert ([], [], []) == (unequal, taken, elsewhere)


@both
def test_type_that_pydantic_does_not_know_is_refused_at_once():
    """It is pydantic's own error, where the form is made."""
    with pytest.raises(PydanticSchemaGenerationError):
        Form(object.__subclasshook__)
