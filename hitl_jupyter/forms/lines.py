"""The kind that is one line of text to a person and an object to Python: an address, a path, an identifier, ..."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import Path
from hitl_jupyter.forms.entries import SpelledNode
from hitl_jupyter.forms.jsonable import is_storable
from hitl_jupyter.forms.spellings import Spelling


@dataclass(frozen=True, kw_only=True, eq=False)
class LineNode(SpelledNode):
    """One line of text that stands for something else; pydantic reads it."""

    kind = "line"
    spelling: Spelling

    def spell(self, value: Any, path: Path) -> str:
        """Give the text of a value."""
        text = self.spelling.spell(value)
        if text is None or not text.strip() or not is_storable(text):
            raise CannotHold(path, "it cannot be written as one line of text")
        return text

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the box shows the default; one that it cannot show is left to pydantic."""
        return self.show(value)["is"] != "absent" or value is None
