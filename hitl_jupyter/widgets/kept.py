"""What a background run has printed and displayed, in order, as a notebook file would hold it.

It is written from any thread. It is kept in segments, so that a page that shows it gets only what is new; of very much
the oldest goes, and is counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

TEXT: Final = 200_000
"""Characters of text that are kept."""
DATA: Final = 20_000_000
"""Characters of what was displayed that are kept."""
SEGMENTS: Final = 100
"""Likewise segments; each thing that was displayed ends one."""
FULL: Final = 8_000
"""Characters after which a segment ends with its line."""
OVERLONG: Final = 4 * FULL
"""Characters after which a segment ends in the middle of a line."""
PIECES: Final = 50
"""Outputs after which a segment ends: standard output and error by turns are one each."""


class Segment:
    """Some outputs, one after the other."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.text = self.data = self._tidied = 0
        self.is_over = False
        self.is_news = True

    def write(self, name: str, text: str) -> None:
        """Add text of a stream."""
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") != name:
            last = {"output_type": "stream", "name": name, "text": []}
            self.outputs.append(last)
        last["text"].append(text)
        self.text += len(text)
        self.is_news = True
        ends = text.endswith("\n")
        if self.text >= FULL and (ends or self.text >= self._tidied + FULL):
            self._tidy()
            self._tidied = self.text
            self.is_over = (self.text >= FULL and ends) or self.text >= OVERLONG
        self.is_over = self.is_over or len(self.outputs) >= PIECES

    def put(self, output: dict[str, Any]) -> None:
        """Add what is no text of a stream; it ends the segment."""
        self.outputs.append(output)
        self.data += _size(output)
        self.is_news = self.is_over = True

    def lines(self) -> int:
        """Count the lines of text."""
        return sum("".join(one["text"]).count("\n") for one in self.outputs if "text" in one)

    def displays(self) -> int:
        """Count what is no text."""
        return sum("text" not in one for one in self.outputs)

    def to_json(self) -> tuple[dict[str, Any], ...]:
        """Give the outputs as a notebook file holds them."""
        self._tidy()
        return tuple({**one, "text": one["text"][0]} if "text" in one else dict(one) for one in self.outputs)

    def _tidy(self) -> None:
        """Join texts, and forget what a later one of the same line overwrites, as the bar of a loop does."""
        for one in self.outputs:
            if "text" in one:
                one["text"] = [_seen("".join(one["text"]))]
        self.text = sum(len(one["text"][0]) for one in self.outputs if "text" in one)


class Kept:
    """All of one run; `changed` is called, from any thread, whenever there is more."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        # An object that Python drops while this thread is in here may print.
        self._lock = threading.RLock()
        self._segments: list[Segment] = []
        self._text = self._data = 0
        self._clears = False
        self.lines = 0
        """Of what was left out."""
        self.displays = 0

    def write(self, name: str, text: str) -> None:
        """Add text of a stream."""
        if not text:
            return
        with self._lock:
            if len(text) > TEXT:
                self.lines += text.count("\n", 0, len(text) - TEXT)
                text = text[-TEXT:]
            segment = self._open()
            before = segment.text
            segment.write(name, text)
            self._text += segment.text - before
            self._trim()
        self._changed()

    def display(self, data: Any, metadata: Any, display_id: str | None = None) -> None:
        """Add what was displayed."""
        self._put({"output_type": "display_data", "data": data, "metadata": metadata}, display_id)

    def error(self, error: BaseException, lines: list[str]) -> None:
        """Add a traceback."""
        found = {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}
        self._put({"output_type": "error", **found}, None)

    def update(self, display_id: str, data: Any, metadata: Any) -> bool:
        """Replace what was displayed under an id; tells whether there was any."""
        with self._lock:
            found = False
            for segment in self._segments:
                for output in segment.outputs:
                    if output.get("transient") == {"display_id": display_id}:
                        output |= {"data": data, "metadata": metadata}
                        found = segment.is_news = True
        if found:
            self._changed()
        return found

    def clear(self, *, wait: bool) -> None:
        """Forget everything, with `wait` as soon as something new comes."""
        with self._lock:
            self._clears = wait
            if not wait:
                self._empty()
        self._changed()

    def news(self) -> list[tuple[Segment, tuple[dict[str, Any], ...] | None]]:
        """Give the segments, those with news since the last time with their outputs."""
        with self._lock:
            found = [(one, one.to_json() if one.is_news else None) for one in self._segments]
            for one in self._segments:
                one.is_news = False
            # What was overwritten counts no more.
            self._text = sum(one.text for one in self._segments)
            return [(one, None if outputs is None else tuple(map(_bare, outputs))) for one, outputs in found]

    def _put(self, output: dict[str, Any], display_id: str | None) -> None:
        if display_id is not None:
            output["transient"] = {"display_id": display_id}
        with self._lock:
            self._open().put(output)
            self._data += _size(output)
            self._trim()
        self._changed()

    def _open(self) -> Segment:
        if self._clears:
            self._empty()
        if not self._segments or self._segments[-1].is_over:
            self._segments.append(Segment())
        return self._segments[-1]

    def _empty(self) -> None:
        self._segments, self._clears, self.lines, self.displays = [], False, 0, 0
        self._text = self._data = 0

    def _trim(self) -> None:
        while len(self._segments) > 1 and (len(self._segments) > SEGMENTS or self._text > TEXT or self._data > DATA):
            oldest = self._segments.pop(0)
            self._text -= oldest.text
            self._data -= oldest.data
            self.lines += oldest.lines()
            self.displays += oldest.displays()


def _seen(text: str) -> str:
    """Give a text without what later parts of its lines overwrite."""
    if "\r" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        body = line.rstrip("\r")
        lines.append(body.rpartition("\r")[2] + line[len(body) :])
    return "\n".join(lines)


def _bare(output: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in output.items() if name != "transient"}


def _size(output: Mapping[str, Any]) -> int:
    return sum(len(str(value)) for value in output.get("data", {}).values()) + len("".join(output.get("traceback", ())))
