"""Annotations that Python 3.14 reads late: a name in them that is not there (yet) refuses no flow, task or form."""

from __future__ import annotations

import sys

import pytest

from hitl_jupyter.exceptions import ParameterBindError
from hitl_jupyter.widgets import Form

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="such a function cannot be defined before 3.14")

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


def test_a_flow_and_a_task(desk, cell):
    """They run, what they take and give is kept as its class, and a wrong call is told in the usual words."""
    later = cell["Later"](n=2)
    assert [cell["Later"](n=4), "more"] == cell["doubles"](later, "more")
    with pytest.raises(ParameterBindError, match="missing a required argument: 'x'"):
        cell["doubles"]()


def test_a_form(cell):
    """A class whose annotation nothing defines is no reason for a form to fail."""
    form = Form(cell["Model"])
    form.fill({"n": 3})
    assert cell["Model"](n=3) == form.submit()
