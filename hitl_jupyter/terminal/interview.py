"""Fills a form in by asking for one field after the other, in plan order.

It knows the plan's JSON and the document as it travels, nothing of runs or of the terminal. What is wrong is told by
whoever judges the document; then only the wrong fields are asked again, and the rest is kept.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hitl_jupyter.core.text import printable
from hitl_jupyter.terminal import entries
from hitl_jupyter.terminal.again import unfolded
from hitl_jupyter.terminal.talk import NULL, Cell, Node, Talk, holding, holds
from hitl_jupyter.terminal.words import OWN, label

Path = tuple[str | int, ...]


class Interview:
    """One form and the person who fills it in. `document` is what it holds so far."""

    def __init__(self, plan: Mapping[str, Any], document: Cell, talk: Talk) -> None:
        self._root: Node = unfolded(plan["root"])
        self._talk = _Counting(talk)
        self.document = copy.deepcopy(document)

    def fill(self) -> None:
        """Ask for everything.

        Raises
        ------
        Interrupted, EndOfInput
            As `Talk.ask`.
        KeyError
            The plan has a kind of control that the terminal does not know.
        """
        self._ask({()})

    def again(self, errors: Sequence[tuple[Path, str]]) -> None:
        """Say what is wrong and ask for that again; for everything, if it is the form as a whole.

        Raises
        ------
        Interrupted, EndOfInput
            As `Talk.ask`.
        """
        wrong = set()
        for path, message in errors:
            titles, place = self._find(path)
            wrong.add(place)
            self._talk.say(printable(f"{label(titles)}: {message}" if titles else message))
        self._ask(wrong or {()})

    def _ask(self, wrong: Iterable[Path]) -> None:
        before = self._talk.asked
        self.document = self._walk(self._root, self.document, (), (), set(wrong))
        if self._talk.asked == before:
            # Otherwise a form of constants that is refused would go round without end.
            self._talk.ask("Press Enter to submit: ")

    def _walk(self, node: Node, cell: Cell, path: Path, titles: tuple[str, ...], wrong: set[Path]) -> Cell:
        """Give a control's cell, asked for anew where it is wrong."""
        if path in wrong:
            return self._fill(node, cell, titles)
        if node["kind"] != "group" or not holds(cell) or not any(place[: len(path)] == path for place in wrong):
            return cell
        held = dict(cell["value"])
        for field in node["fields"]:
            inner, name = field["node"], field["name"]
            now = held.get(name, inner["blank"])
            held[name] = self._walk(inner, now, (*path, name), (*titles, inner["title"]), wrong)
        return holding(held)

    def _fill(self, node: Node, cell: Cell, titles: tuple[str, ...]) -> Cell:
        if (node.get("hints") or {}).get("own"):
            self._talk.say(OWN.format(label(titles)))
        if node["kind"] == "group":
            return self._fill_group(node, cell, titles)
        if node["kind"] == "union":
            return self._fill_union(node, cell, titles)
        if entries.asks(node):
            return entries.ask(node, cell, titles, self._talk)
        self._talk.say(f"{label(titles)}: {printable(node['text'])}")
        return cell

    def _fill_group(self, node: Node, cell: Cell, titles: tuple[str, ...]) -> Cell:
        if titles:
            if node.get("description"):
                self._talk.say(f"{label(titles)}: {printable(node['description'])}")
            may_be_left = node["nullable"] or (not node["required"] and not holds(cell))
            if may_be_left and not entries.yes_or_no(f"Fill in {label(titles)}?", holds(cell), self._talk):
                return NULL if node["nullable"] and cell["is"] != "absent" else cell
        held = cell["value"] if holds(cell) else {}
        filled: dict[str, Cell] = {}
        for field in node["fields"]:
            inner, name = field["node"], field["name"]
            now = held.get(name, inner["blank"])
            asked = _is_asked(inner, {**held, **filled})
            filled[name] = self._fill(inner, now, (*titles, inner["title"])) if asked else now
        return holding(filled)

    def _fill_union(self, node: Node, cell: Cell, titles: tuple[str, ...]) -> Cell:
        """Ask which branch it is, then for what is in it."""
        held = cell["value"]["held"] if holds(cell) else {}
        choice = {**node, "kind": "choice", "options": node["branches"]}
        picked = entries.ask(choice, holding(cell["value"]["branch"]) if holds(cell) else cell, titles, self._talk)
        if not holds(picked):
            return picked
        index = picked["value"]
        branch = node["branches"][index]["node"]
        # The name of a branch has been said; what it is called inside the union says nothing more.
        inner = {**branch, "required": True}
        filled = self._fill(inner, held.get(str(index), branch["blank"]), titles)
        return holding({"branch": index, "held": {**held, str(index): filled}})

    def _find(self, path: Path) -> tuple[tuple[str, ...], Path]:
        """Give the titles along an error's path, and the path of what is asked again for it."""
        node, cell, titles = self._root, self.document, []
        place, by_itself = 0, True
        for number, part in enumerate(path, start=1):
            if node["kind"] == "list" and isinstance(part, int):
                # A list is asked as a whole, however deep in it the error is.
                node, by_itself = node["item"], False
                titles.append(str(part + 1))
                continue
            found = [field["node"] for field in node.get("fields", ()) if field["name"] == part]
            if not found:
                break
            node = found[0]
            titles.append(node["title"])
            by_itself = by_itself and holds(cell) and entries.asks(node)
            if by_itself:
                cell, place = cell["value"].get(part, node["blank"]), number
        return tuple(titles), path[:place]


def _is_asked(node: Node, cells: Mapping[str, Cell]) -> bool:
    """Tell whether a field is asked, with these cells in its group."""
    hints = node.get("hints") or {}
    if hints.get("hidden") or hints.get("readonly"):
        return False
    return all(cells.get(name) in wanted for name, wanted in hints.get("show_if", {}).items())


class _Counting:
    """A talk that knows how often something was asked."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.asked = 0

    def say(self, text: str) -> None:
        self._talk.say(text)

    def ask(self, prompt: str, *, secret: bool = False) -> str:
        self.asked += 1
        return self._talk.ask(prompt, secret=secret)
