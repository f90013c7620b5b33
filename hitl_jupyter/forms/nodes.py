"""The nodes of a plan: one per control, and what each kind does with text and values.

A node knows three things of its kind: what a Python value looks like in its control (`cell`), what its control's content
is for pydantic (`read`), and whether content that came over the wire can be its own (`check`). Nothing here judges a
value: what cannot be read is handed on as it is, and pydantic says what is wrong with it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from hitl_jupyter.forms.cells import ABSENT, NULL, Cell, holding, holds

MASK = "**********"


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):  # noqa: N818 - never leaves the forms
    """What a control holds is no JSON, or an item of a list is not filled in."""

    path: tuple[str | int, ...]
    message: str


@dataclass(kw_only=True, slots=True)
class Node:
    """One control. `default` tells that a field may be left out; `blank` is what a fresh control holds."""

    kind: ClassVar[str] = "text"
    title: str = ""
    description: str | None = None
    required: bool = True
    nullable: bool = False
    blank: Cell = field(default_factory=lambda: ABSENT)
    hints: dict[str, Any] = field(default_factory=dict)

    def plan(self) -> dict[str, Any]:
        """Give the node as JSON for whoever draws it."""
        shown: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "description": self.description,
            "required": self.required,
            "nullable": self.nullable,
            "blank": self.blank,
        }
        if self.hints:
            shown["hints"] = self.hints
        return shown

    def cell(self, value: Any) -> Cell:
        """Give what the control holds for a Python value, valid or not."""
        return NULL if value is None else holding(self.content(value))

    def content(self, value: Any) -> Any:
        """Give the content for a value that is not None."""
        return str(value)

    def read(self, cell: Cell, *, mask: bool = False) -> Any:
        """Give the content as pydantic's input; with `mask`, as JSON for the record and without secrets."""
        return self.value(cell["value"], mask=mask) if holds(cell) else None

    def value(self, content: Any, *, mask: bool) -> Any:  # noqa: ARG002 - for the kinds that care
        """Give a held content as pydantic's input."""
        return content

    def check(self, content: Any) -> None:
        """Let content of this kind pass.

        Raises
        ------
        ValueError
            No control of this kind could hold it.
        """
        if not isinstance(content, str):
            raise ValueError(f"{self.title!r} holds {type(content).__name__}, not text")


@dataclass(kw_only=True, slots=True)
class Text(Node):
    """A line or a box of text; also the types whose values are written as text (UUID, Decimal, URLs)."""


@dataclass(kw_only=True, slots=True)
class Integer(Node):
    """A whole number, as text."""

    kind: ClassVar[str] = "integer"

    def value(self, content: Any, *, mask: bool) -> Any:  # noqa: ARG002
        """Give an int; what is none goes on as text, for pydantic to refuse or convert."""
        try:
            return int(content)
        except ValueError:
            return content


@dataclass(kw_only=True, slots=True)
class Number(Node):
    """A floating-point number, as text."""

    kind: ClassVar[str] = "number"

    def content(self, value: Any) -> Any:
        """Write a float so that reading it gives the same float."""
        return repr(value) if isinstance(value, float) else str(value)

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give a float; what is none goes on as text."""
        try:
            number = float(content)
        except ValueError:
            return content
        return content if mask and not math.isfinite(number) else number


@dataclass(kw_only=True, slots=True)
class Boolean(Node):
    """Yes or no."""

    kind: ClassVar[str] = "boolean"

    def content(self, value: Any) -> Any:
        """Keep a bool; anything else by its truth."""
        return bool(value)

    def check(self, content: Any) -> None:
        """Let a bool pass."""
        if not isinstance(content, bool):
            raise ValueError(f"{self.title!r} holds {type(content).__name__}, not true or false")


@dataclass(kw_only=True, slots=True)
class Choice(Node):
    """One of several values, by position: Literal and Enum."""

    kind: ClassVar[str] = "choice"
    values: Sequence[Any] = ()
    labels: Sequence[str] = ()

    def plan(self) -> dict[str, Any]:
        """Add the labels."""
        return {**super(Choice, self).plan(), "options": [{"label": label} for label in self.labels]}

    def cell(self, value: Any) -> Cell:
        """Give the position of the value; absent for what is no option."""
        for number, option in enumerate(self.values):
            if option is value or (type(option) is type(value) and option == value):
                return holding(number)
        for number, option in enumerate(self.values):
            if getattr(option, "value", option) == value and not isinstance(value, bool):
                return holding(number)
        return NULL if value is None else ABSENT

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give the chosen value."""
        chosen = self.values[content]
        return to_jsonable_python(chosen, fallback=str) if mask else chosen

    def check(self, content: Any) -> None:
        """Let a position pass."""
        if isinstance(content, bool) or not isinstance(content, int) or not 0 <= content < len(self.values):
            raise ValueError(f"{self.title!r} holds {content!r}, which is no position among {len(self.values)} options")


