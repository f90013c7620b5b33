"""The limits of a field in words, as the page says them. They are shown before anything is wrong; pydantic decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hitl_jupyter.forms.nodes import Node

RANGE: Final = {"min": "at least", "exclusive_min": "more than", "max": "at most", "exclusive_max": "less than"}
SPAN: Final = {"min": "from", "exclusive_min": "after", "max": "until", "exclusive_max": "before"}
COUNTED: Final = {"text": "character", "dict": "entry", "list": "item", "several": "item"}


def limits_of(node: Node) -> str:
    """Give "1 to 10" or "at most 20 characters", and the unit; "" where a field has neither."""
    unit = f"in {node.hints['unit']}" if "unit" in node.hints else ""
    return ", ".join(part for part in (_limits(node), unit) if part)


def _limits(node: Node) -> str:
    hints = node.hints
    if node.kind in COUNTED:
        end = "length" if node.kind == "text" else "items"
        return _count(hints.get(f"min_{end}"), hints.get(f"max_{end}"), COUNTED[node.kind])
    if node.kind in ("date", "datetime", "time"):
        return _said(hints, SPAN)
    bounds = _said(hints, RANGE)
    if "min" in hints and "max" in hints:
        bounds = f"{hints['min']} to {hints['max']}"
    multiple = f"a multiple of {hints['multiple_of']}" if "multiple_of" in hints else ""
    digits = _count(None, hints.get("max_digits"), "digit")
    places = _count(None, hints.get("decimal_places"), "decimal")
    return ", ".join(part for part in (bounds, multiple, digits, places) if part)


def _said(hints: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return ", ".join(f"{said} {hints[name]}" for name, said in words.items() if name in hints)


def _count(least: Any, most: Any, what: str) -> str:
    if not least:
        return "" if most is None else f"at most {_things(most, what)}"
    if least == most:
        return f"exactly {_things(least, what)}"
    return f"at least {_things(least, what)}" if most is None else f"{least} to {_things(most, what)}"


def _things(count: int, what: str) -> str:
    if count == 1:
        return f"1 {what}"
    return f"{count} {what[:-1]}ies" if what.endswith("y") else f"{count} {what}s"
