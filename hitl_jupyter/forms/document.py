"""The state of one form: a cell for every control, from opening to Submit.

It needs no browser: ``document["address.zip"] = "12345"`` fills a control in as a person would, and `validate.judge` gives
what Submit would. The page holds the same cells and sends them whole.
"""

from __future__ import annotations

import copy
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms import nodes
from hitl_jupyter.forms.cells import ABSENT, Cell, holding, holds
from hitl_jupyter.forms.plan import Plan

Path = tuple[str | int, ...]


class Document:
    """A form that is being filled in; fresh, it holds the defaults."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._root = plan.root.fresh()

    def __getitem__(self, path: str) -> Any:
        """Give what the control at a path such as ``"items.0.name"`` holds, as pydantic's input.

        Raises
        ------
        KeyError
            There is no such control.
        """
        node, cell = self._find(_parse(path))
        return node.read(cell)

    def __setitem__(self, path: str, value: Any) -> None:
        """Put a value into a control; one that it cannot hold is refused on Submit, not here.

        Raises
        ------
        KeyError
            There is no such control.
        """
        *before, last = _parse(path)
        owner, cell = self._find(tuple(before))
        node = _inner(owner, last, path)
        if not holds(cell):
            raise KeyError(path)
        cell["value"][last] = node.cell(value)

    def fill(self, data: Any) -> None:
        """Put a model instance or a dict into the controls."""
        self._root = self.plan.root.cell(data)

    def to_wire(self) -> Cell:
        """Give the cells for the page."""
        return copy.deepcopy(self._root)

    def replace(self, wire: Any) -> None:
        """Take the cells of the page.

        Raises
        ------
        ValueError
            They are not this form's; nothing was changed.
        """
        nodes.check_cell(self.plan.root, wire)
        if not holds(wire):
            raise ValueError("the form itself is neither absent nor null")
        self._root = holding({**self.plan.root.fresh()["value"], **copy.deepcopy(wire["value"])})

    def to_input(self) -> dict[str, Any]:
        """Give the filled-in data for pydantic, by alias.

        Raises
        ------
        nodes.Unreadable
            A box of JSON holds none, or an item of a list is empty.
        """
        given: dict[str, Any] = self.plan.root.read(self._root)
        return given

    def to_json(self) -> Json:
        """Give the filled-in data for the record, by name, secrets masked."""
        given: Json = self.plan.root.read(self._root, mask=True)
        return given

    def _find(self, path: Path) -> tuple[nodes.Node, Cell]:
        node: nodes.Node = self.plan.root
        cell = self._root
        for part in path:
            node = _inner(node, part, ".".join(map(str, path)))
            if not holds(cell):
                return node, ABSENT
            try:
                cell = cell["value"][part]
            except (KeyError, IndexError):
                raise KeyError(".".join(map(str, path))) from None
        return node, cell


def _parse(path: str) -> Path:
    return tuple(int(part) if part.isdigit() else part for part in path.split(".")) if path else ()


def _inner(node: nodes.Node, part: str | int, path: str) -> nodes.Node:
    if isinstance(node, nodes.Group):
        for named in node.fields:
            if named.name == part:
                return named.node
    elif isinstance(node, nodes.Items) and isinstance(part, int):
        return node.item
    raise KeyError(path)
