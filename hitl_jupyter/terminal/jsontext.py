"""Lists and the like as JSON text: what is typed becomes cells, and cells are shown as they would be typed.

Numbers stay the text that was typed, so that no digit is lost on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hitl_jupyter.terminal import files
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
    if kind in _COMPOSED:
        return _COMPOSED[kind](node, data, titles)
    if kind == "boolean":
        if not isinstance(data, bool):
            raise _misfit(titles, "true or false")
        return holding(data)
    if kind == "file":
        if not isinstance(data, str):
            raise _misfit(titles, "the path of a file")
        return files.read(node, data)
    if kind == "choice":
        return _choice(node, data, titles)
    if kind == "constant":
        return holding(None)
    if not isinstance(data, str):
        raise _misfit(titles, "a number" if kind in ("integer", "number") else 'text in double quotes, as in "text"')
    return holding(str(data))


def _dict(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    if not isinstance(data, dict):
        raise _misfit(titles, 'an object, as in {"name": "value"}')
    key, part = (field["node"] for field in node["item"]["fields"])
    rows = []
    for name, one in data.items():
        # A key is always text in JSON, also where it stands for yes or no.
        said = {"true": True, "false": False}.get(name, name) if key["kind"] == "boolean" else name
        pair = [_key(key, said, (*titles, name)), cell_of(part, one, (*titles, name))]
        rows.append(holding(pair))
    return holding(rows)


def _key(node: Node, said: Any, titles: tuple[str, ...]) -> Cell:
    """Give the cell of a key; one that is no text is written as JSON in a text."""
    try:
        return cell_of(node, said, titles)
    except Misfit:
        if not isinstance(said, str):
            raise
        return cell_of(node, parse(said), titles)


def _tuple(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    items = [field["node"] for field in node["fields"]]
    if not isinstance(data, list) or len(data) != len(items):
        raise _misfit(titles, f"a list of {len(items)}")
    return holding([cell_of(item, one, (*titles, item["title"])) for item, one in zip(items, data, strict=True)])


def _several(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    if not isinstance(data, list):
        raise _misfit(titles, "a list of " + ", ".join(f'"{option["label"]}"' for option in node["options"]))
    return holding([_choice(node, one, titles)["value"] for one in data])


def _union(node: Node, data: Any, titles: tuple[str, ...]) -> Cell:
    """Give the cell with the first branch that could hold the data, one of its kind before any other."""
    numeral = isinstance(data, Numeral)
    branches = list(enumerate(branch["node"] for branch in node["branches"]))
    branches.sort(key=lambda one: (one[1]["kind"] in ("integer", "number")) != numeral)
    for index, branch in branches:
        try:
            held = cell_of(branch, data, titles)
        except Misfit:
            continue
        if _is_tagged(branch, data):
            return holding({"branch": index, "held": {str(index): held}})
    raise _misfit(titles, "one of: " + ", ".join(branch["label"] for branch in node["branches"]))


def _is_tagged(node: Node, data: Any) -> bool:
    """Tell whether data says nothing else than the constants of a branch do."""
    constants = [field for field in node.get("fields", ()) if field["node"]["kind"] == "constant"]
    return all(str(data.get(one["name"], one["node"]["text"])) == one["node"]["text"] for one in constants)


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


_COMPOSED: dict[str, Callable[[Node, Any, tuple[str, ...]], Cell]] = {
    "group": _group,
    "dict": _dict,
    "tuple": _tuple,
    "several": _several,
    "union": _union,
}


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
    if kind == "dict":
        rows = (_data_of(node["item"], row) for row in value)
        return {key if isinstance(key, str) else written(key): part for key, part in rows}
    if kind == "tuple":
        return [_data_of(field["node"], one) for field, one in zip(node["fields"], value, strict=True)]
    if kind == "several":
        return [node["options"][index]["label"] for index in value]
    if kind == "union":
        return _data_of(node["branches"][value["branch"]]["node"], value["held"].get(str(value["branch"]), ABSENT))
    if kind == "group":
        pairs = [(field["name"], field["node"]) for field in node["fields"]]
        return {name: _data_of(inner, value[name]) for name, inner in pairs if value.get(name, ABSENT) != ABSENT}
    if kind == "choice":
        return node["options"][value]["label"]
    if kind == "constant":
        return node["text"]
    if kind == "file":
        return files.shown(cell)
    if kind == "json":
        try:
            return parse(value)
        except Misfit:
            return value
    return Numeral(value) if kind in ("integer", "number") else value


def holds_secret(node: Node, around: tuple[int, ...] = ()) -> bool:
    """Tell whether a secret is anywhere in a node, which may be in itself."""
    if node["kind"] == "secret":
        return True
    fields = node.get("fields", ())
    if id(fields) in around:
        return False
    inner = [field["node"] for field in fields] + [branch["node"] for branch in node.get("branches", ())]
    inner += [node["item"]] if "item" in node else []
    return any(holds_secret(one, (*around, id(fields))) for one in inner)
