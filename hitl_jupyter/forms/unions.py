"""One of several types: a person picks which, and that one alone is judged.

pydantic tries all of them and takes what fits best, which need not be what was picked: the text of a date is a text
too. So where pydantic would take another branch than the person, it is handed the finished value of the picked one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.cells import EMPTY, MISSING, Cell, Path, Problem, absent, holding
from hitl_jupyter.forms.choices import ConstantNode
from hitl_jupyter.forms.containers import GroupNode
from hitl_jupyter.forms.dicts import DictNode
from hitl_jupyter.forms.errors import found_errors
from hitl_jupyter.forms.jsonable import is_plain
from hitl_jupyter.forms.nodes import Loc, Node, Place, bare, held
from hitl_jupyter.forms.ways import either_way


@dataclass(frozen=True, eq=False)
class Branch:
    """One of the types: how it is called, its node, what judges it, and how pydantic names it in errors."""

    label: str
    node: Node
    adapter: TypeAdapter[Any]
    names: frozenset[str]

    def judge(self, data: Any, *, json_first: bool) -> Any:
        """Give what pydantic makes of data by this branch alone.

        Raises
        ------
        pydantic.ValidationError
            It is not of this type.
        """
        return either_way(data, self.adapter.validate_python, self.adapter.validate_json, json_first=json_first)


@dataclass(frozen=True, kw_only=True, eq=False)
class UnionNode(Node):
    """One of several types."""

    kind = "union"
    branches: tuple[Branch, ...]
    picking: TypeAdapter[Any]
    """Gives the index of the branch that pydantic takes, with the value."""
    strict: bool = False

    def to_json(self) -> dict[str, Json]:
        """Give the plan, branches included."""
        return {**super().to_json(), "branches": [{"label": b.label, "node": b.node.to_json()} for b in self.branches]}

    def picked(self, data: Any) -> int | None:
        """Give the index of the branch that pydantic takes, None where it takes none."""
        try:
            index, _ = either_way(
                data, self.picking.validate_python, self.picking.validate_json, json_first=self.strict
            )
        except Exception:  # noqa: BLE001 - a border: the user's validators may raise anything
            return None
        return int(index)

    def read_value(self, value: Mapping[str, Any], path: Path, problems: list[Problem]) -> Any:
        """Give the data of the picked branch, or its finished value where pydantic would take the data otherwise."""
        index = value["branch"]
        branch, cell = self.branches[index], _held_in(value)
        unread: list[Problem] = []
        data = MISSING if branch.node.unanswered(cell) else branch.node.read(cell, path, unread)
        if data is MISSING and not unread:
            unread.append(Problem(path, EMPTY))
        problems += unread
        if unread or self.picked(data) == index:
            return data
        try:
            return self._handed(index, branch.judge(data, json_first=self.strict))
        except ValidationError as error:
            secrets = tuple(branch.node.secrets(cell))
            for found in found_errors(error, branch.node, secrets, cell):
                one = found.error
                problems.append(Problem((*path, *one.path), one.message, one.kind, None if secrets else error))
        except Exception as error:  # noqa: BLE001 - a border: the user's validators may raise anything
            text = f"This form's own check did not work ({type(error).__name__})."
            problems.append(Problem(path, text, "validator", error))
        return data

    def _handed(self, index: int, finished: Any) -> Any:
        """Give that of which pydantic makes the finished value of a branch: bytes would be decoded a second time."""
        for one in (finished, self.branches[index].adapter.dump_python(finished, round_trip=True, warnings=False)):
            with suppress(Exception):  # a border: the user's validators may raise anything
                if self.picking.validate_python(one) == (index, finished):
                    return one
        return finished

    # -- value to cell ----------------------------------------------------------------------------------------------

    def write_value(self, value: Any, path: Path) -> dict[str, Any]:
        """Give the cell with the branch that pydantic takes for the value; where it takes none, one that can hold it.

        Raises
        ------
        CannotHold
            No branch has a way to enter the value.
        """
        first: tuple[int, Cell] | None = None
        for index in self._order(value):
            try:
                cell = self.branches[index].node.write(value, path)
            except CannotHold:
                continue
            if is_plain(value) or self._gives(index, cell, value):
                return {"branch": index, "held": {str(index): cell}}
            first = first or (index, cell)
        if first is not None:
            return {"branch": first[0], "held": {str(first[0]): first[1]}}
        raise CannotHold(path, f"it is of none of the {len(self.branches)} kinds that can be chosen")

    def show(self, value: Any) -> Cell:
        """Give the cell for a default."""
        value = bare(value)
        if value is None:
            return super().show(value)
        order = list(self._order(value))
        with suppress(CannotHold):
            # Another branch than the likeliest may be the one from which it comes back.
            order.insert(0, self.write_value(value, ())["branch"])
        for index in order:
            cell = self.branches[index].node.show(value)
            if cell["is"] != "absent" or self.branches[index].node.has_secret:
                return holding({"branch": index, "held": {str(index): cell}})
        return absent()

    def _gives(self, index: int, cell: Cell, value: Any) -> bool:
        """Tell whether a value comes back from a branch: one of a subclass is taken by its base, and cut."""
        branch = self.branches[index]
        try:
            found = branch.judge(branch.node.read(cell, (), []), json_first=self.strict)
        except Exception:  # noqa: BLE001 - a border: the user's validators may raise anything
            return False
        return type(found) is type(value) and bool(found == value)

    def _order(self, value: Any) -> Iterator[int]:
        """Give the branches, those first that are the likeliest for a value."""
        exact = [i for i, b in enumerate(self.branches) if type(value) is getattr(b.node, "model", None)]
        picked = self.picked(value)
        tagged = [i for i, b in enumerate(self.branches) if _is_tagged(b.node, value)]
        likely = [*exact, *([] if picked is None else [picked]), *tagged, *range(len(self.branches))]
        yield from dict.fromkeys(likely)

    def typed(self, cell: Cell) -> Cell:
        """Give the cell as a person leaves it who picks the branch and fills it in."""
        value = held(cell)
        if value is None:
            return cell
        inner = self.branches[value["branch"]].node.typed(_held_in(value))
        return holding({**value, "held": {**value["held"], str(value["branch"]): inner}})

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the branch that is shown for a default shows it in full."""
        shown = held(self.show(value))
        return shown is None or self.branches[shown["branch"]].node.is_faithful(value)

    # -- cells from outside -----------------------------------------------------------------------------------------

    def checked_value(self, value: Any, path: Path) -> dict[str, Any]:
        """Give a copy of the cells of the branches.

        Raises
        ------
        MalformedDocument
            It names no branch, or the cell of a branch has the wrong shape.
        """
        known = {str(index): branch.node for index, branch in enumerate(self.branches)}
        branch, cells = (value.get("branch"), value.get("held")) if isinstance(value, Mapping) else (None, None)
        if (
            type(branch) is not int
            or str(branch) not in known
            or not isinstance(cells, Mapping)
            or cells.keys() - known
        ):
            raise MalformedDocument(path, "a union travels as the index of its branch and the cells of its branches")
        return {"branch": branch, "held": {at: known[at].checked(cell, path) for at, cell in cells.items()}}

    # -- finding and hiding -----------------------------------------------------------------------------------------

    def reach(self, cell: Cell) -> Any:
        """Give what holds the cells below the picked branch."""
        value = held(cell)
        return None if value is None else self.branches[value["branch"]].node.reach(_held_in(value))

    def inside(self, step: str | int, cell: Cell) -> tuple[str | int, Node] | None:
        """Give the field of the picked branch."""
        value = held(cell)
        return None if value is None else self.branches[value["branch"]].node.inside(step, _held_in(value))

    def steps(self, cell: Cell) -> list[str]:
        """Give the steps that lead into the picked branch."""
        value = held(cell)
        return [] if value is None else self.branches[value["branch"]].node.steps(_held_in(value))

    def locate(self, loc: Loc, cell: Cell | None = None) -> Place:
        """Give the node in the picked branch; what pydantic says of another branch leads no further than here."""
        value = held(cell)
        if value is None or not loc:
            return (), self, tuple(loc)
        branch = self.branches[value["branch"]]
        if loc[0] not in branch.names:
            return (), self, tuple(loc)
        place: Place = branch.node.locate(loc[1:], _held_in(value))
        return place

    @cached_property
    def has_secret(self) -> bool:
        """Whether a secret is typed in some branch."""
        return any(branch.node.has_secret for branch in self.branches)

    @property
    def is_doubtful(self) -> bool:
        """Say yes: JSON does not say of which type a value is."""
        return True

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a copy of the cell in which nobody can read a secret."""
        value = held(cell)
        if value is None:
            return dict(cell)
        clean = {at: self.branches[int(at)].node.without_secrets(one) for at, one in value["held"].items()}
        return holding({"branch": value["branch"], "held": clean})

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give the texts that nobody must read, in every branch."""
        for at, one in (held(cell) or {"held": {}})["held"].items():
            yield from self.branches[int(at)].node.secrets(one)


