"""A tuple whose items each have a type of their own: a row of fields. A named tuple is one whose fields have names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.asked import Asked
from hitl_jupyter.forms.cells import EMPTY, MISSING, Cell, Path, Problem, copied, holding
from hitl_jupyter.forms.nodes import Loc, Node, Place, bare, held
from hitl_jupyter.forms.titles import in_words


@dataclass(frozen=True, kw_only=True, eq=False)
class TupleNode(Node):
    """A tuple of a fixed length."""

    kind = "tuple"
    items: tuple[Node, ...]
    makes: type = tuple

    def to_json(self) -> dict[str, Json]:
        """Give the plan, items included."""
        fields: list[Json] = [{"name": str(at), "node": item.to_json()} for at, item in enumerate(self.items)]
        return {**super().to_json(), "fields": fields}

    def read_value(self, value: Sequence[Cell], path: Path, problems: list[Problem]) -> Any:
        """Give the items; a tuple has no holes."""
        items: list[Any] = []
        for index, (item, cell) in enumerate(zip(self.items, value, strict=True)):
            if item.unanswered(cell):
                problems.append(Problem((*path, index), EMPTY))
                items.append(None)
            else:
                data = item.read(cell, (*path, index), problems)
                items.append(None if data is MISSING else data)
        return items

    def write_value(self, value: Any, path: Path) -> list[Cell]:
        """Give the cells of the items.

        Raises
        ------
        CannotHold
            It is no tuple, or has another length.
        """
        if not isinstance(value, list | tuple) or len(value) != len(self.items):
            raise CannotHold(path, f"it is no tuple of {len(self.items)}")
        return [item.write(part, (*path, at)) for at, (item, part) in enumerate(zip(self.items, value, strict=True))]

    def show(self, value: Any) -> Cell:
        """Give the cell for a default, item by item."""
        value = bare(value)
        if not isinstance(value, list | tuple) or len(value) != len(self.items):
            return super().show(value)
        return holding([item.show(part) for item, part in zip(self.items, value, strict=True)])

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it, item by item."""
        return self._with_each(cell, Node.typed)

    def is_faithful(self, value: Any) -> bool:
        """Tell whether it is such a tuple, every item of which is shown in full."""
        if not isinstance(value, list | tuple):
            return True
        if type(value) is not self.makes or len(value) != len(self.items):
            return False
        return all(item.is_faithful(part) for item, part in zip(self.items, value, strict=True))

    def checked_value(self, value: Any, path: Path) -> list[Cell]:
        """Give a copy of the cells of the items.

        Raises
        ------
        MalformedDocument
            It is no list of the right length, or the cell of an item has the wrong shape.
        """
        if not isinstance(value, list) or len(value) != len(self.items):
            raise MalformedDocument(path, f"a tuple travels as a list of its {len(self.items)} items")
        return [item.checked(cell, (*path, at)) for at, (item, cell) in enumerate(zip(self.items, value, strict=True))]

    def inside(self, step: str | int, cell: Cell) -> tuple[str | int, Node] | None:
        """Give the item at this place."""
        del cell
        return (step, self.items[step]) if isinstance(step, int) and 0 <= step < len(self.items) else None

    def steps(self, cell: Cell) -> list[str]:
        """Give the places of the items."""
        del cell
        return [str(index) for index in range(len(self.items))]

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the item that an error location leads to."""
        step = loc[0] if loc else None
        if not isinstance(step, int) or not 0 <= step < len(self.items):
            return (), self, tuple(loc)
        cells = held(cell)
        path, node, left = self.items[step].locate(loc[1:], cells[step] if cells else None)
        return (step, *path), node, left

    def empty(self) -> Cell:
        """Give the blank cells of all items."""
        return holding([copied(item.blank) for item in self.items])

    def fresh(self) -> Cell:
        """Give the cells of a form that was just opened."""
        return holding([item.fresh() for item in self.items])

    @cached_property
    def has_secret(self) -> bool:
        """Whether a secret is typed in an item."""
        return any(item.has_secret for item in self.items)

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether an item is."""
        return any(item.is_doubtful for item in self.items)

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        return self._with_each(copied(cell), Node.without_secrets)

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read."""
        for item, part in zip(self.items, held(cell) or (), strict=False):
            yield from item.secrets(part)

    def _with_each(self, cell: Cell, change: Callable[[Node, Cell], Cell]) -> Cell:
        if cell["is"] != "value":
            return cell
        method = change.__name__
        return holding([getattr(item, method)(part) for item, part in zip(self.items, cell["value"], strict=True)])


def tuple_of(asked: Asked, compile_node: Callable[[Asked], Node]) -> Node | None:
    """Give the node of a tuple of a fixed length, or of a named tuple."""
    args = get_args(asked.type)
    if get_origin(asked.type) is tuple and args and Ellipsis not in args and args != ((),):
        items = [compile_node(asked.inside(arg)) for arg in args]
        titled = (replace(n, title=n.title or f"Value {at}", required=True) for at, n in enumerate(items, 1))
        return _made(asked, tuple(titled), tuple)
    kind = asked.type
    if not is_named_tuple(kind) or not kind._fields:
        return None
    try:
        hints = get_type_hints(kind, include_extras=True)
    except NameError:  # a type that only the function knows in which the class stands
        return None
    defaults: dict[str, Any] = getattr(kind, "_field_defaults", {})
    named = []
    for name in kind._fields:
        node = compile_node(asked.inside(hints.get(name, Any)))
        node = replace(node, title=node.title or in_words(name), required=name not in defaults)
        named.append(replace(node, blank=node.show(defaults[name])) if name in defaults else node)
    return _made(replace(asked, description=asked.description or _docstring(kind)), tuple(named), kind)


def is_named_tuple(kind: Any) -> bool:
    """Tell whether a type is a named tuple, which unlike other tuples may hold itself."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def _made(asked: Asked, items: tuple[Node, ...], makes: type) -> Node:
    node = TupleNode(
        items=items,
        makes=makes,
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
    )
    return replace(node, blank=node.empty())


def _docstring(kind: type) -> str | None:
    written = kind.__dict__.get("__doc__") or ""
    # Python writes one of its own for a class without: the class with its fields.
    return None if written.startswith(f"{kind.__name__}(") else inspect.cleandoc(written) or None
