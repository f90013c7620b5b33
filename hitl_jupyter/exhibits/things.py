"""What needs a name to be shown: a text that is a file's, a picture that needs words, two texts to be compared.

Nothing is read or checked before the question is put. What is wrong stands in the place of the thing, then.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Source = str | bytes | os.PathLike[str]
"""A file's path, an address (``https://...`` or ``data:...``), or what is in the file."""


@dataclass(frozen=True, eq=False)
class Image:
    """An image: a file, an address, bytes, a Pillow image, or an array.

    An array is height x width (grey), or height x width x 3 (RGB) or 4 (RGBA), of uint8, bool, or floats from 0 to 1.
    `alt` says in words what is to be seen, for those who cannot see it; `caption` is Markdown below it.
    """

    source: Any
    alt: str | None = None
    caption: str | None = None


@dataclass(frozen=True, eq=False)
class Audio:
    """A sound to be played: a file, an address, or bytes. `alt` is its name, `caption` is Markdown below it."""

    source: Source
    alt: str | None = None
    caption: str | None = None


@dataclass(frozen=True, eq=False)
class Video:
    """A film to be played: a file, an address, or bytes. `alt` is its name, `caption` is Markdown below it."""

    source: Source
    alt: str | None = None
    caption: str | None = None


@dataclass(frozen=True, eq=False)
class HTML:
    """A page of HTML in a frame of its own.

    Scripts run in it, and see nothing of the notebook: the frame has no access to the page around it, its cookies or
    its kernel. It is as high as what is in it, up to `height` pixels. `title` is its name.
    """

    source: str
    title: str = "HTML"
    height: int = 600


@dataclass(frozen=True, eq=False)
class Diff:
    """What has changed from one text to the other, line by line, and within a line word by word."""

    before: str
    after: str
    names: tuple[str, str] = ("before", "after")


@dataclass(frozen=True, eq=False)
class Table:
    """The first rows of a table: a DataFrame of pandas or polars, or a list of dicts."""

    data: Any
    rows: int = 20
    caption: str | None = None


@dataclass(frozen=True, eq=False)
class Markdown:
    """A text in Markdown, as a bare text is."""

    text: str


NAMED: Sequence[type] = (Image, Audio, Video, HTML, Diff, Table, Markdown)
