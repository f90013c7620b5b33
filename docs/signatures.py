"""How a function or class is called, as a block of Python: on one line, or with a line per parameter."""

from __future__ import annotations

from typing import Any

import griffe

LONGEST = 100


def parameters(thing: Any) -> list[griffe.Parameter]:
    """Give the parameters that are for people: not how a function is to wait, nor the private part of a class."""
    ours = {"self", "cls", "_", "__", "_sync"}
    return [one for one in thing.parameters if one.name not in ours and not (thing.is_class and one.name[0] == "_")]


def call(thing: Any, name: str) -> str:
    """Give how something is called, on one line or with a line per parameter."""
    words: list[str] = []
    kind = None
    for one in parameters(thing):
        if kind is griffe.ParameterKind.positional_only and one.kind is not kind:
            words.append("/")
        if one.kind is griffe.ParameterKind.keyword_only and kind not in {
            one.kind,
            griffe.ParameterKind.var_positional,
        }:
            words.append("*")
        kind = one.kind
        words.append(_parameter(one))
    if kind is griffe.ParameterKind.positional_only:
        words.append("/")
    given = "" if thing.is_class or thing.returns is None else f" -> {thing.returns}"
    line = f"{name}({', '.join(words)}){given}"
    if len(line) > LONGEST:
        line = f"{name}(\n" + "".join(f"    {word},\n" for word in words) + f"){given}"
    return f"```python\n{line}\n```"


def _parameter(one: griffe.Parameter) -> str:
    stars = {"variadic positional": "*", "variadic keyword": "**"}.get(one.kind.value if one.kind else "", "")
    kind = f": {one.annotation}" if one.annotation else ""
    if one.default is None or stars:
        return f"{stars}{one.name}{kind}"
    default = "..." if str(one.default).startswith(("_", "field(")) else str(one.default)
    return f"{one.name}{kind} = {default}" if kind else f"{one.name}={default}"
