"""The two ways of taking data: as Python's own values, or as what JSON says.

A strict model takes the text of a date only as JSON, a type with its own idea of JSON perhaps only as Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from hitl_jupyter.forms.jsonable import is_plain

Validate = Callable[[Any], Any]


def either_way(data: Any, as_python: Validate, as_json: Validate, *, json_first: bool = False) -> Any:
    """Give what pydantic makes of data, as Python or as JSON.

    Raises
    ------
    pydantic.ValidationError
        Both ways refuse it; the errors are of the way that finds less wrong.
    """
    text = _json_text(data)
    if text is None:
        return as_python(data)
    ways = [(as_python, data), (as_json, text)]
    if json_first:
        ways.reverse()
    (first, its_input), (second, other_input) = ways
    try:
        return first(its_input)
    except ValidationError as error:
        # The user's validators would run twice, so the other way is tried only where it can make a difference.
        if not any(_is_of_type(line["type"]) for line in error.errors(include_url=False, include_input=False)):
            raise
        refused = error
    try:
        return second(other_input)
    except ValidationError as error:
        raise (error if error.error_count() < refused.error_count() else refused) from None


def adapter_of(kind: Any, config: Any) -> TypeAdapter[Any]:
    """Give what judges one type alone.

    Raises
    ------
    pydantic.errors.PydanticUserError
        pydantic does not know every name in the type.
    """
    try:
        adapter = TypeAdapter(kind, config=config)
    except PydanticUserError:
        if config is None:
            raise
        adapter = TypeAdapter(kind)  # a model has its own configuration
    if not adapter.pydantic_complete:
        raise PydanticUserError("a name in it is not known here", code=None)
    return adapter


def _is_of_type(kind: str) -> bool:
    """Tell whether an error says that a value has the wrong type, which depends on what it is taken for."""
    return kind.endswith("_type") or kind in ("enum", "literal_error", "is_instance_of", "is_subclass_of")


def _json_text(data: Any) -> str | None:
    """Give the data as JSON; None for what only Python can say, such as the member of an enum without a JSON form."""
    if not is_plain(data):
        return None
    try:
        text = json.dumps(data, ensure_ascii=False)
        text.encode()
    except ValueError:  # half a surrogate pair, or a number of too many digits: pydantic says where
        return None
    return text
