"""The one table of the tree's parts: which class draws which kind of node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hitl_jupyter.widgets.tree.choices import PickPart, SeveralPart, YesOrNoPart
from hitl_jupyter.widgets.tree.groups import GroupPart, TuplePart
from hitl_jupyter.widgets.tree.leaf import DatePart, EntryPart, FilePart, SaidPart, SecretPart, TickPart
from hitl_jupyter.widgets.tree.part import Part, Spec
from hitl_jupyter.widgets.tree.rows import ListPart
from hitl_jupyter.widgets.tree.slot import SlotPart
from hitl_jupyter.widgets.tree.unions import UnionPart


def draw(spec: Spec) -> Part:
    """Draw a field."""
    spec = replace(spec, node=spec.node.itself)
    slot = spec.tree.slot_at(spec.path) if spec.path is not None else None
    # Whatever a new kind holds, its text can be typed.
    return PARTS.get(spec.node.kind, EntryPart)(spec) if slot is None else SlotPart(spec, slot)


def _boolean(spec: Spec) -> Part:
    node = spec.node
    # A box can only tell two things apart, so it is there only where there is a default.
    return (YesOrNoPart if node.required or node.nullable or node.blank["is"] != "value" else TickPart)(spec)


PARTS: Final[dict[str, Callable[[Spec], Part]]] = {
    "text": EntryPart,
    "integer": EntryPart,
    "number": EntryPart,
    "line": EntryPart,
    "datetime": EntryPart,
    "time": EntryPart,
    "duration": EntryPart,
    "json": EntryPart,
    "date": DatePart,
    "boolean": _boolean,
    "choice": PickPart,
    "several": SeveralPart,
    "file": FilePart,
    "constant": SaidPart,
    "secret": SecretPart,
    "group": GroupPart,
    "tuple": TuplePart,
    "list": ListPart,
    "dict": ListPart,
    "union": UnionPart,
}