def _held_in(value: Mapping[str, Any]) -> Cell:
    cell: Cell = value["held"].get(str(value["branch"])) or absent()
    return cell


def filled_in(node: Node, cell: Cell, path: Path = ()) -> Iterator[Path]:
    """Give the places judged alone: unions in which a branch was picked, and keys that are given as finished values."""
    value, node = held(cell), node.itself
    if isinstance(node, DictNode) and node.is_finished:
        yield from ((*path, row, 0) for row in range(len(value or ())))
    if isinstance(node, UnionNode) and value is not None:
        yield path
    elif isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            found = node.inside(step, cell)
            if found is not None:
                yield from filled_in(found[1], part, (*path, step))


def constants_of(node: Node) -> dict[str, ConstantNode]:
    """Give the fields of a group that have one value only, which may say which branch it is."""
    fields = node.fields if isinstance(node, GroupNode) else ()
    return {field.name: field.node for field in fields if isinstance(field.node, ConstantNode)}


def _is_tagged(node: Node, value: Any) -> bool:
    """Tell whether data has the tags of a branch."""
    constants = constants_of(node)
    if not constants or not isinstance(value, Mapping):
        return False
    tags = ((constant.option.stands_for, value.get(name)) for name, constant in constants.items())
    return all(found in expected for expected, found in tags)
