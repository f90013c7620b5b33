"""The kinds that a person types: text, whole numbers, numbers, dates, dates with a time.

All of them hold text, so that every digit arrives as it was typed. What is a number becomes one before pydantic sees
it, because a strict model takes no text for it; what is none is handed on as it is, for pydantic to refuse.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

from pydantic import EncodedBytes

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import EMPTY, MISSING, Cell, Missing, Path, Problem, absent, holding, null
from hitl_jupyter.forms.jsonable import is_storable
from hitl_jupyter.forms.nodes import Node

NOT_STORABLE: Final = "Has characters that cannot be stored."
TOO_LARGE: Final = "Is too large a number."
WHOLE: Final = re.compile(r"[+-]?[0-9]+")
DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
NOT_FINITE: Final = re.compile(r"[+-]?(inf|infinity|nan)", re.IGNORECASE)
EXACT: Final = 2**53
"""Up to here a float that is whole is one whole number and no other."""
MOST_DIGITS: Final = 4300
"""Python refuses to turn longer texts into numbers; so does pydantic, with an error of its own."""


class TextNode(Node):
    """A str."""

    kind = "text"

    def read_value(self, value: str, path: Path, problems: list[Problem]) -> Any:
        """Give the text; half a surrogate pair, which a page can send, cannot be stored anywhere."""
        if not is_storable(value):
            problems.append(Problem(path, NOT_STORABLE))
            return MISSING
        return value

    def write_value(self, value: Any, path: Path) -> str:
        """Give a text as it is; a number is not silently made one."""
        if isinstance(value, Enum):
            value = value.value
        if not isinstance(value, str):
            raise CannotHold(path, "it is no text")
        return str(value)

    def show(self, value: Any) -> Cell:
        """Give the cell for a default, also for one that is no text."""
        return _shown(self, value)

    def typed(self, cell: Cell) -> Cell:
        """Give absent for an emptied box, unless "" is an answer here."""
        return absent() if self.required and not self.nullable and cell == holding("") else cell


@dataclass(frozen=True, kw_only=True, eq=False)
class BytesNode(TextNode):
    """Bytes that are text: in UTF-8, or as their type encodes them, such as base64."""

    encoding: EncodedBytes | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether they are encoded: not everything around says so of the bytes in it."""
        return self.encoding is not None

    def write_value(self, value: Any, path: Path) -> str:
        """Give the text that stands for bytes; a text is taken for it."""
        if isinstance(value, bytes):
            try:
                return (value if self.encoding is None else self.encoding.encode(value)).decode()
            except UnicodeDecodeError:
                raise CannotHold(path, "they are no text") from None
        return super().write_value(value, path)

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the box shows the default; one that it cannot show is left to pydantic."""
        return value is None or self.show(value)["is"] != "absent"


class EntryNode(Node):
    """What all boxes share in which an empty text is no answer."""

    def read_value(self, value: str, path: Path, problems: list[Problem]) -> Any:
        """Give what was typed, converted; an emptied box is asked for again."""
        if not value.strip():
            problems.append(Problem(path, EMPTY))
            return MISSING
        return self.convert(value, path, problems)

    def convert(self, text: str, path: Path, problems: list[Problem]) -> Any:
        """Give the data for a text that is not empty: the text itself where it is no number, date, ..."""
        raise NotImplementedError

    def show(self, value: Any) -> Cell:
        """Give the cell for a default, also for one of another type."""
        return _shown(self, value)

    def typed(self, cell: Cell) -> Cell:
        """Give null or absent for an emptied box."""
        if cell["is"] != "value" or cell["value"].strip():
            return cell
        return null() if self.nullable else absent()

    def unanswered(self, cell: Cell) -> bool:
        """Tell whether an item of a list was left empty."""
        return cell["is"] == "absent" or (cell["is"] == "value" and not cell["value"].strip())


class SpelledNode(EntryNode):
    """What is text to a person and to the page, and something else to pydantic, which reads the text."""

    def convert(self, text: str, path: Path, problems: list[Problem]) -> str:
        """Give the text as it is: a space at its end may be part of a path."""
        del path, problems
        return text

    def write_value(self, value: Any, path: Path) -> str:
        """Give the text of a value; a text is taken for what it says."""
        if isinstance(value, Enum):
            value = value.value
        return str(value) if isinstance(value, str) else self.spell(value, path)

    def spell(self, value: Any, path: Path) -> str:
        """Give the text of a value that is none.

        Raises
        ------
        CannotHold
            It has no text, or not this kind's.
        """
        raise NotImplementedError


class IntegerNode(EntryNode):
    """An int, of any size."""

    kind = "integer"

    def convert(self, text: str, path: Path, problems: list[Problem]) -> int | str:
        """Give the int, also for a model that takes no text; what is no int is left for pydantic to refuse."""
        del path, problems
        text = text.strip()
        return int(text) if len(text) < MOST_DIGITS and WHOLE.fullmatch(text) else text

    def write_value(self, value: Any, path: Path) -> str:
        """Give a number as text; a fraction keeps its digits, so that it is refused and not cut."""
        if isinstance(value, float):
            exact = value.is_integer() and abs(value) <= EXACT
            return str(int(value)) if exact else repr(value)
        return _entry(value, path, "it is no number")


class NumberNode(EntryNode):
    """A float, inf and nan among them where the model allows."""

    kind = "number"

    def convert(self, text: str, path: Path, problems: list[Problem]) -> float | str | Missing:
        """Give the float; what is none is left for pydantic to refuse."""
        text = text.strip()
        if NOT_FINITE.fullmatch(text):
            return float(text)
        if not DECIMAL.fullmatch(text):
            return text
        number = float(text)
        if math.isinf(number):
            problems.append(Problem(path, TOO_LARGE))
            return MISSING
        return number

    def write_value(self, value: Any, path: Path) -> str:
        """Give a number as the shortest text that reads back as the same float."""
        if isinstance(value, float):
            return repr(float(value))
        return _entry(value, path, "it is no number")


class DecimalNode(EntryNode):
    """A Decimal, to the last digit: it is never a float on its way."""

    kind = "number"

    def convert(self, text: str, path: Path, problems: list[Problem]) -> str:
        """Give the text, which pydantic reads."""
        del path, problems
        return text.strip()

    def write_value(self, value: Any, path: Path) -> str:
        """Give a number as text, the zeros at its end included."""
        if isinstance(value, bool):
            raise CannotHold(path, "it is no number")
        return repr(value) if isinstance(value, float) else _entry(value, path, "it is no number")


class DateNode(EntryNode):
    """A date."""

    kind = "date"

    def convert(self, text: str, path: Path, problems: list[Problem]) -> str:
        """Give the ISO text, which pydantic reads."""
        del path, problems
        return text.strip(" ")

    def write_value(self, value: Any, path: Path) -> str:
        """Give a date as ISO text; of a datetime at midnight its date."""
        if isinstance(value, datetime):
            # pydantic takes such a datetime for a date, and no other.
            return value.date().isoformat() if value.timetz() == time(0) else value.isoformat()
        if isinstance(value, date):
            return value.isoformat()
        return _entry(value, path, "it is no date")


class DatetimeNode(EntryNode):
    """A datetime, with or without a zone."""

    kind = "datetime"

    def convert(self, text: str, path: Path, problems: list[Problem]) -> str:
        """Give the ISO text, which pydantic reads."""
        del path, problems
        return text.strip(" ")

    def write_value(self, value: Any, path: Path) -> str:
        """Give a datetime as ISO text, of a date its midnight."""
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, date):
            return datetime.combine(value, time()).isoformat()
        return _entry(value, path, "it is no date and time")


def _entry(value: Any, path: Path, why: str) -> str:
    """Give what a person would type for a scalar of any type."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        try:
            return str(value)
        except ValueError:
            raise CannotHold(path, "it has too many digits") from None
    if hasattr(value, "__float__") or isinstance(value, date):
        return str(value)
    raise CannotHold(path, why)


def _shown(node: Node, value: Any) -> Cell:
    """Give the cell for a default that may be of a type the control does not take."""
    try:
        return node.write(value)
    except CannotHold:
        scalar = isinstance(value, str | int | float | date) or hasattr(value, "__float__")
        return holding(str(value)) if scalar else absent()
