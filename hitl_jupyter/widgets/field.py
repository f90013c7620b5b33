"""One field of a form that a program fills in, while pages may show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hitl_jupyter.forms import Entry
from hitl_jupyter.forms.cells import Path


class FormField:
    """A field: what it holds can be read and set, and the pages that show the form follow.

    `widget` is the ipywidget that is its control; None where the form draws one of its own.
    """

    def __init__(
        self, entry: Entry, changed: Callable[[Path], None], removed: Callable[[Path, int], None], widget: Any = None
    ) -> None:
        self._entry, self._changed, self._removed, self.widget = entry, changed, removed, widget

    def __repr__(self) -> str:
        return repr(self._entry)

    @property
    def title(self) -> str:
        """The field's label."""
        return self._entry.title

    @property
    def options(self) -> list[str]:
        """The labels that can be chosen, none for what is no choice."""
        return self._entry.options

    @property
    def is_absent(self) -> bool:
        """Whether nobody has answered."""
        return self._entry.is_absent

    @property
    def is_null(self) -> bool:
        """Whether the answer is *no value*."""
        return self._entry.is_null

    @property
    def value(self) -> Any:
        """The data that pydantic gets for the field; None where it is absent or null.

        Set, it is filled in as by a person.
        """
        return self._entry.value

    @value.setter
    def value(self, value: Any) -> None:
        self._entry.value = value
        self._changed(self._entry.path)

    def clear(self) -> None:
        """Take the answer away."""
        self._entry.clear()
        self._changed(self._entry.path)

    def reset(self) -> None:
        """Put the default back."""
        self._entry.reset()
        self._changed(self._entry.path)

    def append(self, *values: Any) -> None:
        """Add items to a list; without values, one row that is still to be filled in.

        Raises
        ------
        CannotHold
            The field is no list, or an item cannot be entered.
        """
        self._entry.append(*values)
        self._changed(self._entry.path)

    def remove(self, index: int) -> None:
        """Take an item out of a list.

        Raises
        ------
        NoSuchField
            There is no such item.
        """
        self._entry.remove(index)
        self._removed(self._entry.path, index)
