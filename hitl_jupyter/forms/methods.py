"""Methods of a model that give way to fields: ``load``, ``save`` or ``respond`` are words that people ask for.

pydantic takes an attribute of a class for the default of the field of that name, and warns of it. A `Method` is not
there when pydantic builds a class, so such a field is what it would be without the method; on the class itself the
method still is the method.
"""

from __future__ import annotations

import sys
from typing import Any


class Method:
    """A function or another descriptor, hidden from pydantic."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.__doc__ = inner.__doc__

    def __get__(self, instance: Any, owner: type) -> Any:
        """Give the bound method.

        Raises
        ------
        AttributeError
            pydantic asks, for a field of that name.
        """
        if str(sys._getframe(1).f_globals.get("__name__")).startswith("pydantic."):  # noqa: SLF001 - documented
            raise AttributeError
        return self._inner.__get__(instance, owner)
