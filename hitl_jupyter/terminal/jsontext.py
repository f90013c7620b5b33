"""Lists as JSON text: what is typed becomes cells of the list's items, and cells are shown as they would be typed.

Numbers stay the text that was typed, so that no digit is lost on the way.
"""

from __future__ import annotations

import json
from typing import Any

from hitl_jupyter.terminal.talk import ABSENT, NULL, Cell, Misfit, Node, holding, holds
from hitl_jupyter.terminal.words import label


class Numeral(str):
    """A number as it was typed."""

    __slots__ = ()


def parse(text: str) -> Any:
    """Give the data of a JSON text, its numbers as `Numeral`.

    Raises
    ------
    Misfit
        It is no JSON.
    """
    try:
        return json.loads(text, parse_int=Numeral, parse_float=Numeral, parse_constant=Numeral)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Misfit(f'This is not JSON ({where}: {error.msg}). Text needs double quotes, as in "text".') from None
    except RecursionError:
        raise Misfit("This is nested too deeply.") from None


def unfinished(text: str) -> bool:
    """Tell whether a text may become JSON if more lines follow."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
    except (ValueError, RecursionError):
        return False
    return False


def written(data: Any) -> str:
    """Give data that `parse` gave as JSON text again."""
    if isinstance(data, Numeral):
        return str(data)
    if isinstance(data, list):
        return f"[{', '.join(map(written, data))}]"
    if isinstance(data, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {written(data[key])}" for key in data) + "}"
    return json.dumps(data, ensure_ascii=False)


def cell_of(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    """Give the cell of a node that holds parsed data.

    Raises
    ------
    Misfit
        Its control could not hold that.
    """
    kind = node["kind"]
    if kind == "json":
        return NULL if data is None and node["nullable"] else holding(written(data))
    if data is None and node["nullable"]:
        return NULL
    if kind == "list":
        if not isinstance(data, list):
            raise _misfit(titles, 'a list, as in ["one", "two"]')
        return holding([cell_of(node["item"], one, (*titles, str(n))) for n, one in enumerate(data, start=1)])
    if kind == "group":
        return _group(node, data, titles)
    if kind == "boolean":
        if not isinstance(data, bool):
            raise _misfit(titles, "true or false")
        return holding(data)
    if kind == "choice":
        return _choice(node, data, titles)
    if kind == "constant":
        return holding(None)
    if not isinstance(data, str):
        raise _misfit(titles, "a number" if kind in ("integer", "number") else 'text in double quotes, as in "text"')
    return holding(str(data))


def _group(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    names = [field["name"] for field in node["fields"]]
    if not isinstance(data, dict):
        raise _misfit(titles, "an object with " + ", ".join(f'"{name}"' for name in names))
    unknown = [name for name in data if name not in names]
    if unknown:
        raise Misfit(f"{label(titles)} has no {', '.join(map(repr, unknown))}; it has {', '.join(map(repr, names))}.")
    cells = {}
    for field in node["fields"]:
        inner, name = field["node"], field["name"]
        cells[name] = cell_of(inner, data[name], (*titles, inner["title"])) if name in data else inner["blank"]
    return holding(cells)


def _choice(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    labels = [option["label"] for option in node["options"]]
    fitting = [number for number, text in enumerate(labels) if text == (data if isinstance(data, str) else str(data))]
    if len(fitting) != 1:
        raise _misfit(titles, "one of " + ", ".join(f'"{text}"' for text in labels))
    return holding(fitting[0])


def _misfit(titles: tuple[str, ...], what: str) -> Misfit:
    return Misfit(f"{label(titles)} must be {what}.")


def text_of(node: Node, cell: Cell) -> str:
    """Give a cell as the JSON text that a person would type for it."""
    return written(_data_of(node, cell))


def _data_of(node: Node, cell: Cell) -> Any:
    if not holds(cell):
        return None
    value, kind = cell["value"], node["kind"]
    if kind == "list":
        return [_data_of(node["item"], one) for one in value]
    if kind == "group":
        pairs = [(field["name"], field["node"]) for field in node["fields"]]
        return {name: _data_of(inner, value[name]) for name, inner in pairs if value.get(name, ABSENT) != ABSENT}
    if kind == "choice":
        return node["options"][value]["label"]
    if kind == "constant":
        return node["text"]
    if kind == "json":
        try:
            return parse(value)
        except Misfit:
            return value
    return Numeral(value) if kind in ("integer", "number") else value


def holds_secret(node: Node) -> bool:
    """Tell whether a secret is anywhere in a node."""
    if node["kind"] == "group":
        return any(holds_secret(field["node"]) for field in node["fields"])
    return holds_secret(node["item"]) if node["kind"] == "list" else bool(node["kind"] == "secret")
