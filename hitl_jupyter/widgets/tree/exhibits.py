"""What a question is about, in plain widgets: widgets are themselves, images images, and the rest is said in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ipywidgets import HTML, Image

from hitl_jupyter.exhibits import Exhibit
from hitl_jupyter.widgets.tree.looks import Looks, escaped


def exhibited(exhibits: Iterable[Exhibit], looks: Looks) -> Iterator[tuple[Any, bool]]:
    """Give a widget for each thing, and whether it was made for this: one that is shown is the user's."""
    for one in exhibits:
        if one.live is not None:
            yield one.live, False
        elif one.kind == "image" and one.content:
            yield looks.make(Image, "picture", value=one.content), True
        else:
            yield looks.make(HTML, "words", value=escaped(one.words)), True
