"""The verdict: who refused what, where it is told, and what the flow gets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    PrivateAttr,
    RootModel,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hitl_jupyter.forms import Document, FieldError, compile_plan, doubts, judge
from tests.forms.build import Address, asking, form, wrong


class Shirt(BaseModel):
    """The order of the guide: its validator looks at a field that may be missing."""

    size: Literal["small", "large"]
    color: Literal["red", "green"]

    @field_validator("color")
    @classmethod
    def in_stock(cls, value: str, info: Any) -> str:
        """Refuse small green shirts."""
        if value == "green" and info.data["size"] == "small":
            raise ValueError("Invalid size and color combination.")
        return value


def filled(model: type[BaseModel], **values: Any) -> Document:
    document = form(model)
    for name, value in values.items():
        document[name].value = value
    return document


def test_a_validators_refusal_is_told_apart_from_the_types():
    """What the user's code refuses is of kind validator, has the user's own words and pydantic's exception."""
    verdict = judge(Shirt, filled(Shirt, size="small", color="green"))
    assert (FieldError(("color",), "Invalid size and color combination.", "validator"),) == verdict.errors
    assert isinstance(verdict.exception, ValidationError)
    assert not verdict.refused_by_schema
    assert not verdict.ok


def test_a_validator_that_breaks_on_a_missing_field_hides_nothing():
    """A validator that trips over a field which is itself wrong is no crash: the person hears of that field."""
    verdict = judge(Shirt, filled(Shirt, color="green"))
    assert (FieldError(("size",), "Please fill this in.", "schema"),) == verdict.errors
    assert verdict.exception is None
    assert verdict.errors == judge(Shirt, {"color": "green"}).errors


def test_a_validator_that_is_broken_is_told_as_that():
    """Whatever a validator raises on good data is handed on, for the flow to raise, and told in one sentence."""

    def broken(_: int) -> int:
        raise ZeroDivisionError("oh")

    model = asking(Annotated[int, AfterValidator(broken)])
    verdict = judge(model, filled(model, x=1))
    message = "This form's own check did not work (ZeroDivisionError: oh)."
    assert (FieldError((), message, "validator"),) == verdict.errors
    assert isinstance(verdict.exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("no good"), "no good"),
        (ValueError("Value error, twice"), "Value error, twice"),
        (AssertionError("not so"), "not so"),
        (ValueError(), "This is not valid."),
        (PydanticCustomError("taken", "{name} is taken", {"name": "Ana"}), "Ana is taken"),
    ],
)
def test_the_words_of_a_validator_are_its_own(error, message):
    """ValueError, AssertionError and custom errors are told in the words of whoever wrote them."""

    def refuse(_: int) -> int:
        raise error

    model = asking(Annotated[int, AfterValidator(refuse)])
    assert (FieldError(("x",), message, "validator"),) == judge(model, filled(model, x=1)).errors


def test_both_kinds_of_refusal_are_told_together():
    """A schema error beside a validator's error: both are told, and the answer is one that never leaves the form."""

    class Model(BaseModel):
        even: Annotated[int, AfterValidator(lambda v: _check(v % 2 == 0, v))]
        count: int

    verdict = judge(Model, filled(Model, even=3, count="x"))
    assert [("even", "validator"), ("count", "schema")] == [(e.path[0], e.kind) for e in verdict.errors]
    assert verdict.refused_by_schema


def _check(good: bool, value: int) -> int:
    assert good, "odd"
    return value


def test_validators_do_not_run_on_an_answer_that_is_not_whole():
    """Where something cannot even be read, no validator of the user's sees half of an answer."""
    seen = []

    class Model(BaseModel):
        data: dict
        count: int

        @model_validator(mode="before")
        @classmethod
        def look(cls, value: Any) -> Any:
            seen.append(value)
            return value

    document = filled(Model, count="x")
    document.replace({"is": "value", "value": {**document.to_wire()["value"], "data": {"is": "value", "value": "{"}}})
    assert ["data", "count"] == list(wrong(Model, document))
    assert [] == seen


