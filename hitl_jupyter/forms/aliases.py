"""Under which key a model takes a field: names, aliases, choices of aliases and paths into nested data.

A form speaks of fields by their names; pydantic is given what the model's own configuration asks for, because a
user's *before* validator reads the keys it knows. Used when a form is compiled and when a value is written as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, AliasGenerator, AliasPath

from hitl_jupyter.forms.cells import MISSING, Path

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Key:
    """Where a field stands in the data of its model.

    `chosen` is where it is put, None where another field's data already decides it; `accepted` are all places where
    pydantic looks, in its order.
    """

    chosen: Path | None
    accepted: tuple[Path, ...]


def input_keys(fields: Mapping[str, FieldInfo], config: Mapping[str, Any]) -> dict[str, Key]:
    """Give the key of each field, such that no field takes the data of another."""
    accepted = {name: _accepted(name, info, config) for name, info in fields.items()}
    # Two places can only touch each other where they begin with the same key.
    by_head: dict[str | int, list[tuple[str, Path]]] = {}
    for name, places in accepted.items():
        for place in places:
            by_head.setdefault(place[0], []).append((name, place))
    taken: list[Path] = []
    keys: dict[str, Key] = {}
    for name, places in accepted.items():
        others = [place for head in {p[0] for p in places} for other, place in by_head[head] if other != name]
        chosen = _chosen(places, others, taken) if others else places[0]
        if chosen is not None and others:
            taken.append(chosen)
        keys[name] = Key(chosen, places)
    return keys


def _chosen(places: tuple[Path, ...], others: Sequence[Path], taken: Sequence[Path]) -> Path | None:
    """Give the first place that nobody else looks at; None where another field's data stands there anyway."""
    for place in places:
        if not any(_overlap(place, other) for other in others):
            return place
    first = places[0]
    if any(_overlap(first, other) for other in taken) or any(_is_inside(first, other) for other in others):
        return None
    return first


def _accepted(name: str, info: FieldInfo, config: Mapping[str, Any]) -> tuple[Path, ...]:
    places: list[Path] = []
    alias = info.validation_alias or _made_up(name, config.get("alias_generator"))
    if alias is not None and config.get("validate_by_alias") is not False:
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        places += [tuple(c.path) if isinstance(c, AliasPath) else (c,) for c in choices]
    if not places or config.get("validate_by_name") or config.get("populate_by_name"):
        places.append((name,))
    return tuple(dict.fromkeys(places))


def _made_up(name: str, generator: Any) -> Any:
    """Give the alias of a field in a dataclass or TypedDict; those of a model's fields are known to the fields."""
    if not isinstance(generator, AliasGenerator):
        return generator(name) if callable(generator) else None
    alias, validation_alias, _ = generator.generate_aliases(name)
    return validation_alias or alias


def _overlap(one: Path, other: Path) -> bool:
    """Tell whether data at one place is, or lies inside, data at the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _is_inside(place: Path, other: Path) -> bool:
    return len(other) < len(place) and place[: len(other)] == other


def look_up(data: Mapping[str, Any], places: Iterable[Path]) -> Any:
    """Give what the data holds at the first of the places that is there, else `MISSING`."""
    for place in places:
        found: Any = data
        for step in place:
            found = _step(found, step)
            if found is MISSING:
                break
        else:
            return found
    return MISSING


def _step(data: Any, step: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(step, MISSING)
    if isinstance(step, int) and isinstance(data, list | tuple) and -len(data) <= step < len(data):
        return data[step]
    return MISSING


def nested(pairs: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """Give the data that has each value at its place."""
    tree: dict[Any, Any] = {}
    for place, value in pairs:
        branch = tree
        for step in place[:-1]:
            branch = branch.setdefault(step, _Branch())
        branch[place[-1]] = value
    return {key: _grown(branch) for key, branch in tree.items()}


class _Branch(dict[Any, Any]):
    """What stands between a model and the end of an `AliasPath`; a dictionary that is a value is none."""


def _grown(branch: Any) -> Any:
    """Turn a branch whose steps are indices into a list: JSON has no other way to say them."""
    if not isinstance(branch, _Branch):
        return branch
    if not any(isinstance(step, int) for step in branch):
        return {step: _grown(inner) for step, inner in branch.items()}
    length = max(step + 1 if step >= 0 else -step for step in branch)
    items: list[Any] = [None] * length
    for step, inner in branch.items():
        items[step] = _grown(inner)
    return items
