"""What a question shows, in the page: images, sounds, tables, texts, and whatever the page itself has means to show.

One such widget shows one thing after the other. Its contents go by message, as bytes, in parts that every connection
takes; a page that is opened later asks for them. They are in no trait, so that no notebook file keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import anywidget
from ipywidgets import Output

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exhibits import Exhibit
from hitl_jupyter.exhibits.exhibit import problem
from hitl_jupyter.widgets.card import STATIC

PART: Final = 8_000_000
"""Bytes of one message: a proxy, or a server in between, may take no more than 10 MB."""


class Shown(anywidget.AnyWidget):
    """What is shown with a question."""

    _esm = STATIC / "shown.js"
    _css = STATIC / "shown.css"

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._items: list[dict[str, Any]] = []
        self._contents: list[bytes] = []
        self._outputs: list[Output] = []
        self.on_msg(self._receive)

    @property
    def reference(self) -> str:
        """What a page finds it by."""
        return f"IPY_MODEL_{self.model_id}"

    def put(self, exhibits: Sequence[Exhibit]) -> None:
        """Show this, in place of what was shown."""
        self._number += 1
        bundles = [one.drawn["bundle"] for one in exhibits if one.kind == "output"]
        while len(self._outputs) < len(bundles):
            self._outputs.append(Output())
        outputs = iter(self._outputs)
        for output, bundle in zip(self._outputs, bundles, strict=False):
            output.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
        self._items = [_item(next(outputs) if one.kind == "output" else one.live, one) for one in exhibits]
        self._contents = [one.content or b"" for one in exhibits]
        self._tell()

    def drop(self) -> None:
        """Let go of what is shown; pages keep it until they show something else."""
        self._number += 1
        self._items, self._contents = [], []

    def close(self) -> None:
        """Close it, and the outputs in it. The widgets in it are the user's."""
        for output in getattr(self, "_outputs", ()):
            output.close()
        super().close()

    def _tell(self) -> None:
        for message, buffers in self._messages():
            self.send(message, buffers)

    def _messages(self) -> Iterator[tuple[dict[str, Any], list[memoryview]]]:
        message: dict[str, Any] = {
            "kind": "contents",
            "number": self._number,
            "items": self._items,
            "sizes": [len(content) for content in self._contents],
            "parts": [],
        }
        buffers: list[memoryview] = []
        room = PART
        for at, content in enumerate(self._contents):
            rest = memoryview(content)
            while rest:
                if room == 0:
                    yield message, buffers
                    message, buffers, room = {"kind": "more", "number": self._number, "parts": []}, [], PART
                buffers.append(rest[:room])
                message["parts"].append(at)
                rest, room = rest[room:], room - len(buffers[-1])
        yield message, buffers

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:  # noqa: ARG002 - ipywidgets' signature
        if content == {"kind": "hello"}:
            self._tell()
        else:
            logger.warning("A message of what a question shows was malformed and changed nothing.")


def _item(live: Any, exhibit: Exhibit) -> dict[str, Any]:
    if live is None:
        return exhibit.to_page()
    reference = getattr(live, "model_id", None)
    if reference is None:
        return problem(f"the {type(live).__name__}", "it was closed.").to_page()
    return {"kind": "widget", "ref": f"IPY_MODEL_{reference}"}
