"""Questions and answers in a few words, as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.text import short, words
from hitl_jupyter.engine.account import answered, titles_of
from hitl_jupyter.engine.files import MARK

VALUE: Final = 200
"""Characters of one value, and of a question's description."""


def question(row: Mapping[str, Any], schema: Json) -> str:
    """Say in a few words what was asked."""
    if row["description"]:
        return short(words(row["description"]), VALUE)
    if not str(row["key"]).isdigit():
        return short(str(row["key"]), VALUE)
    titles = [title for name, title in titles_of(schema).items() if name != "value"]
    return short(", ".join(titles), VALUE) or f"Question {row['key']}"


def value(data: Json, most: int = VALUE) -> str:
    """Write one value of an answer as a person reads it, in at most so many characters."""
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return "yes" if data else "no"
    if isinstance(data, dict) and data.keys() == MARK:
        return f"{data['name'] or 'a file'} ({data['size']:,} bytes)"
    if isinstance(data, list) and not any(isinstance(one, dict | list) and not _is_file(one) for one in data):
        return short(", ".join(map(value, data)) or "none", most)
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return short(" ".join(text.split()), most) or "(empty)"


def answers(row: Mapping[str, Any], schema: Json) -> list[str]:
    """Say what a row of answers says was answered, field by field."""
    return [titled(title, value(said)) for title, said in answered(row, schema)]


def titled(title: str, said: str) -> str:
    """Write what was said under a title, if there is one."""
    return f"{title}{'' if title.endswith('?') else ':'} {said}" if title else said


def why(row: Mapping[str, Any]) -> str:
    """Say why an answer was not taken, or was corrected; nothing where that is not known."""
    errors = row["errors"].values() if isinstance(row["errors"], dict) else ()
    said = (message for messages in errors for message in (messages if isinstance(messages, list) else [messages]))
    return short(row["reason"] or " ".join(", ".join(map(str, said)).split()), VALUE)


def _is_file(data: Json) -> bool:
    return isinstance(data, dict) and data.keys() == MARK
