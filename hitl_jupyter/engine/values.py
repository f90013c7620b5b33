"""How values outlive their process: results of tasks and flows, parameters, exceptions.

`keep` writes a value only if the same value comes back, so a flow cannot tell a replayed one from the one it was given
first; what it does not keep is done again. Small values are JSON in their record, by the function's return annotation;
large ones, arrays and tables are files beside the store. Never pickle: a record must be readable, and safe to read.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.signatures import signature_of
from hitl_jupyter.engine import serializers
from hitl_jupyter.engine.annotated import NotKept, from_json, parameter_hint, return_hint, to_text
from hitl_jupyter.engine.failures import failure, raised
from hitl_jupyter.engine.fingerprints import fingerprint
from hitl_jupyter.engine.same import same
from hitl_jupyter.engine.serializers import check_serializer
from hitl_jupyter.exceptions import KeptValueLost
from hitl_jupyter.store import values as files

__all__ = [
    "INLINE_LIMIT",
    "Kept",
    "changed_parameters",
    "check_serializer",
    "failure",
    "fingerprint",
    "keep",
    "keep_aside",
    "parameters_from_json",
    "parameters_to_json",
    "raised",
    "restore",
    "same",
]

_logger = logging.getLogger(__name__)

INLINE_LIMIT = 1_000_000
"""Up to so many characters of JSON stand in the record itself; what is longer becomes a file."""


SHORT = 1000
"""A text of so many characters is kept in less time than a thread takes to begin."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a record holds of a value: JSON, or with a serializer the name and checksum of a file."""

    result: Json
    serializer: str | None


def keep(value: Any, fn: Callable[..., Any], serializer: str | None, folder: Path) -> Kept | None:
    """Write a function's value so that `restore` gives the same again; None where that cannot be, or fails.

    `serializer` is what the task names, None to go by the annotation. Takes as long as the value is large, and writes
    to the disk: not for a loop that others wait for.
    """
    hint = return_hint(fn)
    name = serializer or (None if value is None else serializers.inferred(hint))
    try:
        if name in serializers.FILES:
            return _keep_file(value, serializers.FILES[name], folder, _name(fn))
        text = to_text(value, hint)
        if len(text) <= INLINE_LIMIT:
            return Kept(json.loads(text), None)
        return Kept(files.write(folder, text.encode(), serializers.JSON), serializers.JSON)
    except NotKept:
        return None
    except OSError as error:
        _logger.warning("A value of %s could not be kept in %s: %s.", _name(fn), folder, error)
        return None


async def keep_aside(value: Any, fn: Callable[..., Any], serializer: str | None, folder: Path) -> Kept | None:
    """Keep a value as `keep` does, in a thread unless it is a single small one, so that the loop goes on."""
    small = value is None or type(value) in (bool, int, float) or (type(value) is str and len(value) <= SHORT)
    if serializer is None and small:
        return keep(value, fn, serializer, folder)
    return await asyncio.to_thread(keep, value, fn, serializer, folder)


def _keep_file(value: Any, serializer: serializers.Serializer, folder: Path, function: str) -> Kept | None:
    missing = serializer.missing()
    if missing is not None:
        serializers.say_missing(serializer.name, missing)
        return None
    content = _lossless(value, serializer) if serializer.fits(value) else None
    if content is None:
        serializers.say_lossy(function, serializer.name, type(value).__name__)
        return None
    return Kept(files.write(folder, content, serializer.name), serializer.name)


def _lossless(value: Any, serializer: serializers.Serializer) -> bytes | None:
    try:
        content = serializer.dumps(value)
        return content if same(value, serializer.loads(content)) else None
    except Exception:  # noqa: BLE001 - whatever a library says about a value it cannot write
        return None


def restore(result: Json, serializer: str | None, fn: Callable[..., Any], folder: Path, *, what: str) -> Any:
    """Give a kept value again. `what` names it in the error: "task 'load' of run 'keen-otter'".

    Raises
    ------
    KeptValueLost
        Its file is missing or altered, or the function's annotation takes it no longer.
    """
    if serializer is None:
        return _from_json(result, fn, what, None)
    file = str(folder / str(result.get("file") if isinstance(result, dict) else result))
    content = _content(result, serializer, folder, what, file)
    if serializer == serializers.JSON:
        return _from_json(json.loads(content), fn, what, file)
    try:
        return serializers.FILES[serializer].loads(content)
    except Exception as error:
        raise KeptValueLost(what, file, f"cannot be read ({_said(error)})") from error


def _content(result: Json, serializer: str, folder: Path, what: str, file: str) -> bytes:
    known = serializers.FILES.get(serializer)
    if known is None and serializer != serializers.JSON:
        raise KeptValueLost(what, file, f"was written by a serializer {serializer!r}, which this version does not know")
    missing = known.missing() if known is not None else None
    if missing is not None:
        raise KeptValueLost(what, file, f"needs {missing}, which is not installed ('pip install {missing}')")
    try:
        return files.read(folder, result)
    except FileNotFoundError as error:
        raise KeptValueLost(what, file, "is missing") from error
    except OSError as error:
        raise KeptValueLost(what, file, f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise KeptValueLost(what, file, str(error)) from error


def _from_json(data: Json, fn: Callable[..., Any], what: str, file: str | None) -> Any:
    try:
        return from_json(data, return_hint(fn))
    except Exception as error:
        raise KeptValueLost(what, file, f"does not fit the annotation that {_name(fn)} has now") from error


def parameters_to_json(fn: Callable[..., Any], parameters: Mapping[str, Any]) -> Json | None:
    """Give bound parameters as JSON from which `parameters_from_json` makes the same; None where that cannot be."""
    try:
        hints = _hints(fn)
        return {name: json.loads(to_text(value, hints[name])) for name, value in parameters.items()}
    except (NotKept, KeyError):
        return None


def parameters_from_json(fn: Callable[..., Any], data: Json) -> dict[str, Any]:
    """Give bound parameters again.

    Raises
    ------
    KeptValueLost
        The function's parameters are no longer these.
    """
    hints = _hints(fn)
    given = data if isinstance(data, dict) else {}
    if given.keys() != hints.keys():
        raise KeptValueLost(
            f"the parameters of {_name(fn)}", None, f"has {_list(given)}, and they are {_list(hints)} now"
        )
    try:
        return {name: from_json(part, hints[name]) for name, part in given.items()}
    except Exception as error:
        why = f"does not fit the annotations that {_name(fn)} has now"
        raise KeptValueLost(f"the parameters of {_name(fn)}", None, why) from error


def changed_parameters(fn: Callable[..., Any], data: Json, parameters: Mapping[str, Any]) -> list[str]:
    """Give the names of parameters that are not what was recorded, nothing if no name is.

    Compares values, not their JSON, in which the members of a set are in another order in every process.

    Raises
    ------
    KeptValueLost
        The function's parameters are no longer those that were recorded.
    """
    before = parameters_from_json(fn, data)
    return [name for name, value in before.items() if not _is_unchanged(value, parameters[name])]


def _is_unchanged(before: Any, now: Any) -> bool:
    if same(before, now):
        return True
    mine = fingerprint({"": before})
    return mine is not None and mine == fingerprint({"": now})


def _hints(fn: Callable[..., Any]) -> dict[str, Any]:
    return {name: parameter_hint(fn, parameter) for name, parameter in signature_of(fn).parameters.items()}


def _name(fn: Callable[..., Any]) -> str:
    return getattr(fn, "__qualname__", None) or type(fn).__qualname__


def _list(names: Any) -> str:
    return ", ".join(names) or "none"


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
