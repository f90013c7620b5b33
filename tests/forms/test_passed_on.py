"""Dataclasses with fields that no instance has, or that nobody is asked for."""

from __future__ import annotations

import dataclasses
from dataclasses import InitVar, dataclass, field
from typing import ClassVar

import pydantic
import pytest
from pydantic import Field

from hitl_jupyter.forms import judge
from tests.forms.build import asking, form, node, outcome


@dataclass
class Plain:
    size: int
    scale: InitVar[int]
    shift: InitVar[int] = 3
    unit: ClassVar[str] = "mm"
    name: str = field(default="x", kw_only=True)
    total: int = field(init=False, default=0)

    def __post_init__(self, scale: int, shift: int) -> None:
        self.total = self.size * scale + shift


@pydantic.dataclasses.dataclass
class Checked:
    size: int
    scale: InitVar[int]
    shift: InitVar[int] = 3
    total: int = field(init=False, default=0)
    name: str = dataclasses.field(default="x", kw_only=True)

    def __post_init__(self, scale: int, shift: int) -> None:
        self.total = self.size * scale + shift


@dataclass
class Described:
    size: int = Field(5, title="How big", ge=1)


@pytest.mark.parametrize("kind", [Plain, Checked])
def test_what_is_only_passed_on_is_asked(kind):
    """An `InitVar` is asked and passed on, `init=False` is not asked, and what comes of it is what Python makes."""
    model = asking(kind)
    assert {"size", "scale", "shift", "name"} == {one["name"] for one in node(kind)["fields"]}
    document = form(model)
    document["x.size"].value = 2
    assert ["Please fill this in."] == outcome(model, document)
    document["x.scale"].value = 5
    assert kind(2, 5) == outcome(model, document)
    document["x.shift"].value = 1
    document["x.name"].value = "y"
    assert kind(2, 5, 1, name="y") == outcome(model, document)


@pytest.mark.parametrize("kind", [Plain, Checked])
def test_a_default_stays_that_does_not_say_how_it_was_made(kind):
    """Nobody knows what a default instance was made with; left alone it stays, touched it is asked for."""
    model = asking(kind, kind(2, 5))
    document = form(model)
    assert kind(2, 5) == outcome(model, document)
    document["x.size"].value = 3
    assert ["Please fill this in."] == outcome(model, document)
    document["x.scale"].value = 5
    assert kind(3, 5) == outcome(model, document)


def test_what_pydantic_says_of_a_field_counts_in_a_plain_dataclass():
    """pydantic's `Field` as a default has a title, bounds and a default in a dataclass of Python's own, too."""
    (found,) = node(Described)["fields"]
    assert ("How big", {"min": "1"}) == (found["node"]["title"], found["node"]["hints"])
    assert 5 == judge(asking(Described), {"x": {}}).value.x.size
