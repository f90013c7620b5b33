"""Where in a form the controls of one's own are: on fields, in rows, in branches, in groups that may be missing.

A plan has a few kinds of place, which a page knows by their names (`".rows.*.between"`); what is filled in says how
many there are of each and where, in steps from the root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple, TypeAlias, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic import ConfigDict, PydanticUserError, TypeAdapter

from hitl_jupyter.forms.asked import Asked
from hitl_jupyter.forms.cells import Cell, Path, holding
from hitl_jupyter.forms.containers import GroupNode, ListNode
from hitl_jupyter.forms.nodes import Node, held
from hitl_jupyter.forms.tuples import TupleNode
from hitl_jupyter.forms.unions import UnionNode
from hitl_jupyter.widgets.controls import Control, control_of, registered


class Branch(NamedTuple):
    """A step into a branch of a union. It is none of the steps of a path: there the branch that was picked counts."""

    number: int


Steps: TypeAlias = tuple[str | int | Branch, ...]


@dataclass(frozen=True, eq=False)
class Place:
    """A kind of place: what is asked there, and the control that it has."""

    name: str
    control: Control
    type: Any

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What makes the values of the field's type."""
        try:
            return TypeAdapter(self.type)
        except PydanticUserError:
            return TypeAdapter(self.type, config=ConfigDict(arbitrary_types_allowed=True))


class Places:
    """The kinds of place in a plan."""

    def __init__(self, root: Node, *, fixed: bool = False) -> None:
        self._root, self._fixed = root, fixed
        self._kinds: dict[Asked, Place] = {}
        self._around: set[Asked | None] = set()
        self.names: list[str] = []
        """How a page knows them."""
        self._search(root, "")

    def _search(self, node: Node, name: str) -> bool:
        control = control_of(node)
        if control is not None:
            self.names.append(name)
            if node.asked not in self._kinds:
                self._kinds[node.asked] = Place(name, control, _plain(node.asked))
            return True
        if self._fixed and not (isinstance(node, GroupNode) and (not node.nullable or node is self._root)):
            return False
        # What is inside itself has the places of what is around it.
        found = node.itself is not node or (isinstance(node, GroupNode) and node.again)
        if not found:
            for step, inner in _inside(node):
                found = self._search(inner, f"{name}{step}") or found
        if found:
            self._around.add(node.asked)
        return found

    def found(self, cell: Cell, *, picked: bool = False) -> list[tuple[Steps, Node, Place, Cell]]:
        """Give the places in what is filled in, in branches that are not picked too, unless only `picked` ones count.

        The cells may be as they came over the wire, once they were checked.
        """
        return list(self._walk(self._root, cell, (), picked=picked)) if self._kinds else []

    def _walk(self, node: Node, cell: Cell, steps: Steps, *, picked: bool) -> Iterator[tuple[Steps, Node, Place, Cell]]:
        place = self._kinds.get(node.asked) if node.asked is not None else None
        if place is not None:
            yield steps, node.itself, place, cell
            return
        value = held(cell)
        if value is None or node.asked not in self._around:
            return
        for step, inner, part in _filled(node.itself, value):
            if not picked or not isinstance(step, Branch) or step.number == value["branch"]:
                yield from self._walk(inner, part, (*steps, step), picked=picked)

    def put(self, cell: Cell, steps: Steps, new: Cell) -> Cell:
        """Give what is filled in with another cell at a place."""
        return _put(self._root, cell, steps, new)


_known: WeakKeyDictionary[Node, tuple[int, Places]] = WeakKeyDictionary()


def places_of(root: Node, *, fixed: bool = False) -> Places:
    """Give the places of a plan. They are looked for once, and again when a control was registered.

    With `fixed` they are those of fields that are always there.
    """
    if fixed:
        return Places(root, fixed=True)
    known = _known.get(root)
    if known is None or known[0] != registered():
        known = _known[root] = (registered(), Places(root))
    return known[1]


def path_of(steps: Steps) -> Path:
    """Give the path that leads to a place."""
    return tuple(step for step in steps if not isinstance(step, Branch))


def without_row(steps: Steps, path: Path, index: int) -> Steps | None:
    """Give the steps to a place once a row of the list at a path was taken out; None for a place in that row."""
    left = list(path)
    for at, step in enumerate(steps):
        if isinstance(step, Branch):
            continue
        if not left:
            if not isinstance(step, int) or step < index:
                return steps
            return None if step == index else (*steps[:at], step - 1, *steps[at + 1 :])
        if step != left.pop(0):
            break
    return steps


def _plain(asked: Any) -> Any:
    """Give the type as it stands, without what is said beside it: a widget may well show what has yet to be judged."""
    kind = asked.types[0]
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _inside(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, GroupNode):
        yield from ((f".{field.name}", field.node) for field in node.fields)
    elif isinstance(node, ListNode):
        yield ".*", node.item
    elif isinstance(node, TupleNode):
        yield from ((f".{at}", item) for at, item in enumerate(node.items))
    elif isinstance(node, UnionNode):
        yield from ((f"|{at}", branch.node) for at, branch in enumerate(node.branches))


def _filled(node: Node, value: Any) -> Iterator[tuple[str | int | Branch, Node, Cell]]:
    if isinstance(node, GroupNode):
        yield from ((name, field.node, value[name]) for name, field in node.by_name.items() if name in value)
    elif isinstance(node, ListNode):
        yield from ((at, node.item, part) for at, part in enumerate(value))
    elif isinstance(node, TupleNode):
        yield from ((at, item, part) for at, (item, part) in enumerate(zip(node.items, value, strict=True)))
    elif isinstance(node, UnionNode):
        yield from ((Branch(int(at)), node.branches[int(at)].node, part) for at, part in value["held"].items())


def _put(node: Node, cell: Cell, steps: Steps, new: Cell) -> Cell:
    if not steps:
        return new
    node, value, step, rest = node.itself, cell["value"], steps[0], steps[1:]
    if isinstance(step, Branch):
        at = str(step.number)
        inner = _put(node.branches[step.number].node, value["held"][at], rest, new)  # type: ignore[attr-defined]
        return holding({**value, "held": {**value["held"], at: inner}})
    if isinstance(step, str):
        return holding({**value, step: _put(node.by_name[step].node, value[step], rest, new)})  # type: ignore[attr-defined]
    rows = list(value)
    item = node.items[step] if isinstance(node, TupleNode) else node.item  # type: ignore[attr-defined]
    rows[step] = _put(item, rows[step], rest, new)
    return holding(rows)
