"""The plain renderer without a page: a test moves the ipywidgets as a browser would."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import assume, given, reject, settings
from ipywidgets import (
    HTML,
    Button,
    Checkbox,
    Combobox,
    DatePicker,
    Dropdown,
    IntSlider,
    SelectMultiple,
    Text,
    Textarea,
    ToggleButtons,
)
from pydantic import BaseModel, Field, SecretStr, create_model, model_validator

from hitl_jupyter.exceptions import CannotHold, UnknownRenderer
from hitl_jupyter.forms import Document, compile_plan
from hitl_jupyter.forms.filling import fill_in
from hitl_jupyter.widgets import Control, Form
from tests.forms.corpus import loaded, needs_corpus
from tests.forms.test_properties import EXAMPLES, SLOW, answered
from tests.widgets.typist import NoWay, enter, press, seen


class Address(BaseModel):
    street: str
    zip: str = Field("10115", pattern=r"^[0-9]{5}$")


class Cat(BaseModel):
    lives: int = 9


class Dog(BaseModel):
    name: str


class Order(BaseModel):
    name: str = Field(description="Whoever <b>opens</b> the door")
    count: int = Field(1, ge=1, le=10)
    gift: bool
    fragile: bool = False
    express: bool | None = None
    size: Literal["small", "large"] = "small"
    colour: Literal["a", "b", "c", "d", "e"] = Field(title="<i>Colour</i>")
    extras: list[Literal["card", "ribbon", "string"]] = []
    day: date | None = None
    price: Decimal | None = None
    note: str | None = None
    tags: list[str] = []
    prices: dict[str, int] = {}
    pair: tuple[int, str] = (1, "x")
    pet: Cat | Dog = Cat()
    address: Address
    second: Address | None = None


def tree(type_, *args, **how):
    return Form(type_, *args, renderer="ipywidgets", **how)


def texts(form):
    """Gives all that is written on a form."""
    return [one.value for one in seen(form) if isinstance(one, HTML)]


def test_what_is_typed_and_picked_is_the_answer():
    """Every kind of field takes what its widgets are moved to, and Submit gives the instance."""
    form, got = tree(Order), []
    form.on_submit(got.append)
    form["name"].widget.value = "Jeff"
    form["count"].widget.value = "7"
    form["gift"].widget.index = 1
    form["fragile"].widget.value = True
    form["express"].widget.index = 2
    form["size"].widget.index = 1
    form["colour"].widget.index = 4
    form["extras"].widget.index = (0, 2)
    form["day"].widget.value = date(2026, 12, 24)
    form["price"].widget.value = "1.50"
    form["note"].widget.value = "hi"
    press(form["tags"].widget, "Add item")
    form["tags.0"].widget.value = "one"
    press(form["prices"].widget, "Add entry")
    form["prices.0.0"].widget.value, form["prices.0.1"].widget.value = "a", "5"
    form["pair.1"].widget.value = "y"
    form["pet"].widget.index = 1
    form["pet.name"].widget.value = "Rex"
    form["address.street"].widget.value = "Long Street"
    press(form, "Submit")
    expected = Order(
        name="Jeff", count=7, gift=False, fragile=True, express=None, size="large", colour="e", note="hi",
        extras=["card", "string"], day=date(2026, 12, 24), price=Decimal("1.50"), tags=["one"], prices={"a": 5},
        pair=(1, "y"), pet=Dog(name="Rex"), address=Address(street="Long Street"),
    )  # fmt: skip
    assert ([expected], {}) == (got, form.errors)


def test_controls_keep_what_is_typed_exactly():
    """Numbers are texts, choices are indices, a date is picked; nothing is picked by itself."""
    form = tree(Order)
    kinds = {
        "name": Text, "count": Text, "price": Text, "gift": ToggleButtons, "size": ToggleButtons, "colour": Dropdown,
        "extras": SelectMultiple, "day": DatePicker,
    }  # fmt: skip
    assert kinds == {name: type(form[name].widget) for name in kinds}
    assert (None, None) == (form["gift"].widget.index, form["colour"].widget.index)
    assert (form["gift"].is_absent, form["colour"].is_absent) == (True, True)
    form["count"].widget.value = "12.70"
    assert form.submit() is None
    assert "12.70" == form["count"].widget.value
    assert "Must be a whole number." == form.errors["count"]


def test_what_is_wrong_is_said_at_a_control_that_is_left():
    """A browser sends what is typed when its box is left: what the type refuses is said there, and nowhere else."""
    form = tree(Order)

    def alerts():
        return [text for text in texts(form) if "alert" in text]

    form["count"].widget.value = "12"
    [said] = alerts()
    assert "Must be 10 or less." in said
    press(form, "Add item")
    form["tags.0"].widget.value = "one"
    form["address.zip"].widget.value = "1"
    assert 2 == len(alerts())
    form["address.zip"].widget.value = "12345"
    form["count"].widget.value = "1"
    assert [] == alerts()


def test_errors_stand_beside_their_fields_until_they_are_changed():
    """What is wrong is told in the field's own box and by title at the head; a change takes it away."""

    class Checked(Order):
        @model_validator(mode="after")
        def _fits(self):
            raise ValueError("Never good.")

    form = tree(Checked, {"name": "x", "gift": True, "colour": "a", "address": {"street": "s", "zip": "1"}})
    press(form, "Submit")
    [said] = [one for one in seen(form["address"].widget) if "alert" in getattr(one, "value", "")]
    assert "Does not have the required form" in said.value
    assert any("One field needs attention: Zip" in text for text in texts(form))
    form["address.zip"].widget.value = "12345"
    assert "alert" not in said.value
    press(form, "Submit")
    assert any("Never good." in text for text in texts(form))


