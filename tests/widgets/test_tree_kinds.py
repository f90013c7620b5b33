"""The plain renderer and the kinds that came later: types that hold themselves, other keys, units."""

from __future__ import annotations

from typing import Any, NamedTuple

from ipywidgets import HTML
from pydantic import BaseModel, Field, RootModel

from hitl_jupyter.widgets import Form


class Tree(RootModel[Any]):
    root: int | list[Tree]


class Link(NamedTuple):
    name: str
    after: Link | None = None


class Kinds(BaseModel):
    tree: Tree = Tree([1, [2]])
    chain: Link = Link("a", Link("b"))
    spots: dict[tuple[int, str], int] = {(1, "a"): 2}
    either: dict[int | str | None, int] = {1: 1, "1": 2, None: 3}
    weight: float = Field(2.5, json_schema_extra={"hitl": {"unit": "kg", "width": "half", "group": "Parcel"}})


def test_the_new_kinds_are_drawn_and_sent():
    """What is drawn as plain ipywidgets gives what it shows."""
    form = Form(Kinds, renderer="ipywidgets")
    assert Kinds() == form.submit()
    form["tree.1.0"].value = 7
    form["chain.1.0"].value = "c"
    assert Kinds(tree=Tree([1, [7]]), chain=Link("a", Link("c"))) == form.submit()


def test_a_unit_is_said():
    """It stands in the words below the box."""
    form = Form(Kinds, renderer="ipywidgets")
    assert any("in kg" in one.value for one in everything(form) if isinstance(one, HTML))


def everything(widget: Any) -> list[Any]:
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in everything(child))]
