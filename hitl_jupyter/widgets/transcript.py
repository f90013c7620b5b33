"""What stands below a cell since it began to run, for a page that opens meanwhile: as its own page would have it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ADDED: Final = frozenset({"stream", "display_data", "execute_result", "error"})
HEARD: Final = ADDED | {"clear_output", "update_display_data"}
"""The messages that change what stands below a cell."""
MOST: Final = 500
LONGEST: Final = 2_000_000
"""Outputs, and characters in them, that are kept; of a cell with more nothing is."""
VIEW: Final = "application/vnd.jupyter.widget-view+json"


@dataclass(eq=False)
class _Output:
    kind: str
    content: dict[str, Any]
    size: int
    name: str | None = None
    """By which it can be replaced."""


class Transcript:
    """The outputs of one request to run a cell. Messages come from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outputs: list[_Output] = []
        self._size = 0
        self._is_whole = True
        self._clears_next = False
        self._last = ""

    def take(self, message: Mapping[str, Any]) -> None:
        """Do with a message what a page does with it."""
        kind, content = message["msg_type"], message["content"]
        name = (content.get("transient") or {}).get("display_id")
        with self._lock:
            self._last = message["header"]["msg_id"]
            if kind == "clear_output":
                self._clears_next = bool(content.get("wait"))
                if not self._clears_next:
                    self._clear()
            elif kind == "update_display_data":
                for output in self._outputs:
                    if name is not None and output.name == name:
                        self._size -= output.size
                        output.content, output.size = _plain(content), _size(content)
                        self._size += output.size
            elif kind in ADDED:
                self._add(kind, content, name)

    def forget(self, model: str) -> None:
        """Take out what shows a widget that was closed."""
        with self._lock:
            self._outputs = [
                one for one in self._outputs if (one.content.get("data") or {}).get(VIEW, {}).get("model_id") != model
            ]

    def to_json(self) -> dict[str, Any] | None:
        """Give the outputs, each with its name, and the last message that is in them; None if it was too much."""
        with self._lock:
            if not self._is_whole:
                return None
            outputs = [{"output": _written(one), "name": one.name} for one in self._outputs]
            return {"outputs": outputs, "clears_next": self._clears_next, "last": self._last}

    def _add(self, kind: str, content: dict[str, Any], name: str | None) -> None:
        if self._clears_next:
            self._clear()
        if not self._is_whole:
            return
        size, last = _size(content), self._outputs[-1] if self._outputs else None
        if kind == "stream" and last is not None and last.kind == kind and last.content["name"] == content["name"]:
            last.content["parts"].append(content["text"])
            last.size += size
        else:
            # A list, as texts come in thousands of pieces.
            kept = {"name": content["name"], "parts": [content["text"]]} if kind == "stream" else _plain(content)
            self._outputs.append(_Output(kind, kept, size, name))
        self._size += size
        if self._size > LONGEST or len(self._outputs) > MOST:
            self._clear()
            self._is_whole = False

    def _clear(self) -> None:
        self._outputs.clear()
        self._size, self._clears_next, self._is_whole = 0, False, True


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "transient"}


def _written(output: _Output) -> dict[str, Any]:
    kind, content = output.kind, output.content
    if kind == "stream":
        return {"output_type": kind, "name": content["name"], "text": "".join(content["parts"])}
    return {"output_type": kind, **content}


def _size(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    if isinstance(content, Mapping):
        return sum(_size(value) for value in content.values())
    return sum(_size(value) for value in content) if isinstance(content, list | tuple) else 1
