"""The widget of one place in a form: it keeps the widget and the field's cell in step.

What the widget holds goes into the cell through the field's own node, so that it is read, judged and recorded like
anything that is typed. While the widget is set from the cell it is not listened to: what it makes of a value that it
does not take must not become the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pydantic import PydanticUserError, ValidationError

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import MISSING, Cell, Problem, absent
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.widgets.places import Place
from hitl_jupyter.widgets.pool import Made

NOT_SHOWN = "The control cannot show the value that was filled in here."
Told = Callable[["Slot"], None]
"""Gets the slot into which a person has entered something."""


class Slot:
    """One place of a form with an ipywidget as its control; the page knows it by its `token`.

    One that had another question before is deaf at first: what a person did to it there may still be on its way. It
    hears as soon as a page shows it here.

    Raises
    ------
    TypeError
        The control makes no ipywidget with the trait that it names.
    """

    def __init__(self, token: str, node: Node, place: Place, told: Told, made: Made | None = None) -> None:
        self.token, self.node, self.place, self.control = token, node, place, place.control
        self._told, self._showing, self.is_deaf = told, False, made is not None
        self.cell = absent()
        """What the widget holds, as far as it is an answer."""
        self.wrong: str | None = None
        """Why what was entered or filled in is no answer."""
        self.made = made or Made(self.control, _checked(self.control.factory(), place))
        self.widget = self.made.widget
        self._held = getattr(self.widget, self.control.trait)
        self.widget.observe(self._moved, names=self.control.trait)

    @property
    def reference(self) -> str:
        """What a page finds the widget by."""
        return f"IPY_MODEL_{self.widget.model_id}"

    def show(self, cell: Cell) -> None:
        """Set the widget from a cell; what it cannot show is `wrong`, and leaves it as it was."""
        self.wrong = None
        if cell["is"] == "null":
            return  # what was there before may come back
        problems: list[Problem] = []
        data = self.node.read(cell, (), problems)
        if problems or data is MISSING or data is None or self._set(data):
            self.cell = cell
        else:
            self.wrong = NOT_SHOWN

    def _set(self, data: Any) -> bool:
        before = getattr(self.widget, self.control.trait)
        self._showing = True
        try:
            value = self._value(data)
            setattr(self.widget, self.control.trait, self.control.from_python(value))
            now = self.control.to_python(getattr(self.widget, self.control.trait))
            if now == value or self.node.read(self.node.write(now, ()), (), []) == data:
                self._held = getattr(self.widget, self.control.trait)
                return True
            setattr(self.widget, self.control.trait, before)
        except Exception:  # noqa: BLE001 - a border: the user's converters, and a widget's own checks
            logger.debug("The control of field %s did not take a value.", self.place.name, exc_info=True)
        finally:
            self._showing = False
        return False

    def hear(self) -> None:
        """Take from now on what a person enters: a page shows the widget at this place."""
        if self.is_deaf:
            self.is_deaf, self._showing = False, True
            try:
                # What came meanwhile was meant for the question before.
                setattr(self.widget, self.control.trait, self._held)
            finally:
                self._showing = False

    def leave(self) -> Made:
        """Have the widget be no more of this place, and give it."""
        with suppress(ValueError):  # it has left before
            self.widget.unobserve(self._moved, names=self.control.trait)
        return self.made

    def close(self) -> None:
        """Close the widget."""
        self.leave().widget.close()

    def _value(self, data: Any) -> Any:
        """Give the field's value that data stands for, the data itself where it stands for none."""
        try:
            return self.place.adapter.validate_python(data)
        except (ValidationError, PydanticUserError):
            return data

    def _moved(self, change: Any) -> None:
        if self._showing or (self.is_deaf and self.made.is_page_speaking()):
            return
        self._held, self.wrong = change["new"], None
        try:
            self.cell = self.node.write(self.control.to_python(change["new"]))
        except CannotHold as error:
            self.wrong = f"What was entered here cannot be an answer: {error.why}."
        except Exception as error:  # noqa: BLE001 - a border: the user's converter
            logger.warning("The control of field %s failed.", self.place.name, exc_info=True)
            self.wrong = f"What was entered here cannot be an answer ({type(error).__name__}: {error})."
        self._told(self)


def _checked(widget: Any, place: Place) -> Any:
    trait = place.control.trait
    if not getattr(widget, "has_trait", lambda _: False)(trait) or not getattr(widget, "model_id", None):
        raise TypeError(
            f"The control of the field {place.name.lstrip('.')!r} is a {type(widget).__name__}, which is no ipywidget "
            f"with a trait {trait!r}; give the name of the trait that holds its value as Control(..., trait=...)."
        )
    return widget
