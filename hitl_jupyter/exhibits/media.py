"""Files, addresses and bytes: what they hold, by their first bytes, and how they come to the page."""

from __future__ import annotations

import base64
import binascii
import os
import struct
import urllib.parse
from pathlib import Path
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.exhibits.exhibit import MOST_BYTES, CannotShow, Exhibit, fingerprint, megabytes

TELLING = 4096
"""Bytes from the beginning of a file that tell what it is."""
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (4, b"ftypavif", "image/avif"),
    (0, b"\x00\x00\x01\x00", "image/x-icon"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"fLaC", "audio/flac"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_UNSHOWN = {"image/tiff": "Browsers show no TIFF. Open it with PIL.Image.open, and show that."}
_A = {"image": "an image", "audio": "a sound", "video": "a film"}


def kind_of(content: bytes) -> str | None:
    """Give the media type that some bytes say they are of, None if they say none."""
    for at, mark, mime in _MAGIC:
        if content[at : at + len(mark)] == mark:
            return mime
    if content.startswith(b"OggS"):
        return "video/ogg" if b"theora" in content[:TELLING] else "audio/ogg"
    head = content[:TELLING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "image/svg+xml" if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head else None


def media(source: Any, wanted: str, alt: str | None = None, caption: str | None = None) -> Exhibit:
    """Give an image, a sound or a film (`wanted` says which) out of a file, an address or bytes.

    Raises
    ------
    CannotShow
        It is not there, too large, or of another kind.
    """
    name = None
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return _at(source, wanted, alt, caption)
    if isinstance(source, str) and source.startswith("data:"):
        content = _in_address(source)
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
        content, name = read(path), path.name
    elif isinstance(source, bytes | bytearray | memoryview):
        content = bytes(source)
    else:
        raise CannotShow(f"an object of type {type(source).__name__!r} is neither a path, an address nor bytes.")
    return of_bytes(content, wanted, alt or name, caption)


def of_bytes(
    content: bytes, wanted: str, alt: str | None = None, caption: str | None = None, *, scale: float = 1
) -> Exhibit:
    """Give an image, a sound or a film out of what would be in its file.

    Raises
    ------
    CannotShow
        It is too large, or of another kind.
    """
    mime = kind_of(content)
    if mime is None:
        what = "there is nothing in it" if not content else "its first bytes are those of no kind that is known"
        raise CannotShow(f"{what}.")
    # Sound alone comes in the containers of films.
    if not mime.startswith(wanted) and not (wanted == "audio" and mime.startswith("video")):
        raise CannotShow(f"what is in it is {_A[mime.partition('/')[0]]} ({mime}), and not {_A[wanted]}.")
    if mime in _UNSHOWN:
        raise CannotShow(_UNSHOWN[mime])
    if len(content) > MOST_BYTES:
        raise CannotShow(too_large(len(content)))
    size = size_of(content, mime) if wanted == "image" else None
    if wanted == "image" and mime in ("image/png", "image/gif", "image/jpeg") and not size:
        raise CannotShow("it breaks off before it says how large it is.")
    called = alt or (f"Image, {size[0]} x {size[1]} pixels" if size else wanted.capitalize())
    drawn: dict[str, Any] = {"mime": mime, "alt": called, "caption": caption, "scale": scale}
    kept: dict[str, Json] = {"mime": mime, **fingerprint(content)}
    if size:
        drawn |= {"width": size[0], "height": size[1]}
        kept |= {"width": size[0], "height": size[1]}
    kept |= {name: said for name, said in (("alt", alt), ("caption", caption)) if said}
    measure = f"{size[0]} x {size[1]}" if size else megabytes(len(content))
    return Exhibit(wanted, seen_elsewhere(wanted, measure, alt, caption), drawn, kept, content)


def seen_elsewhere(kind: str, measure: str, alt: str | None, caption: str | None) -> str:
    """Give the line of a terminal for what it cannot show."""
    called = "".join(f"{said}: " if said else "" for said in (alt,))
    line = f"({called}{_A[kind]}, {measure}: to be seen in the notebook)"
    return f"{line}\n{caption}" if caption else line


def too_large(count: int) -> str:
    """Say why something does not travel to the page."""
    return (
        f"it has {megabytes(count)}, and what one question shows may have {megabytes(MOST_BYTES)} together. Show a "
        "smaller one, or give its https address."
    )


def read(path: Path) -> bytes:
    """Give what is in a file.

    Raises
    ------
    CannotShow
        It is not there, cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise CannotShow(too_large(size))
        return path.read_bytes()
    except FileNotFoundError:
        raise CannotShow(f"there is no file {str(path)!r}; the folder of the kernel is {str(Path.cwd())!r}.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotShow(f"the file {str(path)!r} cannot be read ({why}).") from None


def _at(address: str, wanted: str, alt: str | None, caption: str | None) -> Exhibit:
    """Give what the page itself fetches; whether it is there, only the page will know."""
    name = urllib.parse.unquote(urllib.parse.urlsplit(address).path.rpartition("/")[2])
    drawn = {"url": address, "alt": alt or name or wanted.capitalize(), "caption": caption, "scale": 1}
    kept: dict[str, Json] = {"url": address, **{n: s for n, s in (("alt", alt), ("caption", caption)) if s}}
    return Exhibit(wanted, seen_elsewhere(wanted, address, alt, caption), drawn, kept)


def _in_address(address: str) -> bytes:
    head, comma, body = address.partition(",")
    if not comma:
        raise CannotShow("its data: address is malformed.")
    try:
        written = urllib.parse.unquote_to_bytes(body)
        return base64.b64decode(written, validate=True) if head.endswith(";base64") else written
    except (binascii.Error, ValueError):
        raise CannotShow("its data: address is malformed.") from None


def size_of(content: bytes, mime: str) -> tuple[int, int] | None:
    """Give width and height of an image, None where its kind does not say them simply, or it breaks off before."""
    try:
        if mime == "image/png":
            return struct.unpack(">II", content[16:24])
        if mime == "image/gif":
            return struct.unpack("<HH", content[6:10])
        if mime == "image/jpeg":
            return _size_of_jpeg(content)
    except struct.error:
        pass
    return None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content):
        mark, length = struct.unpack(">HH", content[at : at + 4])
        # Each way of coding has a mark of its own for the frame; three of that range mean something else.
        if 0xFFC0 <= mark <= 0xFFCF and mark not in (0xFFC4, 0xFFC8, 0xFFCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
