"""RunInput, and how any type becomes one (conformance list, items 1 to 4, 8 to 10, 25 and 35)."""

# ruff: noqa: UP045 - Optional is a spelling that users have
from __future__ import annotations

import asyncio
import gc
import sys
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Optional
from uuid import uuid4

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PydanticUserError, RootModel, field_validator
from pydantic.dataclasses import dataclass
from pydantic.errors import PydanticSchemaGenerationError

from hitl_jupyter.core.clock import Source
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.forms import (
    AutomaticRunInput,
    Document,
    RunInput,
    RunInputMetadata,
    compile_plan,
    judge,
    keyset_from_base_key,
    keyset_from_paused_state,
    record_value,
    run_input_type,
    unwrap,
)
from tests.forms.build import Address, Order, form, through_the_page, wrong


class Colour(Enum):
    RED = "red"


class Person(RunInput):
    """Who is asked."""

    name: str = Field(title="Full name", description="As in the passport", min_length=2, alias="fullName")
    age: Annotated[int, Field(ge=18, le=120)]
    colour: Literal["red", "green"] | None = None
    note: str | None = Field(None, max_length=10, validation_alias=AliasChoices("note", "remark"))
    tags: list[str] = Field(default_factory=list, max_length=2)

    @field_validator("name")
    @classmethod
    def not_admin(cls, value: str) -> str:
        if value == "admin":
            raise ValueError("Not you.")
        return value


# From 3.14 on both spellings of a union are one type, named Union.
ONE_UNION = "unionAutomaticRunInput" if sys.version_info >= (3, 14) else None


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        (str, "strAutomaticRunInput"),
        (int, "intAutomaticRunInput"),
        (bool, "boolAutomaticRunInput"),
        (Literal["a"], "literalAutomaticRunInput"),
        (Optional[int], ONE_UNION or "optionalAutomaticRunInput"),
        (list[int], "listAutomaticRunInput"),
        (tuple[int, str], "tupleAutomaticRunInput"),
        (date, "dateAutomaticRunInput"),
        (Colour, "colourAutomaticRunInput"),
        (int | None, ONE_UNION or "AutomaticRunInput"),
        ("str", "AutomaticRunInput"),
        (RootModel[int], "rootmodel[int]AutomaticRunInput"),
    ],
)
def test_a_type_becomes_the_field_value(type_, name):
    """a18 1 and 2: anything that is no model becomes a class with the required field `value`, titled Value."""
    made = run_input_type(type_)
    assert (name, True) == (made.__name__, issubclass(made, AutomaticRunInput))
    schema = made.model_json_schema()
    assert (name, ["value"], False) == (schema["title"], schema["required"], schema["additionalProperties"])
    plan: Any = compile_plan(made).to_json()
    assert [("value", "Value", True)] == [
        (field["name"], field["node"]["title"], field["node"]["required"]) for field in plan["root"]["fields"]
    ]


@pytest.mark.parametrize(
    ("type_", "value"),
    [(str, "a"), (int, 2**70), (float, 0.1), (bool, False), (list[int], [1]), (tuple[int, str], (1, "a")),
     (Colour, Colour.RED), (date, date(2026, 1, 2)), (Optional[int], None), (Literal[1, True], True),
     (RootModel[int], RootModel[int](5))],
)  # fmt: skip
def test_the_flow_gets_the_bare_value(type_, value):
    """a18 1 and 2: what was entered for a type is unwrapped from the class that asked for it."""
    made = run_input_type(type_)
    document = form(made)
    document["value"].value = value
    assert value == unwrap(judge(made, document).value)


def test_what_is_said_of_a_type_is_honoured():
    """a18 2: title, description and bounds of an Annotated type reach the form and the verdict."""
    made = run_input_type(Annotated[int, Field(title="Age", description="In years", ge=0)])
    node = compile_plan(made).root.fields[0].node
    assert ("Age", "In years", {"min": "0"}) == (node.title, node.description, dict(node.hints))
    assert {"value": "Must be 0 or more."} == wrong(made, {"value": -1})


