"""A dictionary: rows of a key and a value.

A person may give the same key twice, which a dictionary cannot hold; so the rows travel as a list, and a key that is
there already is told at its row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.asked import Asked
from hitl_jupyter.forms.cells import EMPTY, MISSING, Cell, Path, Problem, holding
from hitl_jupyter.forms.containers import ListNode
from hitl_jupyter.forms.errors import found_errors
from hitl_jupyter.forms.nodes import Loc, Node, Place, bare, held
from hitl_jupyter.forms.tuples import TupleNode
from hitl_jupyter.forms.ways import adapter_of, either_way

DICTS: Final = (dict, Mapping, MutableMapping)
NO_KEYS: Final = frozenset({"dict", "json", "secret", "echo"})
"""Kinds which are no key, or which say too little for one."""
FINISHED: Final = frozenset({"group", "list", "tuple", "union", "several"})
"""Kinds whose data is no key, but of which pydantic may make one."""
TWICE: Final = "This key is already there."
KEY_OF_LOC: Final = "[key]"
"""How pydantic says that an error is about a key and not about its value."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DictNode(ListNode):
    """Rows, each a pair of key and value."""

    kind = "dict"
    item: TupleNode
    makes: type | tuple[type, ...] = dict
    values: TupleNode
    """The value of a row, alone."""
    key_type: Any
    config: Any = None
    """The configuration of the model around."""
    is_finished: bool = False
    """Whether pydantic is given finished keys: their data, such as a list for a tuple, cannot be keys."""

    @property
    def key(self) -> Node:
        """The node of a key."""
        return self.item.items[0]

    def read_value(self, value: Sequence[Cell], path: Path, problems: list[Problem]) -> Any:
        """Give the dictionary; a key that comes twice is a problem."""
        found: dict[Any, Any] = {}
        seen: set[Any] = set()
        for index, row in enumerate(value):
            place, pair = (*path, index), held(row)
            if pair is None:
                problems.append(Problem(place, EMPTY))
                continue
            key = self._read_key(pair[0], (*place, 0), problems)
            unread: list[Problem] = []
            (part,) = self.values.read_value(pair[1:], place, unread)
            problems += [replace(one, path=(*place, 1, *one.path[len(place) + 1 :])) for one in unread]
            if key is MISSING:
                key = _no_key(index)
            elif (same := self._compared(key)) in seen:
                problems.append(Problem((*place, 0), TWICE))
            else:
                seen.add(same)
            found[key] = part
        return found

    def _read_key(self, cell: Cell, path: Path, problems: list[Problem]) -> Any:
        """Give the key, `MISSING` where there is none; one of which JSON has no form as Python's own value."""
        unread: list[Problem] = []
        if self.key.unanswered(cell):
            unread.append(Problem(path, EMPTY))
        data = MISSING if unread else self.key.read(cell, path, unread)
        problems += unread
        if unread or data is MISSING or data is None or not self.is_finished:
            return MISSING if unread else data
        try:
            key = self._judged(data)
            hash(key)
        except ValidationError as error:
            secrets = tuple(self.key.secrets(cell))
            for found in found_errors(error, self.key, secrets, cell):
                one = found.error
                problems.append(Problem((*path, *one.path), one.message, one.kind, error))
        except Exception as error:  # noqa: BLE001 - a border: the user's validators may raise anything
            text = f"This form's own check did not work ({type(error).__name__})."
            problems.append(Problem(path, text, "validator", error))
        else:
            return key
        return MISSING

    @cached_property
    def judge(self) -> TypeAdapter[Any]:
        """What judges a key; made when the first is to be judged, because it takes pydantic its time."""
        return adapter_of(self.key_type, self.config)

    def _judged(self, data: Any) -> Any:
        return either_way(data, self.judge.validate_python, self.judge.validate_json)

    def _compared(self, key: Any) -> Any:
        """Give what pydantic makes of a key, by which two are the same: 1.0 is 1.00."""
        if self.is_finished or type(key) not in (str, float):
            return key
        try:
            found = self._judged(key)
            hash(found)
        except Exception:  # noqa: BLE001 - a border: what is wrong with the key is told elsewhere
            return key
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
        return [self._row_of(pair, (*path, index)) for index, pair in enumerate(value.items())]

    def _row_of(self, pair: tuple[Any, Any], path: Path) -> Cell:
        """Give the row of a pair. A key of which JSON has no form may come as JSON text."""
        key, part = pair
        try:
            return self.item.write(pair, path)
        except CannotHold:
            if not self.is_finished or not isinstance(key, str):
                raise
            try:
                meant = json.loads(key)
            except ValueError:
                raise CannotHold((*path, 0), "it is no such key, and no JSON for one") from None
        return self.item.write((meant, part), path)

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

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether a value is, or a key is none of JSON's."""
        return self.key.kind != "text" or self.key.nullable or self.item.is_doubtful

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
            data = MISSING if pair is None else self._read_key(pair[0], (), [])
            if str(key) in ({_no_key(index)} if data is MISSING else _told(data)):
                return index
        return None


def dict_of(asked: Asked, compile_node: Callable[[Asked], Node]) -> Node | None:
    """Give the node of a dictionary; None where its keys are nothing that is typed or picked."""
    args = get_args(asked.type)
    if get_origin(asked.type) not in DICTS or len(args) != 2:
        return None
    key, part = (compile_node(asked.inside(arg)) for arg in args)
    config = asked.config()
    is_finished = key.kind in FINISHED
    if key.kind in NO_KEYS or (is_finished and config and config.get("strict")):
        return None
    if is_finished:
        try:
            adapter_of(args[0], config)
        except (PydanticSchemaGenerationError, PydanticUserError, TypeError):
            return None
    key = replace(key, title=key.title or "Key", required=True, blank=key.empty())
    part = replace(part, title=part.title or "Value", required=True)
    pair = TupleNode(items=(key, part))
    limits = asked.limits()
    hints = {f"{end}_items": limits[f"{end}_length"] for end in ("min", "max") if f"{end}_length" in limits}
    node = DictNode(
        item=replace(pair, blank=pair.empty()),
        values=TupleNode(items=(part,)),
        key_type=args[0],
        config=config,
        is_finished=is_finished,
        hints=hints,
        title=asked.title,
        description=asked.description,
        nullable=asked.nullable,
    )
    return replace(node, blank=node.empty())


def _no_key(index: int) -> str:
    """Give what stands for a key that cannot be read, so that errors of the other rows find theirs."""
    return f"\0{index}"


def _told(key: Any) -> set[str]:
    """Give a key as pydantic may name it in an error."""
    return {str(getattr(key, "value", key)), repr(key), str(int(key)) if isinstance(key, bool) else repr(key)}
