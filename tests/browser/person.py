"""A person who fills in any form that is drawn from a plan: they find each control by its title, and type, click, pick.

They know the plan, what stands in the form, and the answers that they mean, as cells. They leave alone what is right
already. What the drawn controls give nobody a way to enter raises `CannotEnter`: as a refusal it is as good as one
after Submit, as an answer it is a hole in the form.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Error, Locator
from pydantic import TypeAdapter, ValidationError

Node = dict[str, Any]
Cell = dict[str, Any]
Path = tuple[str | int, ...]

ABSENT: Cell = {"is": "absent"}
LINES = "a box of one line takes no line breaks"
SETS = ("group", "list", "tuple", "dict", "union")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:?\d\d(?::?\d\d)?)?", re.IGNORECASE)
LENGTH: TypeAdapter[timedelta] = TypeAdapter(timedelta)

SET = "fieldset:not([role=presentation])"
ONE = "input, select, textarea, output, [role=radiogroup], [role=group]:not(fieldset)"
FIND = """(outer, [which, title]) => {
    const around = "fieldset:not([role=presentation]), [role=group], [role=radiogroup]";
    const text = id => document.getElementById(id).textContent;
    const nameOf = one => one.matches("fieldset") ? one.querySelector(":scope > legend > [id]").textContent
        : one.labels?.length ? one.labels[0].textContent
        : one.hasAttribute("aria-labelledby") ? text(one.getAttribute("aria-labelledby"))
        : one.getAttribute("aria-label") ?? one.textContent;
    const wayTo = one => {
        const steps = [];
        for (; one !== outer; one = one.parentElement)
            steps.unshift(`:nth-child(${[...one.parentElement.children].indexOf(one) + 1})`);
        return [":scope", ...steps].join(" > ");
    };
    return [...outer.querySelectorAll(which)]
        .filter(one => one.parentElement.closest(around) === outer && nameOf(one) === title)
        .map(wayTo);
}"""
PASTE = """(box, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    box.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
NAMED_BY = """one => one.labels?.[0]?.id || one.getAttribute("aria-labelledby")
    || one.querySelector(":scope > legend > [id]").id"""
SAID = """one => {
    const ids = (one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    const told = ids.map(id => document.getElementById(id)).filter(note => note.matches(".hitl-error"));
    return told.map(note => note.textContent).join("\\n");
}"""


class CannotEnter(Exception):
    """Raised when no control has a way to enter the answer."""


class Person:
    """Somebody at a form."""

    def __init__(self, form: Locator, plan: dict[str, Any], shown: Cell) -> None:
        self.form = form
        self.root: Node = plan["root"]
        self.shown = shown
        self.left: list[str] = []
        """The fields that hold something where nothing is meant: a form gives no way to take a default away."""

    def enter(self, cell: Cell) -> None:
        """Fill in the whole form."""
        self._group(self.form, self.root, cell, self.shown, (self.root,))
        self.shown = cell

    def submit(self) -> None:
        """Press Submit, and wait for what becomes of it."""
        self.form.get_by_role("button", name="Submit", exact=True).click()
        self.form.page.wait_for_function(
            "form => !['sending', 'busy'].includes(form.dataset.phase)", arg=self.form.element_handle()
        )

    def alert(self) -> str:
        """Give what is said of the form as a whole."""
        alert = self.form.get_by_role("alert")
        return alert.inner_text() if alert.count() else ""

    def said_at(self, path: Path) -> str:
        """Give the error that is said beside a field, as a screen reader gives it for its control."""
        outer, node, cell, around = self.form, self.root, self.shown, (self.root,)
        if not path:
            return self.alert()
        said: list[str] = []
        for step in path:
            inside = _inside(node, cell, step)
            if inside is None:
                break  # the error is of something inside what the control holds
            title, order = inside[0] or self._row_title(outer, node, step), inside[3]
            node, cell = inside[1:3]
            outer = self._field(outer, node, title, order)
            said = [outer.evaluate(SAID)]
            node, around = opened(node, around)
            while node["kind"] == "union" and cell["is"] == "value":
                branch = node["branches"][cell["value"]["branch"]]
                cell = cell["value"]["held"].get(str(cell["value"]["branch"]), ABSENT)
                outer = self._field(outer, branch["node"], branch["label"], -1)
                said.append(outer.evaluate(SAID))
                node, around = opened(branch["node"], around)
        return "\n".join(filter(None, said))

    # -- finding ------------------------------------------------------------------------------------------------------

    def control(self, name: str) -> Locator:
        """Give the control of a field of the form itself."""
        found = {step: (node, title, order) for step, node, title, order in _fields(self.root)}
        return self._field(self.form, *found[name])

    def _field(self, outer: Locator, node: Node, title: str, order: int) -> Locator:
        """Give the control with a title that stands directly in a set; the last for -1."""
        # By the labels that name it for a screen reader; to ask the browser for each name takes minutes in a long form.
        ways = outer.evaluate(FIND, [SET if node["kind"] in SETS else ONE, title])
        if not ways:
            raise AssertionError(f"there is no {node['kind']} called {title!r}")
        return outer.locator(ways[order])

    # -- what holds others ---------------------------------------------------------------------------------------------

    def _put(self, here: Locator, node: Node, cell: Cell, shown: Cell, around: tuple[Node, ...]) -> None:
        """Bring one field from what it shows to what is meant."""
        if node["kind"] in SETS:
            self._set(here, node, cell, shown, around)
        elif node["kind"] in OWN_SWITCH:
            getattr(self, f"_{node['kind']}")(here, node, None if cell["is"] == "null" else cell["value"])
        else:
            if self._switched(here, node, cell, shown) and node["kind"] != "constant":
                getattr(self, f"_{ALIKE.get(node['kind'], node['kind'])}")(here, node, cell["value"])

    def _switched(self, here: Locator, node: Node, cell: Cell, shown: Cell) -> bool:
        """Set the switch "No value", and tell whether there is something to enter."""
        nothing = cell["is"] == "null"
        if nothing != (shown["is"] == "null"):
            if not node["nullable"]:
                raise CannotEnter("there is no switch for no value")
            name = here.evaluate(NAMED_BY)
            here.page.locator(f"input[type=checkbox][aria-describedby='{name}']").set_checked(nothing)
        return not nothing

    def _set(self, here: Locator, node: Node, cell: Cell, shown: Cell, around: tuple[Node, ...]) -> None:
        if not self._switched(here, node, cell, shown):
            return
        node, around = opened(node, around)
        if shown["is"] == "null":
            shown = ABSENT
        if node["kind"] in ("list", "dict"):
            self._rows(here, node, cell["value"], shown, around)
        elif node["kind"] == "union":
            self._branch(here, node, cell["value"], shown, around)
        else:
            self._group(here, node, cell, shown, around)

    def _group(self, here: Locator, node: Node, cell: Cell, shown: Cell, around: tuple[Node, ...]) -> None:
        wanted, there = cells_of(node, cell), cells_of(node, shown)
        for name, field, title, order in _fields(node):
            hints = field.get("hints") or {}
            if hints.get("hidden") or hints.get("readonly") or name not in wanted:
                continue
            known = there.get(name, blank_in(field, around))
            if wanted[name] == known:
                continue
            if wanted[name]["is"] == "absent":
                self.left.append(title)
                continue
            self._put(self._field(here, field, title, order), field, wanted[name], known, around)

    def _rows(self, here: Locator, node: Node, cells: list[Cell], shown: Cell, around: tuple[Node, ...]) -> None:
        rows = list(shown["value"]) if shown["is"] == "value" else []
        while len(rows) > len(cells):
            self._press(here.locator(here.evaluate(FIND, ["button", f"Remove item {len(rows)}"])[-1]))
            rows.pop()
        while len(rows) < len(cells):
            add = here.evaluate(FIND, ["button", "Add entry" if node["kind"] == "dict" else "Add item"])
            self._press(here.locator(add[-1]))
            rows.append(blank_in(node["item"], around))
        for at, (cell, known) in enumerate(zip(cells, rows, strict=True)):
            if cell != known:
                self._put(self._field(here, node["item"], self._row_title(here, node, at), 0), node["item"], cell,
                          known, around)  # fmt: skip

    def _row_title(self, here: Locator, node: Node, at: int) -> str:
        title = node["item"]["title"] or node["title"]
        if title:
            return f"{title} {at + 1}"
        return f"{here.locator(':scope > legend > [id]').text_content()}.{at + 1}"

    def _press(self, button: Locator) -> None:
        if button.is_disabled():
            raise CannotEnter("the limits of the list do not allow it")
        button.click()

    def _branch(self, here: Locator, node: Node, value: dict[str, Any], shown: Cell, around: tuple[Node, ...]) -> None:
        index = value["branch"]
        branch = node["branches"][index]
        held: dict[str, Cell] = {}
        if shown["is"] == "value":
            held = shown["value"]["held"]
        if shown["is"] != "value" or shown["value"]["branch"] != index:
            title = here.locator(":scope > legend > [id]").text_content()
            self._pick(self._field(here, {"kind": "choice"}, title, 0), index)
        cell = value["held"].get(str(index), ABSENT)
        known = held.get(str(index), blank_in(branch["node"], around))
        if cell != known and cell["is"] != "absent":
            self._put(self._field(here, branch["node"], branch["label"], -1), branch["node"], cell, known, around)

    # -- what is picked ------------------------------------------------------------------------------------------------

    def _pick(self, here: Locator, index: int) -> None:
        """Pick one of the options of a bar of buttons, a list or a search."""
        kind = here.evaluate("one => one.getAttribute('role') ?? one.tagName")
        if kind == "radiogroup":
            here.locator("label").nth(index).click()
        elif kind == "SELECT":
            here.select_option(value=str(index))
        else:
            raise AssertionError(f"nobody knows how to pick an option of a {kind}")

    def _choice(self, here: Locator, node: Node, value: int | None) -> None:
        index = len(node["options"]) if value is None else value
        if here.get_attribute("role") == "combobox":
            self._search(here, node, value)
        elif value is None and here.get_attribute("role") != "radiogroup":
            here.select_option(value="null")
        else:
            self._pick(here, index)

    def _search(self, here: Locator, node: Node, value: int | None) -> None:
        if value is None:
            here.fill("")
            here.blur()
            return
        label = node["options"][value]["label"]
        here.fill(label)
        options = here.locator("xpath=..").get_by_role("option")
        same = [one["label"] for one in node["options"][:value]].count(label)
        options.get_by_text(label, exact=True).nth(same).click()

    def _boolean(self, here: Locator, node: Node, value: bool | None) -> None:
        if here.get_attribute("role") == "radiogroup":
            self._pick(here, 2 if value is None else int(not value))
        else:
            here.set_checked(bool(value))

    def _several(self, here: Locator, node: Node, value: list[int]) -> None:
        boxes = here.get_by_role("checkbox")
        for at in range(boxes.count()):
            boxes.nth(at).uncheck()
        for at in value:
            boxes.nth(at).check()

    # -- what is typed -------------------------------------------------------------------------------------------------

    def _text(self, here: Locator, node: Node, value: str) -> None:
        one_line = here.evaluate("one => one.tagName") == "INPUT"
        if one_line and re.search(r"[\r\n]", value):
            if node["kind"] not in ("text", "secret"):
                raise CannotEnter(LINES)
            here.fill("")
            here.page.keyboard.insert_text(value)
            return
        try:
            here.fill(value)
        except Error as error:
            raise CannotEnter(f"the box does not take {value!r}: {error}") from error

    def _secret(self, here: Locator, node: Node, value: str) -> None:
        if value == "":
            raise CannotEnter("an empty box is no secret")
        self._text(here, node, value)

    def _date(self, here: Locator, node: Node, value: str) -> None:
        self._text(here, node, value.strip())

    def _time(self, here: Locator, node: Node, value: str) -> None:
        if here.get_attribute("type") == "time" and re.fullmatch(r"\d\d:\d\d(:\d\d)?", value):
            self._text(here, node, _short(value))
        else:
            self._paste(here, node, value)

    def _datetime(self, here: Locator, node: Node, value: str) -> None:
        match = MOMENT.fullmatch(value.strip())
        zones = here.locator("xpath=..").get_by_label("Time zone", exact=True)
        native = here.get_attribute("type") == "datetime-local"
        if not match or not native:
            self._paste(here, node, value)
            return
        day, clock, fraction, zone = match.groups("")
        zone = "Z" if re.fullmatch(r"Z|[+-]00:?00", zone, re.IGNORECASE) else zone.upper()
        offered = zones.locator("option").evaluate_all("all => all.map(one => one.value)") if zones.count() else [""]
        if fraction or (zone and zone not in offered):
            self._paste(here, node, value)
            return
        if zone not in offered:
            raise CannotEnter("this field always has a time zone")
        self._text(here, node, f"{day}T{_short(clock)}")
        if zones.count():
            zones.select_option(value=zone)

    def _paste(self, here: Locator, node: Node, value: str) -> None:
        """Paste what the browser's own box has no place for, which makes it one of text."""
        here.evaluate(PASTE, value)
        if here.get_attribute("type") != "text":
            raise CannotEnter("the box takes nothing else")
        self._text(here, node, value)

    def _duration(self, here: Locator, node: Node, value: str) -> None:
        if here.get_attribute("role") != "group":
            self._text(here, node, value)
            return
        try:
            length = LENGTH.validate_python(value)
        except ValidationError:
            raise CannotEnter("it is no length of time") from None
        # As many days as the years, months and weeks have for pydantic.
        whole, sign = abs(length), "-" if length < timedelta() else ""
        seconds = f"{whole.seconds}.{whole.microseconds:06}"
        parts = [f"{sign}{whole.days}", "", "", seconds]
        for name, part in zip(("days", "hours", "minutes", "seconds"), parts, strict=True):
            here.get_by_label(name, exact=True).fill(part)


OWN_SWITCH = ("boolean", "choice")
ALIKE = {"line": "text", "integer": "text", "number": "text", "json": "text"}


def _short(clock: str) -> str:
    """Give a time of day as the browser spells it: without seconds that say nothing."""
    return re.sub(r"^(\d\d:\d\d):00$", r"\1", clock)


def opened(node: Node, around: tuple[Node, ...]) -> tuple[Node, tuple[Node, ...]]:
    """Give a node and the groups around what is in it; a group that is one of those around it has its fields."""
    if node["kind"] != "group":
        return node, around
    if node.get("again") is None:
        return node, (*around, node)
    return {**node, "fields": around[node["again"]]["fields"]}, around[: node["again"] + 1]


def _fields(node: Node) -> list[tuple[str | int, Node, str, int]]:
    """Give step, node and title of each field, and how many before it have the same title."""
    fields, seen = [], []
    for field in node["fields"]:
        inner = field["node"]
        key = (inner["title"], inner["kind"] in SETS)
        step = int(field["name"]) if node["kind"] == "tuple" else field["name"]
        if not (inner.get("hints") or {}).get("hidden"):
            fields.append((step, inner, inner["title"], seen.count(key)))
            seen.append(key)
        else:
            fields.append((step, inner, inner["title"], 0))
    return fields


def cells_of(node: Node, cell: Cell) -> dict[str | int, Cell]:
    held = cell["value"] if cell["is"] == "value" else {}
    return dict(enumerate(held)) if isinstance(held, list) else dict(held)


def blank_in(node: Node, around: tuple[Node, ...]) -> Cell:
    """Give what a new row, branch or group begins with."""
    if node.get("again") is None:
        return node["blank"]
    whole, _ = opened(node, around)
    return {"is": "value", "value": {field["name"]: field["node"]["blank"] for field in whole["fields"]}}


def _inside(node: Node, cell: Cell, step: str | int) -> tuple[str, Node, Cell, int] | None:
    """Give title, node and cell of what a step leads to, and its place among those with its title; a row has none."""
    if node["kind"] in ("group", "tuple"):
        cells = cells_of(node, cell)
        for name, field, title, order in _fields(node):
            if name == step:
                return title, field, cells.get(name, field["blank"]), order
    if node["kind"] in ("list", "dict") and cell["is"] == "value" and isinstance(step, int):
        rows = cell["value"]
        if 0 <= step < len(rows):
            return "", node["item"], rows[step], 0
    return None