def test_model_validators_speak_at_the_head_of_their_model():
    """An error of a whole model stands at its group, of the whole answer at the head of the form."""

    class Inner(BaseModel):
        a: int
        b: int

        @model_validator(mode="after")
        def ordered(self) -> Inner:
            if self.a > self.b:
                raise ValueError("a must not be more than b")
            return self

    class Outer(BaseModel):
        inner: Inner
        items: list[Inner] = []

        @model_validator(mode="after")
        def never(self) -> Outer:
            raise ValueError("never")

    document = filled(Outer, inner={"a": 2, "b": 1}, items=[{"a": 1, "b": 2}, {"a": 3, "b": 2}])
    words = "a must not be more than b"
    assert {"inner": words, "items.1": words} == wrong(Outer, document)
    assert {"": "never"} == wrong(Outer, filled(Outer, inner={"a": 1, "b": 2}))


def test_a_before_validator_sees_json():
    """A validator that runs before pydantic sees what a program's answer has: JSON under the model's keys."""
    seen: list[Any] = []
    look_at = BeforeValidator(lambda v: seen.append(v) or v)

    class Model(BaseModel):
        day: str = Field(alias="theDay")
        color: Literal["red", "green"]
        count: Annotated[int, look_at]

        @model_validator(mode="before")
        @classmethod
        def look(cls, value: Any) -> Any:
            seen.append(value)
            return value

    judge(Model, filled(Model, day="2026-01-01", color="red", count="3"))
    assert [{"theDay": "2026-01-01", "color": "red", "count": 3}, 3] == seen


def test_a_pydantic_type_written_in_python_refuses_like_any_type():
    """What is no address never leaves the form, although a Python function refuses it."""
    model = asking(EmailStr)
    for text in ("nobody", "nobody@"):
        assert ["schema"] == [error.kind for error in judge(model, filled(model, x=text)).errors]


def test_a_root_model_is_a_form_with_one_field():
    """A root model asks for what is in it, and errors that pydantic gives no place stand at that field."""

    class Numbers(RootModel[list[int]]):
        """Some numbers."""

    document = form(Numbers)
    assert Numbers([]) == judge(Numbers, document).value
    document["root"].append("1", "x")
    assert {"root.1": "Must be a whole number."} == wrong(Numbers, document)
    model = RootModel[int]
    assert {"root": "Please fill this in."} == wrong(model, form(model))
    assert 5 == judge(model, filled(model, root="5")).value.root


def test_a_root_model_with_a_default_may_be_left_alone():
    """An untouched root is the default, also one that the control cannot show."""

    class Maybe(RootModel[int | None]):
        root: int | None = None

    assert Maybe(None) == judge(Maybe, form(Maybe)).value

    class Anything(RootModel[Any]):
        root: Any = object

    assert Anything() == judge(Anything, form(Anything)).value


def test_no_error_says_what_was_typed():
    """Neither a message nor a path of an error holds the input."""

    class Model(BaseModel):
        a: int
        b: list[int]
        c: Literal["x", "y"]
        d: dict[str, int]
        e: Address

    data = {"a": "marker", "b": ["marker"], "c": "marker", "d": {"k": "marker"}, "e": {"street": 1, "zip": "marker"}}
    verdict = judge(Model, data)
    assert 6 == len(verdict.errors)
    assert "marker" not in repr(verdict.errors)


def test_a_tag_that_does_not_exist_is_not_quoted():
    """An unknown branch of a union is refused with the tags that there are, not with what was typed."""

    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    model = asking(Annotated[Cat | Dog, Field(discriminator="kind")])
    words = "Must have 'kind' set to one of 'cat', 'dog'."
    assert {"x": words} == wrong(model, {"x": {"kind": "marker"}})
    assert {"x": "Must have 'kind', which says what kind of thing it is."} == wrong(model, {"x": {}})


def test_a_default_that_waits_for_other_fields_is_no_error_of_its_own():
    """Where a default is made of other fields and one of these is wrong, only that one is told."""

    class Model(BaseModel):
        name: str
        label: str = Field(default_factory=lambda data: data["name"].title())

    assert {"name": "Please fill this in."} == wrong(Model, form(Model))


def test_a_missing_field_inside_an_optional_group_stands_there():
    """An optional group that a person opened must be filled in; one left alone is no value."""
    model = asking(Address | None, None)
    document = form(model)
    assert judge(model, document).value.x is None
    document["x.zip"].value = "12345"
    assert {"x.street": "Please fill this in."} == wrong(model, document)


