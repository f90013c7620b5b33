"""Methods of `RunInput` give way to fields of their names; on the class they stay what they are."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError, create_model

from hitl_jupyter import RunInput
from hitl_jupyter.forms import compile_plan, instance_of, run_input_type
from hitl_jupyter.input import methods

NAMES = ["load", "save", "respond", "receive", "send_to", "asave", "aload", "arespond", "asend_to"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("base", [BaseModel, RunInput])
def test_a_field_may_have_the_name_of_a_method(base, name):
    """It is asked for as any field is: required, without a default, and pydantic warns of nothing."""
    made = run_input_type(create_model("Machine", __base__=base, **{name: (float, ...)}))
    assert [name] == compile_plan(made).json_schema()["required"]
    with pytest.raises(ValidationError, match="Field required"):
        made()
    assert 1.5 == getattr(made(**{name: 1.5}), name)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_may_come_later(name):
    """A subclass of a subclass adds it, with or without a default, and its own subclass keeps it."""

    class Place(RunInput):
        city: str

    grown = create_model("Grown", __base__=Place, **{name: (int, 7)})
    last = create_model("Last", __base__=grown, street=(str, ...))
    assert 7 == getattr(last(city="Bonn", street="Weg"), name)
    assert {"city": "Bonn", name: 3, "street": "Weg"} == last(city="Bonn", street="Weg", **{name: 3}).model_dump()
    changed = last(city="Bonn", street="Weg")
    setattr(changed, name, 5)
    assert 5 == getattr(changed, name)


def test_initial_data_for_such_a_field():
    """`with_initial_data` knows the field and not the method."""

    class Machine(RunInput):
        load: float

    assert 2.5 == Machine.with_initial_data(load=2.5)().load


def test_every_method_is_there():
    """With its documentation, on the class and in the list of its names."""
    mine = [name for name in vars(methods.Methods) if not name.startswith("_")]
    assert sorted(NAMES) == sorted(mine)
    for name in mine:
        assert getattr(RunInput, name).__doc__
        assert name in dir(RunInput)


def test_an_override_reaches_the_method():
    """`super()` works as for any method."""

    class Loud(RunInput):
        word: str

        @classmethod
        def receive(cls, *args, **kwargs):
            return "overridden", super().receive

    assert "overridden" == Loud.receive()[0]
    assert "receive" == Loud.receive()[1].__name__


def test_what_was_sent_is_judged_like_an_answer():
    """JSON as pydantic takes it from Python or from JSON, whichever way takes it; what is no object is refused."""

    class Strict(RunInput, strict=True):
        pair: tuple[int, int]

    assert (1, 2) == instance_of(Strict, {"pair": [1, 2]}).pair
    for wrong in ({"pair": ["1", 2]}, {"pair": [1, 2], "more": 1}, "text", None):
        with pytest.raises(ValidationError):
            instance_of(Strict, wrong)
