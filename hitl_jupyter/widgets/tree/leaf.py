"""The parts in which something is typed, ticked or only read.

Numbers, times and texts are typed into a `Text`: ipywidgets' own number and time boxes clamp and cut what they are
given. A date has a picker as long as that shows exactly what it is.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from ipywidgets import HTML, Checkbox, Combobox, DatePicker, FileUpload, Text, Textarea

from hitl_jupyter.forms.cells import Cell, absent, holding
from hitl_jupyter.forms.choices import ConstantNode
from hitl_jupyter.forms.files import File
from hitl_jupyter.forms.nodes import held
from hitl_jupyter.widgets.tree.looks import say, titled
from hitl_jupyter.widgets.tree.part import ControlPart, Part, Spec

PLACEHOLDERS: Final = {
    "datetime": "2026-12-24T18:30 or 2026-12-24T18:30+01:00",
    "time": "18:30 or 18:30:05",
    "duration": "P1DT2H30M or 02:30:00",
    "json": '"text", 12, true, [1, 2] or {"name": "value"}',
    "date": "2026-12-24",
}
NOT_TYPED: Final = "A secret is not typed here, because what a plain widget holds is saved with the notebook."
ZONES: Final = {"naive": "2026-12-24T18:30", "aware": "2026-12-24T18:30+01:00"}


class EntryPart(ControlPart):
    """A text box, of the kind that the text needs."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._kind: Any = None
        self._control: Any = None
        self._draw()

    def kind(self, text: str) -> Any:
        """Give the class of widget that can show a text as it is."""
        if self.node.kind == "json" or self.node.hints.get("multiline") or "\n" in text or "\r" in text:
            return Textarea
        return Combobox if self.node.hints.get("suggestions") else Text

    def fill(self) -> None:
        """Show the text."""
        text = held(self.cell) or ""
        kind = self.kind(text)
        if kind is not self._kind:
            self._exchange(kind)
        self.put(text)

    def put(self, text: str) -> None:
        """Put the text into the box."""
        self._control.value = text

    def text(self, value: Any) -> str:
        """Give the text of what is in the box."""
        return str(value)

    def filled(self) -> Cell:
        """Give an empty text where that is an answer."""
        return holding("") if self.node.kind == "text" else absent()

    def _exchange(self, kind: Any) -> None:
        if self._control is not None:
            self._made.remove(self._control)
            self._control.close()
        hints = self.node.hints
        traits: dict[str, Any] = {"description": self.title, "disabled": self.spec.disabled}
        if kind is not DatePicker:
            # Each key would be a message, and one that waits could be overtaken by the click on Submit.
            traits |= {"continuous_update": False, "placeholder": self._placeholder()}
        if kind is Combobox:
            suggested: Any = hints["suggestions"]
            traits["options"] = tuple(dict.fromkeys(map(str, suggested)))
        if kind is Textarea:
            traits["rows"] = hints.get("rows") or 4
        self._kind, self._control = kind, self.make(kind, "control", **traits)
        self._control.observe(self._moved, names="value")

    def _placeholder(self) -> str:
        hints, kind = self.node.hints, self.node.kind
        if "placeholder" in hints:
            return str(hints["placeholder"])
        of_kind = ZONES.get(str(hints.get("zone")), PLACEHOLDERS.get(kind, ""))
        return of_kind or ("Required" if self.node.required and not self.node.nullable else "")

    def _moved(self, change: Any) -> None:
        if not self._showing:
            self.entered(self.node.typed(holding(self.text(change["new"]))))


class DatePart(EntryPart):
    """A date: picked where a picker shows it exactly, typed where not."""

    def kind(self, text: str) -> Any:
        """Give the picker for a date, and the box for any other text, once there was one."""
        return Text if self._kind is Text or (text.strip() and _date(text) is None) else DatePicker

    def put(self, text: str) -> None:
        """Put the date into the box."""
        self._control.value = _date(text) if self._kind is DatePicker else text

    def text(self, value: Any) -> str:
        """Give what is in the box as ISO text."""
        return value.isoformat() if isinstance(value, date) else value or ""


class TickPart(ControlPart):
    """Yes or no where there is a default; nothing else is told apart by a box that is ticked or not."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._control = self.make(
            Checkbox, "line", description=self.title, indent=False, value=False, disabled=spec.disabled
        )
        self._control.observe(self._moved, names="value")
        self._draw()

    def fill(self) -> None:
        """Tick the box; without an answer it shows what counts then."""
        self._control.value = held(self.cell if self.cell["is"] == "value" else self.node.blank) is True

    def _moved(self, change: Any) -> None:
        if not self._showing:
            self.entered(holding(change["new"]))


class SaidPart(Part):
    """What is only told: the one value there is, or where a secret is given."""

    has_own_null = True

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._control = self.make(HTML, "words")
        self._draw()

    @property
    def widget(self) -> Any:
        """Give none: there is nothing to enter."""
        return None

    def body(self) -> list[Any]:
        """Give the words."""
        return [self._control]

    def fill(self) -> None:
        """Say it."""
        self._control.value = titled(self.title, self.words())

    def words(self) -> str:
        """Give what is said of the field."""
        node = self.node
        return node.option.label if isinstance(node, ConstantNode) else ""

    def rename(self, title: str) -> None:
        """Call it otherwise."""
        super().rename(title)
        self.fill()


class SecretPart(SaidPart):
    """A secret: no widget holds it, because whatever one holds is saved with the notebook."""

    def words(self) -> str:
        """Say whether it is there, and how it is given."""
        if self.cell["is"] == "value":
            return "It is set, and not shown."
        left = "" if self.node.required else " Without it, its default stays."
        return f"{NOT_TYPED} {self.tree.remedy}{left}"


class FilePart(ControlPart):
    """A file. ipywidgets sends it in one message, of which a page may send no more than 10 MB."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        accept = str(spec.node.hints.get("accept") or "")
        self._control = self.make(FileUpload, "button", accept=accept, description=self.title, disabled=spec.disabled)
        self._control.observe(self._moved, names="value")
        self._chosen = self.make(HTML, "words")
        self._draw()

    def body(self) -> list[Any]:
        """Give the button, and which file is there."""
        return [self._control, self._chosen]

    def fill(self) -> None:
        """Say which file is there."""
        file = held(self.cell)
        there = "No file is chosen." if file is None else f"{file['name'] or 'A file'}, {file['size']:,} bytes."
        say(self._chosen, f"{there} Larger files than 7 MB do not arrive here: choose them in the other form.")

    def _moved(self, change: Any) -> None:
        if self._showing or not change["new"]:
            return
        chosen = change["new"][0]
        self.entered(self.node.write(File.of(bytes(chosen["content"]), chosen["name"])))
        self._draw()


def _date(text: str) -> date | None:
    """Give the date that a text is, None where a picker would show it otherwise."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
