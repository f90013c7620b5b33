"""Objects that say by themselves how a notebook shows them (``_repr_mimebundle_``, ``_repr_html_`` and their kin)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.exhibits.exhibit import Exhibit, markdown, short, text
from hitl_jupyter.exhibits.media import of_bytes

WIDGET: Final = "application/vnd.jupyter.widget-view+json"
PLOTLY: Final = "application/vnd.plotly.v1+json"
_METHODS: Final[Mapping[str, str]] = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
}


def is_widget(value: Any) -> bool:
    """Tell whether it is an ipywidget, without knowing them."""
    return isinstance(getattr(value, "model_id", None), str) and hasattr(value, "comm") and hasattr(value, "get_state")


def widget(value: Any) -> Exhibit:
    """Give an ipywidget."""
    name = type(value).__name__
    return Exhibit("widget", f"(a {name}: to be seen in the notebook)", {}, {"type": name}, live=value)


def display(value: Any) -> Exhibit:
    """Give anything as it would be shown as the last line of a cell.

    Raises
    ------
    CannotShow
        It says that it is an image, and is none.
    """
    bundle = {} if isinstance(value, type) else _bundle(value)
    name = type(value).__name__
    if any(mime.startswith("application/") for mime in bundle) or {"text/html", "text/latex"} & bundle.keys():
        return _output(bundle, name)
    for mime in ("image/svg+xml", "image/png", "image/jpeg"):
        if mime in bundle:
            return of_bytes(_bytes(bundle[mime], mime), "image", name)
    if "text/markdown" in bundle:
        return markdown(short(bundle["text/markdown"], 1_000_000))
    return text(_said(value))


def _output(bundle: dict[str, Any], name: str) -> Exhibit:
    """Give something that the page's own means show: Plotly, Vega, HTML of a notebook's output."""
    reference = bundle.get(WIDGET)
    if isinstance(reference, Mapping) and isinstance(reference.get("model_id"), str):
        drawn = {"ref": f"IPY_MODEL_{reference['model_id']}"}
        return Exhibit("widget", f"(a {name}: to be seen in the notebook)", drawn, {"type": name})
    kept: dict[str, Json] = {"type": name, "mimes": [*sorted(bundle)]}
    return Exhibit("output", f"(a {name}: to be seen in the notebook)", {"bundle": bundle}, kept)


def _bundle(value: Any) -> dict[str, Any]:
    if type(value).__module__.startswith("plotly.") and hasattr(value, "to_plotly_json"):
        # What it says of itself depends on where it believes it is.
        return {PLOTLY: json.loads(value.to_json()), "text/plain": type(value).__name__}
    whole = getattr(value, "_repr_mimebundle_", None)
    found = _data(whole(include=None, exclude=None)) if callable(whole) else None
    if isinstance(found, Mapping) and found:
        return {str(mime): _written(data) for mime, data in found.items() if data is not None}
    bundle: dict[str, Any] = {}
    for method, mime in _METHODS.items():
        said = getattr(value, method, None)
        data = _data(said()) if callable(said) else None
        if data is not None:
            bundle[mime] = _written(data)
    if bundle:
        bundle["text/plain"] = _said(value)
    return bundle


def _data(found: Any) -> Any:
    """Give the data of what such a method gave: it may come with metadata."""
    return found[0] if isinstance(found, tuple) and len(found) == 2 else found


def _written(data: Any) -> Any:
    return base64.b64encode(data).decode() if isinstance(data, bytes) else data


def _bytes(data: Any, mime: str) -> bytes:
    if mime == "image/svg+xml":
        return str(data).encode()
    try:
        return base64.b64decode(str(data))
    except binascii.Error:
        return b""


def _said(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        try:
            return json.dumps(value, indent=2, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            pass
    return short(repr(value), 100_000)