def test_a_run_input_is_itself():
    """a18 3: a subclass of RunInput is used as it is, and its answer is not unwrapped."""
    assert Person is run_input_type(Person)
    value = judge(Person, {"fullName": "Ana", "age": 20}).value
    assert value is unwrap(value)
    assert isinstance(value, Person)


def test_a_model_becomes_a_run_input_too():
    """a18 4: the class for a model is a subclass of both, with the model's name and text, each time the same."""
    made = run_input_type(Order)
    assert ("OrderRunInput", "An order of a shirt.", Order.__module__) == (
        made.__name__,
        made.__doc__,
        made.__module__,
    )
    assert made is run_input_type(Order)
    answer = judge(made, {"name": "Ana", "gift": True, "size": "small", "address": {"street": "S"}}).value
    assert isinstance(answer, Order)
    assert isinstance(answer, RunInput)


def test_unknown_keys_are_refused_unless_the_model_says_otherwise():
    """a18 5: a RunInput takes no unknown field, nor does an upgraded model; a model's own `extra` survives."""

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        a: int

    assert {"": "There is no field 'b' here."} == wrong(run_input_type(Address), {"street": "S", "b": 1})
    assert 2 == judge(run_input_type(Open), {"a": 1, "b": 2}).value.b


def test_a_field_called_metadata_stays_the_models():
    """A model may have a field of the name that RunInput uses; it keeps its type, its requirement and its value."""

    class Record(BaseModel):
        metadata: str

    made = run_input_type(Record)
    assert {"metadata": "Please fill this in."} == wrong(made, {})
    assert "mine" == judge(made, {"metadata": "mine"}).value.metadata


def test_metadata_is_none_until_a_run_has_got_the_answer():
    """a18 25: `metadata` says key, sender and receiver, and is not part of the data."""
    value = judge(Person, {"fullName": "Ana", "age": 20}).value
    assert value.metadata is None
    run = uuid4()
    value._metadata = RunInputMetadata(key="paused-1-response", receiver=run)
    assert ("paused-1-response", None, run) == (value.metadata.key, value.metadata.sender, value.metadata.receiver)
    assert "metadata" not in value.model_dump()
    with pytest.raises(AttributeError):
        value.no_such_thing  # noqa: B018


def test_the_same_type_gives_the_same_class():
    """A second question for a type compiles nothing, also for types that have no hash; 1 and True are two types."""
    score = Annotated[int, Field(ge=0)]
    for type_ in (str, list[int], score, Literal["a"]):
        assert run_input_type(type_) is run_input_type(type_)
        assert compile_plan(run_input_type(type_)) is compile_plan(run_input_type(type_))
    one, true = run_input_type(list[Literal[1]]), run_input_type(list[Literal[True]])
    assert one is not true
    assert judge(true, {"value": [True]}).value.value[0] is True


def test_a_dataclass_is_asked_for_as_a_value():
    """a18 2: what is no pydantic model, dataclasses among them, is a value."""

    @dataclass
    class Point:
        x: int

    made = run_input_type(Point)
    document = form(made)
    document["value"].value = {"x": 1}
    assert Point(x=1) == unwrap(judge(made, document).value)


def test_what_is_no_type_is_refused():
    """A value instead of a type is pydantic's own error, at once."""
    with pytest.raises(PydanticSchemaGenerationError):
        run_input_type(5)
    with pytest.raises(PydanticUserError):
        run_input_type(asyncio.Event)


# -- initial data ------------------------------------------------------------------------------------------------------


def test_initial_data_is_shown_and_comes_back():
    """a18 8: initial values are defaults: an untouched form gives them, and so does a program's {}."""
    asked = Person.with_initial_data(name="Ana", age=20, tags=["a"])
    document = through_the_page(form(asked))
    assert ("Ana", 20, ["a"]) == tuple(document[name].value for name in ("name", "age", "tags"))
    for answer in (document, {}):
        value = judge(asked, answer).value
        assert ("Ana", 20, ["a"]) == (value.name, value.age, value.tags)
        assert isinstance(value, Person)


