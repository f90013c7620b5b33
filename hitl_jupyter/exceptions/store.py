"""What goes wrong with the store."""

from __future__ import annotations

from hitl_jupyter.exceptions.base import HitlError


class StoreError(HitlError):
    """The base of what goes wrong with the store."""

    def __init__(self, url: str, what: str, remedy: str) -> None:
        self.url, self.what, self.remedy = url, what, remedy
        super().__init__(f"The store {url} {what}. {remedy}")


class StoreUnavailable(StoreError):  # noqa: N818 - a situation
    """Raised when the store is missing, read-only, full or locked."""


class StoreCorrupt(StoreError):  # noqa: N818 - a situation
    """Raised when what is there is no store or is damaged."""


class StoreTooNew(StoreError):  # noqa: N818 - a situation
    """Raised when a newer version of the package wrote the store."""
