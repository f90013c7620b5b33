"""What an object is, and so how it is shown. Total: what cannot be shown gives a sentence, and never an error."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hitl_jupyter.exhibits import displays, images
from hitl_jupyter.exhibits.diffs import diff
from hitl_jupyter.exhibits.exhibit import (
    MOST_BYTES,
    MOST_TEXT,
    CannotShow,
    Exhibit,
    fingerprint,
    markdown,
    problem,
    text,
)
from hitl_jupyter.exhibits.media import kind_of, media, of_bytes, read, too_large
from hitl_jupyter.exhibits.tables import is_rows, is_table, table
from hitl_jupyter.exhibits.things import HTML, NAMED, Audio, Diff, Image, Table, Video

_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".html", ".htm"), "html"),
    **dict.fromkeys((".txt", ".csv", ".tsv", ".json", ".log", ".py", ".yaml", ".yml", ".toml"), "text"),
}
_A = {Image: "the image", Audio: "the sound", Video: "the film", Table: "the table", Diff: "the difference"}


def exhibits_of(show: Any) -> tuple[Exhibit, ...]:
    """Give what is shown with a question: one thing, or a list of things one after the other."""
    if show is None:
        return ()
    several = isinstance(show, list | tuple) and not is_rows(show)
    return tuple(_limited(_shown(one) for one in (show if several else [show])))


def _shown(thing: Any) -> Exhibit:
    try:
        return _exhibit(thing)
    except CannotShow as error:
        return problem(_name(thing), str(error))
    except Exception as error:  # noqa: BLE001 - a border: the user's objects, and the libraries that draw them
        return problem(_name(thing), f"it failed to say how ({type(error).__name__}: {str(error)[:300]}).")


def _limited(shown: Iterable[Exhibit]) -> Iterable[Exhibit]:
    left = MOST_BYTES
    for one in shown:
        size = len(one.content or b"")
        if size > left:
            yield problem("the next of the things to be seen", too_large(size + MOST_BYTES - left))
            continue
        left -= size
        yield one


def _exhibit(thing: Any) -> Exhibit:
    if isinstance(thing, str):
        return markdown(thing)
    if isinstance(thing, tuple(NAMED)):
        return _named(thing)
    if displays.is_widget(thing):
        return displays.widget(thing)
    if images.is_pillow(thing) or images.is_array(thing) or images.is_figure(thing):
        return images.image(thing)
    if is_table(thing):
        return table(thing)
    if isinstance(thing, bytes | bytearray):
        return _bytes(bytes(thing))
    if isinstance(thing, os.PathLike):
        return _file(Path(thing))
    return displays.display(thing)


def _named(thing: Any) -> Exhibit:
    if isinstance(thing, Image):
        return images.image(thing.source, thing.alt, thing.caption)
    if isinstance(thing, Audio | Video):
        return media(thing.source, "audio" if isinstance(thing, Audio) else "video", thing.alt, thing.caption)
    if isinstance(thing, Diff):
        return diff(thing.before, thing.after, thing.names)
    if isinstance(thing, Table):
        return table(thing.data, thing.rows, thing.caption)
    if isinstance(thing, HTML):
        return _html(thing.source, thing.title, thing.height)
    if not isinstance(thing.text, str):
        raise CannotShow(f"an object of type {type(thing.text).__name__!r} is no text.")
    return markdown(thing.text)


def _html(source: str, title: str, height: int = 600) -> Exhibit:
    if not isinstance(source, str):
        raise CannotShow(f"an object of type {type(source).__name__!r} is no text of HTML.")
    if len(source) > 10 * MOST_TEXT:
        raise CannotShow(f"it has {len(source):,} characters, and may have {10 * MOST_TEXT:,}.")
    drawn = {"text": source, "title": title, "height": height}
    kept = {"title": title, **fingerprint(source.encode("utf-8", "replace"))}
    return Exhibit("html", f"({title}, HTML: to be seen in the notebook)", drawn, kept)


def _bytes(content: bytes, name: str | None = None) -> Exhibit:
    mime = kind_of(content)
    if mime is None:
        if not content:
            raise CannotShow("there are no bytes in it.")
        raise CannotShow(f"these {len(content):,} bytes are neither an image nor a sound or a film.")
    return of_bytes(content, mime.partition("/")[0], name)


def _file(path: Path) -> Exhibit:
    content = read(path)
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        if kind_of(content) is None:
            raise CannotShow(f"{path.name!r} is neither an image, a sound or a film, nor a text that is known.")
        return _bytes(content, path.name)
    said = content.decode("utf-8", "replace")
    if kind == "html":
        return _html(said, path.name)
    return markdown(said) if kind == "markdown" else text(said)


def _name(thing: Any) -> str:
    if isinstance(thing, os.PathLike):
        return f"the file {Path(thing).name!r}"
    if images.is_array(thing):
        return "the array"
    return _A.get(type(thing), "this" if isinstance(thing, bytes) else f"the {type(thing).__name__}")
