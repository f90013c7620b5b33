"""Dataclasses and typed dictionaries in a model: the model's configuration is theirs, unless they have one."""

from __future__ import annotations

import dataclasses
from typing import Any, NotRequired

from pydantic import BaseModel, ConfigDict, with_config
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from hitl_jupyter.forms import judge
from hitl_jupyter.forms.containers import REST
from hitl_jupyter.forms.filling import fill_in
from tests.forms.build import form, through_the_page, wrong


class Meta(TypedDict):
    progress_token: NotRequired[int]


@dataclasses.dataclass
class Size:
    full_width: int


@with_config(ConfigDict(extra="allow"))
class Own(TypedDict):
    with_words: str


class Request(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    meta: Meta
    size: Size
    own: Own


DATA: dict[str, Any] = {"meta": {"progressToken": 3}, "size": {"fullWidth": 4}, "own": {"with_words": "a", "b": 1}}


def filled(model, data):
    document = form(model)
    assert {} == fill_in(document, data)
    return document


def test_keys_are_those_of_the_model_around():
    """What is filled in under the keys that the model around makes comes back, and nothing of it is dropped."""
    document = filled(Request, DATA)
    assert 3 == document["meta.progress_token"].value
    assert Request.model_validate(DATA) == judge(Request, through_the_page(document)).value


def test_errors_stand_at_their_fields():
    """An error under such a key is said at the field."""
    document = filled(Request, DATA)
    document["meta.progress_token"].value = "x"
    document["size.full_width"].value = "y"
    assert {"meta.progress_token", "size.full_width"} == set(wrong(Request, document))


class Open(TypedDict, extra_items=int):
    name: str


class Closed(TypedDict, closed=True):
    name: str


class Both(BaseModel):
    open: Open
    closed: Closed


def test_further_items_have_a_box_where_a_dictionary_takes_them():
    """A typed dictionary that says it takes more keeps it, and pydantic judges it; one that is closed says so."""
    good = {"open": {"name": "a", "more": 1}, "closed": {"name": "b"}}
    assert Both.model_validate(good) == judge(Both, filled(Both, good)).value
    bad = filled(Both, {"open": {"name": "a", "more": "x"}, "closed": {"name": "b"}})
    assert [f"open.{REST}"] == list(wrong(Both, bad))
    assert [("closed",)] == list(fill_in(form(Both), {**good, "closed": {"name": "b", "more": 1}}))
