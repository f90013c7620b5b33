"""Where times, ids and chance come from.

Nothing else in the package reads the clock, makes an id or draws a random name: the session hands a `Source` to
everyone who needs one, so a test that freezes it gets the same run twice (invariant 11).
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4


class Source:
    """The system's clock, random ids and random names."""

    def __init__(self) -> None:
        self.random = random.Random()  # noqa: S311 - names of runs, not keys

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds from an arbitrary start; only differences mean something."""
        return time.monotonic()

    def new_id(self) -> str:
        """Give a fresh id: a UUID in its usual text form."""
        return str(uuid4())


def canonical_id(value: UUID | str) -> str:
    """Give an id in the form the store holds.

    Raises
    ------
    ValueError
        The text is no UUID.
    """
    return str(value if isinstance(value, UUID) else UUID(value))
