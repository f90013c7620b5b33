"""From a type to rows of one kind: lists, sets, queues, tuples of any length."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, MutableSequence, MutableSet, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Final, get_args, get_origin

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms.asked import Asked
from hitl_jupyter.forms.containers import ListNode
from hitl_jupyter.forms.nodes import Node

MAKES: Final[dict[Any, Any]] = {
    list: (list, tuple),
    tuple: tuple,
    deque: deque,
    Sequence: list,
    MutableSequence: list,
    set: set,
    MutableSet: set,
    AbstractSet: set,
    frozenset: frozenset,
}
"""What pydantic makes of a list of items."""

SETS: Final = (set, frozenset, MutableSet, AbstractSet)


def sequence_of(asked: Asked, compile_node: Callable[[Asked], Node]) -> Node | None:
    """Give the node of a type that holds items of one kind."""
    origin, args = get_origin(asked.type), get_args(asked.type)
    if origin not in MAKES or len(args) != (2 if origin is tuple else 1) or (origin is tuple and args[1] is not ...):
        return None
    item = compile_node(asked.inside(args[0]))
    limits = asked.limits()
    hints: dict[str, Json] = {}
    for end in ("min", "max"):
        if f"{end}_length" in limits:
            hints[f"{end}_items"] = limits[f"{end}_length"]
    if origin in SETS:
        hints["unique"] = True
    node = ListNode(
        item=item,
        hints=hints,
        makes=MAKES[origin],
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
    )
    return replace(node, blank=node.empty())
