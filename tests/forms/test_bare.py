"""Models that are judged by their types alone, because something in the answer cannot even be read."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, create_model, field_validator

from tests.forms.build import form, wrong


@pytest.mark.parametrize("name", ["type", "ref", "cls", "default", "config", "expected", "function", "schema_"])
def test_a_field_may_be_called_like_a_word_of_pydantics_own_schemas(name):
    """Beside a number that cannot be read, a wrong field is named whatever it is called."""
    model = create_model("Named", number=(float, ...), **{name: (int, Field(ge=5))})
    document = form(model)
    document["number"].value = "1e999"
    document[name].value = "3"
    assert {"number", name} == set(wrong(model, document))


class Cat(BaseModel):
    type: Literal["metadata"] = "metadata"
    lives: int

    @field_validator("lives")
    @classmethod
    def never_called(cls, value: int) -> int:
        raise AssertionError(value)


class Dog(BaseModel):
    type: Literal["dog"] = "dog"


class Owner(BaseModel):
    name: str
    pet: Annotated[Cat | Dog, Field(discriminator="type")]


def test_a_branch_may_be_called_like_one_too():
    """The tag of a union's branch is no word of a schema either."""
    document = form(Owner, {"pet": {"type": "metadata", "lives": 9}})
    document["pet.lives"].value = "many"
    assert {"name", "pet.lives"} == set(wrong(Owner, document))
