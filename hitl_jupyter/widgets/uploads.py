"""Files that a page sends: piece by piece into a temporary file, which goes with the form or when nobody has it.

A page sends the next pieces before the first ones are acknowledged, so that they flow, and few of them, so that
neither the kernel's loop nor the connection is taken up by them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hitl_jupyter.core.records import Json
from hitl_jupyter.forms import Plan
from hitl_jupyter.forms.file_node import in_bytes
from hitl_jupyter.forms.files import File

MOST_AT_ONCE: Final = 2_000_000
"""A piece is about half of this. What sends more is no page of ours."""
BROKEN: Final = "{} did not arrive in one piece. Choose it again."


class _Arriving:
    """One file on its way."""

    def __init__(self, upload: str, name: str, size: int) -> None:
        self.file = File(upload, name, size)
        # For this user only.
        number, path = tempfile.mkstemp(prefix="hitl-")
        self.file.spooled(Path(path))
        self._path, self._out = Path(path), os.fdopen(number, "wb", buffering=0)
        self._digest, self.arrived = hashlib.sha256(), 0

    def add(self, piece: memoryview) -> None:
        self._out.write(piece)
        self._digest.update(piece)
        self.arrived += len(piece)
        if self.arrived == self.file.size:
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

    def take(self, upload: str, name: str, size: int, offset: int, piece: memoryview) -> str | None:
        """Take the next piece of a file; gives what a person must be told if it cannot be."""
        known = self._arriving.get(upload)
        if offset == 0 and (known is None or known.arrived > 0 or known.file.complete):
            why = self._begin(upload, name, size)
            if why is not None:
                return why
            known = self._arriving[upload]
        fits = known is not None and known.arrived == offset and offset + len(piece) <= known.file.size
        if known is None or not fits or len(piece) > MOST_AT_ONCE or (size and not len(piece)):
            self.drop(upload)
            return BROKEN.format(name)
        try:
            known.add(piece)
        except OSError as error:
            self.drop(upload)
            return _not_kept(name, error)
        return None

    def _begin(self, upload: str, name: str, size: int) -> str | None:
        self.drop(upload)
        if size > self._most:
            return f"{name} has {in_bytes(size)}, which is more than is taken here. Choose a smaller file."
        try:
            self._arriving[upload] = _Arriving(upload, name, size)
        except OSError as error:
            return _not_kept(name, error)
        return None

    def drop(self, upload: str) -> None:
        """Remove a file: nobody wants it any more."""
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
