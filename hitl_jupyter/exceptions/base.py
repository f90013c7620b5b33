"""The base of all errors of this package."""

from __future__ import annotations


class HitlError(Exception):
    """The base of all errors of this package."""


class PackageMissing(HitlError, ImportError):  # noqa: N818 - a situation
    """Raised when something needs a package that is no dependency and is not installed; `name` is the package's."""
