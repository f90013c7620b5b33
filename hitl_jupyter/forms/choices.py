"""The kinds in which a person picks: yes or no, one of several options, and the option that has no other beside it.

A choice travels as the index of its option. Values would not do: True equals 1, and some have no JSON form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.cells import Cell, Path, Problem, holding
from hitl_jupyter.forms.nodes import Node, bare

YES_OR_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "t", "true", "y", "yes", "on"), True),
    **dict.fromkeys(("0", "f", "false", "n", "no", "off"), False),
}
"""What pydantic takes for a bool, so that a value which it accepts can be put into the control."""


class BooleanNode(Node):
    """A bool: yes, no, or not answered yet."""

    kind = "boolean"

    def write_value(self, value: Any, path: Path) -> bool:
        """Give yes or no."""
        if isinstance(value, bool):
            return value
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if not isinstance(value, str | int | float) or text.lower() not in YES_OR_NO:
            raise CannotHold(path, "it is neither yes nor no")
        return YES_OR_NO[text.lower()]

    def checked_value(self, value: Any, path: Path) -> bool:
        """Let a bool pass."""
        if not isinstance(value, bool):
            raise MalformedDocument(path, "a boolean travels as true or false")
        return value


@dataclass(frozen=True, kw_only=True, eq=False)
class Option:
    """One thing that can be chosen: what is read, what pydantic gets, and the Python value."""

    label: str
    data: Any
    value: Any

    @property
    def stands_for(self) -> tuple[Any, ...]:
        """What a program may say for it: an enum's member, or the member's value."""
        inner = (self.value.value,) if isinstance(self.value, Enum) else ()
        return (self.value, *inner)


@dataclass(frozen=True, kw_only=True, eq=False)
class ChoiceNode(Node):
    """A Literal or an Enum, by the index of its option: True and 1 are two options."""

    kind = "choice"
    options: tuple[Option, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the plan, options included."""
        return {**super().to_json(), "options": [{"label": option.label} for option in self.options]}

    def read_value(self, value: int, path: Path, problems: list[Problem]) -> Any:
        """Give what pydantic takes for the option."""
        del path, problems
        return self.options[value].data

    def write(self, value: Any, path: Path = ()) -> Cell:
        """Give the cell for one of the options; None is one of them in some enums.

        Raises
        ------
        CannotHold
            It is none of the options.
        """
        if value is None and not self.nullable:
            return holding(self.write_value(value, path))
        return super().write(value, path)

    def write_value(self, value: Any, path: Path) -> int:
        """Give the index of the option with this value."""
        for same in (_identical, _same_kind):
            for index, option in enumerate(self.options):
                if any(same(one, value) for one in option.stands_for):
                    return index
        raise CannotHold(path, f"it is none of the {len(self.options)} options")

    def checked_value(self, value: Any, path: Path) -> int:
        """Let the index of an option pass."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(self.options):
            raise MalformedDocument(path, "a choice travels as the index of its option")
        return value


@dataclass(frozen=True, kw_only=True, eq=False)
class ConstantNode(Node):
    """A Literal of one value: shown, not asked."""

    kind = "constant"
    option: Option

    def to_json(self) -> dict[str, Json]:
        """Give the plan with the text that is shown."""
        return {**super().to_json(), "text": self.option.label}

    def read_value(self, value: None, path: Path, problems: list[Problem]) -> Any:
        """Give the only value there is."""
        del value, path, problems
        return self.option.data

    def write(self, value: Any, path: Path = ()) -> Cell:
        """Let the only value pass, None among them.

        Raises
        ------
        CannotHold
            It is another value.
        """
        value = bare(value)
        if not any(_same_kind(one, value) for one in self.option.stands_for):
            raise CannotHold(path, "there is only one value, and it is another")
        return self.empty()

    def empty(self) -> Cell:
        """Give the cell that stands for the only value."""
        return holding(None)

    def checked_value(self, value: Any, path: Path) -> None:
        """Let null pass: there is nothing to say."""
        if value is not None:
            raise MalformedDocument(path, "a constant travels as null")


def _identical(one: Any, other: Any) -> bool:
    return one is other


def _same_kind(one: Any, other: Any) -> bool:
    """Tell whether two values are equal and of one type: 1 is not True, and "a" is not an enum's member."""
    return type(one) is type(other) and bool(one == other)
