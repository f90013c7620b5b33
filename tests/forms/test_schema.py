"""The JSON schema: what an answer by program must pass, in Prefect's words (conformance list, items 5 to 7)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, Field, SecretStr, create_model

from hitl_jupyter.exceptions import SubmissionRefused
from hitl_jupyter.forms import RunInput, check_by_schema, compile_plan, judge
from tests.forms.build import Address


class Ask(RunInput):
    x: int = Field(ge=0)
    name: str = Field("anonymous", max_length=10)
    address: Address | None = None
    tags: list[int] = Field([])
    day: date | None = None


@pytest.mark.parametrize(
    ("data", "reason", "errors"),
    [
        ({}, "Validation failed. Failure reason: 'x' is a required property", {"": "'x' is a required property"}),
        (
            {"x": "notint"},
            "Validation failed for field 'x'. Failure reason: 'notint' is not of type 'integer'",
            {"x": "'notint' is not of type 'integer'"},
        ),
        (
            {"x": "5"},
            "Validation failed for field 'x'. Failure reason: '5' is not of type 'integer'",
            {"x": "'5' is not of type 'integer'"},
        ),
        (
            {"x": 1, "extra": 1},
            "Validation failed. Failure reason: Additional properties are not allowed ('extra' was unexpected)",
            {"": "Additional properties are not allowed ('extra' was unexpected)"},
        ),
        (
            {"x": -1},
            "Validation failed for field 'x'. Failure reason: -1 is less than the minimum of 0",
            {"x": "-1 is less than the minimum of 0"},
        ),
        (
            {"x": 1, "tags": [1, "a"]},
            "Validation failed for field 'tags[1]'. Failure reason: 'a' is not of type 'integer'",
            {"tags.1": "'a' is not of type 'integer'"},
        ),
    ],
)
def test_what_the_schema_refuses_is_told_in_prefects_words(data, reason, errors):
    """a18 5, 6 and 7: missing, wrong type, additional and out of bounds are refused with Prefect's texts."""
    for form in (Ask, compile_plan(Ask).json_schema()):
        with pytest.raises(SubmissionRefused) as caught:
            check_by_schema(form, data)
        assert (reason, errors) == (caught.value.reason, caught.value.errors)
        assert f"Cannot resume this run: Reason: {reason}" == str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {"x": 1},
        {"x": 1.0},
        {"x": 2**70},
        {"x": 1, "name": "n", "tags": [1, 2]},
        {"x": 1, "address": {"street": "S"}},
        {"x": 1, "address": None},
        {"x": 1, "day": "2026-01-01"},
        {"x": 1, "day": date(2026, 1, 1)},
    ],
)
def test_what_fits_passes(data):
    """An answer whose JSON types fit passes, 1.0 for an integer and Python values with a JSON form among them."""
    check_by_schema(Ask, data)


def test_formats_are_checked():
    """A text that is no date is refused by the schema already."""
    with pytest.raises(SubmissionRefused, match=r"'soon' is not a 'date'|is not valid under any"):
        check_by_schema(Ask, {"x": 1, "day": "soon"})


def test_what_is_no_json_is_refused():
    """A Python object without a JSON form is refused as that."""
    with pytest.raises(SubmissionRefused, match="object has no JSON form"):
        check_by_schema(Ask, {"x": object()})


def test_what_json_schema_has_no_words_for_is_left_open():
    """A class that has no JSON schema of its own still has one that lets its other fields be checked."""
    model = create_model("M", call=(Callable[[int], int], None), x=(int, ...))
    schema = compile_plan(model).json_schema()
    assert ["x"] == schema["required"]
    with pytest.raises(SubmissionRefused):
        check_by_schema(model, {"x": "a"})


def test_a_program_may_use_every_key_that_pydantic_takes():
    """Second aliases, names and paths into nested data pass the schema, and pydantic finds what is missing."""

    class Aliased(RunInput):
        one: int = Field(validation_alias=AliasChoices("uno", "eins"))
        first: str = Field(validation_alias=AliasPath("names", 0))

    for key in ("uno", "eins"):
        data = {key: 1, "names": ["A"]}
        check_by_schema(Aliased, data)
        assert judge(Aliased, data).ok
    with pytest.raises(SubmissionRefused, match="'drei' was unexpected"):
        check_by_schema(Aliased, {"drei": 1, "names": ["A"]})
    assert ["one", "first"] == [error.path[0] for error in judge(Aliased, {}).errors]


def test_a_property_may_be_called_like_a_keyword():
    """Fields named default, examples or properties are not taken for what the schema says of itself."""

    class Named(BaseModel):
        default: int
        examples: list[int]
        properties: dict[str, Any] = {}
        secret: SecretStr = "x"

    schema = compile_plan(Named).json_schema()
    assert ["default", "examples", "properties", "secret"] == list(schema["properties"])
    assert "default" not in schema["properties"]["secret"]


PROGRAM = """
import sys
from pydantic import BaseModel
import hitl_jupyter.forms as forms
class M(BaseModel):
    x: int
    when: str = "now"
document = forms.Document(forms.compile_plan(M))
assert not forms.judge(M, document).ok
document["x"].value = 1
assert forms.judge(M, document).ok
print([name for name in ("jsonschema", "ipywidgets", "IPython", "sqlalchemy", "anywidget") if name in sys.modules])
"""


def test_opening_and_judging_a_form_loads_nothing_heavy():
    """jsonschema is loaded for answers by program only, and no notebook library at all."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert "[]" == done.stdout.strip()
