"""A dictionary: rows of a key and a value.

A person may give the same key twice, which a dictionary cannot hold; so the rows travel as a list, and a key that is
there already is told at its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args, get_origin

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.asked import Asked
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem, holding
from hitl_jupyter.forms.containers import ListNode
from hitl_jupyter.forms.nodes import Loc, Node, Place, bare, held
from hitl_jupyter.forms.tuples import TupleNode

DICTS: Final = (dict, Mapping, MutableMapping)
NO_KEYS: Final = frozenset({"group", "list", "dict", "tuple", "union", "json", "secret", "several"})
"""Kinds whose data is no key, or which say too little for one."""
TWICE: Final = "This key is already there."
KEY_OF_LOC: Final = "[key]"
"""How pydantic says that an error is about a key and not about its value."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DictNode(ListNode):
    """Rows, each a pair of key and value."""

    kind = "dict"
    item: TupleNode
    makes: type | tuple[type, ...] = dict

    @property
    def key(self) -> Node:
        """The node of a key."""
        return self.item.items[0]

    def read_value(self, value: Sequence[Cell], path: Path, problems: list[Problem]) -> Any:
        """Give the dictionary; a key that comes twice is a problem."""
        found: dict[Any, Any] = {}
        for index, row in enumerate(super().read_value(value, path, problems)):
            key, part = (None, None) if row is None else row
            if key is None:
                key = _no_key(index)
            elif key in found:
                problems.append(Problem((*path, index, 0), TWICE))
            found[key] = part
        return found

    def write_value(self, value: Any, path: Path) -> list[Cell]:
        """Give a row for each key.

        Raises
        ------
        CannotHold
            It is no dictionary, or a key or value cannot be entered.
        """
        if not isinstance(value, Mapping):
            raise CannotHold(path, "it is no dictionary")
        return [self.item.write(pair, (*path, index)) for index, pair in enumerate(value.items())]

    def show(self, value: Any) -> Cell:
        """Give the cell for a default, row by row."""
        value = bare(value)
        if not isinstance(value, Mapping):
            return Node.show(self, value)
        return holding([self.item.show(pair) for pair in value.items()])

    def is_faithful(self, value: Any) -> bool:
        """Tell whether it is a plain dictionary of which every key and value is shown in full."""
        if not isinstance(value, Mapping):
            return True
        return type(value) is dict and all(self.item.is_faithful(pair) for pair in value.items())

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the key or the value of the row with the key that an error location names."""
        row = self._row(loc[0], cell) if loc else None
        if row is None:
            return (), self, tuple(loc)
        if tuple(loc[1:2]) == (KEY_OF_LOC,):
            return (row, 0), self.key, tuple(loc[2:])
        path, node, left = self.item.items[1].locate(loc[1:], held(held(cell)[row])[1])
        return (row, 1, *path), node, left

    def _row(self, key: str | int, cell: Cell | None) -> int | None:
        for index, row in enumerate(held(cell) or ()):
            pair = held(row)
            data = MISSING if pair is None else self.key.read(pair[0], (), [])
            if str(key) == (_no_key(index) if data is MISSING else _told(data)):
                return index
        return None


def dict_of(asked: Asked, compile_node: Callable[[Asked], Node]) -> Node | None:
    """Give the node of a dictionary; None where its keys are nothing that is typed or picked."""
    args = get_args(asked.type)
    if get_origin(asked.type) not in DICTS or len(args) != 2:
        return None
    key, part = (compile_node(asked.inside(arg)) for arg in args)
    if key.kind in NO_KEYS or key.nullable:
        return None
    key = replace(key, title=key.title or "Key", required=True, blank=key.empty())
    part = replace(part, title=part.title or "Value", required=True)
    pair = TupleNode(items=(key, part))
    limits = asked.limits()
    hints = {f"{end}_items": limits[f"{end}_length"] for end in ("min", "max") if f"{end}_length" in limits}
    node = DictNode(
        item=replace(pair, blank=pair.empty()),
        hints=hints,
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
    )
    return replace(node, blank=node.empty())


def _no_key(index: int) -> str:
    """Give what stands for a key that cannot be read, so that errors of the other rows find theirs."""
    return f"\0{index}"


def _told(key: Any) -> str:
    """Give a key as pydantic names it in an error."""
    return str(getattr(key, "value", key))
