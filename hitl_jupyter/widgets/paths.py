"""What a path that is being typed may become: names in the folder that it leads to, on the kernel's machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import Final

from hitl_jupyter.forms.jsonable import is_storable

MOST: Final = 50
"""So many are told: nobody reads on."""
SEARCHED: Final = 100_000
"""Of a folder with more names than this only so many are looked at."""


@dataclass(frozen=True)
class Completions:
    """What fits, folders with a "/" at their end, and how much more there is."""

    paths: tuple[str, ...] = ()
    more: int = 0


def complete(text: str, *, folders: bool = False) -> Completions:
    """Give the paths that begin with a text; of what cannot be read there are none. `folders`: nothing else.

    Hidden names are among them once their dot is typed. A "~" becomes the home folder, for a path does not know it.
    """
    start = os.path.expanduser(text) if text.startswith("~") else text  # noqa: PTH111 - a text, "/" at its end included
    head, begun = os.path.split(start)
    before = start[: len(start) - len(begun)]
    try:
        fitting = list(_fitting(head or os.curdir, begun, folders=folders))
    except (OSError, ValueError):
        return Completions()
    first = nsmallest(MOST, fitting, key=lambda name: (name.casefold(), name))
    return Completions(tuple(f"{before}{name}" for name in first), len(fitting) - len(first))


def _fitting(folder: str, begun: str, *, folders: bool) -> Iterator[str]:
    sought, hidden = begun.casefold(), begun.startswith(".")
    with os.scandir(folder) as entries:
        for entry in islice(entries, SEARCHED):
            name = entry.name
            if not name.casefold().startswith(sought) or (name.startswith(".") and not hidden):
                continue
            # One of bytes that are no text cannot cross to a page.
            if not is_storable(name):
                continue
            if _is_folder(entry):
                yield f"{name}/"
            elif not folders:
                yield name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
