"""JSON as it is stored: without NaN and the infinities, for which JSON has no numbers."""

from __future__ import annotations

import math

from hitl_jupyter.core.records import Json


def finite(value: Json) -> Json:
    """Spell NaN and the infinities as text, as pydantic reads them, and tuples as lists."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
