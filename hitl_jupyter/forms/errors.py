"""pydantic's errors as a person reads them: at which control, in which words.

The words are for someone who knows nothing of Python. They never hold the input itself, which may be a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from hitl_jupyter.forms import nodes

Path = tuple[str | int, ...]
PLEASE = "Please fill this in."


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong at one control. `kind`: the model's types and bounds, or a validator written in Python."""

    path: Path
    message: str
    kind: Literal["schema", "validator"]


BY_VALIDATORS = frozenset({"value_error", "assertion_error"})


def explain(error: ValidationError, root: nodes.Group) -> list[FieldError]:
    """Give each error at its control."""
    found = []
    for detail in error.errors(include_url=False, include_input=False):
        path, rest = locate(root, detail["loc"])
        message = words(detail)
        if rest and not _is_branch(rest):
            message = f"{'.'.join(map(str, rest))}: {message}"
        one = FieldError(path, message, _kind(detail["type"]))
        if one not in found:
            found.append(one)
    return found


def locate(node: nodes.Node, loc: tuple[str | int, ...]) -> tuple[Path, tuple[str | int, ...]]:
    """Give the path of the control that a location means, and what of the location goes on inside it."""
    if not loc:
        return (), ()
    if isinstance(node, nodes.Items) and isinstance(loc[0], int):
        path, rest = locate(node.item, loc[1:])
        return (loc[0], *path), rest
    if isinstance(node, nodes.Group):
        for named in node.fields:
            for keys in (*sorted(named.known_as, key=len, reverse=True), (named.name,)):
                if loc[: len(keys)] == keys:
                    path, rest = locate(named.node, loc[len(keys) :])
                    return (named.name, *path), rest
    return (), loc


def _is_branch(rest: tuple[str | int, ...]) -> bool:
    """Tell whether what is left names a branch of a union or a validator, which says nothing to a person."""
    return all(isinstance(part, str) and ("[" in part or part.islower()) for part in rest) and len(rest) == 1


def _kind(type_: str) -> Literal["schema", "validator"]:
    return "validator" if type_ in BY_VALIDATORS or type_ not in _core_types() else "schema"


def _core_types() -> frozenset[str]:
    from pydantic_core import list_all_errors

    global _known  # noqa: PLW0603 - pydantic's own list, read once
    if _known is None:
        _known = frozenset(entry["type"] for entry in list_all_errors())
    return _known


_known: frozenset[str] | None = None


def words(detail: Mapping[str, Any]) -> str:
    """Give an error in plain words; pydantic's own where there are none better."""
    context: Mapping[str, Any] = detail.get("ctx") or {}
    if detail["type"] in BY_VALIDATORS:
        said = str(detail["msg"])
        prefix, _, rest = said.partition(", ")
        return rest if prefix in ("Value error", "Assertion failed") and rest else said
    say = _WORDS.get(detail["type"])
    if say is None:
        return str(detail["msg"])
    return say if isinstance(say, str) else say(context)


def _counted(number: Any, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


_WHOLE, _NUMBER, _YES_NO = "Must be a whole number.", "Must be a number.", "Must be yes or no."
_DATE, _DATETIME = "Must be a date such as 2026-11-23.", "Must be a date and time such as 2026-11-23 14:30."
_WORDS: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": PLEASE,
    "none_required": "Must be empty.",
    "string_type": "Must be text.",
    "string_too_short": lambda c: f"Must have at least {_counted(c['min_length'], 'character', 'characters')}.",
    "string_too_long": lambda c: f"Must have at most {_counted(c['max_length'], 'character', 'characters')}.",
    "string_pattern_mismatch": lambda c: f"Must match the pattern {c['pattern']}.",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "This number has too many digits.",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "Must be a finite number.",
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "greater_than": lambda c: f"Must be more than {c['gt']}.",
    "greater_than_equal": lambda c: f"Must be {c['ge']} or more.",
    "less_than": lambda c: f"Must be less than {c['lt']}.",
    "less_than_equal": lambda c: f"Must be {c['le']} or less.",
    "multiple_of": lambda c: f"Must be a multiple of {c['multiple_of']}.",
    "too_short": lambda c: f"Needs at least {_counted(c['min_length'], 'entry', 'entries')}.",
    "too_long": lambda c: f"Takes at most {_counted(c['max_length'], 'entry', 'entries')}.",
    "literal_error": lambda c: f"Must be one of {c['expected']}.",
    "enum": lambda c: f"Must be one of {c['expected']}.",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": "Must be a date without a time.",
    "date_past": "Must be before today.",
    "date_future": "Must be after today.",
    "datetime_type": _DATETIME,
    "datetime_parsing": _DATETIME,
    "datetime_from_date_parsing": _DATETIME,
    "datetime_past": "Must be in the past.",
    "datetime_future": "Must be in the future.",
    "timezone_aware": "Needs a time zone, such as +01:00.",
    "timezone_naive": "Must have no time zone.",
    "extra_forbidden": "This field does not belong here.",
    "model_type": PLEASE,
    "list_type": "Must be a list.",
}
