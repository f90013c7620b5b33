"""Widgets of questions that are closed, for those that open next: a change of question opens no comm.

A widget goes on only if all that is known of it is as it was when it was made, in every widget inside it too. What
cannot be compared may hold something of the former answer; such a widget is closed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

from ipywidgets import Widget

from hitl_jupyter.widgets.controls import Control

MOST: Final = 64
"""So many widgets at most wait for a question; the oldest are closed first."""
PLAIN: Final = frozenset({str, bytes, int, float, bool, type(None), date, datetime, time})
_USUAL: Final = frozenset(
    {
        "_cross_validation_lock",
        "_display_callbacks",
        "_holding_sync",
        "_msg_callbacks",
        "_property_lock",
        "_repr_mimebundle_",
        "_states_to_send",
        "_trait_notifiers",
        "_trait_validators",
        "_trait_values",
        "_comm",
        "_model_id",
        "comm",
        "log",
        "keys",
    }
)
"""What every widget has for its own traffic."""


class Made:
    """A widget, and all that was known of it when it was made."""

    def __init__(self, control: Control, widget: Any) -> None:
        self.control, self.widget = control, widget
        self._first = getattr(widget, control.trait)
        self._widgets = with_inner(widget)
        self._known = self._state() if control.reuse else None

    def is_page_speaking(self) -> bool:
        """Tell whether the widget, or one inside it, changes just now because a page says so."""
        return any(one._property_lock for one in self._widgets)  # noqa: SLF001 - nothing else tells

    def is_reset(self) -> bool:
        """Give the widget its first value back, and tell whether it is as it was then."""
        if self._known is None or self.widget.comm is None:
            return False
        with suppress(Exception):  # a border: the widget's own checks and whatever listens to it
            setattr(self.widget, self.control.trait, self._first)
            return self._state() == self._known
        return False

    def _state(self) -> list[dict[str, Any]] | None:
        """Give all that is known of the widgets; None where something of it cannot be compared."""
        try:
            return [_state(one) for one in self._widgets]
        except _UnknownError:
            return None


class Pool:
    """The widgets that wait for a question, oldest first."""

    def __init__(self) -> None:
        self._made: deque[Made] = deque()

    def take(self, control: Control) -> Made | None:
        """Give a widget of this control, if one waits."""
        for made in [made for made in self._made if made.control is control]:
            self._made.remove(made)
            # What a page said of it meanwhile was meant for the question before.
            if made.is_reset():
                return made
            made.widget.close()
        return None

    def give(self, made: Made) -> None:
        """Have a widget wait, if it can be as it was; else it is closed."""
        if not made.is_reset():
            made.widget.close()
            return
        self._made.append(made)
        if len(self._made) > MOST:
            self._made.popleft().widget.close()


class _UnknownError(Exception):
    """Something cannot be compared."""


def with_inner(widget: Any) -> list[Any]:
    """Give a widget with those inside it. Reading all traits makes those that are made when they are read."""
    seen: dict[int, Any] = {}
    found = [widget]
    while found:
        one = found.pop()
        if id(one) not in seen:
            seen[id(one)] = one
            for value in (*one.trait_values().values(), *vars(one).values()):
                found += _widgets_in(value)
    return list(seen.values())


def _widgets_in(value: Any) -> Iterator[Any]:
    if isinstance(value, Widget):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _widgets_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _widgets_in(one)


def _state(widget: Any) -> dict[str, Any]:
    # Its values as they are kept: reading each trait takes a hundred times as long.
    kept = (*widget._trait_values.items(), *vars(widget).items())  # noqa: SLF001
    return {name: value if type(value) in PLAIN else _comparable(value) for name, value in kept if name not in _USUAL}


def _comparable(value: Any) -> Any:
    """Give what stays as it is when the value changes in place."""
    if type(value) in PLAIN or isinstance(value, Enum):
        return value
    if isinstance(value, Widget):
        return ("widget", id(value))
    if isinstance(value, list | tuple):
        return [_comparable(one) for one in value]
    if isinstance(value, set | frozenset):
        return frozenset(_comparable(one) for one in value)
    if isinstance(value, dict):
        return {key: _comparable(one) for key, one in value.items()}
    if callable(value):
        return ("function", id(value))
    raise _UnknownError
