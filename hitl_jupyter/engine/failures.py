"""Exceptions as JSON, so that a replayed task fails as it failed first.

An exception is its class by name, its arguments and its attributes. The class is looked for among what the program has
loaded already, nothing is imported for it, and its `__init__` is not called: reading a record runs no code of its
choosing. What cannot be rebuilt with the same class, arguments and text is not recorded.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.annotated import NONE_KNOWN, NotKept, from_json, to_text
from hitl_jupyter.engine.same import same


def failure(error: BaseException) -> Json | None:
    """Give an exception as JSON, None where `raised` could not make an equal one of it."""
    try:
        cls, args, state = _reduced(error)
        written: Json = {
            "module": cls.__module__,
            "class": cls.__qualname__,
            "args": json.loads(to_text(args, NONE_KNOWN)),
            "attributes": json.loads(to_text(state, NONE_KNOWN)),
            "text": str(error),
        }
    except NotKept:
        return None
    except Exception:  # noqa: BLE001 - a user's exception may refuse to be written, or to be read
        return None
    again = raised(written)
    return written if again is not None and same(error, again) else None


def raised(data: Json) -> BaseException | None:
    """Give the exception again; None where its class is not loaded, or gives another text now."""
    try:
        return _rebuilt(data)
    except Exception:  # noqa: BLE001 - a class may have changed in any way since
        return None


def _reduced(error: BaseException) -> tuple[type[BaseException], list[Any], dict[str, Any]]:
    # What pickle would write knows what is kept outside the attributes: the file of an OSError, the name of an
    # ImportError.
    base: Any = _builtin(type(error))
    _, args, *rest = base.__reduce__(error)
    return type(error), list(args), dict(rest[0]) if rest and rest[0] else {}


def _builtin(cls: type[BaseException]) -> type[BaseException]:
    """Give the exception of Python's own that a class is made from."""
    return next(base for base in cls.__mro__ if base.__module__ == "builtins" and issubclass(base, BaseException))


def _rebuilt(data: Any) -> BaseException | None:
    cls = _loaded(data["module"], data["class"])
    if cls is None:
        return None
    args = from_json(data["args"], NONE_KNOWN)
    error = cls.__new__(cls, *args)
    base: Any = _builtin(cls)
    base.__init__(error, *args)
    error.__setstate__(from_json(data["attributes"], NONE_KNOWN))
    return error if type(error) is cls and str(error) == data["text"] else None


def _loaded(module: str, name: str) -> type[BaseException] | None:
    # Without getattr, behind which a module may import.
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
