"""What draws forms: JavaScript of our own, in one widget, or a tree of plain ipywidgets."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final, Literal

from hitl_jupyter.exceptions import UnknownRenderer

Renderer = Literal["anywidget", "ipywidgets"]
RENDERERS: Final[tuple[Renderer, ...]] = ("anywidget", "ipywidgets")
VARIABLE: Final = "HITL_RENDERER"
"""The environment variable that says which one draws where a program does not say it."""


def renderer(said: str | None = None) -> Renderer:
    """Give the renderer that is said, or that the environment says; without a word, the one that is there.

    Raises
    ------
    UnknownRenderer
        There is none of this name.
    """
    name = said or os.environ.get(VARIABLE) or ("anywidget" if find_spec("anywidget") else "ipywidgets")
    for known in RENDERERS:
        if name == known:
            return known
    raise UnknownRenderer(name, RENDERERS)


def prefer(name: str) -> Renderer:
    """Have one renderer draw the forms that are shown from now on.

    Raises
    ------
    UnknownRenderer
        There is none of this name.
    """
    chosen = renderer(name)
    os.environ[VARIABLE] = chosen
    return chosen
