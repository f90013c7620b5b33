"""From a type to the branches of a union: their names, their nodes, and what judges each.

pydantic makes what judges a type in a third of a millisecond, and a form may have the same union in fifty places, which
therefore share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import AfterValidator, Discriminator, Tag, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from hitl_jupyter.forms.asked import Asked, literals
from hitl_jupyter.forms.choices import ConstantNode
from hitl_jupyter.forms.containers import GroupNode, Members
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.titles import in_words
from hitl_jupyter.forms.unions import Branch, UnionNode, constants_of
from hitl_jupyter.forms.ways import adapter_of

KINDS: Final[Mapping[str, str]] = {
    "text": "Text",
    "integer": "Whole number",
    "number": "Number",
    "decimal": "Decimal",
    "boolean": "Yes or no",
    "choice": "Choice",
    "several": "Choices",
    "date": "Date",
    "datetime": "Date and time",
    "time": "Time",
    "duration": "Length of time",
    "secret": "Secret",
    "list": "List",
    "tuple": "Values",
    "dict": "Entries",
    "json": "JSON",
}
"""What a branch is called that has no title."""


def union_of(asked: Asked, compile_node: Callable[[Asked], Node]) -> Node | None:
    """Give the node of a union; None where pydantic makes no validator of one of its branches alone."""
    if get_origin(asked.type) not in (Union, UnionType) or asked.budget.left <= 0:
        return None
    kinds = get_args(asked.type)
    if all(get_origin(kind) is Literal for kind in kinds):
        return compile_node(replace(asked, type=Literal[tuple(literals(asked.type))]))
    config = asked.config()
    try:
        branches, picking = _shared(asked, kinds, config, compile_node)
    except (PydanticSchemaGenerationError, PydanticUserError, TypeError):
        return None
    return UnionNode(
        branches=branches,
        picking=picking,
        strict=bool(config and config.get("strict")),
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
    )


Made: TypeAlias = tuple[tuple[Branch, ...], TypeAdapter[Any]]


def _shared(asked: Asked, kinds: tuple[Any, ...], config: Any, compile_node: Callable[[Asked], Node]) -> Made:
    """Give the branches, and what says which of them pydantic takes; those of an equal union in the same place.

    Raises
    ------
    pydantic.errors.PydanticUserError
        pydantic does not know every name in the type.
    """
    rule = [one for one in asked.said if isinstance(one, Discriminator)]
    # Not the type alone: `int | str` equals `str | int`, of which pydantic prefers the one and the other.
    said = (repr(asked.type), repr(asked.hints), *map(_hashable, (*kinds, *rule)))
    key = (*said, id(config), id(asked.groups), id(asked.anchors))
    found: tuple[Made, Asked] | None = asked.budget.shared.get(key)
    if found is None:
        # With what it was made for: the numbers in the key are of what is there.
        found = asked.budget.shared[key] = (_made(asked, kinds, config, rule, compile_node), asked)
    else:
        asked.budget.left -= len(kinds)
    return found[0]


def _made(
    asked: Asked, kinds: tuple[Any, ...], config: Any, rule: list[Any], compile_node: Callable[[Asked], Node]
) -> Made:
    adapters = [adapter_of(kind, config) for kind in kinds]
    marked = [Annotated[kind, AfterValidator(partial(_marked, at))] for at, kind in enumerate(kinds)]
    union: Any = Union[tuple(marked)]  # noqa: UP007 - its members are known only here
    picking = adapter_of(Annotated[union, *rule] if rule else union, config)
    nodes = _untagged([compile_node(asked.inside(kind)) for kind in kinds])
    labels = _labels(nodes, kinds)
    branches = tuple(
        Branch(label, node, adapter, frozenset({adapter.validator.title, *_tags(node, kind)}))
        for label, node, kind, adapter in zip(labels, nodes, kinds, adapters, strict=True)
    )
    return branches, picking


def _hashable(one: Any) -> Any:
    """Give what stands for a type in a key: a type that is annotated with a list cannot."""
    try:
        hash(one)
    except TypeError:
        return id(one)
    return one


def _marked(at: int, value: Any) -> tuple[int, Any]:
    return at, value


def _untagged(nodes: list[Node]) -> list[Node]:
    """Hide the fields whose only value says which branch it is: picking the branch has said it."""
    common = set.intersection(*(set(constants_of(node)) for node in nodes))
    hidden: list[Node] = []
    for node in nodes:
        if common and isinstance(node, GroupNode) and not node.again:
            fields = tuple(
                replace(f, node=replace(f.node, hints={**f.node.hints, "hidden": True})) if f.name in common else f
                for f in node.fields
            )
            hidden.append(replace(node, members=Members(node.members.level, fields, whole=True)))
        else:
            hidden.append(node)
    return hidden


def _tags(node: Node, kind: Any) -> Iterator[str]:
    """Give the names by which pydantic may call a branch of a discriminated union."""
    for constant in constants_of(node).values():
        yield from (str(one) for one in constant.option.stands_for)
    yield from (one.tag for one in get_args(kind)[1:] if isinstance(one, Tag))


def _labels(nodes: list[Node], kinds: tuple[Any, ...]) -> list[str]:
    labels = [_label(node, kind) for node, kind in zip(nodes, kinds, strict=True)]
    return [
        f"{label} ({_spelt(kind)})" if labels.count(label) > 1 else label
        for label, kind in zip(labels, kinds, strict=True)
    ]


def _label(node: Node, kind: Any) -> str:
    if node.title:
        return node.title
    if isinstance(node, ConstantNode):
        return node.option.label
    if isinstance(node, GroupNode):
        return getattr(node.model, "model_config", {}).get("title") or in_words(node.model.__name__)
    return KINDS.get(node.kind) or in_words(_spelt(kind))


def _spelt(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind).replace("typing.", "")
