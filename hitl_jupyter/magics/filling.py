"""What ``field=value`` on a line means to a form, typed by a person.

Where this process asks, the form's own plan says so, by the same rules as at a terminal. Of a question of another
process only the JSON schema is known here.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import SubmissionRefused
from hitl_jupyter.forms import check_by_schema
from hitl_jupyter.magics.line import QUOTES, Word, unquoted
from hitl_jupyter.terminal import entries, files, jsontext
from hitl_jupyter.terminal.again import unfolded
from hitl_jupyter.terminal.talk import NULL, Cell, Misfit, Node, holding, holds

BARE = "value"
"""The one field of a form for a plain type, whose name need not be written."""
NOTHING = ("null", "none")
TOLD_IN_PUBLIC = (
    "{0} is secret, and what is typed in a cell stays in the notebook and in IPython's history: nothing was sent. "
    "Clear it here, and type it into the form: %hitl show RUN brings it back."
)


def pairs(line: str, said: Sequence[Word], names: Sequence[str]) -> list[tuple[str, str]]:
    """Give the fields of a line and their values, as they stand there; for a plain type the whole line is the value.

    Raises
    ------
    Misfit
        A word is no ``field=value``.
    """
    if list(names) == [BARE] and not (said and said[0].pair and said[0].pair[0] == BARE):
        return [(BARE, line[said[0].start :].strip())] if said else []
    found = []
    for word in said:
        if word.pair is None:
            raise Misfit(f"{word.raw!r} is no field=value. The fields are: {', '.join(names)}.")
        found.append(word.pair)
    return found


def fill(root: Node, document: Cell, given: Sequence[tuple[str, str]]) -> tuple[Cell, list[str]]:
    """Give a form filled in with what was typed, and what is wrong, a line for each field."""
    root, filled, wrong = unfolded(root), copy.deepcopy(document), []
    for path, raw in given:
        try:
            node, titles = _node(root, path.split("."))
            if jsontext.holds_secret(node):
                wrong.append(TOLD_IN_PUBLIC.format(path))
                continue
            _put(root, filled, path.split("."), _cell(node, raw, titles))
        except Misfit as error:
            wrong.append(f"{path}: {error}")
    return filled, wrong


def fields(root: Node, before: str = "") -> list[tuple[str, Node]]:
    """Give the fields of a form by their names, those of groups behind the group's name and a dot."""
    found: list[tuple[str, Node]] = []
    for field in root["fields"]:
        name, node = f"{before}{field['name']}", field["node"]
        found.append((name, node))
        if node["kind"] == "group" and "again" not in node:
            found += fields(node, f"{name}.")
    return found


def _node(root: Node, path: Sequence[str]) -> tuple[Node, tuple[str, ...]]:
    """Give a field of the form, and the titles on the way to it.

    Raises
    ------
    Misfit
        There is none.
    """
    node, titles = root, []
    for step in path:
        inner = {field["name"]: field["node"] for field in node.get("fields", ())}
        if step not in inner:
            raise Misfit(unknown([name for name, _ in fields(root)], ".".join(path)))
        node = inner[step]
        titles.append(str(node["title"]))
    return node, tuple(titles)


def unknown(names: Sequence[str], name: str) -> str:
    """Say that a form has no such field, and which one may be meant."""
    near = get_close_matches(name, names, 1)
    return "there is no such field. " + (f"Did you mean {near[0]}?" if near else f"The fields are: {', '.join(names)}.")


def _put(root: Node, document: Cell, path: Sequence[str], cell: Cell) -> None:
    node, around = root, document
    for step in path:
        inner = next(field["node"] for field in node["fields"] if field["name"] == step)
        if not holds(around):
            # To fill in a part of something is to say that it is there.
            blank = {field["name"]: copy.deepcopy(field["node"]["blank"]) for field in node["fields"]}
            around.clear()
            around.update(holding(blank))
        node, around = inner, around["value"].setdefault(step, copy.deepcopy(inner["blank"]))
    around.clear()
    around.update(cell)


