"""At a terminal: types that hold themselves, keys of more than a text, and units."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel, Field, RootModel

from tests.forms.build import asking
from tests.terminal.test_interview import interview


class Tree(RootModel[Any]):
    root: int | list[Tree]


class Link(NamedTuple):
    name: str
    after: Link | None = None


@pytest.mark.parametrize(
    ("type_", "typed", "value"),
    [
        (Tree, "2|[1, [2, []]]", Tree([1, [2, []]])),
        (Tree, "1|7", Tree(7)),
        (Link, '["a", ["b", null]]', Link("a", Link("b"))),
        (dict[tuple[int, str], int], '{"[1, \\"a\\"]": 5}', {(1, "a"): 5}),
        (dict[int | str, int], '{"a": 5}', {"a": 5}),
        (dict[frozenset[int], int], '{"[1, 2]": 5}', {frozenset({1, 2}): 5}),
        (dict[bool, int], '{"true": 5}', {True: 5}),
    ],
)
def test_what_is_typed_is_what_comes_of_it(type_, typed, value):
    """A type that holds itself is as deep as what is typed; a key that is no text is JSON in a text."""
    _, _, judged = interview(asking(type_), *typed.split("|"))
    assert value == judged.value.x


@pytest.mark.parametrize(
    ("type_", "value"),
    [(list[Tree], [Tree([1, [2]])]), (dict[tuple[int, str], int], {(1, "a"): 5}), (dict[bool, int], {True: 5})],
)
def test_enter_keeps_a_default(type_, value):
    """What stands in brackets is what could be typed, and Enter keeps it as it is."""
    talk, _, judged = interview(asking(type_, value), "")
    assert value == judged.value.x
    (prompt,) = talk.prompts
    typed = prompt[prompt.index("[") + 1 : prompt.rindex("]")]
    assert value == interview(asking(type_), typed)[2].value.x


def test_a_unit_is_said_with_the_limits():
    """Whoever types a number hears what it counts."""

    class Parcel(BaseModel):
        weight: float = Field(gt=0, json_schema_extra={"hitl": {"unit": "kg"}})

    talk, _, judged = interview(Parcel, "2.5")
    assert Parcel(weight=2.5) == judged.value
    assert "in kg" in "\n".join(talk.prompts + talk.said)
