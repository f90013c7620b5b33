"""A file as an answer at the terminal, and in ``%hitl answer``: its path is typed, with or without an @ before it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hitl_jupyter.forms.file_node import FileNode, in_bytes
from hitl_jupyter.forms.files import File
from hitl_jupyter.terminal.talk import Cell, Misfit, Node

MOST_HANDED_OVER: Final = 1_000_000
"""An answer to another process stands in the store as JSON, and so do the files in it."""


def read(node: Node, text: str) -> Cell:
    """Give the cell with the file at a path.

    Raises
    ------
    Misfit
        There is none, or it is not taken.
    """
    kind = FileNode(hints=node["hints"])
    path = _path(text)
    try:
        why = kind.refused(path.name, path.stat().st_size)
        if why is not None:
            raise Misfit(why)
        return kind.write(File.of(path.read_bytes(), path.name))
    except OSError as error:
        raise _unreadable(path, error) from None


def is_file(schema: Mapping[str, Any]) -> bool:
    """Tell whether the JSON schema of a field says that it is a file."""
    said = schema.get("hitl")
    return isinstance(said, Mapping) and (said.get("control") == "file" or bool(said.keys() & {"accept", "max_bytes"}))


def as_text(schema: Mapping[str, Any], text: str) -> str:
    """Give the file at a path as the JSON that its type takes, for a question of another process.

    Raises
    ------
    Misfit
        There is none, or only the process that asks could take it.
    """
    path = _path(text)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None
    if len(content) > MOST_HANDED_OVER:
        most = in_bytes(MOST_HANDED_OVER)
        raise Misfit(f"{path.name} has more than {most}, which only the process that asks can take. Answer it there.")
    if str(schema.get("format", "")).startswith("base64"):
        made = base64.urlsafe_b64encode if schema["format"] == "base64url" else base64.b64encode
        return made(content).decode()
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Misfit(f"{path.name} is no text, and only the process that asks can take it. Answer it there.") from None


def shown(cell: Cell) -> str:
    """Give a chosen file in words."""
    return f"{cell['value']['name'] or 'a file'}, {in_bytes(cell['value']['size'])}"


def limits(node: Node) -> str:
    """Give what is taken, in words."""
    hints: Mapping[str, Any] = node["hints"]
    return ", ".join(filter(None, ["path of a file", hints.get("accept"), f"at most {in_bytes(hints['max_bytes'])}"]))


def _path(text: str) -> Path:
    path = Path(text.removeprefix("@")).expanduser()
    if path.is_dir():
        raise Misfit(f"{path} is a folder. Type the path of a file.")
    return path


def _unreadable(path: Path, error: OSError) -> Misfit:
    why = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
    return Misfit(f"{path} {why}. Type the path of a file.")
