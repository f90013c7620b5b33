"""The part with rows: a list, a set or a dictionary, whose items can be added, removed and moved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ipywidgets import HTML, Button, HBox, VBox

from hitl_jupyter.forms import FieldError
from hitl_jupyter.forms.cells import Cell, holding
from hitl_jupyter.forms.containers import ListNode
from hitl_jupyter.forms.nodes import Node, held
from hitl_jupyter.widgets.tree.looks import say
from hitl_jupyter.widgets.tree.part import Part, SetPart, Spec, below, blank_of


@dataclass(eq=False)
class Row:
    """One item, and the buttons beside it."""

    part: Part
    tools: tuple[Any, Any, Any]
    boxes: tuple[Any, Any]


class ListPart(SetPart):
    """Rows. A row that moves keeps its widgets and what is half typed in them."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._rows: list[Row] = []
        self._add = self.button("Add entry" if self.node.kind == "dict" else "Add item", self._append)
        self._doubt = self.make(HTML, "words")
        self._draw()

    @property
    def item(self) -> Node:
        """The node of an item."""
        return cast("ListNode", self.node).item

    def body(self) -> list[Any]:
        """Give the rows and what adds one."""
        if self.cell["is"] == "null":
            return []
        return [*(row.boxes[0] for row in self._rows), *([self._doubt] if self._doubt.value else []), self._add]

    def fill(self) -> None:
        """Show the items."""
        cells = held(self.cell) or []
        for row in self._rows[len(cells) :]:
            self._drop(row)
        for at, cell in enumerate(cells):
            if at < len(self._rows):
                self._rows[at].part.show(cell)
            else:
                self._insert(cell)
        self._number()

    def _insert(self, cell: Cell) -> None:
        part = self.tree.draw(
            Spec(
                tree=self.tree,
                node=self.item,
                title=self._title(len(self._rows)),
                cell=cell,
                change=lambda _: self._told(),
                disabled=self.spec.disabled,
            )
        )
        up, down, remove = self._tool("↑", "Move up"), self._tool("↓", "Move down"), self._tool("✕", "Remove")
        around = self.make(VBox, "item", children=(part.box,))
        box = self.make(HBox, "row", children=(around, up, down, remove))
        row = Row(part, (up, down, remove), (box, around))
        up.on_click(lambda _: self._move(row, -1))
        down.on_click(lambda _: self._move(row, 1))
        remove.on_click(lambda _: self._remove(row))
        self._rows.append(row)

    def _tool(self, sign: str, said: str) -> Any:
        return self.make(Button, "tool", description=sign, tooltip=said)

    def _drop(self, row: Row) -> None:
        self._rows.remove(row)
        row.part.close()
        for one in (*row.tools, *row.boxes):
            self._made.remove(one)
            one.close()

    def _append(self) -> None:
        self._insert(blank_of(self.item))
        self._moved()

    def _move(self, row: Row, by: int) -> None:
        at = self._rows.index(row)
        if 0 <= at + by < len(self._rows):
            self._rows[at], self._rows[at + by] = self._rows[at + by], row
            self._moved()

    def _remove(self, row: Row) -> None:
        self._drop(row)
        self._moved()

    def _moved(self) -> None:
        """Take note of rows that have come, gone or moved: what was said of them is said of other ones now."""
        self.place(())
        self._number()
        self._told()

    def _told(self) -> None:
        self.changed(holding([row.part.cell for row in self._rows]))
        self._compare()
        self.lay()

    def _number(self) -> None:
        hints, count = self.node.hints, len(self._rows)
        least, most = cast("int", hints.get("min_items") or 0), cast("int | None", hints.get("max_items"))
        for at, row in enumerate(self._rows):
            title = self._title(at)
            if row.part.title != title:
                row.part.rename(title)
            off = (at == 0, at == count - 1, count <= least)
            for tool, disabled in zip(row.tools, off, strict=True):
                tool.disabled = self.spec.disabled or disabled
        self._add.disabled = self.spec.disabled or (most is not None and count >= most)
        self._compare()

    def _compare(self) -> None:
        """Say what a set or a dictionary has twice."""
        is_dict = self.node.kind == "dict"
        if not is_dict and not self.node.hints.get("unique"):
            return
        seen: dict[str, int] = {}
        words = []
        for at, row in enumerate(self._rows, 1):
            cell = row.part.cell
            value = held((held(cell) or [None])[0]) if is_dict else held(cell)
            if value in (None, ""):
                continue
            first = seen.setdefault(json.dumps(value), at)
            if first != at:
                same = f"Entries {first} and {at} have the same key."
                words.append(same if is_dict else f"Items {first} and {at} are the same: they count once.")
        say(self._doubt, " ".join(words))

    def _title(self, at: int) -> str:
        title = self.item.title or self.node.title
        return f"{title} {at + 1}" if title else f"{self.title}.{at + 1}"

    def rename(self, title: str) -> None:
        """Call it otherwise, and its rows after it."""
        super().rename(title)
        self._number()

    def place(self, errors: Sequence[FieldError]) -> None:
        """Say at each row what is wrong there."""
        for at, row in enumerate(self._rows):
            row.part.place(below(errors, at))
        places = range(len(self._rows) if self.cell["is"] == "value" else 0)
        self._say([error for error in errors if not error.path or error.path[0] not in places])

    def inside(self, step: str | int) -> Part | None:
        """Give the part of a row."""
        return self._rows[step].part if isinstance(step, int) and step < len(self._rows) else None

    def wrong(self) -> Iterator[str]:
        """Give the titles of the fields that say what is wrong with them."""
        yield from super().wrong()
        for row in self._rows:
            yield from row.part.wrong()

    def close(self) -> None:
        """Close the widgets."""
        for row in self._rows:
            row.part.close()
        super().close()
