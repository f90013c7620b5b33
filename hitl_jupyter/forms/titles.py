"""A name in words: what a field without a title is called."""

from __future__ import annotations

import re


def in_words(name: str) -> str:
    """Give ``First Name`` for ``first_name``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or name
