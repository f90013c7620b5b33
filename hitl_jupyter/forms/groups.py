"""From a model to a group: its fields in order, each with its node, its key and its default.

A default is shown as it is, right or wrong, and what is shown is sent: only pydantic says whether it is good. Where
the control shows less than the default is (an instance of a subclass, a secret), the untouched cell is left out, and
pydantic puts the default itself there.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hitl_jupyter.forms.aliases import input_keys
from hitl_jupyter.forms.asked import Asked, declared_input
from hitl_jupyter.forms.boxes import JsonNode
from hitl_jupyter.forms.cells import MISSING, Cell, absent, null
from hitl_jupyter.forms.containers import REST, Field, GroupNode, RootGroupNode
from hitl_jupyter.forms.nodes import Node

Compile = Callable[[Asked], Node]

PURE_FACTORIES: Final = (list, dict, set, frozenset, tuple, str, int, float, bool)
"""Factories that always make the same: what they make can stand in a plan."""


def root_of(model: type[BaseModel], compile_node: Compile) -> GroupNode:
    """Give the group of a whole form."""
    if issubclass(model, RootModel):
        return _root_model(model, compile_node)
    asked = Asked(type=model, title=model.model_config.get("title") or model.__name__)
    group = group_of(model, asked, compile_node)
    return dataclasses.replace(group, description=_docstring(model), blank=group.empty())


def group_of(model: type[BaseModel], asked: Asked, compile_node: Compile) -> GroupNode:
    """Give the group of a model's fields, without a blank cell yet."""
    keys = input_keys(model.model_fields, model.model_config)
    taken = {place for key in keys.values() for place in key.accepted}
    inside = dataclasses.replace(asked, around=(*asked.around, model))
    fields = []
    for name, info in model.model_fields.items():
        key = keys[name]
        if key.chosen is None:
            continue  # another field's data is this one's too
        by_name = () if (name,) in taken else ((name,),)
        node = compile_node(_asked(model, name, info, inside))
        if not node.title:
            node = dataclasses.replace(node, title=_title(model, name, info))
        fields.append(_field(name, node, info, key.chosen, (*key.accepted, *by_name)))
    if model.model_config.get("extra") == "allow":
        fields.append(_rest())
    return GroupNode(
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
        model=model,
        fields=tuple(fields),
    )


def _asked(model: type[BaseModel], name: str, info: FieldInfo, inside: Asked) -> Asked:
    declared = declared_input(model, name)
    return Asked(
        type=info.annotation if declared is None else declared,
        said=tuple(info.metadata) if declared is None else (),
        title=info.title or "",
        description=info.description,
        examples=tuple(info.examples or ()),
        around=inside.around,
        budget=inside.budget,
    )


def _field(name: str, node: Node, info: FieldInfo, key: tuple[str | int, ...], accepted: Any) -> Field:
    node = dataclasses.replace(node, required=info.is_required())
    if info.default_factory is not None:
        return _made(name, node, info, key, accepted)
    default = MISSING if info.is_required() else info.default
    if default is MISSING or default is PydanticUndefined:
        return Field(name=name, node=node, key=key, accepted=accepted)
    if default is None and not node.nullable:
        cell = node.show(None)
        if cell["is"] == "absent" and not node.has_secret:
            # `x: int = None`: the control needs a way back to the default. None itself is no valid answer.
            node = dataclasses.replace(node, nullable=True, blank=null())
            return Field(name=name, node=node, key=key, accepted=accepted, has_default=True, null_is_default=True)
    cell = node.show(default)
    kept = None if node.is_faithful(default) else cell
    node = dataclasses.replace(node, blank=cell)
    return Field(name=name, node=node, key=key, accepted=accepted, has_default=True, kept=kept)


def _made(name: str, node: Node, info: FieldInfo, key: tuple[str | int, ...], accepted: Any) -> Field:
    """Give the field for a default that a factory makes: anew for each form, and not in the plan."""
    factory: Any = info.default_factory
    if info.default_factory_takes_validated_data:
        node = dataclasses.replace(node, blank=absent())
        return Field(name=name, node=node, key=key, accepted=accepted, has_default=True)
    blank: Cell = absent()
    if factory in PURE_FACTORIES or (isinstance(node, GroupNode) and factory is node.model):
        blank = node.empty() if isinstance(node, GroupNode) else node.show(factory())
    node = dataclasses.replace(node, blank=blank)
    return Field(name=name, node=node, key=key, accepted=accepted, has_default=True, factory=factory)


def _rest() -> Field:
    node = JsonNode(
        title="Other fields",
        required=False,
        only_object=True,
        hints={"placeholder": '{"name": "value"}'},
    )
    return Field(name=REST, node=node, key=(REST,), accepted=(), has_default=True)


def _root_model(model: type[RootModel[Any]], compile_node: Compile) -> GroupNode:
    info = model.model_fields["root"]
    asked = Asked(type=model, title=info.title or model.model_config.get("title") or model.__name__)
    node = compile_node(asked)
    field = _field("root", node, info, ("root",), ())
    group = RootGroupNode(title=asked.title, description=_docstring(model), model=model, fields=(field,))
    return dataclasses.replace(group, blank=group.empty())


def _title(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    """Give the label of a field without a title: its name, in words."""
    generate = info.field_title_generator or model.model_config.get("field_title_generator")
    if generate is not None:
        return generate(name, info)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or name


def _docstring(model: type[BaseModel]) -> str | None:
    written = model.__dict__.get("__doc__")
    return inspect.cleandoc(written) or None if written else None
