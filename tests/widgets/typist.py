"""A person at a tree of plain widgets: what they type, pick and press arrives as a browser would send it."""

from __future__ import annotations

from datetime import date

from ipywidgets import Button, Checkbox, DatePicker

from hitl_jupyter.forms.nodes import held
from hitl_jupyter.widgets.tree.leaf import SecretPart
from hitl_jupyter.widgets.tree.part import NO_VALUE, Part
from hitl_jupyter.widgets.tree.rows import ListPart
from hitl_jupyter.widgets.tree.unions import UnionPart


class NoWay(Exception):
    """Raised where a person cannot get there: a default cannot be taken back, an option is not picked twice."""


def seen(widget):
    """Give all widgets that are to be seen below one, itself first."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from seen(child)


def press(widget, name):
    """Press the button of this name, the last of them."""
    [*_, button] = [one for one in seen(widget) if isinstance(one, Button) and one.description == name]
    assert not button.disabled, name
    button.click()


def enter(part: Part, cell) -> None:
    """Bring a field from whatever it holds to what a cell says, with its own widgets."""
    if cell == part.cell or isinstance(part, SecretPart):
        return
    if cell["is"] != "value":
        _leave(part, cell)
        return
    _take_back(part)
    node, value = part.node, held(cell)
    match node.kind:
        case "group" | "tuple":
            if part.cell["is"] == "absent":
                press(part.box, "Fill in")
            for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
                if part.inside(step) is not None:
                    enter(part.inside(step), inner)
        case "list" | "dict":
            _rows(part, value)
        case "union":
            assert isinstance(part, UnionPart)
            part.widget.index = value["branch"]
            enter(part.part, value["held"][str(value["branch"])])
        case "boolean" if isinstance(part.widget, Checkbox):
            part.widget.value = value
        case "boolean":
            part.widget.index = 0 if value else 1
        case "choice":
            part.widget.index = value
        case "several":
            _pick(part.widget, value)
        case "constant":
            pass
        case _ if isinstance(part.widget, DatePicker):
            part.widget.value = date.fromisoformat(value)
        case _:
            if part.cell["is"] == "absent" and part.widget.value == value:
                # Typing nothing into an empty box says nothing; taking "No value" back says that it is empty.
                _nothing(part).value = True
                _nothing(part).value = False
            part.widget.value = value


def _leave(part, cell):
    """Say "No value"."""
    if cell["is"] == "absent":
        raise NoWay
    if part.node.kind in ("choice", "boolean"):
        part.widget.index = len(part.widget.options) - 1
    else:
        _nothing(part).value = True


def _take_back(part):
    if part.cell["is"] == "null" and part.node.kind not in ("choice", "boolean"):
        _nothing(part).value = False


def _nothing(part):
    [box] = [one for one in part.box.children if isinstance(one, Checkbox) and one.description == NO_VALUE]
    return box


def _pick(widget, indices):
    """Pick one after the other: the order counts."""
    if len(set(indices)) < len(indices):
        raise NoWay
    widget.index = ()
    for count in range(len(indices)):
        widget.index = tuple(sorted(indices[: count + 1]))


def _rows(part, cells):
    assert isinstance(part, ListPart)
    while len(held(part.cell)) > len(cells):
        press(part.box, "✕")
    while len(held(part.cell)) < len(cells):
        press(part.box.children[-1], part.box.children[-1].description)
    for index, cell in enumerate(cells):
        enter(part.inside(index), cell)
