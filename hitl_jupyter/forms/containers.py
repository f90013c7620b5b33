"""The kinds that hold other nodes: a nested model and a list.

A group speaks of its fields by name; which key pydantic is given for each is settled when the form is compiled. A
list has no holes: a row that was added and left empty is asked for, as a required field is.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.aliases import look_up, nested
from hitl_jupyter.forms.cells import EMPTY, MISSING, Cell, Path, Problem, absent, copied, holding
from hitl_jupyter.forms.fields import REST, Field, Members
from hitl_jupyter.forms.nodes import Loc, Node, Place, bare, held

DEEPEST: Final = 150
"""How many steps a path may have: a model that holds itself has no end of its own, Python's stack has one."""

__all__ = ["REST", "Field", "GroupNode", "ListNode", "Members", "RootGroupNode"]


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupNode(Node):
    """A model inside a model, or the whole form."""

    kind = "group"
    members: Members
    model: type
    """The class of its values."""
    extra: str | None = None
    """What its configuration says of further keys."""
    passed_on: frozenset[str] = frozenset()
    """Fields of which its values say nothing."""
    again: bool = False
    """Whether it is one of the groups around it: a model that holds itself."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in their order."""
        return self.members.fields

    @property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return self.members.by_name if self.members.whole else {}

    def to_json(self) -> dict[str, Json]:
        """Give the plan, fields included; of a group inside itself only which one it is."""
        if self.again:
            return {**super().to_json(), "again": self.members.level}
        return {**super().to_json(), "fields": [{"name": f.name, "node": f.node.to_json()} for f in self.fields]}

    def read_value(self, value: Mapping[str, Cell], path: Path, problems: list[Problem]) -> Any:
        """Give the data of the model under the keys that it takes."""
        rest: dict[str, Any] = {}
        pairs = []
        for field in self.fields:
            if not field.is_asked(value):
                continue
            data = field.read(value.get(field.name) or absent(), path, problems)
            if data is MISSING:
                continue
            if field.name == REST:
                rest = data
            else:
                pairs.append((field.key, data))
        return {**rest, **nested(pairs)}

    def write_value(self, value: Any, path: Path) -> dict[str, Cell]:
        """Give the cells for an instance or for data under names or aliases; what it lacks is absent."""
        if len(path) > DEEPEST:
            raise CannotHold(path, "it is too deep")
        parts = self.parts(value, path)
        return {field.name: field.write(parts[field.name], path) for field in self.fields}

    def show(self, value: Any) -> Cell:
        """Give the cell for a default; what data lacks is as in a fresh form."""
        value = bare(value)
        if not isinstance(value, Mapping | self.model):
            return super().show(value)
        try:
            parts = self.parts(value, ())
        except CannotHold:
            return absent()
        return holding(
            {f.name: f.fresh() if parts[f.name] is MISSING else f.node.show(parts[f.name]) for f in self.fields}
        )

    def parts(self, value: Any, path: Path) -> dict[str, Any]:
        """Give the Python value of each field in an instance or in data, `MISSING` where there is none.

        Raises
        ------
        CannotHold
            It is neither, or has keys that the model refuses.
        """
        if isinstance(value, self.model):
            names = self.by_name.keys() - {REST} - self.passed_on
            parts = {name: getattr(value, name, MISSING) if name in names else MISSING for name in self.by_name}
            rest = dict(getattr(value, "__pydantic_extra__", None) or {})
        elif isinstance(value, Mapping):
            parts = {name: look_up(value, field.accepted) for name, field in self.by_name.items()}
            heads = {place[0] for field in self.fields for place in field.accepted}
            rest = {key: part for key, part in value.items() if key not in heads}
        else:
            raise CannotHold(path, f"it is no {self.model.__name__} and no data for one")
        if REST in self.by_name:
            parts[REST] = rest or MISSING
        elif rest and self.extra == "forbid":
            raise CannotHold(path, f"{self.model.__name__} takes no further fields")
        return parts

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it, field by field."""
        if cell["is"] != "value":
            return cell
        return holding({name: self.by_name[name].node.typed(part) for name, part in cell["value"].items()})

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the default is an instance of this very class that the fields show in full."""
        if not self.members.whole:
            return False
        if not isinstance(value, BaseModel | self.model):
            return not self.has_secret  # data must be judged, but not without the secrets that are in it
        if type(value) is not self.model or getattr(value, "__pydantic_private__", None) or self.passed_on:
            return False
        return all(f.node.is_faithful(getattr(value, f.name, None)) for f in self.fields if f.name != REST)

    def checked_value(self, value: Any, path: Path) -> dict[str, Cell]:
        """Give a copy of the cells of all fields.

        Raises
        ------
        MalformedDocument
            It is no object, names a field that is not there, or a cell has the wrong shape.
        """
        if not isinstance(value, Mapping):
            raise MalformedDocument(path, "a group travels as an object")
        if len(path) > DEEPEST:
            raise MalformedDocument(path[:DEEPEST], "it is too deep")
        unknown = [name for name in value if name not in self.by_name]
        if unknown:
            raise MalformedDocument(path, f"it has {len(unknown)} fields that the form does not have")
        return {
            name: field.node.checked(value[name], (*path, name)) if name in value else absent()
            for name, field in self.by_name.items()
        }

    def inside(self, step: str | int, cell: Cell) -> tuple[str | int, Node] | None:
        """Give the field of this name."""
        del cell
        field = self.by_name.get(str(step))
        return (field.name, field.node) if field is not None else None

    def steps(self, cell: Cell) -> list[str]:
        """Give the names of the fields."""
        del cell
        return list(self.by_name)

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the node below that an error location leads to, by alias or by name."""
        best: tuple[int, Field] | None = None
        for field in self.fields:
            for place in field.accepted:
                if tuple(loc[: len(place)]) == place and (best is None or len(place) > best[0]):
                    best = len(place), field
        if best is None:
            if loc and REST in self.by_name:
                return (REST,), self.by_name[REST].node, tuple(loc)
            return (), self, tuple(loc)
        length, field = best
        path, node, left = field.node.locate(loc[length:], (held(cell) or {}).get(field.name))
        return (field.name, *path), node, left

    def fresh(self) -> Cell:
        """Give the cells of all fields of a form that was just opened."""
        return holding({field.name: field.fresh() for field in self.fields})

    def empty(self) -> Cell:
        """Give the blank cells of all fields."""
        return holding({field.name: copied(field.node.blank) for field in self.fields})

    @cached_property
    def has_secret(self) -> bool:
        """Whether a secret is typed in some field; a group inside itself leaves the answer to the one around."""
        return not self.again and any(field.node.has_secret for field in self.fields)

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether a field is, or is in no value; a group inside itself leaves the answer to the one around."""
        return not self.again and (bool(self.passed_on) or any(field.node.is_doubtful for field in self.fields))

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        if cell["is"] != "value":
            return copied(cell)
        cells = cell["value"].items()
        return holding({name: self.by_name[name].node.without_secrets(part) for name, part in cells})

    def with_secrets(self, cell: Cell, known: Cell | None = None) -> Cell:
        """Give the cell with the secrets that are known, or those of the defaults, where none was typed."""
        if cell["is"] != "value" or not self.has_secret:
            return cell
        cells = {}
        for name, part in cell["value"].items():
            field = self.by_name[name]
            secrets = (held(known) or {}).get(name) if known is not None else field.secrets
            untouched = known is None and part == field.kept
            cells[name] = part if untouched else field.node.with_secrets(part, secrets)
        return holding(cells)

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read."""
        for field in self.fields if cell["is"] == "value" else ():
            for part in (cell["value"].get(field.name), field.secrets):
                if part is not None:
                    yield from field.node.secrets(part)


class RootGroupNode(GroupNode):
    """The whole form of a root model: one field, whose data is all the data."""

    @property
    def only(self) -> Field:
        """The field."""
        return self.fields[0]

    def read_value(self, value: Mapping[str, Cell], path: Path, problems: list[Problem]) -> Any:
        """Give the data of the field."""
        data = self.only.read(value.get(self.only.name) or absent(), path, problems)
        if data is MISSING and not problems and not self.only.has_default:
            problems.append(Problem((*path, self.only.name), EMPTY))
        return data

    def write(self, value: Any, path: Path = ()) -> Cell:
        """Give the cell for the root model or for what is in it, None among them.

        Raises
        ------
        CannotHold
            The control has no way to enter the value.
        """
        return holding(self.write_value(value, path))

    def parts(self, value: Any, path: Path) -> dict[str, Any]:
        """Give the value as the only field's."""
        del path
        return {self.only.name: bare(value)}

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the node below: pydantic does not name the root of a root model."""
        path, node, left = self.only.node.locate(loc, (held(cell) or {}).get(self.only.name))
        return (self.only.name, *path), node, left


@dataclass(frozen=True, kw_only=True, eq=False)
class ListNode(Node):
    """Items of one kind: a list, a set, a deque, a tuple of any length."""

    kind = "list"
    item: Node
    makes: type | tuple[type, ...] = (list, tuple)
    """What pydantic makes of the items: a default of another type is not what comes back."""

    def to_json(self) -> dict[str, Json]:
        """Give the plan, with that of an item."""
        return {**super().to_json(), "item": self.item.to_json()}

    def read_value(self, value: Sequence[Cell], path: Path, problems: list[Problem]) -> list[Any]:
        """Give the items; one that cannot be read keeps its place, so that errors of the others find theirs."""
        items: list[Any] = []
        for index, cell in enumerate(value):
            if self.item.unanswered(cell):
                problems.append(Problem((*path, index), EMPTY))
                items.append(None)
            else:
                data = self.item.read(cell, (*path, index), problems)
                items.append(None if data is MISSING else data)
        return items

    def write_value(self, value: Any, path: Path) -> list[Cell]:
        """Give the cells of the items; those of a set in an order that does not change."""
        if not isinstance(value, list | tuple | set | frozenset | deque):
            raise CannotHold(path, "it is no list")
        cells = [self.item.write(item, (*path, index)) for index, item in enumerate(value)]
        return sorted(cells, key=_as_text) if isinstance(value, set | frozenset) else cells

    def show(self, value: Any) -> Cell:
        """Give the cell for a default, item by item."""
        value = bare(value)
        if not isinstance(value, list | tuple | set | frozenset | deque):
            return super().show(value)
        cells = [self.item.show(item) for item in value]
        return holding(sorted(cells, key=_as_text) if isinstance(value, set | frozenset) else cells)

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it, item by item."""
        return cell if cell["is"] != "value" else holding([self.item.typed(part) for part in cell["value"]])

    def is_faithful(self, value: Any) -> bool:
        """Tell whether every item is shown in full."""
        if not isinstance(value, list | tuple | set | frozenset | deque):
            return True
        return isinstance(value, self.makes) and all(self.item.is_faithful(item) for item in value)

    def checked_value(self, value: Any, path: Path) -> list[Cell]:
        """Give a copy of the cells of the items.

        Raises
        ------
        MalformedDocument
            It is no list, or the cell of an item has the wrong shape.
        """
        if not isinstance(value, list | tuple):
            raise MalformedDocument(path, "a list travels as a list")
        return [self.item.checked(cell, (*path, index)) for index, cell in enumerate(value)]

    def inside(self, step: str | int, cell: Cell) -> tuple[str | int, Node] | None:
        """Give the item at this place, if there is one."""
        there = isinstance(step, int) and 0 <= step < len(held(cell) or ())
        return (step, self.item) if there else None

    def steps(self, cell: Cell) -> list[str]:
        """Give the places of the items."""
        return [str(index) for index in range(len(held(cell) or ()))]

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the item that an error location leads to."""
        if not loc or not isinstance(loc[0], int):
            return (), self, tuple(loc)
        rows = held(cell) or ()
        path, node, left = self.item.locate(loc[1:], rows[loc[0]] if 0 <= loc[0] < len(rows) else None)
        return (loc[0], *path), node, left

    def empty(self) -> Cell:
        """Give the cell of an empty list: what is seen is what is sent."""
        return holding([])

    @cached_property
    def has_secret(self) -> bool:
        """Whether a secret is typed in an item."""
        return self.item.has_secret

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether an item is."""
        return self.item.is_doubtful

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        if cell["is"] != "value":
            return copied(cell)
        return holding([self.item.without_secrets(part) for part in cell["value"]])

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read."""
        if cell["is"] == "value":
            for part in cell["value"]:
                yield from self.item.secrets(part)


def _as_text(cell: Cell) -> str:
    return json.dumps(cell, sort_keys=True)
