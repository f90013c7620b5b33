"""Any ipywidget as the control of a field, without a page: its trait is what a person would move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, NewType

import pytest
from ipywidgets import HTML, BoundedIntText, DatePicker, IntRangeSlider, IntSlider, Text
from pydantic import BaseModel, Field, SecretStr, create_model
from typing_extensions import TypedDict

from hitl_jupyter.widgets import Control, Form, controls, register_control

Range = Annotated[tuple[int, int], Control(lambda: IntRangeSlider(min=0, max=50))]
Words = Annotated[list[str], Control(Text, to_python=str.split, from_python=" ".join)]


class Inner(BaseModel):
    between: Range = (1, 2)


class Asking(BaseModel):
    between: Range
    words: Words = ["a", "b"]
    maybe: Range | None = None
    inner: Inner = Inner()


@pytest.fixture
def registry(monkeypatch):
    """A registry for this test alone."""
    monkeypatch.setattr(controls, "_registry", controls._Registry())


def value(held):
    return {"is": "value", "value": held}


def test_what_the_widget_holds_is_the_answer():
    """The trait is the field's value, through the converters; until it is moved nobody has answered."""
    form = Form(Asking)
    assert "a b" == form["words"].widget.value
    assert form.submit() is None
    assert {"between": "Please fill this in."} == form.errors
    form["between"].widget.value = (5, 6)
    form["words"].widget.value = "x y z"
    form["inner.between"].widget.value = (7, 8)
    expected = Asking(between=(5, 6), words=["x", "y", "z"], inner=Inner(between=(7, 8)))
    assert expected == form.submit()


def test_widget_follows_what_is_filled_in():
    """Initial values, `fill` and a field that is set show in the widget, and come back from it unchanged."""
    form = Form(Asking, {"between": (3, 4), "words": ["one"]})
    assert ((3, 4), "one") == (form["between"].widget.value, form["words"].widget.value)
    form["between"].value = [5, 6]
    assert (5, 6) == form["between"].widget.value
    form.fill({"between": (9, 10)})
    assert ((9, 10), "a b") == (form["between"].widget.value, form["words"].widget.value)
    assert Asking(between=(9, 10)) == form.submit()


def test_value_that_the_widget_would_clamp_is_an_error_at_its_field():
    """A slider up to 50 does not make 70 a 50: it stays where it is, and the field says so."""
    form = Form(Asking, {"between": (3, 4)})
    form.fill({"between": (5, 70)})
    assert form.submit() is None
    assert {"between": "The control cannot show the value that was filled in here."} == form.errors
    form["between"].widget.value = (5, 50)
    assert (5, 50) == form.submit().between


def test_each_form_has_widgets_of_its_own():
    """Two forms of one class do not move each other's controls, and a closed form closes its own."""
    one, other = Form(Asking), Form(Asking)
    one["between"].widget.value = (8, 9)
    assert ((8, 9), (12, 37)) == (one["between"].widget.value, other["between"].widget.value)
    assert one["between"].widget is not other["between"].widget
    one.close()
    assert one["between"].widget.comm is None
    assert other["between"].widget.comm is not None


def test_what_a_converter_refuses_is_said_at_the_field():
    """An exception in a converter, and a result that the field cannot hold, are errors on submit."""

    class Wrong(BaseModel):
        a: Annotated[int, Control(Text, to_python=int, from_python=str)] = 1
        b: Annotated[
            int, Control(Text, to_python=lambda text: int(text) if text.isdigit() else object(), from_python=str)
        ] = 2

    form = Form(Wrong)
    form["a"].widget.value = "one"
    form["b"].widget.value = "two"
    assert form.submit() is None
    assert {"a", "b"} == set(form.errors)
    assert "ValueError" in form.errors["a"]
    form["a"].widget.value, form["b"].value = "5", 6
    assert Wrong(a=5, b=6) == form.submit()


