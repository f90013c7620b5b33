"""What a function takes and a class holds, also where an annotation names what is not there (yet).

From Python 3.14 on annotations are read when they are asked for: ``def f(x: Later)`` is fine before there is a
``Later``, or where only a type checker sees it. To read them as before would refuse such a function or class.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

if sys.version_info >= (3, 14):
    from annotationlib import Format, get_annotations

    def signature_of(function: Callable[..., Any]) -> inspect.Signature:
        """Give what a function takes; a name that is not there is a forward reference in it."""
        return inspect.signature(function, annotation_format=Format.FORWARDREF)

    def annotations_of(described: Callable[..., Any]) -> dict[str, Any]:
        """Give the annotations of a function or class; a name that is not there is a forward reference in them."""
        return get_annotations(described, format=Format.FORWARDREF)

else:
    signature_of = inspect.signature
    annotations_of = inspect.get_annotations


def stand_for(function: Callable[..., Any], made: Any) -> None:
    """Give an object that is called in a function's place the function's name, docstring and annotations."""
    update_wrapper(made, function)
    # Since 3.14 that hands on what would give the annotations, which works for functions only.
    made.__annotations__ = annotations_of(function)
