"""The kinds without a control made for them: a box for JSON text, and a box whose text nobody sees again.

A secret is in no cell that leaves this process: not as a default, not in a record, not echoed to the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem, absent, holding, null
from hitl_jupyter.forms.entries import NOT_STORABLE, EntryNode, TextNode
from hitl_jupyter.forms.jsonable import REVEALING, SECRETS, is_plain, is_storable, json_text, to_json_value
from hitl_jupyter.forms.nodes import Node

NOT_JSON: Final = 'Must be JSON, such as "text", 12, true, [1, 2] or {"name": "value"}.'


@dataclass(frozen=True, kw_only=True, eq=False)
class JsonNode(EntryNode):
    """Whatever has no control of its own: a box that holds JSON text. pydantic judges what it says."""

    kind = "json"
    only_object: bool = False
    holds_text: bool = False
    """The field is a ``Json[...]``, which takes the text itself and reads it."""

    def convert(self, text: str, path: Path, problems: list[Problem]) -> Any:
        """Give what the text says; a text that says nothing is a problem."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            problems.append(Problem(path, NOT_JSON))
            return MISSING
        if not is_storable(json.dumps(data, ensure_ascii=False)):
            problems.append(Problem(path, NOT_STORABLE))
            return MISSING
        if self.only_object and not isinstance(data, dict):
            problems.append(Problem(path, 'Must be a JSON object, such as {"name": "value"}.'))
            return MISSING
        return text if self.holds_text else data

    def write(self, value: Any, path: Path = ()) -> Cell:
        """Give the value as JSON text; None is "null" where there is no other way to say it.

        Raises
        ------
        CannotHold
            The value has no JSON form.
        """
        if value is None and self.nullable:
            return null()
        return holding(self.write_value(value, path))

    def write_value(self, value: Any, path: Path) -> str:
        """Give the value as JSON text."""
        if self.holds_text and isinstance(value, str) and self.convert(value, path, []) is not MISSING:
            return value
        try:
            return json_text(to_json_value(value))
        except CannotHold as error:
            raise CannotHold((*path, *error.path), error.why) from None

    def show(self, value: Any) -> Cell:
        """Give the cell for a default; one without a JSON form is not shown, and stays."""
        return Node.show(self, value)

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the default is JSON, so that nothing is lost in writing it."""
        return is_plain(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class SecretNode(Node):
    """A secret: typed blind, never shown again, in no cell that leaves this process."""

    kind = "secret"
    inner: Node = field(default_factory=TextNode)
    """What the text means: an int for ``Secret[int]``, JSON where a secret is part of something larger."""

    @property
    def has_secret(self) -> bool:
        """Say yes."""
        return True

    def read_value(self, value: str, path: Path, problems: list[Problem]) -> Any:
        """Give the secret to pydantic."""
        return self.inner.read_value(value, path, problems)

    def write_value(self, value: Any, path: Path) -> Any:
        """Give the secret text, from a secret or a plain value."""
        if isinstance(value, SECRETS):
            value = value.get_secret_value()
        if isinstance(self.inner, JsonNode):
            return json_text(to_json_value(value, REVEALING))
        if isinstance(value, bytes):
            try:
                value = value.decode()
            except UnicodeDecodeError:
                raise CannotHold(path, "it is no text") from None
        return self.inner.write_value(value, path)

    def show(self, value: Any) -> Cell:
        """Give a cell that says nothing about the default, but for one that is no secret: None."""
        return null() if value is None and self.nullable else absent()

    def is_faithful(self, value: Any) -> bool:
        """Say no: what is not shown is left to pydantic."""
        return value is None

    def typed(self, cell: Cell) -> Cell:
        """Give absent for an emptied box."""
        return absent() if cell == holding("") else cell

    def without_secrets(self, cell: Cell) -> Cell:
        """Give a cell in which nothing is left of the secret."""
        return null() if cell["is"] == "null" else absent()

    def with_secrets(self, cell: Cell, known: Cell | None = None) -> Cell:
        """Give the secret that is known where none was typed."""
        return known if known is not None and cell["is"] == "absent" else cell

    def secrets(self, cell: Cell) -> Iterator[str]:
        """Give what was typed, and every text in it where it is JSON."""
        if cell["is"] != "value":
            return
        yield cell["value"]
        if isinstance(self.inner, JsonNode):
            yield from _texts(self.inner.convert(cell["value"], (), []))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for part in data.values():
            yield from _texts(part)
    elif isinstance(data, list):
        for part in data:
            yield from _texts(part)
    elif data not in (None, True, False, MISSING):
        yield str(data)
