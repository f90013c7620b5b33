"""What a model says about how a field is to be drawn: ``json_schema_extra={"hitl": {...}}``."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Mapping
from typing import Any, Final

from pydantic.fields import FieldInfo

KNOWN: Final = (
    "accept",
    "control",
    "group",
    "help",
    "hidden",
    "max_bytes",
    "order",
    "placeholder",
    "readonly",
    "rows",
    "show_if",
    "unit",
    "width",
)


def hints_of(name: str, info: FieldInfo) -> dict[str, Any]:
    """Give the hints of a field. One that is not known is left out, with a warning that names the nearest."""
    extra = info.json_schema_extra
    said = extra.get("hitl") if isinstance(extra, Mapping) else None
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        warnings.warn(f"The hints of field {name!r} are no dictionary, such as {{'hidden': True}}.", stacklevel=2)
        return {}
    for hint in said:
        if hint not in KNOWN:
            near = difflib.get_close_matches(str(hint), KNOWN, 1)
            better = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(KNOWN)}."
            warnings.warn(f"Field {name!r} has a hint {str(hint)!r}, which is not known. {better}", stacklevel=2)
    return {str(hint): value for hint, value in said.items() if hint in KNOWN}
