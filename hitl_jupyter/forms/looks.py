"""How a field is drawn because of its hints, beyond what its type says; a hint that cannot be followed warns.

A control by the name of a built-in one is for whatever in the field takes it: the items of a list of texts are boxes of
several lines where the field says so. A name that is none of these may be one that somebody has registered.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms.containers import GroupNode, ListNode
from hitl_jupyter.forms.entries import TextNode
from hitl_jupyter.forms.fields import Field
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.tuples import TupleNode
from hitl_jupyter.forms.unions import UnionNode

FITTING: Final[Mapping[str, tuple[str, ...]]] = {
    "boolean": ("switch", "radio", "select", "json"),
    "choice": ("radio", "select", "json"),
    "several": ("checkboxes", "json"),
    "integer": ("slider", "text", "json"),
    "number": ("slider", "text", "json"),
    "text": ("textarea", "text", "json"),
}
"""The names of built-in controls, by the kind that takes them. All but a secret can be a box for JSON."""
BUILT_IN: Final = frozenset(name for names in FITTING.values() for name in names)
BOUNDS: Final = (("min", "exclusive_min"), ("max", "exclusive_max"))
WIDTHS: Final[Mapping[str, int]] = {"quarter": 3, "third": 4, "half": 6, "full": 12}
"""Widths by name, in columns of twelve."""
MEASURED: Final = ("integer", "number", "text", "line", "duration")
"""Kinds beside whose box a unit can stand."""


def styled(node: Node, hints: Mapping[str, Any]) -> Node:
    """Give the node with the built-in control and the unit that its field asks for, if it takes them."""
    drawn: dict[str, Json] = {}
    name = hints.get("control")
    if name == "slider" and node.kind in ("integer", "number"):
        drawn = _slider(node)
    elif name in FITTING.get(node.kind, ()) and name != "json":
        drawn["control"] = name
        if isinstance(node, TextNode):
            drawn["multiline"] = name == "textarea"
    unit = hints.get("unit")
    if isinstance(unit, str) and unit and node.kind in MEASURED:
        drawn["unit"] = unit
    return dataclasses.replace(node, hints={**node.hints, **drawn}) if drawn else node


def _slider(node: Node) -> dict[str, Json]:
    """Give what a slider needs where there are two bounds: with digits behind the point, its ends and its step."""
    texts = [next((node.hints[name] for name in names if name in node.hints), "nan") for names in BOUNDS]
    least, most = (Decimal(str(text)) for text in texts)
    if not (least.is_finite() and most.is_finite() and least < most):
        return {}
    if node.kind == "integer":
        return {"control": "slider"}
    multiple = node.hints.get("multiple_of")
    # About a hundredth of the way: 0.1, 0.01, ...
    by = Decimal(str(multiple)) if multiple else Decimal(1).scaleb((most - least).adjusted() - 2)
    first = (least / by).to_integral_value(ROUND_CEILING) * by if multiple else least
    ends = (first if "min" in node.hints else least + by, most if "max" in node.hints else most - by, by)
    return {"control": "slider", "slider": [format(end, "f") for end in ends]}


def drawn(name: str, node: Node, hints: Mapping[str, Any], *, is_needed: bool) -> Node:
    """Give the node of a field with its hints for the page; what must be answered cannot be hidden."""
    if not hints:
        return node
    checks = _Checks(name, hints)
    given: dict[str, Json] = {}
    for hint in ("placeholder", "group"):
        if checks.has(hint, str, "must be a text"):
            given[hint] = hints[hint]
    if checks.has("rows", int, "must be a number of lines") and checks.fits("rows", isinstance(node, TextNode)):
        given |= {"rows": hints["rows"], "multiline": hints["rows"] > 1}
    for hint in ("hidden", "readonly"):
        if checks.has(hint, bool, "must be True or False") and hints[hint] and not is_needed:
            given[hint] = True
    if "width" in hints:
        given |= checks.width()
    if checks.has("unit", str, "must be a text"):
        checks.fits("unit", any("unit" in one.hints for one in _parts(node)))
    known = dict(node.hints)
    if known.get("control") == "switch" and (is_needed or node.nullable):
        del known["control"]
        checks.warn("control", "is 'switch', which can only say yes and no: give the field a default that is either")
    else:
        _check_control(checks, node)
    checks.has("order", int | float, "must be a number")
    described = hints["help"] if checks.has("help", str, "must be a text") else node.description
    return dataclasses.replace(node, hints={**known, **given}, description=described)


def _check_control(checks: _Checks, node: Node) -> None:
    name = checks.hints.get("control")
    if name is None or not checks.has("control", str, "must be the name of a control") or name not in BUILT_IN:
        return
    parts = list(_parts(node))
    kinds = {one.kind for one in parts if one.kind != "json" or name != "json"}
    if name == "slider" and {"integer", "number"} & kinds and not any(one.hints.get("control") for one in parts):
        checks.warn("control", "is 'slider', which needs a least and a greatest value, such as ge=0 and le=1")
    elif not any(one.hints.get("control") == name for one in parts) and not (name == "json" and node.kind == "json"):
        there = [fitting for kind in FITTING if kind in kinds for fitting in FITTING[kind]] or ["json"]
        names = ", ".join(repr(one) for one in dict.fromkeys(there))
        checks.warn("control", f"is {name!r}, which is no control for its type. There are: {names}")


def _parts(node: Node) -> Iterator[Node]:
    """Give the node and what is in it, but for the fields of a model, which have hints of their own."""
    yield node
    inner: Iterable[Node] = ()
    if isinstance(node, ListNode):
        inner = (node.item,)
    elif isinstance(node, TupleNode):
        inner = node.items
    elif isinstance(node, UnionNode):
        inner = (branch.node for branch in node.branches)
    for one in inner:
        if not isinstance(one, GroupNode):
            yield from _parts(one)


class _Checks:
    """Looks at the hints of one field, and warns."""

    def __init__(self, field: str, hints: Mapping[str, Any]) -> None:
        self.field, self.hints = field, hints

    def has(self, hint: str, kind: Any, must: str) -> bool:
        """Tell whether a hint is there and of its type."""
        value = self.hints.get(hint)
        if value is None:
            return False
        good = isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) and value != ""
        if not good:
            self.warn(hint, must)
        return good

    def fits(self, hint: str, good: bool) -> bool:
        """Tell whether a hint is for a field such as this one."""
        if not good:
            self.warn(hint, "is for fields of another type")
        return good

    def width(self) -> dict[str, Json]:
        """Give how many columns of twelve the field has."""
        said = self.hints["width"]
        columns = WIDTHS.get(said) if isinstance(said, str) else said
        if type(columns) is int and 1 <= columns <= WIDTHS["full"]:
            return {"width": columns}
        names = ", ".join(map(repr, WIDTHS))
        self.warn("width", f"must be one of {names} or a number of columns from 1 to 12")
        return {}

    def warn(self, hint: str, why: str) -> None:
        """Say why a hint is not followed."""
        warnings.warn(f"The hint {hint!r} of field {self.field!r} {why}. It is left out.", stacklevel=2)


def in_groups(fields: Iterable[Field]) -> list[Field]:
    """Give the fields such that those of one group stand together, in the place of its first."""
    first: dict[object, int] = {}
    placed = []
    for at, field in enumerate(fields):
        group = field.node.hints.get("group")
        placed.append((at if group is None else first.setdefault(group, at), at, field))
    return [field for _, _, field in sorted(placed, key=lambda one: one[:2])]
