"""The kinds of a time of day and of a length of time. Both hold ISO text, microseconds and zone included."""

from __future__ import annotations

from datetime import UTC, time, timedelta
from decimal import Decimal
from typing import Any, Final

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import Path
from hitl_jupyter.forms.entries import SpelledNode

DAY: Final = 24 * 60 * 60
MOST_PLACES: Final = 6
"""Digits of a second that Python keeps; of what has more, pydantic rounds a number and cuts a text."""


class TimeNode(SpelledNode):
    """A time of day, with or without a zone."""

    kind = "time"

    def spell(self, value: Any, path: Path) -> str:
        """Give a time as ISO text; a number counts the seconds since midnight, which pydantic takes for one in UTC."""
        if isinstance(value, time) and (value.tzinfo is None or value.utcoffset() is not None):
            return value.isoformat()
        if _is_number(value) and value == int(value) and 0 <= value < DAY:
            minutes, seconds = divmod(int(value), 60)
            return time(minutes // 60, minutes % 60, seconds, tzinfo=UTC).isoformat()
        raise CannotHold(path, "it is no time of day")


class DurationNode(SpelledNode):
    """A length of time, to the microsecond."""

    kind = "duration"

    def spell(self, value: Any, path: Path) -> str:
        """Give a length of time as ISO text in days, hours, minutes and seconds; a number is one of seconds."""
        if isinstance(value, timedelta):
            return iso_text(value)
        if _is_number(value):
            seconds = Decimal(repr(value))
            places = -int(seconds.as_tuple().exponent)
            if places <= MOST_PLACES:
                return f"{'-' if seconds < 0 else ''}PT{abs(seconds):f}S"
        raise CannotHold(path, "it is no length of time")


def iso_text(length: timedelta) -> str:
    """Give a length of time as ISO text: ``P1DT2H0M3.5S``, and ``-P1D`` for a day less."""
    sign, length = ("-", -length) if length < timedelta(0) and length != timedelta.min else ("", length)
    if length == timedelta.min:
        return f"-P{-length.days}D"  # it has no opposite
    minutes, seconds = divmod(length.seconds, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    return f"{sign}P{length.days}DT{minutes // 60}H{minutes % 60}M{seconds}{fraction}S"


def _is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; a bool is none here."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
