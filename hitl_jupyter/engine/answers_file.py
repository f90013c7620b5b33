"""Reads a file of answers, YAML or JSON, and remembers in which line each part stands.

YAML here means what it seems to mean: ``no`` and ``on`` are texts, a date is its text, ``012`` is twelve and ``1:30``
is no number. The keys of a mapping are texts, and none is there twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import AnswersFileError

Place = tuple[str | int, ...]

_SCALARS: Mapping[str, tuple[str, list[str]]] = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    "float": (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    "merge": (r"<<", ["<"]),
}
"""The scalars of YAML's core schema with their first letters, apart from the numbers that JSON does not have."""
_KINDS = {"sequence": {"seq"}, "mapping": {"map"}, "scalar": {"str", "null", "bool", "int", "float"}}


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says, and the line of each of its parts, as far as it is known."""

    data: Json
    lines: Mapping[Place, int] = field(default_factory=dict)


def read(path: Path) -> Written:
    """Give what is in a file.

    Raises
    ------
    AnswersFileError
        It is missing, or no YAML or JSON.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise AnswersFileError(str(path), "it does not exist. HITL_ANSWERS names it; check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AnswersFileError(str(path), f"it cannot be read ({error}).") from None
    try:
        return Written(_from_json(path, text)) if path.suffix.lower() == ".json" else _from_yaml(path, text)
    except RecursionError:
        raise AnswersFileError(str(path), "it is nested too deep.") from None


def _from_json(path: Path, text: str) -> Json:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(key for key, _ in pairs if [k for k, _ in pairs].count(key) > 1)
            raise AnswersFileError(str(path), f"{twice!r} is there twice.")
        return found

    try:
        data: Json = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise AnswersFileError(str(path), f"it is no JSON: {error.msg}.", error.lineno) from None
    return data


def _from_yaml(path: Path, text: str) -> Written:
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the base's

    for kind, (pattern, first) in _SCALARS.items():
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(rf"(?:{pattern})\Z"), first)
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        return Written(None) if node is None else _Reading(path, loader).all(node)
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise AnswersFileError(str(path), f"it is no YAML: {error.problem or error.context}.", line) from None
    except yaml.YAMLError as error:
        raise AnswersFileError(str(path), f"it is no YAML: {error}.") from None


class _Reading:
    """Makes data of YAML's nodes."""

    def __init__(self, path: Path, loader: Any) -> None:
        self._path, self._loader = path, loader
        self._lines: dict[Place, int] = {}

    def all(self, node: Any) -> Written:
        data = self._value(node, ())
        return Written(data, self._lines)

    def _value(self, node: Any, at: Place) -> Any:
        self._lines[at] = node.start_mark.line + 1
        if node.tag.rpartition(":")[2] not in _KINDS[node.id]:
            what = f"the tag {node.tag!r} has no meaning here; write JSON's own types."
            raise AnswersFileError(str(self._path), what, self._lines[at])
        if node.id == "sequence":
            return [self._value(item, (*at, index)) for index, item in enumerate(node.value)]
        if node.id == "mapping":
            return self._mapping(node, at)
        return self._scalar(node)

    def _mapping(self, node: Any, at: Place) -> dict[str, Any]:
        own = [key.value for key, _ in node.value if isinstance(key.value, Hashable)]
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.id != "scalar":
                raise AnswersFileError(str(self._path), "a key must be a text.", line)
            if own.count(key.value) > 1 and not key.tag.endswith(":merge"):
                raise AnswersFileError(str(self._path), f"{key.value!r} is there twice.", line)
        self._loader.flatten_mapping(node)
        found: dict[str, Any] = {}
        for key, value in node.value:
            found[key.value] = self._value(value, (*at, key.value))
            # The key's line, because its value may begin below.
            self._lines[(*at, key.value)] = key.start_mark.line + 1
        return found

    def _scalar(self, node: Any) -> Any:
        kind, text = node.tag.rpartition(":")[2], node.value
        try:
            if kind == "int":
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            if kind == "float":
                return float(text)
        except ValueError:
            what = f"{text[:40]!r} is no {'whole ' if kind == 'int' else ''}number."
            raise AnswersFileError(str(self._path), what, node.start_mark.line + 1) from None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "null":
            return None
        if kind == "str":
            return text
        raise AnswersFileError(
            str(self._path),
            f"the tag {node.tag!r} has no meaning here; write JSON's own types.",
            node.start_mark.line + 1,
        )
