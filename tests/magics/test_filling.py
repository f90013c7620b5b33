"""What ``field=value`` on a line means to a form with structures in it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from hitl_jupyter.forms import Document, compile_plan, judge
from hitl_jupyter.magics.filling import fields, fill


class Tree(BaseModel):
    name: str = "root"
    left: Tree | None = None


class Form(BaseModel):
    either: int | str = 1
    pair: tuple[int, str] = (1, "a")
    prices: dict[str, float] = {}
    tags: set[str] = set()
    tree: Tree = Tree()


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (("either", "5"), Form(either=5)),
        (("either", "five"), Form(either="five")),
        (("either", '"5"'), Form(either="5")),
        (("pair", '[2, "b"]'), Form(pair=(2, "b"))),
        (("prices", '{"tea": 2.5}'), Form(prices={"tea": 2.5})),
        (("tags", '["x"]'), Form(tags={"x"})),
        (("tree.left.left.name", "leaf"), Form(tree=Tree(left=Tree(left=Tree(name="leaf"))))),
    ],
)
def test_a_structure_is_written_as_json_or_field_by_field(given, value):
    """Rows, pairs and branches are JSON on a line; a model that holds itself is reached by its path, however deep."""
    plan = compile_plan(Form)
    cell, wrong = fill(plan.to_json()["root"], Document(plan).to_wire(), [given])
    assert [] == wrong
    document = Document(plan)
    document.replace(cell)
    assert value == judge(Form, document).value


def test_the_names_of_a_model_that_holds_itself_have_an_end():
    """What is offered goes into such a model once."""
    names = [name for name, _ in fields(compile_plan(Form).to_json()["root"])]
    assert ["either", "pair", "prices", "tags", "tree", "tree.name", "tree.left"] == names
