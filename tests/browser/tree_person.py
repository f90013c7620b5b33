"""A person who fills in a form that is drawn as a tree of plain ipywidgets, whose boxes stand in the order of its plan.

What a click changes in the tree comes from the kernel, so they wait for it as anybody does.
"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.person import (
    ABSENT,
    LINES,
    CannotEnter,
    Cell,
    Node,
    blank_in,
    cells_of,
    opened,
)

PATIENCE = 20_000
"""Milliseconds for the kernel to add or take away a row, on a machine that does other things as well."""
BOX = ":scope > .widget-vbox"
TYPED = ("text", "line", "integer", "number", "json", "time", "datetime", "duration")


class TreePerson:
    """Somebody at a tree of widgets."""

    def __init__(self, form: Locator, plan: dict[str, Any], shown: Cell) -> None:
        self.form = form
        self.root: Node = plan["root"]
        self.shown = shown

    def enter(self, cell: Cell) -> None:
        """Fill in the whole form."""
        self._group(self.form.locator(BOX).first, self.root, cell, self.shown, (self.root,))

    def submit(self) -> None:
        """Press Submit."""
        self.form.get_by_role("button", name="Submit", exact=True).click()

    def _put(self, box: Locator, node: Node, cell: Cell, shown: Cell, around: tuple[Node, ...]) -> None:
        if node["kind"] == "constant":
            return
        if node["kind"] in ("choice", "boolean"):
            # A box is there before what is in it.
            expect(box.locator("input, select, button").first).to_be_attached(timeout=PATIENCE)
        if node["kind"] == "choice" or (node["kind"] == "boolean" and not box.locator("input[type=checkbox]").count()):
            self._option(box, node, cell)
            return
        nothing = cell["is"] == "null"
        if nothing != (shown["is"] == "null"):
            switch = box.locator(":scope > .widget-checkbox").filter(has_text="No value")
            switch.locator("input").set_checked(nothing)
        if nothing:
            return
        node, around = opened(node, around)
        known = ABSENT if shown["is"] == "null" else shown
        match node["kind"]:
            case "group" | "tuple":
                self._group(box, node, cell, known, around)
            case "list" | "dict":
                self._rows(box, node, cell["value"], known, around)
            case "union":
                self._branch(box, node, cell["value"], known, around)
            case "boolean":
                box.locator("input[type=checkbox]").set_checked(cell["value"])
            case "several":
                if cell["value"] != sorted(cell["value"]):
                    raise CannotEnter("the list has an order of its own")
                box.locator("select").select_option(index=cell["value"])
            case kind:
                self._type(box, kind, cell["value"])

    def _type(self, box: Locator, kind: str, text: Any) -> None:
        control = box.locator(":is(input:not([type=checkbox]), textarea)").first
        expect(control).to_be_visible(timeout=PATIENCE)
        tag, of = control.evaluate("one => [one.tagName, one.type]")
        if kind == "date" and of == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise CannotEnter("the picker takes nothing else")
        if kind not in (*TYPED, "date"):
            raise CannotEnter(f"a {kind} is not typed here")
        if tag == "INPUT" and re.search(r"[\r\n]", text):
            raise CannotEnter(LINES)
        control.fill(text)
        control.blur()

    def _option(self, box: Locator, node: Node, cell: Cell) -> None:
        count = len(node.get("options", ())) or 2
        index = count if cell["is"] == "null" else cell["value"]
        self._pick(box, int(not index) if node["kind"] == "boolean" and cell["is"] == "value" else index)

    def _pick(self, box: Locator, index: int) -> None:
        buttons = box.locator(":scope > .widget-toggle-buttons button")
        if buttons.count():
            buttons.nth(index).click()
        else:
            box.locator(":scope > .widget-dropdown select").select_option(index=index)

    def _group(self, box: Locator, node: Node, cell: Cell, shown: Cell, around: tuple[Node, ...]) -> None:
        wanted, there = cells_of(node, cell), cells_of(node, shown)
        fields = [one for one in node["fields"] if not (one["node"].get("hints") or {}).get("hidden")]
        boxes = box.locator(BOX)
        expect(boxes).to_have_count(len(fields), timeout=PATIENCE)
        for at, field in enumerate(fields):
            step = int(field["name"]) if node["kind"] == "tuple" else field["name"]
            known = there.get(step, blank_in(field["node"], around))
            meant = wanted.get(step, ABSENT)
            if meant not in (known, ABSENT):
                self._put(boxes.nth(at), field["node"], meant, known, around)

    def _rows(self, box: Locator, node: Node, cells: list[Cell], shown: Cell, around: tuple[Node, ...]) -> None:
        known = list(shown["value"]) if shown["is"] == "value" else []
        rows = box.locator(":scope > .widget-hbox")
        add = box.locator(":scope > button").last
        expect(add).to_be_visible(timeout=PATIENCE)
        while len(known) > len(cells):
            self._press(rows.last.locator(":scope > button").last)
            known.pop()
            expect(rows).to_have_count(len(known), timeout=PATIENCE)
        while len(known) < len(cells):
            self._press(add)
            known.append(blank_in(node["item"], around))
            expect(rows).to_have_count(len(known), timeout=PATIENCE)
        for at, (cell, before) in enumerate(zip(cells, known, strict=True)):
            if cell != before:
                inner = rows.nth(at).locator(":scope > .widget-vbox > .widget-vbox")
                self._put(inner, node["item"], cell, before, around)

    def _press(self, button: Locator) -> None:
        if button.is_disabled():
            raise CannotEnter("the limits of the list do not allow it")
        button.click()

    def _branch(self, box: Locator, node: Node, value: dict[str, Any], shown: Cell, around: tuple[Node, ...]) -> None:
        index, inner = value["branch"], node["branches"][value["branch"]]["node"]
        held = shown["value"]["held"] if shown["is"] == "value" else {}
        if shown["is"] != "value" or shown["value"]["branch"] != index:
            expect(box.locator(":scope > :is(.widget-toggle-buttons, .widget-dropdown)")).to_be_visible(
                timeout=PATIENCE
            )
            box.locator(BOX).evaluate_all("all => all.forEach(one => { one.dataset.former = ''; })")
            self._pick(box, index)
            expect(box.locator(f"{BOX}:not([data-former])")).to_have_count(1, timeout=PATIENCE)
        cell = value["held"].get(str(index), ABSENT)
        known = held.get(str(index), blank_in(inner, around))
        if cell not in (known, ABSENT):
            self._put(box.locator(BOX), inner, cell, known, around)
