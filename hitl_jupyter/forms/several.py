"""The kinds in which a person picks any number of options: a set or list of choices, and a Flag.

What is picked travels as the indices of the options, in the order in which they were picked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Flag
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.cells import Cell, Path, Problem, holding
from hitl_jupyter.forms.choices import ChoiceNode, Option
from hitl_jupyter.forms.jsonable import is_plain
from hitl_jupyter.forms.nodes import Node


@dataclass(frozen=True, kw_only=True, eq=False)
class SeveralNode(Node):
    """A set or a list of choices: any of some options."""

    kind = "several"
    choice: ChoiceNode
    gather: Callable[[Iterable[Any]], Any] = list

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be picked."""
        return self.choice.options

    def to_json(self) -> dict[str, Json]:
        """Give the plan, options included."""
        return {**super().to_json(), "options": [{"label": option.label} for option in self.options]}

    def read_value(self, value: Sequence[int], path: Path, problems: list[Problem]) -> Any:
        """Give what pydantic takes for the picked options: a list, or what it takes where JSON will not do."""
        del path, problems
        picked = [self.options[index].data for index in value]
        return picked if is_plain(picked) else self.gather(picked)

    def write_value(self, value: Any, path: Path) -> list[int]:
        """Give the indices of the options that are in a set or list; of a set in the order of the options."""
        if isinstance(value, str | bytes) or not isinstance(value, Sequence | AbstractSet):
            raise CannotHold(path, "it is no list")
        indices = [self.choice.write_value(item, path) for item in value]
        return sorted(indices) if isinstance(value, AbstractSet) else indices

    def checked_value(self, value: Any, path: Path) -> list[int]:
        """Let a list of indices pass."""
        if not isinstance(value, list):
            raise MalformedDocument(path, "what is picked travels as a list of indices")
        return [self.choice.checked_value(index, path) for index in value]

    def empty(self) -> Cell:
        """Give the cell of a field that has no default: nothing is picked."""
        return holding([])


@dataclass(frozen=True, kw_only=True, eq=False)
class FlagNode(SeveralNode):
    """A Flag: those of its members that are set."""

    kind = "several"
    flag: type[Flag]

    def read_value(self, value: Sequence[int], path: Path, problems: list[Problem]) -> int:
        """Give the number in which every picked member has its bit."""
        del path, problems
        bits = 0
        for index in value:
            bits |= self.options[index].data
        return bits

    def write_value(self, value: Any, path: Path) -> list[int]:
        """Give the members that are set in a flag, or in the number that stands for one."""
        bits = value.value if isinstance(value, self.flag) else value
        if not isinstance(bits, int) or isinstance(bits, bool):
            raise CannotHold(path, "it is no such flag")
        indices = [index for index, option in enumerate(self.options) if option.data & bits == option.data]
        if self.read_value(indices, path, []) != bits:
            raise CannotHold(path, "it has a bit that is none of the options")
        return indices
