"""A form on the page and the hand that fills it in: fields are found by their titles, values typed, clicked and picked.

`"Home > Street"` is the field Street of the group Home.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import OPENS_WITHIN

SENT = "Sent. It can be changed and sent again."
NOTHING = object()
"""Entered into a field, it means that there is no value."""

NAME_OF = """one => one.matches("input:not([type=checkbox]), textarea, select") ? one.type
    : one.getAttribute("role") ?? one.type ?? one.tagName.toLowerCase()"""
DESCRIBED = """one => (one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)
    .map(id => document.getElementById(id)).filter(note => note.checkVisibility()).map(note => note.innerText)"""
FIELD = "xpath=ancestor-or-self::*[self::fieldset or contains(@class, 'hitl-field')][1]"
DEPTHS = """found => found.map(one => {
    let depth = 0;
    for (let around = one; around; around = around.parentElement) depth += 1;
    return depth;
})"""
EDITED = {"text", "password", "textarea"}


class OpenForm:
    """A form of `Form`, found by its title as a screen reader finds it."""

    def __init__(self, page: Page, title: str) -> None:
        self.page = page
        self.form = page.locator(".hitl-own").get_by_role("group", name=title, exact=True).first
        expect(self.form).to_be_visible(timeout=OPENS_WITHIN)

    # -- what a person does ------------------------------------------------------------------------------------------

    def inside(self, *titles: str) -> Locator:
        """Give a group by the titles of the groups on the way to it."""
        found = self.form
        for title in titles:
            found = _nearest(found.get_by_role("group", name=title, exact=True))
        return found

    def at(self, where: str) -> Locator:
        """Give a control, or a group that has none of its own."""
        *groups, title = where.split(" > ")
        around = self.inside(*groups)
        group = around.locator("fieldset.hitl-set").and_(around.get_by_role("group", name=title, exact=True))
        return _nearest(group if group.count() else around.get_by_label(title, exact=True))

    def put(self, where: str, what: object) -> None:
        """Enter a value as a person would: type it, press its button, pick it, tick it."""
        control = self.at(where)
        if what is NOTHING:
            self._nothing(control)
            return
        kind = control.evaluate(NAME_OF)
        if kind in EDITED:
            self._type(control, str(what))
        elif kind in ("date", "time", "datetime-local"):
            control.focus()
            self.page.keyboard.type(_keys(kind, str(what)))
        elif kind == "radiogroup":
            control.get_by_text(str(what), exact=True).click()
        elif kind == "select-one":
            control.select_option(str(what))
        elif kind in ("checkbox", "switch"):
            control.set_checked(bool(what))
        else:
            self._boxes(control, what)

    def press(self, where: str, button: str) -> None:
        """Press a button inside a group, the last of that name."""
        self.inside(*where.split(" > ")).get_by_role("button", name=button, exact=True).last.click()

    def pick(self, where: str, branch: str) -> None:
        """Pick the branch of a union."""
        *around, title = where.split(" > ")
        self.inside(*around, title).get_by_role("radiogroup", name=title).get_by_text(branch, exact=True).click()

    def put_branch(self, where: str, what: object) -> None:
        """Enter a value into the one box of the branch that is picked."""
        self._type(self.inside(*where.split(" > ")).get_by_role("textbox"), str(what))

    def take_back(self, where: str) -> None:
        """Take back that a group has no value."""
        self.inside(*where.split(" > ")).get_by_label("No value", exact=True).first.uncheck()

    def zone(self, where: str, offset: str) -> None:
        """Choose the time zone of a moment."""
        self.at(where).locator(FIELD).get_by_label("Time zone", exact=True).select_option(offset)

    def choose(self, where: str, name: str, content: bytes) -> None:
        """Choose a file, and see that it is there."""
        field = self.at(where).locator(FIELD)
        field.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
        expect(field).to_contain_text(f"{name} is here.")

    def submit(self) -> None:
        """Press Submit."""
        self.form.get_by_role("button", name="Submit", exact=True).click()

    # -- what a person sees, or hears ----------------------------------------------------------------------------------

    def is_sent(self) -> None:
        """See that the form was taken."""
        expect(self.form.get_by_role("status").filter(has_text=SENT)).to_be_visible()

    def is_refused(self) -> None:
        """See that the form was sent back."""
        expect(self.form.get_by_role("alert")).to_be_visible()

    def said_of(self, where: str) -> list[str]:
        """Give what is said of a field to somebody who hears it: its description, limits and errors."""
        return self.at(where).evaluate(DESCRIBED)

    def is_marked(self, where: str) -> bool:
        """Tell whether a field is marked as wrong, to the eye and, where it is one control, to the ear."""
        control = self.at(where)
        marked = control.evaluate("one => one.closest('.hitl-field, .hitl-set').matches('.hitl-wrong')")
        alone = control.evaluate("one => !one.matches('fieldset')")
        return marked and (not alone or control.get_attribute("aria-invalid") == "true")

    def has_focus(self, where: str) -> bool:
        """Tell whether the focus is in a field, or on its control."""
        return self.at(where).evaluate("one => one.contains(document.activeElement)")

    def _type(self, control: Locator, text: str) -> None:
        control.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        if len(text) > 200:
            self.page.keyboard.insert_text(text)
        else:
            self.page.keyboard.type(text)
        if control.get_attribute("role") == "combobox" and control.get_attribute("aria-expanded") == "true":
            self.page.keyboard.press("Enter")

    def _boxes(self, control: Locator, wanted: object) -> None:
        boxes = control.get_by_role("checkbox")
        if boxes.count():
            names = [box.evaluate("box => box.labels[0].innerText") for box in boxes.all()]
            for name, box in zip(names, boxes.all(), strict=True):
                box.set_checked(name in wanted)
            return
        for part in control.get_by_role("textbox").all():
            self._type(part, str(wanted.get(part.get_attribute("aria-label"), "")))

    def _nothing(self, control: Locator) -> None:
        if control.evaluate(NAME_OF) == "radiogroup":
            control.get_by_text("No value", exact=True).click()
            return
        control.locator(FIELD).get_by_label("No value", exact=True).first.check()


def _nearest(found: Locator) -> Locator:
    """Give, of several of one name, the one with the least around it: a part may have parts."""
    depths = found.evaluate_all(DEPTHS)
    return found.nth(depths.index(min(depths))) if depths else found


def _keys(kind: str, iso: str) -> str:
    """Give the keys that enter a date or time into the browser's own box, as it is laid out in the USA."""
    match = re.fullmatch(r"(?:(\d{4})-(\d\d)-(\d\d))?T?(?:(\d\d):(\d\d))?", iso)
    year, month, day, hour, minute = match.groups()
    date = "" if kind == "time" else f"{month}{day}{year}"
    if kind == "date":
        return date
    half = "PM" if int(hour) >= 12 else "AM"
    return f"{date}{(int(hour) + 11) % 12 + 1:02}{minute}{half}"
