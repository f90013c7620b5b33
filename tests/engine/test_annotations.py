"""Annotations: those of a function are those of its flow, and Python 3.14 reads them late."""

from __future__ import annotations

import sys
from typing import get_type_hints

import pytest

from hitl_jupyter import flow, task
from hitl_jupyter.exceptions import ParameterBindError
from hitl_jupyter.widgets import Form

late = pytest.mark.skipif(sys.version_info < (3, 14), reason="such a function cannot be defined before 3.14")

EARLY = """
from typing import TYPE_CHECKING
from pydantic import BaseModel, ConfigDict
from hitl_jupyter import flow, task

if TYPE_CHECKING:
    from somewhere import Hidden

@task(persist_result=True)
def doubled(x: Later, how: Hidden = None) -> Later:
    return Later(n=2 * x.n)

@flow
def doubles(x: Later, *rest: Hidden) -> list[Hidden]:
    return [doubled.submit(x).result(), *rest]

class Thing:
    hidden: Hidden

class Model(BaseModel, arbitrary_types_allowed=True):
    n: int
    thing: Thing | None = None
"""
LATER = """
class Later(BaseModel):
    n: int
"""


@pytest.fixture
def cell():
    """What a notebook has defined; this file's own way with annotations is not handed down."""
    names = {"__name__": __name__}
    for source in (EARLY, LATER):
        exec(compile(source, "cell", "exec", dont_inherit=True), names)
    return names


@pytest.mark.parametrize("made", [flow, task])
def test_those_of_a_function_are_handed_on(made):
    """Whoever reads what a flow or task takes finds what its function says, resolved or as it stands."""

    def takes(x: int, y: Point = None) -> list[str]: ...  # type: ignore[name-defined] # noqa: F821 - it is not there

    assert {"x": "int", "y": "Point", "return": "list[str]"} == made(takes).__annotations__
    takes.__annotations__["y"] = float
    assert {"x": int, "y": float, "return": list[str]} == get_type_hints(made(takes))


@late
def test_a_flow_and_a_task_take_what_is_defined_later(desk, cell):
    """They run, what they take and give is kept as its class, and a wrong call is told in the usual words."""
    later = cell["Later"](n=2)
    assert [cell["Later"](n=4), "more"] == cell["doubles"](later, "more")
    with pytest.raises(ParameterBindError, match="missing a required argument: 'x'"):
        cell["doubles"]()


@late
def test_a_form_of_what_nobody_defines(cell):
    """A class whose annotation nothing defines is no reason for a form to fail."""
    form = Form(cell["Model"])
    form.fill({"n": 3})
    assert cell["Model"](n=3) == form.submit()
