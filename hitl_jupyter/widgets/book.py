"""The widgets in one form: one for each place that is filled in, and each stays with its row.

A page gives a place that comes up in it a token, which travels in its cell (`"at"`). So a row that moves takes its
widget along, one that goes lets go of it, and what a person enters finds its place though the page has moved the row
meanwhile. Everywhere else the cells are without.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exceptions import MalformedDocument
from hitl_jupyter.forms import FieldError
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.widgets.places import Place, Steps, path_of, places_of, without_row
from hitl_jupyter.widgets.pool import Pool
from hitl_jupyter.widgets.slots import Slot, Told

LONGEST = 50
"""Of a token."""


class Slots:
    """The widgets in the form of a plan; `told` is called with the place where a person has entered something.

    With a `pool`, widgets come from there and go there. With `fixed` only fields that are always there have one. A
    control that cannot be made leaves its field the usual one.
    """

    def __init__(self, root: Node, told: Told, pool: Pool | None = None, *, fixed: bool = False) -> None:
        self.places = places_of(root, fixed=fixed)
        self._told, self._pool = told, pool
        self._slots: dict[str, Slot | None] = {}
        self._tokens: dict[Steps, str] = {}
        self._made = 0

    def __bool__(self) -> bool:
        return bool(self.places.names)

    @property
    def references(self) -> dict[str, str | None]:
        """What a page finds the widgets by, under their tokens; None for what could not be made."""
        return {token: None if slot is None else slot.reference for token, slot in self._slots.items()}

    @property
    def tokens(self) -> frozenset[str]:
        """The tokens of the places in the form as it came last."""
        return frozenset(self._tokens.values())

    def follow(self, cell: Cell, path: Path = (), *, strict: bool = False) -> Cell:
        """Show what a program has filled in at a path and below it; gives the form as it is seen then.

        Raises
        ------
        TypeError
            A control makes no such widget, and it is `strict`.
        """
        now: dict[Steps, str] = {}
        for steps, node, place, part in self.places.found(cell):
            where, token = path_of(steps), self._tokens.get(steps)
            if token is None or where[: len(path)] == path or path[: len(where)] == where:
                if token is None:
                    self._made += 1
                    token = f"k{self._made}"
                    self._make(token, node, place, strict=strict)
                cell = self._shown(token, cell, steps, part)
            now[steps] = token
        self._settle(now)
        return cell

    def take(self, theirs: Any, cell: Cell, kept: Iterable[str] = ()) -> tuple[Cell, list[Slot]]:
        """Take over what a page has sent, as it came and as it was read; gives it with what the widgets hold.

        With it come those that hold something else than the page says. "No value" is the page's to say. The widgets of
        `kept` tokens stay, though they are not in it.

        Raises
        ------
        MalformedDocument
            Two places of the page have one token.
        """
        now: dict[Steps, str] = {}
        news: list[Slot] = []
        for steps, node, place, sent in self.places.found(theirs):
            part = node.checked(sent, ())
            token = self._token(steps, sent)
            if token in now.values():
                raise MalformedDocument(path_of(steps), "two places have one control")
            now[steps] = token
            if token not in self._slots:
                self._make(token, node, place)
                cell = self._shown(token, cell, steps, part)
            slot = self._slots[token]
            if slot is not None and part["is"] == "null":
                slot.wrong = None
            elif slot is not None:
                cell = self.places.put(cell, steps, slot.cell)
                news += [slot] if slot.cell != part else []
        self._settle(now, kept)
        return cell, news

    def _token(self, steps: Steps, part: Any) -> str:
        token = part.get("at", self._tokens.get(steps))
        if not isinstance(token, str) or len(token) > LONGEST:
            raise MalformedDocument(path_of(steps), "what its control is known by is no short text")
        return token

    def _make(self, token: str, node: Node, place: Place, *, strict: bool = False) -> None:
        made = None if self._pool is None else self._pool.take(place.control)
        try:
            self._slots[token] = Slot(token, node, place, self._told, made)
        except Exception:
            if strict:
                raise
            self._slots[token] = None
            name = place.name.lstrip(".")
            logger.warning("The control of the field %r failed; it has the usual one.", name, exc_info=True)

    def _shown(self, token: str, cell: Cell, steps: Steps, part: Cell) -> Cell:
        """Show a cell in a widget; what is seen is what is sent."""
        slot = self._slots[token]
        if slot is None:
            return cell
        slot.show(part)
        return cell if slot.wrong is None else self.places.put(cell, steps, slot.cell)

    def _settle(self, now: dict[Steps, str], kept: Iterable[str] = ()) -> None:
        self._tokens = now
        for token in self._slots.keys() - set(now.values()) - set(kept):
            self._let_go(self._slots.pop(token))

    def _let_go(self, slot: Slot | None) -> None:
        if slot is not None and self._pool is not None:
            self._pool.give(slot.leave())
        elif slot is not None:
            slot.close()

    def remove(self, path: Path, index: int) -> None:
        """Have a row gone from the list at a path; those after it keep their widgets."""
        moved = {without_row(steps, path, index): token for steps, token in self._tokens.items()}
        self._settle({steps: token for steps, token in moved.items() if steps is not None})

    def put(self, cell: Cell, slot: Slot) -> Cell:
        """Give what is filled in with what a person has entered into a widget."""
        return self.places.put(cell, self._steps(slot), slot.cell)

    def path(self, slot: Slot) -> Path:
        """Give the path to a widget."""
        return path_of(self._steps(slot))

    def _steps(self, slot: Slot) -> Steps:
        return next(steps for steps, token in self._tokens.items() if token == slot.token)

    def get(self, path: Path) -> Slot | None:
        """Give what is always there, at a path."""
        return self._slots.get(self._tokens.get(path, ""))

    def marked(self, wire: Cell) -> Cell:
        """Write the tokens into cells that are for a page."""
        for steps, _, _, part in self.places.found(wire):
            if steps in self._tokens:
                part["at"] = self._tokens[steps]
        return wire

    def at(self, cell: Cell, path: Path) -> Slot | None:
        """Give what is at a path of a form, with the branches that are picked in it."""
        return dict(self.to_be_seen(cell)).get(path)

    def to_be_seen(self, cell: Cell) -> list[tuple[Path, Slot]]:
        """Give the places with a widget that are to be seen, in the order of the form."""
        tokens = ((path_of(steps), self._tokens.get(steps, "")) for steps, *_ in self.places.found(cell, picked=True))
        return [(path, slot) for path, token in tokens if (slot := self._slots.get(token)) is not None]

    def wrong(self, cell: Cell) -> dict[Path, str]:
        """Give what is wrong in them, by path."""
        return {path: slot.wrong for path, slot in self.to_be_seen(cell) if slot.wrong is not None}

    def forgive(self) -> None:
        """Take note that the person has read what is wrong: the next Submit means what is seen."""
        for slot in self._slots.values():
            if slot is not None:
                slot.wrong = None

    def placed(self, errors: Iterable[FieldError], cell: Cell) -> list[FieldError]:
        """Give errors at places that are to be seen, each once: a widget has none inside it."""
        paths = [path for path, _ in self.to_be_seen(cell)]
        return list(dict.fromkeys(_placed(error, paths) for error in errors))

    def hear(self, tokens: Iterable[str]) -> None:
        """Take note that a page shows these widgets."""
        for token in tokens:
            slot = self._slots.get(token)
            if slot is not None:
                slot.hear()

    def close(self) -> None:
        """Let go of all widgets."""
        for slot in self._slots.values():
            self._let_go(slot)


def _placed(error: FieldError, paths: Iterable[Path]) -> FieldError:
    for path in paths:
        if error.path[: len(path)] == path:
            return replace(error, path=path)
    return error
