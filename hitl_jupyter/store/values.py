"""The files beside the store: what a task gave and is too large, or no JSON, for a row.

A file is named by the SHA-256 of its content, so the same value is there once, and what was altered is noticed. It is
complete on the disk before the commit that names it: a record never points at nothing. Only bytes pass through here;
what they mean is the engine's business.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hitl_jupyter.core.records import Json

PIECE: Final = 1_000_000
"""So much of a large file is in memory at once."""
_NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})\.[a-z]+")


def folder_of(store: Path) -> Path:
    """Give the folder for the values of a store's file: `hitl.values` beside `hitl.db`."""
    return store.with_name(f"{store.name.removesuffix('.db')}.values")


def write(folder: Path, content: bytes, suffix: str) -> Json:
    """Put content on the disk, where it stays whatever happens next, and give the record that finds it again.

    Raises
    ------
    OSError
        It cannot be written: the disk is full, the folder is read-only.
    """
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}.{suffix}"
    path = folder / name
    if not _holds(path, digest, len(content)):
        _make(path.parent)
        _replace(path, content)
    return {"file": name, "sha256": digest}


def adopt(folder: Path, source: Path, digest: str, suffix: str) -> Json:
    """Put a file of this digest on the disk, as `write` does, without having all of it in memory.

    Raises
    ------
    OSError
        It cannot be read or written, or is not what it was.
    """
    name = f"{digest[:2]}/{digest}.{suffix}"
    path = folder / name
    if not _holds(path, digest, source.stat().st_size):
        _make(path.parent)
        with source.open("rb") as file:
            _replace_by(path, iter(lambda: file.read(PIECE), b""), digest)
    return {"file": name, "sha256": digest}


def read(folder: Path, record: Json) -> bytes:
    """Give the content that a record names.

    Raises
    ------
    OSError
        The file is missing or cannot be read.
    ValueError
        It is not what was written, or the record names no file of this folder.
    """
    path = _path(folder, record)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != path.stem:
        raise ValueError("it was altered after it was written")
    return content


def peek(folder: Path, record: Json, length: int) -> tuple[bytes, int]:
    """Give the first bytes of what a record names, unchecked, for people to look at; and how many there are.

    Raises
    ------
    OSError
        The file is missing or cannot be read.
    ValueError
        The record names no file of this folder.
    """
    path = _path(folder, record)
    with path.open("rb") as file:
        return file.read(length), path.stat().st_size


def _path(folder: Path, record: Json) -> Path:
    name, digest = (record.get("file"), record.get("sha256")) if isinstance(record, dict) else (None, None)
    found = _NAME.fullmatch(name) if isinstance(name, str) else None
    # The name comes out of a database that others may write to: it must not lead out of the folder.
    if found is None or found[1] != digest:
        raise ValueError("its record names no file of the store")
    return folder / found[0]


def _holds(path: Path, digest: str, size: int) -> bool:
    """Tell whether the content is there already, whole: a file that was damaged is written again."""
    try:
        return path.stat().st_size == size and _digest(path) == digest
    except OSError:
        return False


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    # For this user only, as the store's own file.
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    _settle(folder.parent)
    _settle(folder.parent.parent)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(path: Path, content: bytes) -> None:
    _replace_by(path, (content,))


def _replace_by(path: Path, pieces: Iterable[bytes], digest: str | None = None) -> None:
    # mkstemp makes it for this user only.
    number, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    written = hashlib.sha256()
    try:
        with os.fdopen(number, "wb") as file:
            for piece in pieces:
                file.write(piece)
                if digest is not None:
                    written.update(piece)
            file.flush()
            os.fsync(file.fileno())
        _compare(written.hexdigest(), digest)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    _settle(path.parent)


def _compare(written: str, digest: str | None) -> None:
    if digest not in (None, written):
        raise OSError("it was altered meanwhile.")


def _settle(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system can."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
