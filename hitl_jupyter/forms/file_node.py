"""The kind that is a file to a person and bytes to Python."""

from __future__ import annotations

import base64
import mimetypes
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from pydantic import EncodedBytes

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, MalformedDocument
from hitl_jupyter.forms.asked import Asked
from hitl_jupyter.forms.cells import MISSING, Path, Problem
from hitl_jupyter.forms.files import ENCODERS, ENCODINGS, File, FileId, file_at_hand
from hitl_jupyter.forms.nodes import Node

MOST: Final = 1_000_000_000
"""A file may have so many bytes where its field says nothing else."""
LOST: Final = "The file is no longer here. Choose it again."
NOT_ALL: Final = "Not all of the file is here yet. Wait until it is, or choose it again."


@dataclass(frozen=True, kw_only=True, eq=False)
class FileNode(Node):
    """Bytes that are a file."""

    kind = "file"
    encoding: str | None = None
    """What pydantic is given them as: base64 where the type decodes it."""

    @property
    def most(self) -> int:
        """How many bytes a file may have."""
        most: Any = self.hints["max_bytes"]
        return int(most)

    def refused(self, name: str, size: int) -> str | None:
        """Say why a file is not taken, None if it is."""
        if size > self.most:
            has, most = in_bytes(size), in_bytes(self.most)
            if has == most:
                has, most = f"{size:,} bytes", f"{self.most:,}"
            return f"{name or 'The file'} has {has}, at most {most} are taken. Choose a smaller file."
        accept = self.hints.get("accept")
        if accept and name and not accepts(str(accept), name):
            return f"{name} is not of the kind that is taken ({accept}). Choose another file."
        return None

    def read_value(self, value: Mapping[str, Any], path: Path, problems: list[Problem]) -> Any:
        """Give the bytes as pydantic takes them."""
        file: File | None = getattr(value["id"], "file", None)
        why = LOST if file is None else self.refused(file.name, file.size) or (None if file.complete else NOT_ALL)
        if file is not None and why is None:
            try:
                return file.data(self.encoding)
            except OSError:
                why = LOST
        problems.append(Problem(path, why or LOST))
        return MISSING

    def write_value(self, value: Any, path: Path) -> dict[str, Any]:
        """Give what stands for bytes, for a text as its type takes it, or for a file that is at hand."""
        if isinstance(value, str):
            value = self._meant(value, path)
        if isinstance(value, bytearray | memoryview):
            value = bytes(value)
        if not isinstance(value, bytes | File):
            raise CannotHold(path, "it is no bytes")
        file = value if isinstance(value, File) else File.of(value)
        return self._of(file)

    def _meant(self, text: str, path: Path) -> bytes:
        if self.encoding is None:
            return text.encode()
        with suppress(ValueError):
            return base64.b64decode(text, ENCODINGS[self.encoding])
        raise CannotHold(path, f"it is no {self.encoding}")

    def is_faithful(self, value: Any) -> bool:
        """Tell whether the default is there as a file; any other is left to pydantic."""
        return value is None or self.show(value)["is"] != "absent"

    def checked_value(self, value: Any, path: Path) -> dict[str, Any]:
        """Give what a page says of a file; one that is no longer here says so.

        Raises
        ------
        MalformedDocument
            It says nothing of a file.
        """
        kinds = {"id": str, "name": str, "size": int}
        if not isinstance(value, Mapping) or any(not isinstance(value.get(one), kind) for one, kind in kinds.items()):
            raise MalformedDocument(path, "a file travels as its id, name and size")
        file = getattr(value["id"], "file", None) or file_at_hand(value["id"])
        if file is not None:
            return self._of(file)
        return {**{name: value[name] for name in kinds}, "lost": True}

    def _of(self, file: File) -> dict[str, Any]:
        told: dict[str, Any] = {"id": FileId.of(file, self.encoding), "name": file.name, "size": file.size}
        return told if file.complete else {**told, "sending": True}


def file_of(asked: Asked) -> Node | None:
    """Give the node of bytes that their field wants to be a file; None for all others."""
    hints = asked.hints
    if asked.type is not bytes or not (hints.get("control") == "file" or hints.keys() & {"accept", "max_bytes"}):
        return None
    encodings = [one for one in asked.said if isinstance(one, EncodedBytes)]
    if any(one.encoder not in ENCODERS for one in encodings) or len(encodings) > 1:
        return None
    drawn: dict[str, Json] = {"max_bytes": MOST}
    for name, valid in (("max_bytes", _is_count), ("accept", _is_text)):
        if name in hints:
            if valid(hints[name]):
                drawn[name] = hints[name]
            else:
                what = "a number of bytes" if name == "max_bytes" else "a text such as '.pdf,image/*'"
                warnings.warn(f"The hint {name!r} of a file must be {what}, not {hints[name]!r}.", stacklevel=2)
    encoding = ENCODERS[encodings[0].encoder] if encodings else None
    return FileNode(
        encoding=encoding, hints=drawn, title=asked.title, description=asked.description, nullable=asked.nullable
    )


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def accepts(accept: str, name: str) -> bool:
    """Tell whether a file of this name is of a kind that is accepted, as ``<input accept>`` has it.

    A name that tells no kind is let through: the page knows the kind of a file by itself.
    """
    kind = mimetypes.guess_type(name)[0]
    for one in accept.lower().split(","):
        wanted = one.strip()
        if wanted.startswith("."):
            if name.lower().endswith(wanted):
                return True
        elif "/" in wanted and (kind is None or fnmatchcase(kind, wanted)):
            return True
    return False


def in_bytes(size: int) -> str:
    """Give a size as people read it: "12 bytes", "1.5 MB"."""
    if size < 1000:
        return f"{size} {'byte' if size == 1 else 'bytes'}"
    number, units = size / 1000, ["kB", "MB", "GB", "TB"]
    while round(number, 1) >= 1000 and len(units) > 1:
        number /= 1000
        del units[0]
    return f"{number:.1f}".removesuffix(".0") + f" {units[0]}"
