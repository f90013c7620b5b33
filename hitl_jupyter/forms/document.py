"""The state of one form: a cell for every field, from opening to Submit.

It needs no browser: ``document["address.zip"].value = "12345"`` fills a field in as a person would, and
`hitl_jupyter.forms.judge` gives what Submit would. The page holds the same cells and sends them whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument, NoSuchField
from hitl_jupyter.forms.boxes import SecretNode
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem, absent, holding
from hitl_jupyter.forms.choices import ChoiceNode
from hitl_jupyter.forms.containers import ListNode
from hitl_jupyter.forms.jsonable import Manner, Mark, to_json_value
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.plan import Plan
from hitl_jupyter.forms.several import SeveralNode


class Document:
    """A form that is being filled in. Fresh, it holds the defaults; `initial` is shown in their place, right or wrong.

    Raises
    ------
    CannotHold
        `initial` is no data for this form.
    """

    def __init__(self, plan: Plan, initial: BaseModel | Mapping[str, Any] | None = None) -> None:
        self.plan = plan
        self._root = plan.fresh()
        if initial is not None:
            for name, part in plan.root.parts(initial, ()).items():
                if part is not MISSING:
                    self._root["value"][name] = plan.root.by_name[name].node.show(part)

    def __repr__(self) -> str:
        return f"<Document of {self.plan.root.title!r}>"  # nothing typed: it may be secret

    def __getitem__(self, path: str) -> Entry:
        """Give the field at a path such as ``"items.0.name"``; "" is the whole form.

        Raises
        ------
        NoSuchField
            The form has no such field.
        """
        return self.cell(_parsed(path))

    def cell(self, path: Path) -> Entry:
        """Give the field at a path of names and indices.

        Raises
        ------
        NoSuchField
            The form has no such field.
        """
        entry = Entry(self, self.plan.root, (), None)
        for step in path:
            entry = entry.inside(step)
        return entry

    def set(self, value: Any) -> None:
        """Fill in the whole form from an instance or from data; what it lacks becomes absent.

        Raises
        ------
        CannotHold
            A control has no way to enter its part; nothing is changed.
        """
        self._root = self.plan.root.write(value)

    # -- to and from the page ---------------------------------------------------------------------------------------

    def to_wire(self) -> Cell:
        """Give the cells for the page and the store. No secret is in them."""
        return self.plan.root.without_secrets(self._root)

    def replace(self, wire: Any) -> None:
        """Take the cells of the page.

        Raises
        ------
        MalformedDocument
            They are not this form's; nothing is changed.
        """
        try:
            root = self.plan.root.checked(wire, ())
        except RecursionError:
            raise MalformedDocument((), "it is too deep") from None
        if root["is"] != "value":
            raise MalformedDocument((), "a form is never absent or null")
        self._root = root

    # -- to pydantic and into the record ----------------------------------------------------------------------------

    def to_input(self) -> Any:
        """Give the data for pydantic, under the keys that the model takes.

        What cannot be read, such as half a JSON text, is not in it: `problems` says so.
        """
        data, _ = self.read()
        return None if data is MISSING else data

    def problems(self) -> list[Problem]:
        """Give what was typed and cannot even be handed to pydantic."""
        return self.read()[1]

    def read(self) -> tuple[Any, list[Problem]]:
        """Give the data for pydantic, `MISSING` for none at all, and what cannot be read."""
        problems: list[Problem] = []
        return self.plan.read(self.plan.root.with_secrets(self._root), problems), problems

    def to_json(self, mark: Mark | None = None) -> Json:
        """Give the filled-in data for the record, as pydantic would get it, secrets left out; `mark` writes files."""
        wire = self.to_wire()
        data = self.plan.read(wire, [])
        try:
            recorded: Json = None if data is MISSING else to_json_value(data, Manner(mark=mark))
        except CannotHold:
            return wire  # an option whose value only Python knows; the cells have its index
        return recorded

    @property
    def root(self) -> Cell:
        """The cells of the whole form."""
        return self._root

    def secrets(self) -> frozenset[str]:
        """Give every secret text in the form, so that it can be kept out of what is written elsewhere."""
        return frozenset(self.plan.root.secrets(self._root))


class Entry:
    """One field of a form that is being filled in."""

    def __init__(self, document: Document, node: Node, path: Path, parent: Entry | None) -> None:
        self.document, self.node, self.path, self._parent = document, node, path, parent

    def __repr__(self) -> str:
        return f"<{self.node.kind} {'.'.join(map(str, self.path)) or 'form'}: {self.cell['is']}>"

    @property
    def title(self) -> str:
        """The field's label."""
        return self.node.title

    @property
    def options(self) -> list[str]:
        """The labels that can be chosen, none for what is no choice."""
        node = self.node
        return [option.label for option in node.options] if isinstance(node, ChoiceNode | SeveralNode) else []

    @property
    def cell(self) -> Cell:
        """What the field holds, as it travels; in a group or list that is not there it is absent."""
        if self._parent is None:
            return self.document.root
        around = self._parent.cell
        cells = self._parent.node.reach(around)
        if cells is None:
            return absent()
        cell: Cell = cells[self.path[-1]]
        return cell

    @property
    def is_absent(self) -> bool:
        """Whether nobody has answered."""
        return bool(self.cell["is"] == "absent")

    @property
    def is_null(self) -> bool:
        """Whether the answer is *no value*."""
        return bool(self.cell["is"] == "null")

    @property
    def value(self) -> Any:
        """The data that pydantic gets for the field; None where it is absent or null, the text where it is unreadable.

        Set, it is filled in as by a person: a number or its text, one of a choice's values, a whole list or group. An
        emptied box is no answer.
        """
        cell = self.cell
        data = self.node.read(cell, self.path, [])
        if data is MISSING:
            return cell["value"] if cell["is"] == "value" and not isinstance(self.node, SecretNode) else None
        return data

    @value.setter
    def value(self, value: Any) -> None:
        self._put(self.node.typed(self.node.write(value, self.path)))

    def clear(self) -> None:
        """Take the answer away."""
        self._put(absent())

    def reset(self) -> None:
        """Put the default back."""
        cell = self.document.plan.fresh()
        for step in self.path:
            held = cell["value"] if cell["is"] == "value" else {}
            if not isinstance(held, dict) or step not in held:
                cell = self.node.fresh()  # a list's item, or below a group that is not there
                break
            cell = held[step]
        self._put(cell)

    def append(self, *values: Any) -> None:
        """Add items to a list; without values, one row that is still to be filled in.

        Raises
        ------
        CannotHold
            The field is no list, or an item cannot be entered.
        """
        if not isinstance(self.node, ListNode):
            raise CannotHold(self.path, "it is no list")
        item = self.node.item
        rows = [item.typed(item.write(value, self.path)) for value in values] or [item.fresh()]
        held = self.cell["value"] if self.cell["is"] == "value" else []
        self._put(holding([*held, *rows]))

    def remove(self, index: int) -> None:
        """Take an item out of a list.

        Raises
        ------
        NoSuchField
            There is no such item.
        """
        self.inside(index)
        rows = list(self.cell["value"])
        del rows[index]
        self._put(holding(rows))

    def inside(self, step: str | int) -> Entry:
        """Give a field of this group or an item of this list.

        Raises
        ------
        NoSuchField
            There is no such field.
        """
        found = self.node.inside(step, self.cell)
        if found is None:
            raise NoSuchField(".".join(map(str, (*self.path, step))), self.node.steps(self.cell))
        return Entry(self.document, found[1].itself, (*self.path, found[0]), self)

    def _put(self, cell: Cell) -> None:
        if self._parent is None:
            self.document.replace(cell)
            return
        if self._parent.cell["is"] != "value":
            # To fill in a part of something is to say that it is there.
            self._parent._put(self._parent.node.fresh())  # noqa: SLF001 - its own kind
        self._parent.node.reach(self._parent.cell)[self.path[-1]] = cell


def _parsed(path: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in path.split(".")) if path else ()
