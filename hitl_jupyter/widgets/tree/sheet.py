"""A form of plain widgets from its heading to its button: the fields, what is wrong with them, and Submit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ipywidgets import HTML, Button, HBox

from hitl_jupyter.forms import FieldError, Plan
from hitl_jupyter.forms.cells import Cell, Path, copied
from hitl_jupyter.widgets.form import at
from hitl_jupyter.widgets.slots import Slot
from hitl_jupyter.widgets.tree.draw import draw
from hitl_jupyter.widgets.tree.groups import RootPart
from hitl_jupyter.widgets.tree.looks import QUIET, WRONG, escaped, say
from hitl_jupyter.widgets.tree.part import ControlPart, Part, Spec, Tree
from hitl_jupyter.widgets.tree.settled import once_settled

TITLE: Final = f"{QUIET} font-weight: 600; font-size: 1.15em;"


@dataclass(frozen=True, eq=False, kw_only=True)
class Words:
    """What a sheet says around the fields; text that a person or a model wrote is shown as it is written."""

    title: str
    texts: Sequence[str] = ()
    remedy: str = ""
    verb: str = "Submit"


class Sheet:
    """The widgets of a form. `changed` gets each new cell of the whole, `submit` and `cancel` are the buttons."""

    def __init__(
        self,
        words: Words,
        plan: Plan | None,
        cell: Cell | None,
        slot_at: Callable[[Path], Slot | None],
        *,
        changed: Callable[[Cell], None],
        submit: Callable[[], None],
        cancel: Callable[[], None] | None = None,
    ) -> None:
        self._verb = words.verb
        self._tree = Tree(draw, slot_at, words.remedy)
        make = self._tree.looks.make
        self._heading = make(HTML, "words", value=escaped(words.title, TITLE, "heading"))
        self._texts = [make(HTML, "words", value=escaped(text)) for text in words.texts if text]
        self._summary = make(HTML, "words")
        self._status = make(HTML, "words")
        self._submit = make(Button, "button", description=words.verb, button_style="primary")
        self._submit.on_click(lambda _: self._pressed(submit))
        buttons = [self._submit]
        if cancel is not None:
            self._cancel = make(Button, "button", description="Cancel")
            self._cancel.on_click(lambda _: cancel())
            buttons.append(self._cancel)
        self._buttons = buttons
        self._foot = make(HBox, "line", children=(*buttons, self._status))
        self.root: RootPart | None = None
        if plan is not None and cell is not None:
            self.root = RootPart(
                Spec(tree=self._tree, node=plan.root, title="", cell=copied(cell), change=changed, path=())
            )

    @property
    def children(self) -> tuple[Any, ...]:
        """The widgets, from top to bottom."""
        fields = () if self.root is None else (self.root.box,)
        return (self._heading, *self._texts, self._summary, *fields, self._foot)

    def part(self, path: Path) -> Part | None:
        """Give the part of a field, if it is drawn."""
        part: Part | None = self.root
        for step in path:
            part = None if part is None else part.inside(step)
        return part

    def show(self, cell: Cell) -> None:
        """Show what was filled in elsewhere."""
        if self.root is not None:
            # Of its own: a document changes its cells in place.
            self.root.show(copied(cell))

    def place(self, errors: Sequence[FieldError], message: str | None = None) -> None:
        """Say what is wrong: at each field, and in a summary at the head."""
        lines = [message] if message else []
        if self.root is not None:
            self.root.place(errors)
            lines += [error.message for error in self.root.whole]
            wrong = list(self.root.wrong())
            if wrong:
                count = "One field needs" if len(wrong) == 1 else f"{len(wrong)} fields need"
                lines.append(f"{count} attention: {', '.join(wrong)}")
        else:
            lines += [error.message for error in errors]
        say(self._summary, "\n".join(lines), WRONG, "alert")

    def doubt(self, errors: Sequence[FieldError], before: Cell) -> None:
        """Say what is wrong at the control that has just been left; nobody has sent anything yet."""
        for path in {error.path for error in errors}:
            part, was = self.part(path), at(before, path)
            # A row that was added is not there before, and nobody has been in it yet.
            if isinstance(part, ControlPart) and was not in (None, part.cell):
                part.place([replace(error, path=()) for error in errors if error.path == path])

    def tell(self, status: str) -> None:
        """Say what becomes of it."""
        say(self._status, status, role="status")

    def sending(self, *, going: bool) -> None:
        """Show that an answer is on its way, or came back."""
        self._submit.description = "Sending…" if going else self._verb
        for button in self._buttons:
            button.disabled = going

    def _pressed(self, submit: Callable[[], None]) -> None:
        # A click that was on its way when the one before was heard means that one.
        if self.root is None:
            submit()
        elif not self._submit.disabled:
            self.sending(going=True)
            once_settled(self.root.box, submit)

    def close(self) -> None:
        """Close the widgets, but for those in slots, which are not the sheet's."""
        if self.root is not None:
            self.root.close()
        for one in (self._heading, *self._texts, self._summary, self._status, *self._buttons, self._foot):
            one.close()
        self._tree.looks.close()