def test_text_is_shown_as_it_is_written():
    """Markup in a title, a description, an option or an error is text."""
    evil = "<img src=x onerror=alert(1)>"
    model = create_model(
        evil,
        one=(Literal[evil], evil),
        two=(Cat, Field(Cat(), title=evil, description=evil)),
        three=(list[int], Field([], title=evil)),
        four=(int, Field(title=evil, description=evil)),
    )
    form = tree(model, title=evil)
    press(form, "Submit")
    assert [] == [text for text in texts(form) if "<img" in text]
    assert [] == [one for one in seen(form) if getattr(one, "description_allow_html", False)]


def test_rows_are_added_moved_and_removed_with_their_limits():
    """Buttons do what a list allows, and rows are called by their places."""
    form = tree(create_model("Listing", tags=(list[str], Field(["a", "b"], min_length=1, max_length=3))))
    rows = form["tags"].widget
    press(rows, "Add item")
    form["tags.2"].widget.value = "c"
    [add] = [one for one in rows.children if isinstance(one, Button)]
    assert add.disabled
    press(rows.children[-2], "↑")
    assert ["a", "c", "b"] == form["tags"].value
    press(rows.children[-4], "✕")
    assert ["c", "b"] == form["tags"].value
    assert ["Tags 1", "Tags 2"] == [form[f"tags.{at}"].widget.description for at in range(2)]
    press(rows, "✕")
    assert [True] == [one.disabled for one in seen(rows) if getattr(one, "description", "") == "✕"]


def test_set_says_what_it_has_twice():
    """What pydantic would drop in silence is told beside the rows."""
    form = tree(set[int], [1])
    press(form["value"].widget, "Add item")
    form["value.1"].widget.value = "1"
    assert any("Items 1 and 2 are the same: they count once." in text for text in texts(form))
    assert {1} == form.submit()


def test_branches_keep_what_was_entered():
    """Looking at another branch costs nothing."""
    form = tree(Order)
    form["pet.lives"].widget.value = "3"
    form["pet"].widget.index = 1
    form["pet.name"].widget.value = "Rex"
    form["pet"].widget.index = 0
    assert "3" == form["pet.lives"].widget.value
    form["pet"].widget.index = 1
    assert "Rex" == form["pet.name"].widget.value


def test_no_value_comes_and_goes():
    """The box "No value" empties a field or puts back what was there; typing takes it away."""
    form = tree(Order, {"price": "2.50", "second": {"street": "s"}})
    for name in ("price", "second"):
        [box] = [one for one in seen_above(form, name) if getattr(one, "description", "") == "No value"]
        assert box.value is False
        box.value = True
        assert form[name].is_null
        box.value = False
        assert not form[name].is_null
    assert (Decimal("2.50"), "s") == (Decimal(form["price"].value), form["second.street"].value)
    form["price"].value = None
    [box] = [one for one in seen_above(form, "price") if getattr(one, "description", "") == "No value"]
    assert box.value is True
    form["price"].widget.value = "3"
    assert (False, "3") == (box.value, form["price"].value)


def seen_above(form, name):
    """Gives the widgets in the box of a field."""
    return form._sheet.part((name,)).box.children


