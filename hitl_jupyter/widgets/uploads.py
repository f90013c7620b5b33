"""Files that a page sends: piece by piece into a temporary file, which goes with the form or when nobody has it.

A page sends the next pieces before the first ones are acknowledged, so that they flow, and few of them, so that
neither the kernel's loop nor the connection is taken up by them. JupyterLab may hand the messages of a comm to two
threads of the kernel, so that a piece can overtake the one before it: it waits for that.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms import Plan
from hitl_jupyter.forms.file_node import in_bytes
from hitl_jupyter.forms.files import File

MOST_AT_ONCE: Final = 2_000_000
"""A piece is about half of this. What sends more is no page of ours."""
AHEAD: Final = 8
"""So many pieces may have overtaken another one."""
BROKEN: Final = "{} did not arrive in one piece. Choose it again."


class _Arriving:
    """One file on its way."""

    def __init__(self, upload: str, name: str, size: int) -> None:
        self.file = File(upload, name, size)
        # For this user only.
        number, path = tempfile.mkstemp(prefix="hitl-")
        self.file.spooled(Path(path))
        self._path, self._out = Path(path), os.fdopen(number, "wb", buffering=0)
        self._digest, self._arrived = hashlib.sha256(), 0
        self._ahead: dict[int, bytes | memoryview] = {}

    def add(self, offset: int, piece: memoryview) -> bool:
        """Take a piece; tells whether it has a place."""
        size = self.file.size
        fits = len(piece) <= MOST_AT_ONCE and offset + len(piece) <= size and (len(piece) > 0 or size == 0)
        if not fits or self.file.complete or offset < self._arrived or offset in self._ahead:
            return False
        self._ahead[offset] = piece if offset == self._arrived else bytes(piece)
        while (next_ := self._ahead.pop(self._arrived, None)) is not None:
            self._write(next_)
            if self.file.complete:
                break
        return len(self._ahead) <= AHEAD

    def _write(self, piece: bytes | memoryview) -> None:
        self._out.write(piece)
        self._digest.update(piece)
        self._arrived += len(piece)
        if self._arrived == self.file.size:
            self._out.close()
            self.file.spooled(self._path, self._digest.hexdigest())

    def close(self) -> None:
        self._out.close()
        self.file.discard()


class Uploads:
    """The files that the pages of one form have sent or are sending."""

    def __init__(self, plan: Plan | None) -> None:
        self._most = max(_limits(None if plan is None else plan.to_page()["root"]), default=-1)
        self._arriving: dict[str, _Arriving] = {}
        self._dropped: set[str] = set()
        self._lock = threading.Lock()

    def take(self, upload: str, name: str, size: int, offset: int, piece: memoryview) -> str | None:
        """Take a piece of a file; gives what a person must be told if it cannot be."""
        with self._lock:
            return self._take(upload, name, size, offset, piece)

    def _take(self, upload: str, name: str, size: int, offset: int, piece: memoryview) -> str | None:
        if upload in self._dropped:
            return BROKEN.format(name)
        if upload not in self._arriving:
            why = self._begin(upload, name, size)
            if why is not None:
                return why
        try:
            if self._arriving[upload].add(offset, piece):
                return None
            why = BROKEN.format(name)
        except OSError as error:
            why = _not_kept(name, error)
        self.drop(upload)
        return why

    def _begin(self, upload: str, name: str, size: int) -> str | None:
        if size > self._most:
            return f"{name} has {in_bytes(size)}, which is more than is taken here. Choose a smaller file."
        try:
            self._arriving[upload] = _Arriving(upload, name, size)
        except OSError as error:
            return _not_kept(name, error)
        return None

    def drop(self, upload: str) -> None:
        """Remove a file: nobody wants it any more."""
        # A piece of it may still be on its way.
        self._dropped.add(upload)
        arriving = self._arriving.pop(upload, None)
        if arriving is not None:
            arriving.close()

    def close(self) -> None:
        """Remove all files."""
        for upload in list(self._arriving):
            self.drop(upload)


def _not_kept(name: str, error: OSError) -> str:
    return f"{name} could not be kept in the kernel ({error.strerror or error}). Choose a smaller file, or make room."


def _limits(part: Json) -> Iterator[int]:
    """Give how many bytes each file in a plan may have."""
    if isinstance(part, dict):
        hints = part.get("hints")
        if part.get("kind") == "file" and isinstance(hints, dict):
            yield int(str(hints["max_bytes"]))
        for inner in part.values():
            yield from _limits(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _limits(inner)