@dataclass(kw_only=True, slots=True)
class Constant(Node):
    """A Literal of one value: shown, not asked."""

    kind: ClassVar[str] = "constant"
    only: Any = None

    def plan(self) -> dict[str, Any]:
        """Add the text."""
        return {**super(Constant, self).plan(), "text": str(self.only)}

    def cell(self, value: Any) -> Cell:
        """Give the one thing it can hold, unless the value is None."""
        return NULL if value is None and self.nullable else holding(None)

    def value(self, content: Any, *, mask: bool) -> Any:  # noqa: ARG002
        """Give the value."""
        return to_jsonable_python(self.only, fallback=str) if mask else self.only

    def check(self, content: Any) -> None:
        """Let nothing but null pass."""
        if content is not None:
            raise ValueError(f"{self.title!r} is fixed and cannot hold {content!r}")


@dataclass(kw_only=True, slots=True)
class Temporal(Node):
    """A date or a datetime, in ISO 8601."""

    parse: Callable[[str], Any] = date.fromisoformat

    def content(self, value: Any) -> Any:
        """Write it in ISO 8601."""
        return value.isoformat() if isinstance(value, date) else str(value)

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give the date; what is none goes on as text."""
        if mask:
            return content
        try:
            return self.parse(content)
        except ValueError:
            return content


@dataclass(kw_only=True, slots=True)
class Date(Temporal):
    """A day."""

    kind: ClassVar[str] = "date"


@dataclass(kw_only=True, slots=True)
class DateTime(Temporal):
    """An instant or a local time; hint `zone` says which."""

    kind: ClassVar[str] = "datetime"
    parse: Callable[[str], Any] = datetime.fromisoformat


@dataclass(kw_only=True, slots=True)
class Secret(Node):
    """Something that is in no plan, log, event or record."""

    kind: ClassVar[str] = "secret"

    def cell(self, value: Any) -> Cell:
        """Give nothing away: a default stays in the class."""
        return NULL if value is None else ABSENT

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give the secret, or its mask for the record."""
        return MASK if mask else content


@dataclass(kw_only=True, slots=True)
class Json(Node):
    """A box of JSON text, for every type that has no control of its own yet."""

    kind: ClassVar[str] = "json"

    def cell(self, value: Any) -> Cell:
        """Write the value as JSON; absent where it cannot be."""
        if value is None:
            return NULL if self.nullable else holding("null")
        try:
            plain = to_jsonable_python(value, serialize_unknown=False, inf_nan_mode="constants")
            return holding(json.dumps(plain, ensure_ascii=False, indent=2 if isinstance(plain, list | dict) else None))
        except (ValueError, TypeError, RecursionError):
            return ABSENT

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give the JSON's data.

        Raises
        ------
        Unreadable
            The text is no JSON.
        """
        try:
            return json.loads(content)
        except ValueError as error:
            if mask:
                return content
            where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            raise Unreadable((), f"This is not JSON{where}. Text needs double quotes.") from None


@dataclass(slots=True)
class Named:
    """A field of a group: `keys` is where pydantic looks for it (its alias, or its name)."""

    name: str
    node: Node
    keys: tuple[str | int, ...]
    known_as: frozenset[tuple[str | int, ...]] = frozenset()


@dataclass(kw_only=True, slots=True)
class Group(Node):
    """A model: its fields in order."""

    kind: ClassVar[str] = "group"
    fields: list[Named] = field(default_factory=list)

    def plan(self) -> dict[str, Any]:
        """Add the fields."""
        shown = super(Group, self).plan()
        return {**shown, "fields": [{"name": named.name, "node": named.node.plan()} for named in self.fields]}

    def fresh(self) -> Cell:
        """Give a group whose controls are fresh."""
        return holding({named.name: named.node.blank for named in self.fields})

    def content(self, value: Any) -> Any:
        """Write each field of a model instance, or of a dict by alias or name."""
        found = {}
        for named in self.fields:
            has, inner = _field(value, named)
            found[named.name] = named.node.cell(inner) if has else named.node.blank
        return found

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give a dict for pydantic; a field that may be left out and is as it came is left out.

        Raises
        ------
        Unreadable
            A field cannot be read.
        """
        given: dict[Any, Any] = {}
        for named in self.fields:
            cell = content.get(named.name, named.node.blank)
            untouched = not named.node.required and cell == named.node.blank
            if cell["is"] == "absent" or (untouched and not mask):
                continue
            try:
                _put(given, (named.name,) if mask else named.keys, named.node.read(cell, mask=mask))
            except Unreadable as error:
                raise Unreadable((named.name, *error.path), error.message) from None
        return given

    def check(self, content: Any) -> None:
        """Let a dict of known fields pass."""
        if not isinstance(content, dict):
            raise ValueError(f"{self.title!r} holds {type(content).__name__}, not a group of fields")
        by_name = {named.name: named.node for named in self.fields}
        for name, cell in content.items():
            if name not in by_name:
                raise ValueError(f"{self.title!r} has no field {name!r}")
            check_cell(by_name[name], cell)


