"""The column types of the store: JSON, instants and people's words, all of them text.

Text is what Python, SQL and TypeScript read alike (invariant 7). Instants have one width, so that their order as text
is their order in time. None is always NULL.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from hitl_jupyter.core.finite import finite
from hitl_jupyter.core.records import Json


class Instant(TypeDecorator[datetime]):
    """An aware datetime as ``2026-11-23T10:42:03.000000Z``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write an instant.

        Raises
        ------
        ValueError
            The datetime is naive: nobody could tell later which instant was meant.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The store keeps instants, and {value!r} has no time zone.")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return f"{value.isoformat(timespec='microseconds')[:26]}Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read an instant, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Json]):
    """JSON in its shortest spelling."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write JSON.

        Raises
        ------
        TypeError
            It is no JSON.
        """
        if value is None:
            return None
        try:
            text = _encode(value)
        except ValueError:
            text = _encode(finite(value))
        return text if _is_text(text) else _encode_ascii(json.loads(text))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:  # noqa: ARG002
        """Read JSON."""
        if value is None:
            return None
        data: Json = _decode(value)
        return data


class Words(TypeDecorator[str]):
    """What people and programs write. A lone surrogate, which no database takes, becomes its escape."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write words; a log line with an odd file name in it must not take its state's commit down."""
        if value is None or _is_text(value):
            return value
        return value.encode("utf-8", "backslashreplace").decode()


# json.dumps would build an encoder for every value, and json.loads look every time at what it was given.
_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_ascii = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def _is_text(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
