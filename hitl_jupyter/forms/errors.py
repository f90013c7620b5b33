"""What is wrong, where, in words for somebody who knows no Python.

pydantic names places by alias and speaks of types; a form names them by field and speaks to a person. What was typed
is never in a text: it may be a secret, and texts are logged, stored and shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, PydanticKnownError, core_schema

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms.boxes import JsonNode, SecretNode
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.choices import ChoiceNode
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.several import SeveralNode
from hitl_jupyter.forms.words import words_for

Kind = Literal["schema", "validator"]
SHORTEST = 3
"""A secret of fewer characters stands in ordinary words too and cannot be taken out of a text."""
HIDDEN = "**********"


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; an empty path means the whole form.

    `kind` is ``validator`` for what the user's own code refused, ``schema`` for what the types and bounds did.
    """

    path: Path
    message: str
    kind: Kind = "schema"

    def to_wire(self) -> dict[str, Json]:
        """Give the error for the page."""
        return {"path": list(self.path), "message": self.message}


@dataclass(frozen=True, eq=False)
class Found:
    """An error of pydantic at the node that it belongs to."""

    error: FieldError
    loc: tuple[str | int, ...]
    custom: bool
    """Whether it was raised as a custom error, by a user or by a type of pydantic's that is written in Python."""


def found_errors(
    exception: ValidationError, root: Node, secrets: Collection[str] = (), cell: Cell | None = None
) -> list[Found]:
    """Give each error at its field, without what was typed; the same message beside a field only once.

    `cell` is what was filled in: only with it errors find the rows of a dictionary.
    """
    found: list[Found] = []
    beside: list[Found] = []
    for line in exception.errors(include_url=False, include_input=False):
        if line["type"] == "default_factory_not_called":
            continue  # only says that something else is wrong
        path, node, left = root.locate(line["loc"], cell)
        context = line.get("ctx") or {}
        kind = _kind(line["type"], context)
        message = without(secrets, _message(node, left, line["type"], line["msg"], context))
        error = FieldError(path, message, kind)
        one = Found(error, line["loc"], kind == "validator" and "error" not in context)
        # What pydantic says of the branches that nobody picked counts only where there is nothing else to say.
        others = beside if left and node.kind == "union" else found
        if all(error != other.error for other in others):
            others.append(one)
    said = {place for one in found for place in _heads(one.error.path)}
    return [*found, *(one for one in beside if one.error.path not in said)]


def _heads(path: Path) -> Iterable[Path]:
    return (path[:length] for length in range(len(path) + 1))


USERS = frozenset({"value_error", "assertion_error"})
OF_TYPES = frozenset(
    {
        "byte_size",
        "byte_size_unit",
        "color_error",
        "fraction_parsing",
        "pattern_regex",
        "pattern_str_type",
        "pattern_type",
    }
    | {"path_exists", "path_not_directory", "path_not_file", "path_parent_does_not_exist", "path_type", "zoneinfo_str"}
    | {f"ip_{one}_{what}" for one in ("v4", "v6", "any") for what in ("address", "interface", "network")}
)
"""What types of pydantic's own say that are written in Python: a type refuses it, and no validator of the user's."""


def _kind(kind: str, context: Mapping[str, Any]) -> Kind:
    if kind in USERS:
        # pydantic's check of an e-mail address calls itself a value error, too.
        return "schema" if "reason" in context and "error" not in context else "validator"
    return "schema" if kind in OF_TYPES or kind in _own_types() else "validator"


@cache
def _own_types() -> frozenset[str]:
    return frozenset(get_args(core_schema.ErrorType))


def _message(node: Node, left: tuple[str | int, ...], kind: str, said: str, context: Mapping[str, Any]) -> str:
    if isinstance(node, ChoiceNode | SeveralNode) and kind in ("literal_error", "enum"):
        # Python's spelling of the options is not how they are shown.
        return "Must be one of the options."
    message = words_for(kind, context)
    if message is None:
        # pydantic's own words may quote a piece of what was typed.
        message = "This is not valid." if isinstance(node, SecretNode) else said
    if kind == "extra_forbidden" and left:
        return f"There is no field {str(left[-1])!r} here."
    if left and isinstance(node, JsonNode) and not node.holds_text:
        return f"At {_inner_path(left)}: {message}"
    return message


def _inner_path(left: Iterable[str | int]) -> str:
    """Give a place inside a JSON text: ``items[0].name``."""
    text = ""
    for step in left:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def without(secrets: Collection[str], text: str) -> str:
    """Give a text in which no secret can be read, longest first: one may be part of another."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text


def hidden(exception: ValidationError, secrets: Collection[str]) -> ValidationError:
    """Give the same exception without anything that was typed, for a form with secrets: a flow may log it."""
    lines: list[InitErrorDetails] = []
    for line in exception.errors(include_url=False, include_input=False):
        known = _is_own(line) and without(secrets, line["msg"]) == line["msg"]
        detail = InitErrorDetails(type=_retold(line["type"], line["msg"], secrets), loc=line["loc"], input=None)
        if known:
            detail = InitErrorDetails(type=line["type"], loc=line["loc"], input=None, ctx=line.get("ctx") or {})
        lines.append(detail)
    return ValidationError.from_exception_data(exception.title, lines, hide_input=True)


def _is_own(line: ErrorDetails) -> bool:
    """Tell whether pydantic makes such an error of its type: an address, which Python judges, borrows the name."""
    kind: Any = line["type"]
    if kind not in _own_types():
        return False
    try:
        return PydanticKnownError(kind, line.get("ctx")).message() == line["msg"]
    except TypeError:
        return False


def _retold(kind: Any, said: str, secrets: Collection[str]) -> PydanticCustomError:
    return PydanticCustomError(kind, without(secrets, said))
