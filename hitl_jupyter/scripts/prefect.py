"""Prefect's names in a script: ``from prefect import flow`` gives this package's, and leaves no trace elsewhere.

Nothing is put into ``sys.modules``: a Prefect that is installed stays what it is to everybody else, and no module of
this package is loaded twice.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from hitl_jupyter.exceptions import NotOfferedHere

PREFECT = "prefect"
OURS = "hitl_jupyter"

INTERNAL = ("core", "engine", "forms", "magics", "scripts", "store", "terminal", "widgets")
"""What is in the package and has no name of Prefect's: ``prefect.engine`` is another thing than the engine here."""


def means_prefect(name: str) -> bool:
    """Tell whether a module is Prefect or in it."""
    return name == PREFECT or name.startswith(f"{PREFECT}.")


def is_in_prefect(namespace: Mapping[str, Any] | None) -> bool:
    """Tell whether code is Prefect's own, which must be given its own modules."""
    return namespace is not None and means_prefect(str(namespace.get("__name__", "")))


def import_(name: str, names: Sequence[str], load: Callable[[str], ModuleType]) -> ModuleType:
    """Give what ``import name`` or ``from name import names`` binds, from this package.

    Raises
    ------
    NotOfferedHere
        The package has no such module, or the module no such name; the text names the nearest.
    """
    module = module_(name, load)
    for each in names:
        if each != "*":
            _check(name, module, each, load)
    return module if names else sys.modules[OURS]


def module_(name: str, load: Callable[[str], ModuleType]) -> ModuleType:
    """Give the module of this package that has a name of Prefect's.

    Raises
    ------
    NotOfferedHere
        There is none.
    """
    path = name.removeprefix(PREFECT)
    ours = OURS + path
    if path.split(".")[1:2] and _is_internal(path.split(".")[1]):
        raise NotOfferedHere(name, _nearest(name, _modules()))
    try:
        return load(ours)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{ours}.".startswith(f"{error.name}."):
            raise
    # A name of a module may be imported as if it were one: `import prefect.runtime.flow_run`.
    raise NotOfferedHere(name, _nearest(name, _modules()))


def _check(name: str, module: ModuleType, each: str, load: Callable[[str], ModuleType]) -> None:
    why: str | None = None
    try:
        getattr(module, each)
    except AttributeError as error:
        # A module that knows the name says itself what to use instead.
        why = None if "has no attribute" in str(error) else str(error)
    else:
        if not (name == PREFECT and _is_internal(each)):
            return
    try:
        module_(f"{name}.{each}", load)
    except NotOfferedHere:
        known = [*getattr(module, "__all__", dir(module)), *(_modules() if name == PREFECT else ())]
        raise NotOfferedHere(f"{name}.{each}", _nearest(each, known), why) from None


def _is_internal(name: str) -> bool:
    return name in INTERNAL or name.startswith("_")


def _modules() -> list[str]:
    package = importlib.import_module(OURS)
    return [found.name for found in pkgutil.iter_modules(package.__path__) if not _is_internal(found.name)]


def _nearest(name: str, known: Sequence[str]) -> tuple[str, ...]:
    public = sorted({one for one in known if not one.startswith("_")})
    return tuple(difflib.get_close_matches(name.rpartition(".")[2], public, n=1, cutoff=0.5)) or tuple(public)