def _cell(node: Node, raw: str, titles: tuple[str, ...]) -> Cell:
    """Give what a control holds when this is typed into it.

    Raises
    ------
    Misfit
        It could not hold that.
    """
    text, kind = unquoted(raw), node["kind"]
    if node["nullable"] and raw.casefold() in NOTHING and kind != "choice":
        return NULL
    if kind == "json":
        return entries.read(node, _json_text(raw), titles)
    if kind == "union":
        return entries.read(node, _json_text(raw), titles)
    if kind in (*entries.JSON, "group") and raw[:1] != "'":
        return entries.read(node, raw, titles)
    if kind == "choice":
        return _choice(node, text.strip(), titles)
    # What the terminal writes for a text that is empty on purpose.
    return entries.read(node, text or '""', titles) if kind == "text" else entries.read(node, text.strip(), titles)


def _choice(node: Node, text: str, titles: tuple[str, ...]) -> Cell:
    try:
        return entries.read(node, text, titles)
    except Misfit:
        # No numbered list stands above a line, as it does at a terminal.
        raise Misfit(f"choose one of {', '.join(str(option['label']) for option in node['options'])}.") from None


def _json_text(raw: str) -> str:
    """Give a value of any kind as JSON: what is none, such as a word without quotes, is a text."""
    inner = unquoted(raw) if raw[:1] == "'" else raw
    try:
        jsontext.parse(inner)
    except Misfit:
        if inner[:1] in ("{", "[", '"'):
            raise
        return json.dumps(inner, ensure_ascii=False)
    return inner


# -- by the JSON schema alone ------------------------------------------------------------------------------------------


def data(schema: Mapping[str, Any], given: Sequence[tuple[str, str]]) -> tuple[dict[str, Json], list[str]]:
    """Give the answer to a question of another process, and what is wrong, a line for each field."""
    found: dict[str, Json] = {}
    wrong = []
    properties: Mapping[str, Any] = schema.get("properties") or {}
    for path, raw in given:
        first, *rest = path.split(".")
        if first not in properties:
            wrong.append(f"{path}: {unknown(list(properties), path)}")
            continue
        about = _inner(schema, first, rest)
        if about.get("writeOnly"):
            wrong.append(TOLD_IN_PUBLIC.format(path))
            continue
        try:
            if files.is_file(about):
                _set(found, [first, *rest], files.as_text(about, unquoted(raw)))
                continue
            _set(found, [first, *rest], _by_schema({"$defs": schema.get("$defs") or {}, **about}, raw))
        except Misfit as error:
            wrong.append(f"{path}: {error}")
    return found, wrong


def _inner(schema: Mapping[str, Any], first: str, rest: Sequence[str]) -> Mapping[str, Any]:
    """Give the part of a schema that is about a field, {} where it says nothing of it."""
    about: Mapping[str, Any] = _followed(schema, schema["properties"][first])
    for step in rest:
        about = _followed(schema, (about.get("properties") or {}).get(step))
    return about


def _followed(schema: Mapping[str, Any], about: Any) -> Mapping[str, Any]:
    while isinstance(about, Mapping) and "$ref" in about:
        about = (schema.get("$defs") or {}).get(str(about["$ref"]).rpartition("/")[2], {})
    return about if isinstance(about, Mapping) else {}


def _by_schema(schema: Mapping[str, Any], raw: str) -> Json:
    """Give what a value means: a text where the schema takes one, else JSON.

    Raises
    ------
    Misfit
        The schema takes neither.
    """
    text, refused = unquoted(raw), ""
    meant: list[Json] = [text]
    if raw[:1] not in QUOTES or raw[:1] == "'":
        try:
            meant.append(json.loads(text))
        except ValueError:
            meant += [text.casefold() in entries.YES] if text.casefold() in (*entries.YES, *entries.NO) else []
            meant += [None] if text.casefold() in NOTHING else []
    for one in meant:
        try:
            check_by_schema(schema, one)
        except SubmissionRefused as error:
            refused = "; ".join(error.errors.values())
        else:
            return one
    raise Misfit(refused)


def _set(found: dict[str, Any], path: Sequence[str], value: Json) -> None:
    for step in path[:-1]:
        found = found.setdefault(step, {})
        if not isinstance(found, dict):
            raise Misfit("it is filled in as a whole already.")
    found[path[-1]] = value