def test_widgets_follow_the_program_and_the_program_them():
    """What is filled in shows in the widgets, in rows and branches too; they are made only where they are shown."""
    form = tree(Order)
    assert form["second.street"].widget is None
    form.fill({"name": "M", "tags": ["a", "b"], "pet": {"name": "Rex"}, "second": {"street": "s"}, "day": "2026-01-02"})
    assert ("M", "b", "Rex", "s") == tuple(
        form[path].widget.value for path in ("name", "tags.1", "pet.name", "second.street")
    )
    assert date(2026, 1, 2) == form["day"].widget.value
    form["tags"].remove(0)
    assert "b" == form["tags.0"].widget.value


def test_what_a_picker_would_change_is_typed():
    """A date that a picker cannot show is a text, and so is a text of several lines."""
    form = tree(Order, {"day": "2026-12-24"})
    form.fill({"day": "24.12.2026", "name": "one\ntwo"})
    assert (Text, "24.12.2026") == (type(form["day"].widget), form["day"].widget.value)
    assert (Textarea, "one\ntwo") == (type(form["name"].widget), form["name"].widget.value)
    assert form.submit() is None
    assert "day" in form.errors


def test_examples_are_offered():
    """Several examples of a text can be picked."""
    form = tree(create_model("Some", name=(str, Field(examples=["x", "y"]))))
    assert (Combobox, ("x", "y")) == (type(form["name"].widget), form["name"].widget.options)


class Part(BaseModel):
    name: str = "x"
    inner: Part | None = None


class Branch(BaseModel):
    left: Branch | int = 1


def test_model_that_holds_itself_is_opened_step_by_step():
    """It is drawn as deep as it is filled in, and further when somebody opens it."""
    form = tree(Part, {"inner": {"name": "y"}})
    assert "y" == form["inner.name"].widget.value
    [box] = [one for one in seen_above(form, "inner") if getattr(one, "description", "") == "No value"]
    assert not box.value
    deeper = form._sheet.part(("inner", "inner"))
    [nothing] = [one for one in deeper.box.children if getattr(one, "description", "") == "No value"]
    nothing.value = False
    form["inner.inner.name"].widget.value = "z"
    assert Part(inner=Part(name="y", inner=Part(name="z"))) == form.submit()
    branch = tree(Branch)
    branch["left"].widget.index = 0
    assert Branch(left=Branch()) == branch.submit()


def test_hints_are_kept():
    """Fields come in their order; hidden ones are not drawn, read-only ones are off, others come when asked."""

    class Hinted(BaseModel):
        a: int = Field(1, json_schema_extra={"hitl": {"order": 2}})
        b: int = Field(2, json_schema_extra={"hitl": {"order": 1, "readonly": True}})
        c: int = Field(3, json_schema_extra={"hitl": {"hidden": True}})
        d: bool = False
        e: int = Field(5, json_schema_extra={"hitl": {"show_if": {"d": True}}})

    form = tree(Hinted)
    titles = [one.description for one in seen(form) if isinstance(one, Text | Checkbox)]
    assert ["D", "B", "A"] == titles
    assert form["b"].widget.disabled
    assert form["c"].widget is None
    form["d"].widget.value = True
    assert "E" in [getattr(one, "description", "") for one in seen(form)]


def test_secret_is_in_no_widget():
    """It is refused with the remedy beside the field; what a program sets is in no widget, and is sent."""

    class Keyed(BaseModel):
        key: SecretStr
        other: SecretStr | None = None

    form = tree(Keyed)
    assert form["key"].widget is None
    said = "\n".join(texts(form))
    assert "A secret is not typed here" in said
    assert "renderer=&quot;anywidget&quot;" in said
    press(form, "Submit")
    assert {"key": "Please fill this in."} == form.errors
    form["key"].value = "hush-hush"
    assert any("It is set, and not shown." in text for text in texts(form))
    state = json.dumps([one.get_state() for one in seen(form)], default=repr)
    press(form, "Submit")
    assert "hush-hush" == form.value.key.get_secret_value()
    assert "hush-hush" not in state + json.dumps([one.get_state() for one in seen(form)], default=repr)
    assert form["key"].is_absent


def test_control_of_ones_own_stands_at_its_place():
    """A field with an ipywidget of its own has that one, with its title and its errors around it."""

    class Levelled(BaseModel):
        level: Annotated[int, Control(IntSlider), Field(lt=50)] = 5

    form = tree(Levelled)
    assert form["level"].widget in seen_above(form, "level")
    form["level"].widget.value = 60
    press(form, "Submit")
    assert "Must be less than 50." == form.errors["level"]
    form["level"].widget.value = 40
    press(form, "Submit")
    assert Levelled(level=40) == form.value


