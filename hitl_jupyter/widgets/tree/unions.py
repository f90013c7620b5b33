"""The part of a union: a person picks one of several types, then fills in that one. Each keeps what was entered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from hitl_jupyter.forms import FieldError
from hitl_jupyter.forms.cells import Cell, absent, holding
from hitl_jupyter.forms.nodes import held
from hitl_jupyter.forms.unions import Branch, UnionNode
from hitl_jupyter.widgets.tree.choices import select
from hitl_jupyter.widgets.tree.part import Part, SetPart, Spec, blank_of


class UnionPart(SetPart):
    """One of several types."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._parts: dict[int, Part] = {}
        self._selector = select(self, [branch.label for branch in self.branches], self._branch())
        self._selector.observe(self._picked, names="index")
        self._draw()

    @property
    def widget(self) -> Any:
        """What picks the type."""
        return self._selector

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The types."""
        return cast("UnionNode", self.node).branches

    @property
    def part(self) -> Part | None:
        """The part of the type that is picked."""
        branch = self._branch()
        return None if branch is None else self._parts.get(branch)

    def stack(self) -> list[Any]:
        """Give the heading where nothing else has the title."""
        heading = self._heading if self.cell["is"] == "null" else None
        return [heading, self._about, self._nothing, self.said, *self.body()]

    def body(self) -> list[Any]:
        """Give what picks the type, and what the picked one asks."""
        if self.cell["is"] == "null":
            return []
        return [self._selector, *([self.part.box] if self.part is not None else [])]

    def fill(self) -> None:
        """Show the picked type and what was entered there."""
        branch = self._branch()
        self._selector.index = branch
        if branch is None:
            return
        if branch in self._parts:
            self._parts[branch].show(self._held(branch))
            return
        picked = self.branches[branch]
        self._parts[branch] = self.tree.draw(
            Spec(
                tree=self.tree,
                node=picked.node,
                # What picks the type says its name already; a control needs one of its own.
                title="" if picked.node.kind in ("group", "tuple") else picked.label,
                cell=self._held(branch),
                change=lambda cell: self.changed(self._with(branch, cell)),
                disabled=self.spec.disabled,
            )
        )

    def filled(self) -> Cell:
        """Give that none is picked."""
        return absent()

    def _branch(self) -> int | None:
        value = held(self.cell)
        return None if value is None else int(value["branch"])

    def _held(self, branch: int) -> Cell:
        value = held(self.cell) or {"held": {}}
        cell: Cell | None = value["held"].get(str(branch))
        return blank_of(self.branches[branch].node) if cell is None else cell

    def _with(self, branch: int, cell: Cell) -> Cell:
        value = held(self.cell) or self._drafts
        return holding({"branch": branch, "held": {**value["held"], str(branch): cell}})

    @property
    def _drafts(self) -> dict[str, Any]:
        return {"held": {str(at): part.cell for at, part in self._parts.items()}}

    def _picked(self, change: Any) -> None:
        if self._showing:
            return
        branch = change["new"]
        self.entered(absent() if branch is None else self._with(branch, self._held(branch)))
        self._draw()

    def rename(self, title: str) -> None:
        """Call it otherwise."""
        super().rename(title)
        self._selector.description = title

    def place(self, errors: Sequence[FieldError]) -> None:
        """Say in the picked type what is wrong: it has no step of its own."""
        part = self.part
        for one in self._parts.values():
            one.place(errors if one is part else ())
        self._say(() if part is not None else errors)

    def inside(self, step: str | int) -> Part | None:
        """Give the part of a field of the picked type."""
        return None if self.part is None else self.part.inside(step)

    def wrong(self) -> Iterator[str]:
        """Give the titles of the fields that say what is wrong; the type itself goes by the title of the union."""
        yield from super().wrong()
        if self.part is not None:
            yield from (self.title if title == self.part.title else title for title in self.part.wrong())

    def close(self) -> None:
        """Close the widgets."""
        for part in self._parts.values():
            part.close()
        super().close()
