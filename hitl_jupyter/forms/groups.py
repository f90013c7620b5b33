"""From a model to a group: its fields in order, each with its node, its key and its default.

A default is shown as it is, right or wrong, and what is shown is sent: only pydantic says whether it is good. Where
the control shows less than the default is (an instance of a subclass, a secret), the untouched cell is left out, and
pydantic puts the default itself there.
"""

from __future__ import annotations

import dataclasses
import inspect
import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.aliases import input_keys
from hitl_jupyter.forms.asked import Asked, declared_input, own_controls
from hitl_jupyter.forms.boxes import JsonNode
from hitl_jupyter.forms.cells import MISSING, Cell, absent, null
from hitl_jupyter.forms.containers import REST, Field, GroupNode, Members, RootGroupNode
from hitl_jupyter.forms.hints import hints_of
from hitl_jupyter.forms.looks import drawn, in_groups
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.shapes import Shape, shape_of
from hitl_jupyter.forms.titles import in_words

Compile = Callable[[Asked], Node]

PURE_FACTORIES: Final = (list, dict, set, frozenset, tuple, str, int, float, bool)
"""Factories that always make the same: what they make can stand in a plan."""


def root_of(model: type[BaseModel], compile_node: Compile) -> GroupNode:
    """Give the group of a whole form."""
    shape = shape_of(model)
    if shape is None:
        return _root_model(model, compile_node)
    asked = Asked(type=model, title=model.model_config.get("title") or model.__name__)
    group = group_of(shape, asked, compile_node)
    return dataclasses.replace(group, description=_docstring(model), blank=group.empty())


def group_in(asked: Asked, compile_node: Compile) -> Node | None:
    """Give the group of a type with fields inside a form; None for any other type."""
    members = asked.groups.get(asked.type) if isinstance(asked.type, Hashable) else None
    shape = shape_of(asked.type, asked.config() or {}) if asked.budget.left > 0 or members else None
    if shape is None:
        return None
    if members is None:
        group = group_of(shape, asked, compile_node)
        return dataclasses.replace(group, blank=group.empty())
    return _group(shape, asked, members, again=True)


def group_of(shape: Shape, asked: Asked, compile_node: Compile) -> GroupNode:
    """Give the group of a type's fields, without a blank cell yet."""
    keys = input_keys(shape.fields, shape.config)
    taken = {place for key in keys.values() for place in key.accepted}
    members = Members(len(asked.groups))
    groups = {**asked.groups, shape.kind: members}
    inside = dataclasses.replace(asked, around=(*asked.around, shape.kind), groups=groups)
    fields = []
    hints = {name: hints_of(name, info) for name, info in shape.fields.items()}
    for name, info in shape.fields.items():
        key = keys[name]
        if key.chosen is None:
            continue  # another field's data is this one's too
        by_name = () if (name,) in taken else ((name,),)
        node = compile_node(_asked(shape.kind, name, info, inside, hints[name]))
        if not node.title:
            node = dataclasses.replace(node, title=_title(shape, name, info))
        node = drawn(name, node, hints[name], is_needed=info.is_required() and name not in shape.may_lack)
        field = _field(name, node, info, key.chosen, (*key.accepted, *by_name))
        fields.append(_lacking(field) if name in shape.may_lack else field)
    fields.sort(key=lambda one: _place(hints.get(one.name, {})))
    if shape.config.get("extra") == "allow":
        fields.append(_rest())
    conditional = (_conditional(field, hints.get(field.name, {}), fields) for field in fields)
    members.fields = tuple(in_groups(conditional))
    members.whole = True
    return _group(shape, asked, members)


def _group(shape: Shape, asked: Asked, members: Members, *, again: bool = False) -> GroupNode:
    return GroupNode(
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
        model=shape.instances,
        members=members,
        extra=shape.config.get("extra"),
        passed_on=shape.passed_on,
        again=again,
    )


def _place(hints: Mapping[str, Any]) -> float:
    """Give where a field stands among the others: 0 without a hint, and those with the same as they were written."""
    order = hints.get("order", 0)
    return float(order) if isinstance(order, int | float) else 0.0


def _conditional(field: Field, hints: Mapping[str, Any], fields: Iterable[Field]) -> Field:
    """Give the field with the cells of the others under which it is asked."""
    said = hints.get("show_if")
    if said is None:
        return field
    by_name = {one.name: one.node for one in fields}
    if not isinstance(said, Mapping) or not said.keys() <= by_name.keys() - {field.name}:
        text = "must name other fields of its model, with the value or the values that they have to hold"
        warnings.warn(f"The hint 'show_if' of field {field.name!r} {text}.", stacklevel=2)
        return field
    wanted = {
        name: tuple(by_name[name].show(one) for one in (value if isinstance(value, list | tuple | set) else [value]))
        for name, value in said.items()
    }
    shown: dict[str, Json] = {name: list(cells) for name, cells in wanted.items()}
    node = dataclasses.replace(field.node, hints={**field.node.hints, "show_if": shown})
    return dataclasses.replace(field, node=node, show_if=wanted)


def _lacking(field: Field) -> Field:
    """Give a field that may be left out altogether: that is its *no value*, unless None is a value of it."""
    node = dataclasses.replace(field.node, required=False)
    if node.nullable:
        return dataclasses.replace(field, node=dataclasses.replace(node, blank=absent()), has_default=True)
    node = dataclasses.replace(node, nullable=True, blank=null())
    return dataclasses.replace(field, node=node, has_default=True, null_is_default=True)


def _asked(model: type, name: str, info: FieldInfo, inside: Asked, hints: Mapping[str, Any]) -> Asked:
    declared = declared_input(model, name)
    asked = inside.inside(info.annotation if declared is None else declared)
    return dataclasses.replace(
        asked,
        said=tuple(info.metadata) if declared is None else own_controls(info.metadata),
        title=info.title or "",
        description=info.description,
        examples=tuple(info.examples or ()),
        hints=hints,
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
    return Field(
        name=name,
        node=node,
        key=key,
        accepted=accepted,
        has_default=True,
        kept=kept,
        secrets=_secrets_in(node, default),
    )


def _secrets_in(node: Node, default: Any) -> Cell | None:
    """Give the cells of a default with secrets in its fields, None where there are none."""
    if not (node.has_secret and isinstance(node, GroupNode)):
        return None
    try:
        return node.write(default)
    except CannotHold:
        return None


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


def _root_model(model: type[BaseModel], compile_node: Compile) -> GroupNode:
    info = model.model_fields["root"]
    title = info.title or model.model_config.get("title") or model.__name__
    members = Members()
    node = compile_node(Asked(type=model, title=title, groups={model: members}))
    members.fields = (_field("root", node, info, ("root",), ()),)
    members.whole = True
    group = RootGroupNode(title=title, description=_docstring(model), model=model, members=members)
    return dataclasses.replace(group, blank=group.empty())


def _title(shape: Shape, name: str, info: FieldInfo) -> str:
    """Give the label of a field without a title: its name, in words."""
    generate = info.field_title_generator or shape.config.get("field_title_generator")
    if generate is not None:
        return generate(name, info)
    return in_words(name)


def _docstring(model: type[BaseModel]) -> str | None:
    written = model.__dict__.get("__doc__")
    return inspect.cleandoc(written) or None if written else None
