"""One thing that is shown with a question: as the page draws it, as the terminal says it, as the record keeps it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from hitl_jupyter.core.records import Json

ShowAt = Literal["above", "beside"]
MOST_BYTES: Final = 50_000_000
"""Of all that one question shows: it travels to every page that is open."""
KEPT: Final = 10_000
"""Characters of a text that the record keeps."""
MOST_TEXT: Final = 1_000_000
"""Characters of a text that the page gets."""


class CannotShow(Exception):  # noqa: N818 - never leaves this package
    """Raised when something is nothing that a page could show; the sentence stands in its place."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Something that is shown. `drawn` and `content` go to the page, `kept` to the record, `words` to the terminal.

    `live` is what only a page with a widget manager can show: an ipywidget.
    """

    kind: str
    words: str
    drawn: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Json] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    live: Any = None

    def to_page(self) -> dict[str, Any]:
        """Give it as the page draws it, without its content."""
        return plain({"kind": self.kind, **self.drawn})

    def to_record(self) -> dict[str, Json]:
        """Give what the record keeps of it."""
        return plain({"kind": self.kind, **self.kept})


def known_place(show_at: str) -> ShowAt:
    """Give a place that is known.

    Raises
    ------
    ValueError
        It is none.
    """
    if show_at in ("above", "beside"):
        return cast("ShowAt", show_at)
    raise ValueError(f"'show_at' must be 'above' or 'beside', got {show_at!r}")


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """Give data as JSON that any store and any page takes: no lone surrogates, no NaN, no objects."""
    written = json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)
    known: dict[str, Any] = json.loads(written.encode("utf-8", "replace"), parse_constant=lambda _: None)
    return known


def problem(of: str, why: str) -> Exhibit:
    """Give what stands in the place of something that cannot be shown, and why."""
    said = f"{_capital(of)} cannot be shown here: {why}"
    return Exhibit("problem", f"({said})", {"text": said}, {"of": of, "why": why})


def text(said: str) -> Exhibit:
    """Give a text that is shown letter by letter."""
    return Exhibit("text", said, {"text": at_most(said)}, kept_text(said))


def markdown(said: str) -> Exhibit:
    """Give a text in Markdown."""
    return Exhibit("markdown", said, {"text": at_most(said)}, kept_text(said))


def kept_text(said: str) -> dict[str, Json]:
    """Give a text as the record keeps it: whole, or its beginning and what tells it from any other."""
    return (
        {"text": said} if len(said) <= KEPT else {"text": said[:KEPT], **fingerprint(said.encode("utf-8", "replace"))}
    )


def fingerprint(content: bytes) -> dict[str, Json]:
    """Give what tells some bytes from any others."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def at_most(said: str) -> str:
    """Give a text that a page can take, cut off if it must be, and then saying so."""
    if len(said) <= MOST_TEXT:
        return said
    return f"{said[:MOST_TEXT]}\n… ({len(said) - MOST_TEXT:,} more characters)"


def megabytes(count: int) -> str:
    """Spell a number of bytes: "12.3 MB"."""
    return f"{count / 1e6:.1f} MB"


def short(value: Any, most: int = 500) -> str:
    """Give anything as a short text. What fails to say what it is, is called by its type."""
    try:
        said = value if isinstance(value, str) else str(value)
    except Exception:  # noqa: BLE001 - a border: the user's __str__
        said = f"<{type(value).__name__}>"
    return said if len(said) <= most else said[: most - 1] + "…"


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
