"""The kind that is one line of text to a person and an object to Python: an address, a path, an identifier, ..."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import Path, Problem
from hitl_jupyter.forms.entries import EntryNode
from hitl_jupyter.forms.jsonable import is_storable
from hitl_jupyter.forms.spellings import Spelling


@dataclass(frozen=True, kw_only=True, eq=False)
class LineNode(EntryNode):
    """One line of text that stands for something else; pydantic reads it."""

    kind = "line"
    spelling: Spelling

    def convert(self, text: str, path: Path, problems: list[Problem]) -> str:
        """Give the text, which pydantic reads: a space at its end may be part of a path."""
        del path, problems
        return text

    def write_value(self, value: Any, path: Path) -> str:
        """Give the text of a value; a text is taken for what it says."""
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str):
            return str(value)
        text = self.spelling.spell(value)
        if text is None or not text.strip() or not is_storable(text):
            raise CannotHold(path, "it cannot be written as one line of text")
        return text

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the box shows the default; one that it cannot show is left to pydantic."""
        return self.show(value)["is"] != "absent" or value is None
