"""What the widgets of one tree share, and how text is put on them.

An ipywidget costs three comms: itself, its layout and its style. Those of one kind share the last two.
"""

from __future__ import annotations

import html
from typing import Any, Final

from ipywidgets import HTML, Layout

LAYOUTS: Final[dict[str, dict[str, str]]] = {
    "form": {"width": "auto", "max_width": "720px", "padding": "4px 8px 8px 8px"},
    "field": {"width": "auto", "margin": "0 0 8px 0", "flex": "0 0 auto"},
    "set": {"width": "auto", "margin": "4px 0 8px 0", "padding": "0 0 0 12px", "border_left": "2px solid #9e9e9e"},
    "control": {"width": "auto", "height": "auto", "flex_flow": "column nowrap", "align_items": "stretch"},
    "wrapping": {"width": "auto", "height": "auto", "flex_flow": "row wrap"},
    "line": {"width": "auto", "height": "auto", "flex_flow": "row wrap", "align_items": "center"},
    "row": {"width": "auto", "align_items": "flex-start"},
    "item": {"width": "auto", "flex": "1 1 auto", "min_width": "0"},
    "tool": {"width": "32px", "flex": "0 0 auto"},
    "button": {"width": "max-content", "min_width": "80px"},
    "picture": {"max_width": "100%", "width": "max-content", "margin": "4px 2px"},
    "words": {"width": "auto", "height": "auto", "margin": "0 2px"},
}
QUIET: Final = "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4;"
WRONG: Final = f"{QUIET} color: var(--jp-error-color1, #d32f2f);"
STRONG: Final = f"{QUIET} font-weight: 600;"


class Looks:
    """The layouts and styles of one tree, each made when it is first needed."""

    def __init__(self) -> None:
        self._layouts: dict[str, Layout] = {}
        self._styles: dict[type, Any] = {}

    def make(self, kind: type, layout: str, **traits: Any) -> Any:
        """Make a widget that shares its layout and style with others."""
        if layout not in self._layouts:
            self._layouts[layout] = Layout(**(LAYOUTS.get(layout) or _list(layout)))
        known = {"style": self._styles[kind]} if kind in self._styles else {}
        made = kind(layout=self._layouts[layout], **known, **traits)
        style = getattr(made, "style", None)
        if style is not None and not known:
            self._styles[kind] = style
            if style.has_trait("description_width"):
                style.description_width = "fit-content"
            if style.has_trait("button_width"):
                style.button_width = "auto"
        return made

    def close(self) -> None:
        """Close what the widgets shared."""
        for one in (*self._layouts.values(), *self._styles.values()):
            one.close()


def _list(name: str) -> dict[str, str]:
    """Give the layout of a list with so many rows: without a height it would be as high as lists are wide."""
    return {**LAYOUTS["control"], "height": f"{44 + 18 * int(name.removeprefix('list'))}px"}


def titled(title: str, text: str) -> str:
    """Give a title and what is said under it for an `HTML` widget."""
    return escaped(title, STRONG) + escaped(text)


def escaped(text: str, style: str = QUIET, role: str = "") -> str:
    """Give text for an `HTML` widget: whatever it says, it is shown as it is written."""
    said = f' role="{role}"' if role else ""
    return f'<div style="{style}"{said}>{html.escape(text)}</div>' if text else ""


def say(widget: HTML, text: str, style: str = QUIET, role: str = "") -> None:
    """Put text on an `HTML` widget, if it is another one than before: a screen reader reads each change aloud."""
    value = escaped(text, style, role)
    if widget.value != value:
        widget.value = value
