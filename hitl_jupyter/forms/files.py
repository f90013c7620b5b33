"""Files that answers have: their bytes stay in this process, in memory or in a temporary file.

A cell holds no more than a file's id, name and size, which is all that a page knows of it. A file is kept for as long
as a cell has it.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, get_args
from weakref import WeakValueDictionary, finalize

from pydantic import EncodedBytes
from pydantic.types import Base64Encoder, Base64UrlEncoder

PIECE: Final = 3 * 2**18
"""So much is read at once; a multiple of three, so that pieces of base64 can be put together."""
ENCODINGS: Final = {"base64": b"+/", "base64url": b"-_"}
"""What a file may be encoded as for pydantic, and the two signs in which these differ."""


ENCODERS: Final[dict[Any, str]] = {Base64Encoder: "base64", Base64UrlEncoder: "base64url"}


class File:
    """One file that is at hand: in memory, or in a temporary file that goes when nothing refers to this any more."""

    def __init__(self, id_: str, name: str, size: int, *, content: bytes | None = None) -> None:
        self.id, self.name, self.size = id_, name, size
        self.complete = content is not None
        self._content = content
        self._held: dict[str | None, bytes] | None = None
        self._path: Path | None = None
        self._removed: Callable[[], Any] = lambda: None
        self._digest: str | None = None
        _at_hand[id_] = self

    @classmethod
    def of(cls, content: bytes, name: str = "") -> File:
        """Give the file of some bytes: the same for the same, so that a plan with one as a default does not change."""
        id_ = hashlib.sha256(f"{name}\n".encode() + hashlib.sha256(content).digest()).hexdigest()
        return _at_hand.get(id_) or cls(id_, name, len(content), content=content)

    @classmethod
    def kept(cls, content: bytes, name: str, digest: str) -> File:
        """Give the file that is in a record, of which these are the bytes."""
        found = cls(f"{digest}/{name}", name, len(content), content=content)
        found._digest = digest
        return found

    def spooled(self, path: Path, digest: str | None = None) -> None:
        """Have the bytes in a temporary file, which is removed with this; with its digest they are all there."""
        if self._path is None:
            self._path = path
            self._removed = finalize(self, path.unlink, missing_ok=True)
        self._digest, self.complete = digest, digest is not None

    def discard(self) -> None:
        """Remove the temporary file now."""
        self._removed()

    @property
    def path(self) -> Path | None:
        """Where the bytes are on the disk."""
        return self._path

    def digest(self) -> str:
        """Give the SHA-256 of the bytes, in hex."""
        if self._digest is None:
            found = hashlib.sha256()
            for piece in self.pieces():
                found.update(piece)
            self._digest = found.hexdigest()
        return self._digest

    def content(self) -> bytes:
        """Give the bytes.

        Raises
        ------
        OSError
            Somebody has removed them.
        """
        return self._content if self._content is not None else self._where().read_bytes()

    def data(self, encoding: str | None) -> bytes:
        """Give the bytes as pydantic takes them: encoded where the type decodes them.

        Raises
        ------
        OSError
            Somebody has removed them.
        """
        held = self._held or {}
        if encoding in held:
            return held[encoding]
        made = self.content() if encoding is None else encode(self.pieces(), encoding)
        if self._held is not None:
            self._held[encoding] = made
        return made

    def hold(self, encoding: str | None) -> None:
        """Have `data` give one and the same until `release`: judging and recording an answer then need no other.

        Raises
        ------
        OSError
            Somebody has removed the bytes.
        """
        self._held = self._held or {}
        self.data(encoding)

    def release(self) -> None:
        """Let go of it."""
        self._held = None

    def is_data(self, data: bytes, encoding: str | None) -> bool:
        """Tell whether these are the very bytes that `data` gives."""
        return self._held is not None and data is self._held.get(encoding)

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes piece by piece.

        Raises
        ------
        OSError
            Somebody has removed them.
        """
        if self._content is not None:
            yield from (self._content[at : at + PIECE] for at in range(0, len(self._content), PIECE))
            return
        with self._where().open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def is_content(self, content: bytes) -> bool:
        """Tell whether these are the bytes of this file."""
        if content is self._content or self.is_data(content, None):
            return True
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.digest()

    def _where(self) -> Path:
        if self._path is None:
            raise FileNotFoundError(self.name)
        return self._path


_at_hand: WeakValueDictionary[str, File] = WeakValueDictionary()
"""By id: what a page names. What keeps a file are the cells that have it."""


class FileId(str):
    """The id of a file in a cell, which keeps the file for as long as the cell is there."""

    __slots__ = ("encoding", "file")
    file: File
    encoding: str | None
    """What its field has it encoded as for pydantic."""

    @classmethod
    def of(cls, file: File, encoding: str | None = None) -> FileId:
        """Give the id of a file."""
        made = cls(file.id)
        made.file, made.encoding = file, encoding
        return made

    def __deepcopy__(self, memo: object) -> FileId:
        return self


def encode(pieces: Iterable[bytes], encoding: str) -> bytes:
    """Give bytes as base64, without having them twice in memory; all pieces but the last are multiples of three."""
    signs, made = bytes.maketrans(b"+/", ENCODINGS[encoding]), BytesIO()
    for piece in pieces:
        text = b2a_base64(piece, newline=False)
        made.write(text if encoding == "base64" else text.translate(signs))
    return made.getvalue()


def encoding_of(parts: Iterable[Any]) -> str | None:
    """Give the encoding that a type, or a part of it, has; None for another than base64."""
    for part in parts:
        found = ENCODERS.get(part.encoder) if isinstance(part, EncodedBytes) else encoding_of(get_args(part))
        if found is not None:
            return found
    return None


def files_in(part: Any) -> Iterator[FileId]:
    """Give the files that cells have, those in groups and lists included."""
    if isinstance(part, Mapping):
        for inner in part.values():
            yield from files_in(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from files_in(inner)
    elif isinstance(part, FileId):
        yield part


def file_at_hand(id_: str) -> File | None:
    """Give the file that a page names, None where it is no longer here."""
    return _at_hand.get(id_)
