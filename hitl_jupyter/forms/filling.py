"""Filling a form in with data, exactly and without losing anything in silence.

What a control has no way to enter is told with the place where it should have gone, and everything else is filled in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.cells import MISSING, Cell, Path, absent, holding
from hitl_jupyter.forms.containers import REST, GroupNode, ListNode
from hitl_jupyter.forms.document import Document
from hitl_jupyter.forms.nodes import Node, bare
from hitl_jupyter.forms.validate import judge

Unheld = dict[Path, str]
"""What could not be entered: a message by the path of the field."""


def fill_in(document: Document, data: Any) -> Unheld:
    """Fill in an instance or data, and give what could not be entered; a field that it was for is left as it is.

    What the data lacks has its default, or no answer where there is none.
    """
    filling = _Filling()
    root = document.plan.root
    document.replace(filling.put(root, document.cell(()).cell, data, ()))
    if filling.defaults:
        # pydantic does not judge a default that the data leaves to it.
        for error in judge(root.model, document).errors:
            for path in filling.defaults:
                if error.path[: len(path)] == path:
                    document.cell(path).clear()
    return filling.unheld


class _Filling:
    def __init__(self) -> None:
        self.unheld: Unheld = {}
        self.defaults: list[Path] = []

    def put(self, node: Node, cell: Cell, data: Any, path: Path) -> Cell:
        """Give the cell with the data in it; where that cannot be, the cell as it was."""
        node = node.itself
        data = bare(data) if not isinstance(node, GroupNode) or not isinstance(data, node.model) else data
        if isinstance(node, GroupNode) and (data is not None or path == ()):
            return self._group(node, cell, data, path)
        if type(node) is ListNode and isinstance(data, list | tuple | set | frozenset | deque):
            return holding([self.put(node.item, node.item.fresh(), one, (*path, at)) for at, one in enumerate(data)])
        try:
            return node.write(data, path)
        except CannotHold as error:
            self._refuse(error)
            return cell

    def _group(self, node: GroupNode, cell: Cell, data: Any, path: Path) -> Cell:
        parts = self._parts(node, data, path)
        if parts is None:
            return cell
        held = cell if cell["is"] == "value" else node.empty()
        cells = dict(held["value"])
        for field in node.fields:
            part = parts.get(field.name, MISSING)
            inside = (*path, field.name)
            if part is MISSING:
                cells[field.name] = field.fresh() if field.has_default else absent()
                if field.has_default:
                    self.defaults.append(inside)
            elif part is None and field.null_is_default:
                self._refuse(CannotHold(inside, "there is no way to enter 'no value'"))
            else:
                cells[field.name] = self.put(field.node, cells[field.name], part, inside)
        return holding(cells)

    def _parts(self, node: GroupNode, data: Any, path: Path) -> dict[str, Any] | None:
        """Give the data of each field; None where it is no data for this group."""
        try:
            return node.parts(data, path)
        except CannotHold as error:
            if not isinstance(data, Mapping):
                self._refuse(error)
                return None
        heads = {place[0] for field in node.fields for place in field.accepted}
        for key in data:
            if key not in heads:
                self._add(path, f"There is no field {str(key)!r} here.")
        return node.parts({key: part for key, part in data.items() if key in heads and key != REST}, path)

    def _refuse(self, error: CannotHold) -> None:
        self._add(error.path, f"What was to be filled in here cannot be entered: {error.why}.")

    def _add(self, path: Path, message: str) -> None:
        known = self.unheld.get(path)
        self.unheld[path] = message if known is None else f"{known}\n{message}"
