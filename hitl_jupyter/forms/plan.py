"""The plan of a form: what is asked, compiled once per class from the pydantic model itself.

It is JSON for whoever draws the form, holds no default of a secret, and has a fingerprint by which the store and the
page know it. Initial data is not part of it: a thousand questions that differ only in what is filled in beforehand
are one form.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final

from pydantic import BaseModel

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms.bare import calls_nothing
from hitl_jupyter.forms.cells import EMPTY, Cell, Problem, absent, copied
from hitl_jupyter.forms.containers import GroupNode, Members
from hitl_jupyter.forms.families import node_of
from hitl_jupyter.forms.groups import root_of
from hitl_jupyter.forms.imports import refuse_imports
from hitl_jupyter.forms.run_input import INITIAL, Initial
from hitl_jupyter.forms.schema import json_schema_of

VERSION: Final = 1
KEPT: Final = "__hitl_plan__"
"""Where a class keeps its plan. With the class, so that both go when a cell defines it anew."""


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """What the form of a class asks, and what it is filled in with."""

    root: GroupNode
    make_schema: Callable[[], Mapping[str, Any]]
    """Makes the JSON schema, which takes pydantic as long as all the rest: not every form needs it."""
    preset: Mapping[str, Any] = field(default_factory=dict)
    """Initial data by field name: not in the plan's JSON."""
    asked: Plan | None = None
    """The plan of the same form without its initial data: who draws it needs no other."""
    _variants: dict[frozenset[str], Plan] = field(default_factory=dict, init=False)

    def __repr__(self) -> str:
        return f"<Plan of {self.root.title!r}, {self.fingerprint[:8]}>"  # no initial data: it may be secret

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of plan and schema, in hex: the same for the same class defined anew, in any process."""
        return str(self._json["fingerprint"])

    @cached_property
    def calls_nothing(self) -> bool:
        """Whether pydantic judges an answer by itself."""
        return calls_nothing(self.root.model)

    @cached_property
    def has_files(self) -> bool:
        """Whether a file can be in an answer."""
        # Inside a text of JSON every quote has a backslash before it.
        return '"kind": "file"' in json.dumps(self.to_page()["root"])

    def to_json(self) -> dict[str, Json]:
        """Give the plan for whoever draws it."""
        return self._json

    def to_page(self) -> dict[str, Json]:
        """Give the plan without its fingerprint, for whoever draws it and needs no name for it."""
        return self._drawn if self.asked is None else self.asked.to_page()

    def json_schema(self) -> dict[str, Json]:
        """Give the JSON schema that an answer by program must fit."""
        return dict(self.schema)

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of what the class takes."""
        return self.make_schema()

    @cached_property
    def _drawn(self) -> dict[str, Json]:
        return {
            "version": VERSION,
            "title": self.root.title,
            "description": self.root.description,
            "root": self.root.to_json(),
        }

    @cached_property
    def _json(self) -> dict[str, Json]:
        if self.asked is not None:
            return self.asked.to_json()
        plan = self.to_page()
        text = json.dumps([plan, self.schema], sort_keys=True)
        return {**plan, "fingerprint": hashlib.sha256(text.encode()).hexdigest()}

    def fresh(self) -> Cell:
        """Give the cells of a form that was just opened, secrets left out."""
        cell = self.root.fresh()
        for name, shown in self._shown.items():
            cell["value"][name] = copied(shown)
        return cell

    def read(self, cell: Cell, problems: list[Problem]) -> Any:
        """Give the data for pydantic, `MISSING` for nothing at all. What cannot be read is added to `problems`."""
        cells = dict(cell["value"])
        for name, value in self.preset.items():
            node = self.root.by_name[name].node
            held = cells.get(name) or absent()
            if held == self._shown[name] and not node.is_faithful(value):
                cells[name] = absent()
            elif held["is"] == "absent" and node.required:
                # The class has a default now, but a person who empties a required field means none.
                problems.append(Problem((name,), EMPTY))
        return self.root.read({"is": "value", "value": cells}, (), problems)

    @cached_property
    def _shown(self) -> dict[str, Cell]:
        return {name: self.root.by_name[name].node.show(value) for name, value in self.preset.items()}

    def with_preset(self, model: type[BaseModel], names: frozenset[str]) -> Plan:
        """Give the plan of the class that has other defaults for some fields, and is else the class of this one."""
        asked = self._variants.get(names)
        if asked is None:
            asked = self._variants[names] = self._without_requirement(model, names)
        preset = {name: model.model_fields[name].get_default() for name in names if name in asked.root.by_name}
        return Plan(asked.root, asked.make_schema, preset, asked)

    def _without_requirement(self, model: type[BaseModel], names: Iterable[str]) -> Plan:
        fields = []
        keys: set[str] = set()
        for one in self.root.fields:
            node = one.node
            if one.name in names:
                keys |= {str(place[0]) for place in one.accepted}
                # Nobody sees that a secret is set, so an empty box must be able to leave it.
                node = dataclasses.replace(node, required=node.required and not node.has_secret)
            fields.append(dataclasses.replace(one, node=node))
        members = Members(fields=tuple(fields), whole=True)
        root = dataclasses.replace(self.root, members=members)
        secret = self.root.has_secret
        schema = partial(json_schema_of, model, has_secret=secret, without_default=keys)
        return Plan(dataclasses.replace(root, blank=root.empty()), schema)


def compile_plan(model: type[BaseModel]) -> Plan:
    """Give the plan of a class. It is compiled once, and again only if pydantic has rebuilt the class.

    Raises
    ------
    pydantic.errors.PydanticUndefinedAnnotation
        The class names a type that is not defined yet.
    ImportRefused
        A field would import what the person who answers names.
    """
    kept: tuple[object, Plan] | None = model.__dict__.get(KEPT)
    if kept is not None and kept[0] is model.__pydantic_validator__:
        return kept[1]
    if not model.__pydantic_complete__:
        model.model_rebuild()
    plan = _compiled(model)
    setattr(model, KEPT, (model.__pydantic_validator__, plan))
    return plan


def _compiled(model: type[BaseModel]) -> Plan:
    initial: Initial | None = model.__dict__.get(INITIAL)
    if initial is not None:
        origin, names = initial
        return compile_plan(origin).with_preset(model, names)
    refuse_imports(model)
    root = root_of(model, node_of)
    return Plan(root, partial(json_schema_of, model, has_secret=root.has_secret))
