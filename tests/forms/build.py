"""Small models and shortcuts for the tests of forms."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, create_model

from hitl_jupyter.forms import Document, compile_plan, judge


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Priority(Enum):
    LOW = 1
    VERY_HIGH = 2


class Address(BaseModel):
    street: str
    zip: str = Field("00000", pattern=r"^[0-9]{5}$")


class Order(BaseModel):
    """An order of a shirt."""

    name: str = Field(title="Full name", description="As on the label", max_length=20)
    count: int = Field(1, ge=1, le=10)
    price: float | None = Field(None, gt=0)
    gift: bool
    size: Size
    priority: Priority = Priority.LOW
    kind: Literal["shirt"] = "shirt"
    mixed: Literal[1, "1", True] = True
    when: date | None = None
    at: datetime | None = None
    address: Address
    others: list[Address] = []
    tags: list[str] = Field(default=["new"], max_length=3)
    password: SecretStr | None = None
    anything: Any = {"a": 1}


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    whole: int
    number: float
    yes: bool
    day: date
    moment: datetime
    size: Size
    word: Literal["a", "b"]
    tags: list[int]
    pair: tuple[int, str]
    secret: SecretStr


def asking(type_: Any, default: Any = ..., **said: Any) -> type[BaseModel]:
    """Give a model with one field, `x`."""
    return create_model("Asking", x=(type_, Field(default, **said)))


def node(type_: Any, default: Any = ..., **said: Any) -> dict[str, Any]:
    """Give the plan of the field `x`."""
    plan: Any = compile_plan(asking(type_, default, **said)).to_json()
    return plan["root"]["fields"][0]["node"]


def form(model: type[BaseModel], initial: Any = None) -> Document:
    """Give a fresh form."""
    return Document(compile_plan(model), initial)


def typed(type_: Any, value: Any, default: Any = ..., **said: Any) -> Any:
    """Give what comes of a form whose only field a person filled in: the value, or the messages."""
    model = asking(type_, default, **said)
    document = form(model)
    document["x"].value = value
    return outcome(model, document)


def outcome(model: type[BaseModel], document: Document) -> Any:
    """Give the field `x` of the answer, or the messages."""
    verdict = judge(model, document)
    return verdict.value.x if verdict.ok else [error.message for error in verdict.errors]


def wrong(model: type[BaseModel], answer: Any) -> dict[str, str]:
    """Give the messages of a refused answer by dotted path."""
    return {".".join(map(str, error.path)): error.message for error in judge(model, answer).errors}


def through_the_page(document: Document) -> Document:
    """Give the form that a page sends back untouched."""
    back = Document(document.plan)
    back.replace(json.loads(json.dumps(document.to_wire(), allow_nan=False)))
    return back