def test_initial_data_keeps_all_that_is_known_of_a_field():
    """a18 9: name, docstring, annotation, title, description, bounds, alias and validators survive."""
    asked = Person.with_initial_data(name="Ana", age=20, colour="red", note="n", tags=["a"])
    assert (Person.__name__, Person.__doc__, Person.__module__) == (asked.__name__, asked.__doc__, asked.__module__)
    before, after = (compile_plan(one).root.to_json()["fields"] for one in (Person, asked))
    assert before == after
    assert {"name": "Must have at least 2 characters.", "age": "Must be 18 or more."} == wrong(
        asked, {"fullName": "A", "age": 3}
    )
    assert {"name": "Not you."} == wrong(asked, {"fullName": "admin"})
    assert {"note": "Must have at most 10 characters."} == wrong(asked, {"remark": "x" * 11})
    assert {"tags": "Takes at most 2 entries."} == wrong(asked, {"tags": ["a", "b", "c"]})
    assert asked(colour=None).colour is None
    properties = asked.model_json_schema()["properties"]
    assert ("Ana", "Full name", 2) == tuple(properties["fullName"][key] for key in ("default", "title", "minLength"))


def test_initial_data_is_not_judged_before_it_is_sent():
    """A wrong initial value is shown as it is and refused when the form is sent; the flow never gets it unjudged."""
    asked = Person.with_initial_data(name="admin", age="old")
    document = form(asked)
    assert "old" == document["age"].value
    assert {"name": "Not you.", "age": "Must be a whole number."} == wrong(asked, document)
    assert {"name": "Not you.", "age": "Must be a whole number."} == wrong(asked, {})


def test_initial_data_that_is_emptied_is_not_put_back():
    """Who empties a required field that was filled in is asked for it; its initial value does not come back."""
    asked = Person.with_initial_data(name="Ana", age=20)
    document = form(asked)
    document["name"].value = ""
    document["age"].clear()
    assert {"name": "Please fill this in.", "age": "Please fill this in."} == wrong(asked, document)


def test_initial_data_of_other_shapes_is_judged_into_the_type():
    """Data for a group, an enum's value, a set for a list: what reaches the flow has the type of the field."""

    class Ask(RunInput):
        address: Address
        colour: Colour
        items: list[int]
        pair: tuple[int, int]

    asked = Ask.with_initial_data(address={"street": "S"}, colour="red", items={1}, pair=[1, 2])
    value = judge(asked, through_the_page(form(asked))).value
    assert (Address(street="S"), Colour.RED, [1], (1, 2)) == (value.address, value.colour, value.items, value.pair)
    asked = Ask.with_initial_data(address=Address(street="S"), colour=Colour.RED, items=[1], pair=(1, 2))
    assert value.model_dump() == judge(asked, through_the_page(form(asked))).value.model_dump()


def test_numbers_and_arrays_of_numpy_fill_in_like_numbers():
    """What a model predicts is rarely a Python number: anything that converts itself is filled in as what it is."""

    class Scalar:
        """Behaves as a number of numpy does."""

        def __init__(self, value: Any) -> None:
            self.value = value

        def tolist(self) -> Any:
            return self.value

    class Ask(RunInput):
        count: int
        share: float
        points: list[float]

    asked = Ask.with_initial_data(count=Scalar(7), share=Scalar(0.25), points=Scalar([0.5, 1.0]))
    document = form(asked)
    assert (7, 0.25, [0.5, 1.0]) == tuple(document[name].value for name in ("count", "share", "points"))
    assert (7, 0.25, [0.5, 1.0]) == tuple(judge(asked, document).value.model_dump().values())


def test_unknown_names_become_fields():
    """A name that the class does not have becomes a new field of its value's type."""
    asked = Person.with_initial_data(extra=3)
    assert ("integer", 3) == (form(asked)["extra"].node.kind, form(asked)["extra"].value)
    assert 3 == judge(asked, {"fullName": "Ana", "age": 20}).value.extra