def test_a_program_may_send_python_values():
    """Data that is no JSON is judged as pydantic judges Python values, in a strict model too."""
    model = create_model("M", __config__=ConfigDict(strict=True), x=(date, ...), y=(set[int], ...))
    assert {1} == judge(model, {"x": date(2026, 1, 1), "y": {1}}).value.y
    assert {1} == judge(model, {"x": "2026-01-01", "y": [1]}).value.y


def test_the_same_message_is_told_once():
    """A union in a JSON box gives an error per branch; each different one is told once, at the box."""
    model = asking(dict[Any, list[int] | list[float]])
    document = form(model)
    document["x"].value = {"a": ["a"]}
    messages = [error.message for error in judge(model, document).errors]
    assert {("x",)} == {error.path for error in judge(model, document).errors}
    assert len(set(messages)) == len(messages)


def test_errors_travel_as_path_and_message():
    """The page gets where and what, nothing else."""
    error = FieldError(("items", 0, "zip"), "no", "validator")
    assert {"path": ["items", 0, "zip"], "message": "no"} == error.to_wire()


def test_recursive_models_are_checked_without_the_users_code():
    """The types alone are judged in recursive models too, where schemas are named."""

    class Tree(BaseModel):
        value: int
        children: list[Tree] = []

        @field_validator("children")
        @classmethod
        def broken(cls, value: Any, info: Any) -> Any:
            return (value, info.data["value"])[0]

    document = form(Tree)
    assert {"value": "Please fill this in."} == wrong(Tree, {"children": []})
    document["children"].value = [{"value": 1}]
    assert {"value": "Please fill this in."} == wrong(Tree, document)
    assert compile_plan(Tree).root.locate(("children", 0, "value"))[0] == ("children", 0, "value")


class Size(Enum):
    SMALL = "small"


class Lenient(Enum):
    SMALL = "small"

    @classmethod
    def _missing_(cls, value: object) -> Lenient:
        return cls.SMALL


class Noted(BaseModel):
    x: int
    _seen: int = PrivateAttr(default=0)

    def model_post_init(self, context: Any) -> None:
        self._seen += 1


class Made(BaseModel):
    def __init__(self, **data: Any) -> None:
        super().__init__(**data)


class Hidden(BaseModel):
    model_post_init_is_a_field: int
    _seen: int = PrivateAttr(default=0)


@pytest.mark.parametrize(
    ("kind", "alone"),
    [
        (str, True),
        (Annotated[int, Field(ge=1, le=5)], True),
        (Literal["a", "b"] | None, True),
        (list[dict[str, date | Decimal]], True),
        (Size, True),
        (Address, True),
        (Hidden, True),
        (Lenient, False),
        (list[Noted], False),
        (Made | int, False),
        (dict[str, Shirt], False),
        (Annotated[str, AfterValidator(str.strip)], False),
        (Annotated[list[int], Field(default_factory=list)], False),
        (EmailStr, False),
    ],
    ids=repr,
)
def test_where_pydantic_judges_by_itself(kind, alone):
    """Only where no function is called may an answer be judged before it is on the disk."""
    assert alone == compile_plan(asking(kind)).calls_nothing


def test_what_is_typed_so_far_is_doubted_by_its_type_alone():
    """Before anybody sends it no validator runs, and nothing is said of the form as a whole."""
    ran = []

    class Half(BaseModel):
        count: Annotated[int, AfterValidator(ran.append)] = Field(ge=1)
        tags: list[Annotated[str, Field(max_length=3)]] = []
        mail: EmailStr = "a@example.org"
        name: str

        @model_validator(mode="after")
        def whole(self) -> Half:
            raise ValueError("Never.")

    document = form(Half)
    document["count"].value = "0"
    document["tags"].value = ["abc", "abcd"]
    document["mail"].value = "Jeff"
    assert {("count",), ("tags", 1), ("mail",), ("name",)} == {error.path for error in doubts(Half, document)}
    document["name"].value = "Jeff"
    document["count"].value = "half"
    document["tags"].value = []
    document["mail"].value = "jeff@example.org"
    assert [(("count",), "Must be a whole number.")] == [(e.path, e.message) for e in doubts(Half, document)]
    assert [] == ran
