"""One field at the terminal: how it is put, and what the typed line means for each kind of control."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from hitl_jupyter.core.text import printable
from hitl_jupyter.terminal import files, jsontext
from hitl_jupyter.terminal.talk import NULL, Cell, EndOfInput, Misfit, Node, Talk, holding, holds
from hitl_jupyter.terminal.words import NO_VALUE, PLEASE, label, limits, shortened

YES, NO = ("y", "yes", "true"), ("n", "no", "false")
LAST_LINE = "."
JSON = frozenset({"json", "list", "dict", "tuple", "several", "union"})
"""What is typed as JSON."""

Reading: TypeAlias = Callable[[Node, str, tuple[str, ...]], Cell]
"""What a typed text means for a kind of control."""


def ask(node: Node, cell: Cell, titles: tuple[str, ...], talk: Talk) -> Cell:
    """Give what the person fills a control in with; `cell` is what it holds now.

    Raises
    ------
    Interrupted, EndOfInput
        As `Talk.ask`.
    KeyError
        The plan has a kind of control that this terminal does not know.
    """
    means, kind = _READ[node["kind"]], node["kind"]
    name, now = label(titles), _shown(node, cell)
    _introduce(node, name, talk)
    hint = _hint(node)
    prompt = f"{name}{f' ({hint})' if hint else ''}{f' [{now}]' if now is not None else ''}: "
    secret = jsontext.holds_secret(node)
    while True:
        try:
            text = _typed(node, prompt, talk, secret=secret)
            bare = text if kind in ("text", "secret") else text.strip()
            return _meant(means, node, bare, titles) if bare else _kept(node, cell)
        except Misfit as error:
            talk.say(f"  {printable(str(error))}")


def read(node: Node, text: str, titles: tuple[str, ...]) -> Cell:
    """Give what a control holds when a person types a text into it; a group is typed as JSON.

    Raises
    ------
    Misfit
        It is nothing that the control could hold.
    KeyError
        The plan has a kind of control that this terminal does not know.
    """
    means = _composed if node["kind"] == "group" else _READ[node["kind"]]
    return _meant(means, node, text, titles)


def _meant(means: Reading, node: Node, text: str, titles: tuple[str, ...]) -> Cell:
    if node["nullable"] and node["kind"] != "choice" and text.strip().casefold() == NO_VALUE.casefold():
        return NULL
    return means(node, text, titles)


def asks(node: Node) -> bool:
    """Tell whether there is something to ask: a constant is only shown."""
    return node["kind"] != "constant" or bool(node["nullable"])


def yes_or_no(prompt: str, now: bool, talk: Talk) -> bool:
    """Give the answer to a question of the terminal's own.

    Raises
    ------
    Interrupted, EndOfInput
        As `Talk.ask`.
    """
    while True:
        try:
            text = talk.ask(f"{prompt} (y/n) [{'y' if now else 'n'}]: ").strip()
            return _yes_or_no(text) if text else now
        except Misfit as error:
            talk.say(f"  {error}")


# -- how a field is put ------------------------------------------------------------------------------------------------


def _introduce(node: Node, name: str, talk: Talk) -> None:
    """Show the description and the options."""
    options = _options(node)
    if options and not node.get("description"):
        talk.say(name)
    if node.get("description"):
        talk.say(f"{name}: {printable(node['description'])}")
    for mark, text in zip(_marks(options), options, strict=True):
        talk.say(f"  {mark}  {printable(text)}")


def _hint(node: Node) -> str:
    kind, parts = node["kind"], [limits(node)]
    if kind == "boolean":
        parts = ["y/n"]
    elif kind in JSON:
        parts.insert(0, "JSON")
    elif kind == "secret":
        parts.insert(0, "not shown")
    if _is_long(node):
        parts.append(f'end with a line that is only "{LAST_LINE}"')
    if node["nullable"] and not _options(node):
        parts.append(f'or "{NO_VALUE}"')
    if kind == "text" and (node["nullable"] or not node["required"]):
        parts.append('"" for empty')
    return ", ".join(filter(None, parts))


def _shown(node: Node, cell: Cell) -> str | None:
    """Give what Enter would keep, None where it would keep nothing."""
    if cell["is"] == "absent":
        return None if node["required"] else "default"
    kind = node["kind"]
    if kind in ("choice", "constant"):
        options = _options(node)
        number = len(options) - 1 if not holds(cell) else cell["value"] or 0
        return printable(f"{_marks(options)[number]} {options[number]}")
    if not holds(cell):
        return NO_VALUE
    if jsontext.holds_secret(node):
        return "kept"
    if kind == "boolean":
        return "y" if cell["value"] else "n"
    if kind == "file":
        return printable(files.shown(cell))
    if kind in JSON:
        return printable(shortened(jsontext.text_of(node, cell), 200))
    return printable(shortened(cell["value"], 200)) or '""'


# -- what was typed ----------------------------------------------------------------------------------------------------


def _typed(node: Node, prompt: str, talk: Talk, *, secret: bool) -> str:
    """Give the line, or the lines where a field takes several."""
    lines = [talk.ask(prompt, secret=secret)]
    if node["kind"] in JSON:
        while lines[-1].strip() and jsontext.unfinished("\n".join(lines)):
            lines.append(talk.ask("... ", secret=secret))
    elif _is_long(node) and lines[0]:
        while lines[-1] != LAST_LINE:
            try:
                lines.append(talk.ask("... "))
            except EndOfInput:
                break
        else:
            lines.pop()
    return "\n".join(lines)


def _is_long(node: Node) -> bool:
    return node["kind"] == "text" and bool((node.get("hints") or {}).get("multiline"))


def _kept(node: Node, cell: Cell) -> Cell:
    if cell["is"] == "absent" and node["required"]:
        raise Misfit(PLEASE)
    return cell


def _text(node: Node, text: str, titles: tuple[str, ...]) -> Cell:  # noqa: ARG001 - one shape for all kinds
    if text != '""':
        return holding(text)
    if node["required"] and not node["nullable"]:
        raise Misfit(PLEASE)
    return holding("")


def _as_typed(node: Node, text: str, titles: tuple[str, ...]) -> Cell:  # noqa: ARG001
    return holding(text)


def _file(node: Node, text: str, titles: tuple[str, ...]) -> Cell:  # noqa: ARG001
    return files.read(node, text)


def _boolean(node: Node, text: str, titles: tuple[str, ...]) -> Cell:  # noqa: ARG001
    return holding(_yes_or_no(text))


def _yes_or_no(text: str) -> bool:
    if text.casefold() not in (*YES, *NO):
        raise Misfit("Please answer y or n.")
    return text.casefold() in YES


def _choice(node: Node, text: str, titles: tuple[str, ...]) -> Cell:  # noqa: ARG001
    options = _options(node)
    marks = _marks(options)
    if text in marks:
        number = marks.index(text)
    else:
        fitting = [n for n, option in enumerate(options) if option.casefold() == text.casefold()]
        if len(fitting) != 1:
            raise Misfit(f"Please choose one of {marks[0]} to {marks[-1]}.")
        number = fitting[0]
    if node["nullable"] and number == len(options) - 1:
        return NULL
    return holding(None if node["kind"] == "constant" else number)


def _options(node: Node) -> list[str]:
    """Give what can be chosen, "No value" last."""
    if node["kind"] == "choice":
        options = [str(option["label"]) for option in node["options"]]
    elif node["kind"] == "constant":
        options = [str(node["text"])]
    else:
        return []
    return [*options, NO_VALUE] if node["nullable"] else options


def _marks(options: Sequence[str]) -> list[str]:
    """Give the number of each option, written so that none looks like another option's label."""
    plain = [str(number) for number in range(1, len(options) + 1)]
    mistaken = any(text in plain and plain[place] != text for place, text in enumerate(options))
    return [f"#{mark}" for mark in plain] if mistaken else plain


def _json(node: Node, text: str, titles: tuple[str, ...]) -> Cell:  # noqa: ARG001
    jsontext.parse(text)
    return holding(text)


def _composed(node: Node, text: str, titles: tuple[str, ...]) -> Cell:
    return jsontext.cell_of(node, jsontext.parse(text), titles)


_READ: dict[str, Reading] = {
    "text": _text,
    "integer": _as_typed,
    "number": _as_typed,
    "date": _as_typed,
    "datetime": _as_typed,
    "secret": _as_typed,
    "boolean": _boolean,
    "choice": _choice,
    "constant": _choice,
    "file": _file,
    "json": _json,
    "line": _as_typed,
    "time": _as_typed,
    "duration": _as_typed,
    "list": _composed,
    "dict": _composed,
    "tuple": _composed,
    "several": _composed,
    "union": _composed,
}
