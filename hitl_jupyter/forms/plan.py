"""The plan of a form: what is asked, compiled once per class from the pydantic model itself.

It is JSON for whoever draws the form, holds no default of a secret, and has a fingerprint by which the store and the
page know it. `Document` fills it in, `validate` judges what was filled in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from pydantic.errors import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, PydanticInvalidForJsonSchema

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms.compile import group_of
from hitl_jupyter.forms.nodes import Group

VERSION = 1


class Plan:
    """What the form of a class asks."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.root: Group = group_of(model)
        self._schema = _schema(model)

    def to_json(self) -> dict[str, Json]:
        """Give the plan for whoever draws it."""
        return self._json

    def json_schema(self) -> dict[str, Json]:
        """Give the JSON schema that an answer by program must fit, without the defaults of secrets."""
        return self._schema

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of plan and schema, in hex: the same for a class that a cell defines anew."""
        return str(self._json["fingerprint"])

    @cached_property
    def _json(self) -> dict[str, Any]:
        plan = {"version": VERSION, "title": self.root.title, "description": None, "root": self.root.plan()}
        text = json.dumps([plan, self._schema], sort_keys=True, ensure_ascii=False, default=str)
        return {**plan, "fingerprint": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}


_plans: WeakKeyDictionary[type[BaseModel], Plan] = WeakKeyDictionary()


def compile_plan(model: type[BaseModel]) -> Plan:
    """Give the plan of a class; the second time it is the same object."""
    found = _plans.get(model)
    if found is None:
        found = _plans[model] = Plan(model)
    return found


class _Lenient(GenerateJsonSchema):
    """Writes an empty schema, which lets everything pass, for what JSON Schema has no words for."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> dict[str, Any]:  # noqa: ARG002
        return {}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    try:
        schema = model.model_json_schema(mode="validation", schema_generator=_Lenient)
    except (PydanticInvalidForJsonSchema, PydanticUserError, TypeError, ValueError):
        return {}
    for part in _parts(schema):
        if part.get("writeOnly") or part.get("format") == "password":
            part.pop("default", None)
            part.pop("examples", None)
    return schema


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from _parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _parts(inner)