@dataclass(kw_only=True, slots=True)
class Items(Node):
    """A list of controls of one kind."""

    kind: ClassVar[str] = "list"
    item: Node = field(default_factory=Text)

    def plan(self) -> dict[str, Any]:
        """Add the item."""
        return {**super(Items, self).plan(), "item": self.item.plan()}

    def content(self, value: Any) -> Any:
        """Write each item."""
        return [self.item.cell(inner) for inner in value] if isinstance(value, list | tuple) else []

    def value(self, content: Any, *, mask: bool) -> Any:
        """Give a list for pydantic.

        Raises
        ------
        Unreadable
            An item is not filled in or cannot be read.
        """
        given = []
        for number, cell in enumerate(content):
            if cell["is"] == "absent" and not mask:
                raise Unreadable((number,), "Please fill this in, or remove the row.")
            try:
                given.append(self.item.read(cell, mask=mask))
            except Unreadable as error:
                raise Unreadable((number, *error.path), error.message) from None
        return given

    def check(self, content: Any) -> None:
        """Let a list of items pass."""
        if not isinstance(content, list):
            raise ValueError(f"{self.title!r} holds {type(content).__name__}, not a list")
        for cell in content:
            check_cell(self.item, cell)


def check_cell(node: Node, cell: Any) -> None:
    """Let a cell of a node pass.

    Raises
    ------
    ValueError
        It is no cell, or its content is none that the node's control could hold.
    """
    if not isinstance(cell, dict) or cell.get("is") not in ("absent", "null", "value"):
        raise ValueError(f"{node.title!r} got {type(cell).__name__} where a cell belongs")
    if holds(cell):
        if "value" not in cell:
            raise ValueError(f"{node.title!r} got a cell without its value")
        node.check(cell["value"])


def _field(value: Any, named: Named) -> tuple[bool, Any]:
    """Give a field of a model instance or of a dict, and whether it is there."""
    if isinstance(value, BaseModel):
        return hasattr(value, named.name), getattr(value, named.name, None)
    if not isinstance(value, dict):
        return False, None
    for keys in (named.keys, *sorted(named.known_as), (named.name,)):
        inner: Any = value
        for key in keys:
            if isinstance(inner, dict) and key in inner:
                inner = inner[key]
            elif isinstance(inner, list) and isinstance(key, int) and key < len(inner):
                inner = inner[key]
            else:
                break
        else:
            return True, inner
    return False, None


def _put(into: dict[Any, Any], keys: tuple[str | int, ...], value: Any) -> None:
    """Put a value where pydantic looks for it: under its alias, or along its AliasPath."""
    place: Any = into
    for key, following in zip(keys, (*keys[1:], None), strict=True):
        inner = value if following is None else ([] if isinstance(following, int) else {})
        if isinstance(place, list):
            place.extend([None] * (int(key) + 1 - len(place)))
            place[int(key)] = place[int(key)] or inner if following is not None else inner
            place = place[int(key)]
        elif following is None:
            place[key] = inner
        else:
            place = place.setdefault(key, inner)
