"""Text that is shown where characters can do harm."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """Give a text that cannot move the cursor or change the terminal: what is asked about may come from anywhere."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