def test_no_value_is_not_what_the_widget_shows(page_of):
    """Null stays null whatever the widget shows; without it the widget's value counts again, on the page too."""
    form = Form(Asking, {"between": (3, 4), "maybe": (1, 2)})
    page = page_of(form)
    page.ask("draft", page.typed(maybe={"is": "null"}))
    assert form["maybe"].is_null
    assert form.submit().maybe is None
    page.ask("draft", page.typed(maybe={"is": "absent"}))
    assert [1, 2] == list(form["maybe"].value)
    token = form.cells["value"]["maybe"]["at"]
    assert {**form["maybe"]._entry.cell, "at": token} == page.told("cells")[-1]["cells"][0]["cell"]


def test_page_that_has_not_heard_of_a_move_does_not_undo_it(page_of):
    """What is pressed before the page knows of a widget's new value sends the new one."""
    form = Form(Asking, {"between": (3, 4)})
    page = page_of(form)
    typed_before = page.typed(words=value([]))
    form["between"].widget.value = (5, 6)
    page.ask("submit", typed_before)
    assert (5, 6) == form.value.between


def test_controls_are_registered_for_types_predicates_and_names(registry):
    """The last that fits counts; what a field says itself comes first."""
    Percent = NewType("Percent", int)
    register_control(int, IntSlider)
    register_control(Percent, BoundedIntText)
    register_control(lambda kind: kind is date, DatePicker)
    register_control("words", Text, to_python=str.split, from_python=" ".join)

    class Registered(BaseModel):
        whole: int = 1
        percent: Percent = Percent(2)
        day: date | None = None
        words: list[str] = Field(["a"], json_schema_extra={"hitl": {"control": "words"}})
        own: Annotated[int, Control(IntRangeSlider, to_python=sum)] = 3
        plain: str = "x"
        key: SecretStr = SecretStr("k")

    form = Form(Registered)
    kinds = {name: type(form[name].widget) for name in Registered.model_fields if form[name].widget is not None}
    assert {
        "whole": IntSlider, "percent": BoundedIntText, "day": DatePicker, "words": Text, "own": IntRangeSlider
    } == kinds  # fmt: skip
    form["day"].widget.value = date(2026, 12, 24)
    assert date(2026, 12, 24) == form["day"].widget.value


@pytest.mark.parametrize("control", [Control(object), Control(HTML, trait="number")])
def test_factory_that_makes_no_such_widget_is_refused_with_its_field(control):
    """Whoever wrote the control reads which field it is of and what is missing, before any form is shown."""
    wrong = create_model("Wrong", inner=(Annotated[int, control], 1))
    with pytest.raises(TypeError, match=r"control of the field 'inner' is a \w+, which is no ipywidget"):
        Form(wrong)


@dataclass
class Point:
    x: Annotated[int, Control(IntSlider)] = 3


class Level(TypedDict):
    at: Annotated[int, Control(IntSlider)]


@pytest.mark.parametrize(("type_", "path", "expected"), [(Point, "value.x", Point(8)), (Level, "value.at", {"at": 8})])
def test_fields_of_dataclasses_and_typed_dicts_have_controls_too(type_, path, expected):
    """What has fields can say which control they have, whatever it is."""
    form = Form(type_)
    form[path].widget.value = 8
    assert expected == form.submit()


def test_control_of_a_value_without_fields():
    """A form for a bare value has that one control."""
    form = Form(Annotated[int, Control(IntSlider)], 4)
    assert 4 == form["value"].widget.value
    form["value"].widget.value = 5
    assert 5 == form.submit()


def test_model_that_holds_itself_ends():
    """A model within itself is not searched for controls without end."""

    class Part(BaseModel):
        between: Range = (1, 2)
        first: Part | None = None
        parts: list[Part] = []

    Part.model_rebuild()
    form = Form(Part)
    assert 1 == len(form.slots)
    assert Part() == form.submit()
    form["parts"].append()
    form["parts.0.parts"].append()
    form["parts.0.parts.0.between"].widget.value = (5, 6)
    assert (5, 6) == form.submit().parts[0].parts[0].between
