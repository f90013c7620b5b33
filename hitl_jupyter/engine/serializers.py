"""The serializers a task may name: how a value becomes the bytes of a file, and is made from them again.

Each is safe to read whoever wrote the file (no pickle). numpy, pandas and pyarrow are loaded when one is used; where
they are missing, values are not kept, which is said once. What comes back is compared by `values`, not here.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, get_args, get_origin

from hitl_jupyter.engine import tables
from hitl_jupyter.engine.same import loaded

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serializer:
    """How values of one kind become bytes. `needs` are the modules without which it does nothing."""

    name: str
    needs: tuple[str, ...]
    takes: tuple[str, str]
    dumps: Callable[[Any], bytes]
    loads: Callable[[bytes], Any]

    def missing(self) -> str | None:
        """Give the first module that is needed and not installed; loads those that are."""
        for module in self.needs:
            try:
                _use(module)
            except ImportError:
                return module
        return None

    def fits(self, value: Any) -> bool:
        """Tell whether a value is of the class this is for."""
        cls = _class(*self.takes)
        return cls is not None and isinstance(value, cls)


def check_serializer(name: str | None) -> None:
    """Let the name of a serializer pass, or None.

    Raises
    ------
    ValueError
        There is none of that name.
    """
    if name is not None and name not in NAMES:
        raise ValueError(f"There is no serializer {name!r}; there are {', '.join(map(repr, NAMES))}.")


def inferred(hint: Any) -> str | None:
    """Give the serializer that an annotation calls for: that of the class it names, or names beside None."""
    alternatives = [part for part in _parts(hint) if part is not type(None)]
    for serializer in FILES.values():
        cls = _class(*serializer.takes)
        if cls is not None and alternatives and all(part is cls for part in alternatives):
            return serializer.name
    return None


def _parts(hint: Any) -> list[Any]:
    origin = get_origin(hint)
    while hasattr(origin or hint, "__value__"):  # `type Table = ...`, and NDArray where numpy spells it so
        hint = (origin or hint).__value__
        origin = get_origin(hint)
    if origin is None:
        return [hint]
    if hasattr(hint, "__metadata__"):
        return _parts(hint.__origin__)
    if getattr(origin, "__name__", "") in ("Union", "UnionType"):
        return [part for alternative in get_args(hint) for part in _parts(alternative)]
    return [origin]


def _class(module: str, name: str) -> Any:
    # An annotation, or a value, of a class means that its module is there.
    found = loaded(module)
    return None if found is None else getattr(found, name, None)


@lru_cache(maxsize=256)
def say_lossy(function: str, name: str, kind: str) -> None:
    """Warn that a function's values are not kept, once for each kind."""
    _logger.warning(
        "A value of %s is not kept: the serializer %r does not give the same %s again. The task runs again when its "
        "run is taken up.",
        function,
        name,
        kind,
    )


@lru_cache(maxsize=16)
def say_missing(name: str, module: str) -> None:
    """Warn that values are not kept, once for each serializer."""
    _logger.warning(
        "Values for the serializer %r are not kept, because %s is not installed: the tasks that gave them run again "
        "when their run is taken up. Install it with 'pip install %s'.",
        name,
        module,
        module,
    )


def _use(module: str) -> Any:
    return importlib.import_module(module)


def _dump_array(value: Any) -> bytes:
    write, file = _use("numpy.lib.format").write_array, BytesIO()
    try:
        write(file, value, version=(1, 0), allow_pickle=False)
    except ValueError:
        # Names of fields that are not Latin. Without a version numpy finds this out itself, and warns.
        file = BytesIO()
        write(file, value, version=(3, 0), allow_pickle=False)
    return file.getvalue()


def _load_array(content: bytes) -> Any:
    return _use("numpy").load(BytesIO(content), allow_pickle=False)


FILES = {
    "npy": Serializer("npy", ("numpy",), ("numpy", "ndarray"), _dump_array, _load_array),
    "parquet": Serializer("parquet", ("pandas", "pyarrow"), ("pandas", "DataFrame"), tables.dumps, tables.loads),
}

JSON = "json"

NAMES = (JSON, *FILES)
"""What a task may name."""