def test_file_is_chosen():
    """A file that is chosen is the bytes; its name and size are told."""
    form = tree(create_model("Sent", scan=(bytes, Field(json_schema_extra={"hitl": {"accept": ".png"}}))))
    assert ".png" == form["scan"].widget.accept
    chosen = {"name": "a.png", "type": "image/png", "size": 3, "content": memoryview(b"abc"), "last_modified": 0}
    form["scan"].widget.set_trait("value", ({**chosen, "last_modified": datetime.now(UTC)},))
    assert any("a.png, 3 bytes." in text for text in texts(form))
    assert b"abc" == form.submit().scan


def test_failing_callback_is_told_without_the_secret():
    """The person hears that the form was sent and what failed then."""
    form = tree(create_model("Keyed", key=SecretStr), {"key": "hush-hush"})

    @form.on_submit
    def broken(order):
        raise ValueError(f"no {order.key.get_secret_value()}")

    press(form, "Submit")
    assert any("what was to follow failed (ValueError: no **********)" in text for text in texts(form))


def test_widgets_are_few_and_closed_with_the_form():
    """A field costs two comms, whatever its kind; closed, nothing is left of the form."""
    model = create_model("Wide", **{f"f{at}": (int, 1) for at in range(50)})
    form = tree(model)
    made = list(seen(form))
    assert 2 * 50 > len(made) - 10
    assert 10 > len({one.layout.model_id for one in made})
    form.close()
    assert [] == [one for one in made if one.comm is not None]


def test_renderer_is_chosen_by_word_and_by_environment(monkeypatch):
    """What a program says comes first; a name that is none is refused at once."""
    monkeypatch.setenv("HITL_RENDERER", "ipywidgets")
    assert "TreeForm" == type(Form(int)).__name__
    assert "PageForm" == type(Form(int, renderer="anywidget")).__name__
    monkeypatch.setenv("HITL_RENDERER", "smoke signals")
    with pytest.raises(UnknownRenderer, match="there are: anywidget, ipywidgets"):
        Form(int)


def test_works_where_anywidget_is_missing():
    """Without anywidget the package is imported, and forms are drawn with what is there."""
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "import hitl_jupyter.widgets as w\n"
        "form = w.Form(int)\n"
        "form['value'].widget.value = '5'\n"
        "print(type(form).__name__, form.submit())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "TreeForm 5\n" == found.stdout


@settings(SLOW, max_examples=int(EXAMPLES or 60))
@given(answered())
def test_any_value_can_be_typed_in(case):
    """For any model and value: its widgets can be moved to the value, and Submit gives an equal one."""
    model, value = case
    wanted = Document(compile_plan(model))
    try:
        wanted.set(value)
    except CannotHold:
        reject()
    root = wanted.plan.root
    # An emptied box that must be filled in is no answer.
    assume(not root.has_secret and root.typed(wanted.root) == wanted.root)
    form = tree(model)
    try:
        try:
            enter(form._sheet.root, wanted.root)
        except NoWay:
            reject()
        press(form, "Submit")
        assert ({}, value) == (form.errors, form.value)
    finally:
        form.close()


@pytest.mark.timeout(600)
@needs_corpus
def test_corpus_is_typed_in():
    """248 models: what a person can type, pick and press gives the equal instance; the form shows every error."""
    unequal, hidden, typed = [], [], 0
    for case in loaded():
        for entry in case.valid:
            wanted = Document(case.plan)
            fill_in(wanted, entry["value"])
            if case.plan.root.has_secret or case.plan.root.typed(wanted.root) != wanted.root:
                continue
            form = tree(case.model)
            with suppress(NoWay):
                enter(form._sheet.root, wanted.root)
                press(form, "Submit")
                typed += 1
                if form.value != case.model.model_validate(entry["value"]):
                    unequal.append((case.id, entry["value"], form.errors))
            form.close()
        form = tree(case.model)
        for entry in case.invalid:
            form.fill(entry["value"])
            form.submit()
            told = html.unescape("\n".join(texts(form)))
            hidden += [(case.id, entry["value"], said) for said in form.errors.values() if said not in told]
        form.close()
    assert ([], []) == (unequal, hidden)
    assert typed > 700
