"""The kinds that hold other nodes: a nested model and a list.

A group speaks of its fields by name; which key pydantic is given for each is settled when the form is compiled. A
list has no holes: a row that was added and left empty is asked for, as a required field is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.aliases import look_up, nested
from hitl_jupyter.forms.cells import EMPTY, MISSING, Cell, Path, Problem, absent, copied, holding
from hitl_jupyter.forms.nodes import Node, bare

REST: Final = "__pydantic_extra__"
"""The field of a model that allows further keys; pydantic's own name for them, which no field can have."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A field of a group: its node, and how it stands in the data of its model."""

    name: str
    node: Node
    key: Path
    """Where pydantic is given it."""
    accepted: tuple[Path, ...]
    """Where a value for it may be found in data: pydantic's places, and its name."""
    has_default: bool = False
    factory: Callable[[], Any] | None = None
    kept: Cell | None = None
    """The cell that shows a default which says less than the default: as long as it is not touched, that one stays."""
    null_is_default: bool = False
    """The default is None although the type has no None, as in ``x: int = None``."""

    def fresh(self) -> Cell:
        """Give the cell of a form that was just opened."""
        if self.factory is not None:
            return self.node.show(self.factory())
        return copied(self.node.blank) if self.has_default else self.node.fresh()

    def read(self, cell: Cell, path: Path, problems: list[Problem]) -> Any:
        """Give what pydantic is to judge; nothing for a default that is better left to pydantic."""
        if cell == self.kept or (self.null_is_default and cell["is"] == "null"):
            return MISSING
        return self.node.read(cell, (*path, self.name), problems)

    def write(self, value: Any, path: Path) -> Cell:
        """Give the cell for a part of the group's data.

        Raises
        ------
        CannotHold
            The control has no way to enter the value.
        """
        if value is MISSING:
            return absent()
        if value is None and self.null_is_default:
            raise CannotHold((*path, self.name), "there is no way to enter 'no value'")
        return self.node.write(value, (*path, self.name))


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupNode(Node):
    """A model inside a model, or the whole form."""

    kind = "group"
    fields: tuple[Field, ...]
    model: type[BaseModel]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    def to_json(self) -> dict[str, Json]:
        """Give the plan, fields included."""
        return {**super().to_json(), "fields": [{"name": f.name, "node": f.node.to_json()} for f in self.fields]}

    def read_value(self, value: Mapping[str, Cell], path: Path, problems: list[Problem]) -> Any:
        """Give the data of the model under the keys that it takes."""
        rest: dict[str, Any] = {}
        pairs = []
        for field in self.fields:
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
            parts = {name: value.__dict__.get(name, MISSING) for name in self.by_name}
            rest = dict(value.__pydantic_extra__ or {})
        elif isinstance(value, Mapping):
            parts = {name: look_up(value, field.accepted) for name, field in self.by_name.items()}
            heads = {place[0] for field in self.fields for place in field.accepted}
            rest = {key: part for key, part in value.items() if key not in heads}
        else:
            raise CannotHold(path, f"it is no {self.model.__name__} and no data for one")
        if REST in self.by_name:
            parts[REST] = rest or MISSING
        elif rest and self.model.model_config.get("extra") == "forbid":
            raise CannotHold(path, f"{self.model.__name__} takes no further fields")
        return parts

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it, field by field."""
        if cell["is"] != "value":
            return cell
        return holding({name: self.by_name[name].node.typed(part) for name, part in cell["value"].items()})

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the default is an instance of this very class that the fields show in full."""
        if not isinstance(value, BaseModel):
            return not self.has_secret  # data must be judged, but not without the secrets that are in it
        if type(value) is not self.model or value.__pydantic_private__:
            return False
        return all(f.node.is_faithful(value.__dict__.get(f.name)) for f in self.fields if f.name != REST)

    def checked_value(self, value: Any, path: Path) -> dict[str, Cell]:
        """Give a copy of the cells of all fields.

        Raises
        ------
        MalformedDocument
            It is no object, names a field that is not there, or a cell has the wrong shape.
        """
        if not isinstance(value, Mapping):
            raise MalformedDocument(path, "a group travels as an object")
        unknown = [name for name in value if name not in self.by_name]
        if unknown:
            raise MalformedDocument(path, f"it has {len(unknown)} fields that the form does not have")
        return {
            name: field.node.checked(value[name], (*path, name)) if name in value else absent()
            for name, field in self.by_name.items()
        }

    def locate(self, loc: Sequence[str | int]) -> tuple[Path, Node, tuple[str | int, ...]]:
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
        path, node, left = field.node.locate(loc[length:])
        return (field.name, *path), node, left

    def fresh(self) -> Cell:
        """Give the cells of all fields of a form that was just opened."""
        return holding({field.name: field.fresh() for field in self.fields})

    def empty(self) -> Cell:
        """Give the blank cells of all fields."""
        return holding({field.name: copied(field.node.blank) for field in self.fields})

    @cached_property
    def has_secret(self) -> bool:
        """Whether a secret is typed in some field."""
        return any(field.node.has_secret for field in self.fields)

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        if cell["is"] != "value":
            return copied(cell)
        cells = cell["value"].items()
        return holding({name: self.by_name[name].node.without_secrets(part) for name, part in cells})

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read."""
        if cell["is"] == "value":
            for name, part in cell["value"].items():
                yield from self.by_name[name].node.secrets(part)


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

    def locate(self, loc: Sequence[str | int]) -> tuple[Path, Node, tuple[str | int, ...]]:
        """Give the node below: pydantic does not name the root of a root model."""
        path, node, left = self.only.node.locate(loc)
        return (self.only.name, *path), node, left


@dataclass(frozen=True, kw_only=True, eq=False)
class ListNode(Node):
    """A list of items of one kind."""

    kind = "list"
    item: Node

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
        """Give the cells of the items."""
        if not isinstance(value, list | tuple | set | frozenset | deque):
            raise CannotHold(path, "it is no list")
        return [self.item.write(item, (*path, index)) for index, item in enumerate(value)]

    def show(self, value: Any) -> Cell:
        """Give the cell for a default, item by item."""
        value = bare(value)
        if not isinstance(value, list | tuple | set | frozenset | deque):
            return super().show(value)
        return holding([self.item.show(item) for item in value])

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it, item by item."""
        return cell if cell["is"] != "value" else holding([self.item.typed(part) for part in cell["value"]])

    def is_faithful(self, value: Any) -> bool:
        """Tell whether every item is shown in full."""
        return not isinstance(value, list | tuple) or all(self.item.is_faithful(item) for item in value)

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

    def locate(self, loc: Sequence[str | int]) -> tuple[Path, Node, tuple[str | int, ...]]:
        """Give the item that an error location leads to."""
        if not loc or not isinstance(loc[0], int):
            return (), self, tuple(loc)
        path, node, left = self.item.locate(loc[1:])
        return (loc[0], *path), node, left

    def empty(self) -> Cell:
        """Give the cell of an empty list: what is seen is what is sent."""
        return holding([])

    @cached_property
    def has_secret(self) -> bool:
        """Whether a secret is typed in an item."""
        return self.item.has_secret

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