def test_the_description_stands_above_the_form():
    """a18 10: the Markdown text is kept with the class, and inherited until another is given."""
    asked = Person.with_initial_data(description="**Who?**")
    assert (None, "**Who?**") == (Person.description_text(), asked.description_text())
    assert "**Who?**" == asked.with_initial_data(age=20).description_text()
    assert "" == asked.with_initial_data(description="").description_text()


def test_a_thousand_questions_with_other_values_are_one_form(monkeypatch):
    """Initial data does not make a new form: neither is anything compiled again, nor is the fingerprint another."""
    first = Person.with_initial_data(name="A1", age=20)
    fingerprint = compile_plan(first).fingerprint
    monkeypatch.setattr("hitl_jupyter.forms.plan.root_of", None)
    monkeypatch.setattr("hitl_jupyter.forms.plan.json_schema_of", None)
    for index in range(20):
        asked = Person.with_initial_data(name=f"A{index}", age=index + 20)
        plan = compile_plan(asked)
        assert (fingerprint, index + 20) == (plan.fingerprint, Document(plan)["age"].value)
        assert plan.to_json() is compile_plan(first).to_json()


def test_the_classes_of_a_loop_are_forgotten():
    """A loop of questions, each with initial data of its own, keeps neither the classes nor their plans."""

    class Ask(RunInput):
        number: int

    for index in range(20):
        asked = Ask.with_initial_data(number=index)
        assert judge(asked, form(asked)).ok
    gc.collect()
    assert 2 >= len(Ask.__subclasses__())


def test_initial_data_may_be_put_over_initial_data():
    """A class with initial data takes more of it: both are shown, the later one wins."""
    asked = Person.with_initial_data(name="Ana", age=20).with_initial_data(age=30)
    assert ("Ana", 30) == (form(asked)["name"].value, form(asked)["age"].value)
    assert compile_plan(asked).fingerprint == compile_plan(Person.with_initial_data(name="B", age=1)).fingerprint


def test_the_schema_does_not_require_what_is_filled_in():
    """A program may leave out what has initial data; the stored schema says so, and has no initial value in it."""
    schema = compile_plan(Person.with_initial_data(name="Ana")).json_schema()
    assert ["age"] == schema["required"]
    assert "default" not in schema["properties"]["fullName"]
    assert ["fullName", "age"] == compile_plan(Person).json_schema()["required"]


# -- keys and records --------------------------------------------------------------------------------------------------


def test_keysets_have_prefects_names():
    """a18 35: the keys of a question are paused-<key>-schema, -response and -description."""
    expected = {"description": "x-description", "response": "x-response", "schema": "x-schema"}
    assert expected == keyset_from_base_key("x")
    assert keyset_from_base_key("person") == Person.keyset_from_type()
    source = Source()
    for name in ("Paused", "Suspended"):
        state = State("id", StateType.PAUSED, name, source.now(), details={"pause_key": "1"})
        assert keyset_from_base_key(f"{name.lower()}-1") == keyset_from_paused_state(state)
    with pytest.raises(RuntimeError, match=r"^'RUNNING' is unsupported\.$"):
        keyset_from_paused_state(State("id", StateType.RUNNING, "Running", source.now()))


def test_a_recorded_answer_is_judged_to_an_equal_one():
    """What is kept of an answer gives an equal one later: aliases, excluded and untouched fields included."""

    class Kept(RunInput):
        by_alias: int = Field(validation_alias="in", serialization_alias="out")
        hidden: int = Field(1, exclude=True)
        broken: int = None
        short: str = Field("", min_length=1)
        when: date
        colour: Colour = Colour.RED
        tags: set[str] = Field({"b", "a"})

        @property
        def twice(self) -> int:
            return 2 * self.by_alias

    answer = judge(Kept, {"in": 1, "hidden": 7, "when": "2026-01-01"}).value
    assert {"in": 1, "hidden": 7, "when": "2026-01-01"} == record_value(answer)
    assert answer == judge(Kept, record_value(answer)).value
