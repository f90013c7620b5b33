"""Types that hold themselves without being models: aliases, root models, named tuples."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TypeVar

import pytest
from pydantic import BaseModel, RootModel
from typing_extensions import TypeAliasType

from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms import Document, compile_plan, judge
from tests.forms.build import asking, form, node, outcome, through_the_page, wrong

T = TypeVar("T")
Anything = TypeAliasType("Anything", "dict[str, Anything] | list[Anything] | str | int | float | bool | None")
Nested = TypeAliasType("Nested", "list[T | Nested[T]]", type_params=(T,))
Other = TypeAliasType("Other", "Anything")


class Tree(RootModel[Any]):
    root: int | list[Tree]


class Chain(RootModel[Any]):
    root: tuple[int, Chain | None]


class Link(NamedTuple):
    name: str
    after: Link | None = None


class Branch(BaseModel):
    name: str
    tree: Tree


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Anything, {"a": [1, "1", None, {"b": 2.5}], "b": True}),
        (Anything, None),
        (Other, [[], {}]),
        (Nested[int], [1, [2, [3]], []]),
        (Tree, Tree([1, [2, [3]]])),
        (Chain, Chain((1, (2, None)))),
        (Link, Link("a", Link("b", Link("c")))),
        (Branch, Branch(name="a", tree=Tree([1]))),
        (list[Anything], [1, [None]]),
    ],
)
def test_a_value_comes_back_equal(type_, value):
    """However deep it is, what fills in such a field comes back equal, through the page too."""
    model = asking(type_)
    filled = form(model)
    filled["x"].value = value
    for document in (filled, through_the_page(filled), form(model, {"x": value}), form(asking(type_, value))):
        assert value == outcome(model, document)


@pytest.mark.parametrize("type_", [Anything, Other, Nested[int], Tree, Chain, Link])
def test_the_plan_has_an_end(type_):
    """Inside itself such a type is a number: that of the node around it."""
    text = json.dumps(node(type_))
    assert (1, True) == (text.count('"anchor"'), '"echo"' in text)


def test_an_alias_that_does_not_hold_itself_is_what_it_stands_for():
    """Its plan says nothing of it."""
    Plain = TypeAliasType("Plain", list[int])
    assert node(list[int]) == node(Plain)


def test_rows_inside_are_filled_in_one_by_one():
    """A person opens as many as there are to fill in, and each is told what is wrong with it."""
    model = asking(Tree)
    document = form(model)
    document["x"].value = [1, [2]]
    document["x.1"].value = [2, "three", 4]
    assert {"x.1.1": "Must be a whole number."} == wrong(model, document)
    document["x.1.1"].value = [3]
    assert Tree([1, [2, [3], 4]]) == outcome(model, document)


def test_a_root_model_that_holds_itself_is_a_form():
    """The whole form may be such a type."""
    document = Document(compile_plan(Tree), Tree([1, [2]]))
    assert Tree([1, [2]]) == judge(Tree, document).value


def test_a_chain_begins_closed():
    """What may be missing is missing until somebody opens it: a tuple inside itself would have no end in the page."""
    assert [{"is": "absent"}, {"is": "null"}] == node(Chain)["blank"]["value"]
    assert [{"is": "absent"}, {"is": "null"}] == node(Link)["blank"]["value"]


def test_a_value_without_an_end_is_refused():
    """What is deeper than a form can be is no data for it, from a program and from a page."""
    model = asking(Nested[int])
    deep: Any = []
    cell: Any = {"is": "value", "value": []}
    for _ in range(300):
        deep = [deep]
        cell = {"is": "value", "value": [{"is": "value", "value": {"branch": 1, "held": {"1": cell}}}]}
    with pytest.raises(CannotHold):
        form(model)["x"].value = deep
    with pytest.raises(MalformedDocument):
        form(model).replace({"is": "value", "value": {"x": cell}})
