"""One ``__main__`` for two programs: a script sees itself there, everybody else the notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

NAME = "__main__"


class Main(ModuleType):
    """Stands at ``sys.modules["__main__"]`` while scripts run, and is for each caller the module that is its own.

    Pickle, dataclasses, pydantic and ``typing.get_type_hints`` look classes and annotations up there by name.
    """

    def __init__(self, notebooks: ModuleType, scripts: Callable[[], ModuleType | None]) -> None:
        object.__setattr__(self, "_whose", lambda: scripts() or notebooks)

    def __getattribute__(self, name: str) -> Any:
        return getattr(_whose(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_whose(self), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_whose(self), name)

    def __dir__(self) -> Iterable[str]:
        return dir(_whose(self))

    def __repr__(self) -> str:
        return repr(_whose(self))


def _whose(main: Main) -> ModuleType:
    found: ModuleType = object.__getattribute__(main, "_whose")()
    return found


def share(scripts: Callable[[], ModuleType | None]) -> Callable[[], None]:
    """Let ``__main__`` be what `scripts` gives the caller, and for others what it was; gives what ends this."""
    before = sys.modules[NAME]
    shared = sys.modules[NAME] = Main(before, scripts)

    def end() -> None:
        if sys.modules.get(NAME) is shared:
            sys.modules[NAME] = before

    return end
