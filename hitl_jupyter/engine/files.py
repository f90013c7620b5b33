"""The files in answers: on the disk beside the store before their answer is committed, and named in its record.

The record of an answer never holds a file's bytes but where they are, with the name and the size that a person knows.
They are put back before anything judges the recorded answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from hitl_jupyter import forms
from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import KeptValueLost
from hitl_jupyter.store import values

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

SUFFIX: Final = "bin"
MARK: Final = frozenset({"file", "sha256", "name", "size", "encoding"})
INLINE: Final = 1000
"""Bytes that a validator has made anew stand in the record up to so many of them, as text."""


class Shelf:
    """Where the files of one answer are kept, and which ones these are."""

    def __init__(self, folder: Path, files: Iterable[forms.files.FileId] = ()) -> None:
        self._folder, self.files = folder, list(files)

    async def keep(self) -> None:
        """Have the files on the disk, where they stay whatever happens next, and in memory until `release`.

        Raises
        ------
        OSError
            They cannot be written.
        """
        if self.files:
            await asyncio.to_thread(self._keep)

    def _keep(self) -> None:
        for one in self.files:
            file = one.file
            if not file.complete:
                continue
            try:
                file.hold(one.encoding)
            except FileNotFoundError:
                continue  # said at its field
            if file.path is None:
                values.write(self._folder, file.content(), SUFFIX)
            else:
                values.adopt(self._folder, file.path, file.digest(), SUFFIX)

    def release(self) -> None:
        """Let go of the bytes."""
        for one in self.files:
            one.file.release()

    def mark(self, content: bytes, encoding: str | None) -> Json | None:
        """Give what stands in a record for bytes, None for those that stand there themselves."""
        for one in self.files:
            file = one.file
            if one.encoding is not None and file.is_data(content, one.encoding):
                return _mark(file.name, file.size, file.digest(), one.encoding)
            if file.is_content(content):
                return _mark(file.name, file.size, file.digest(), encoding)
        if len(content) <= INLINE and _is_text(content):
            return None
        # A validator has made something else of a file: what the flow gets is kept.
        found: Any = values.write(self._folder, content, SUFFIX)
        return _mark("", len(content), found["sha256"], encoding)

    def recorded(self, document: forms.Document) -> Json:
        """Give what a form holds for the record."""
        return document.to_json(self.mark)

    def record(self, value: BaseModel) -> Json:
        """Give an answer for the record."""
        return forms.record_value(value, self.mark)

    def restored(self, data: Json) -> Any:
        """Give recorded data with the bytes of its files in it; the files are on the shelf then.

        Raises
        ------
        KeptValueLost
            A file is missing or was altered.
        """
        if isinstance(data, list):
            return [self.restored(part) for part in data]
        if not isinstance(data, dict):
            return data
        if data.keys() != MARK:
            return {key: self.restored(part) for key, part in data.items()}
        name, digest = str(data["name"]), str(data["sha256"])
        where = self._folder / str(data["file"])
        try:
            content = values.read(self._folder, data)
        except (OSError, ValueError) as error:
            why = str(error) if isinstance(error, ValueError) else f"cannot be read ({error.strerror})"
            raise KeptValueLost(f"the file {name!r} in an answer", str(where), why) from error
        self.files.append(forms.files.FileId.of(forms.files.File.kept(content, name, digest)))
        encoding = data["encoding"]
        return content if encoding is None else forms.files.encode([content], str(encoding)).decode()


def shelf_of(run: FlowRun[Any], data: forms.Document | Mapping[str, Any]) -> Shelf:
    """Give the shelf for what a form holds."""
    return Shelf(run.session.store.values, forms.files.files_in(data.root) if isinstance(data, forms.Document) else ())


def _mark(name: str, size: int, digest: str, encoding: str | None) -> dict[str, Json]:
    where = f"{digest[:2]}/{digest}.{SUFFIX}"
    return {"file": where, "sha256": digest, "name": name, "size": size, "encoding": encoding}


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
