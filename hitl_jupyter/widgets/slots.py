"""The place of an ipywidget in a form: it keeps the widget and the field's cell in step.

What the widget holds goes into the cell through the field's own node, so that it is read, judged and recorded like
anything that is typed. While the widget is set from the cell it is not listened to: what it makes of a value that it
does not take must not become the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms import FieldError
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem, absent, holding
from hitl_jupyter.forms.containers import GroupNode
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.widgets.controls import Control

NOT_SHOWN = "The control cannot show the value that was filled in here."
Told = Callable[["Slot", Cell | None, str | None], None]
"""Gets what a person has entered, as the new cell or as what is wrong with it."""


class Slot:
    """One field with an ipywidget as its control.

    Raises
    ------
    TypeError
        The control makes no ipywidget with the trait that it names.
    """

    def __init__(self, path: Path, node: Node, info: FieldInfo, control: Control, told: Told) -> None:
        self.path, self.node, self.control = path, node, control
        self._info, self._told, self._showing = info, told, False
        self.cell = absent()
        """What the widget holds, as far as it is an answer."""
        self.widget = control.factory()
        if not getattr(self.widget, "has_trait", lambda _: False)(control.trait) or not self._id():
            where = ".".join(map(str, path))
            raise TypeError(
                f"The control of the field {where!r} is a {type(self.widget).__name__}, which is no ipywidget with a "
                f"trait {control.trait!r}; give the name of the trait that holds its value as Control(..., trait=...)."
            )
        self.widget.observe(self._moved, names=control.trait)

    @property
    def reference(self) -> str:
        """What a page finds the widget by."""
        return f"IPY_MODEL_{self._id()}"

    def _id(self) -> str | None:
        found: str | None = getattr(self.widget, "model_id", None)
        return found

    def show(self, cell: Cell) -> str | None:
        """Set the widget from a cell; what it cannot show is told, and leaves it as it was."""
        problems: list[Problem] = []
        data = self.node.read(cell, self.path, problems)
        if problems or data is MISSING or data is None:
            return None  # nothing that is an answer, which is another matter
        if not self._set(data):
            return NOT_SHOWN
        self.cell = cell
        return None

    def _set(self, data: Any) -> bool:
        before = getattr(self.widget, self.control.trait)
        self._showing = True
        try:
            value = self._value(data)
            setattr(self.widget, self.control.trait, self.control.from_python(value))
            now = self.control.to_python(getattr(self.widget, self.control.trait))
            if now == value or self.node.read(self.node.write(now, self.path), self.path, []) == data:
                return True
            setattr(self.widget, self.control.trait, before)
        except Exception:  # noqa: BLE001 - a border: the user's converters, and a widget's own checks
            logger.debug("The control of field %s did not take a value.", self.path, exc_info=True)
        finally:
            self._showing = False
        return False

    def close(self) -> None:
        """Close the widget."""
        self.widget.unobserve(self._moved, names=self.control.trait)
        self.widget.close()

    def _value(self, data: Any) -> Any:
        """Give the field's value that data stands for, the data itself where it stands for none."""
        try:
            return _adapter(self._info.annotation).validate_python(data)
        except (ValidationError, PydanticUserError):
            return data

    def _moved(self, change: Any) -> None:
        if self._showing:
            return
        try:
            cell = self.node.write(self.control.to_python(change["new"]), self.path)
        except CannotHold as error:
            self._told(self, None, f"What was entered here cannot be an answer: {error.why}.")
        except Exception as error:  # noqa: BLE001 - a border: the user's converter
            logger.warning("The control of field %s failed.", self.path, exc_info=True)
            self._told(self, None, f"What was entered here cannot be an answer ({type(error).__name__}: {error}).")
        else:
            self.cell = cell
            self._told(self, cell, None)


def _adapter(type_: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(type_)
    except PydanticUserError:
        return TypeAdapter(type_, config=ConfigDict(arbitrary_types_allowed=True))


def put_at(node: Node, cell: Cell, path: Path, held: Cell) -> Cell:
    """Give a cell with another one at a path of groups below it, which are there then."""
    if not path or not isinstance(node, GroupNode):
        return held
    cells = (cell if cell["is"] == "value" else node.empty())["value"]
    name = str(path[0])
    return holding({**cells, name: put_at(node.by_name[name].node, cells[name], path[1:], held)})


def placed(error: FieldError, slots: Iterable[Path]) -> FieldError:
    """Give an error at a place that is to be seen: an ipywidget has none inside it."""
    for path in slots:
        if error.path[: len(path)] == path:
            return replace(error, path=path)
    return error
