"""What Tab offers in a line of ``%hitl``: actions, options, runs, keys, fields, flows, scripts.

One of IPython's matchers, so that it works wherever IPython's completion does. It reads the store, which takes a few
milliseconds; where there is none it offers what this process knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult
from IPython.core.error import UsageError

from hitl_jupyter import _session, store
from hitl_jupyter.engine import openings, recovery
from hitl_jupyter.engine.session import Session
from hitl_jupyter.exceptions import HitlError
from hitl_jupyter.magics.answering import arguments
from hitl_jupyter.magics.calling import flows_of
from hitl_jupyter.magics.cell import cell_flow
from hitl_jupyter.magics.filling import fields
from hitl_jupyter.magics.line import HELP, Word, options_of, quoted, words
from hitl_jupyter.magics.magic import ACTIONS
from hitl_jupyter.magics.runs import alive_here, handles, run_of
from hitl_jupyter.terminal.talk import Node
from hitl_jupyter.widgets.renderers import RENDERERS

LINE: Final = re.compile(r"\s*(?:[\w.\[\], ]+=\s*)?%hitl\s+(?P<said>.*)", re.DOTALL)
CELL: Final = re.compile(r"%%hitl\s+(?P<said>.*)", re.DOTALL)
MOST_FILES: Final = 100

Offer = tuple[str, str]
"""A completion and what kind of thing it is."""


class Completion:
    """The matcher of one shell."""

    matcher_api_version = 2
    matcher_identifier = "hitl_jupyter"
    matcher_priority = 100

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        # What IPython names a matcher by, even where it has an identifier.
        self.__qualname__ = type(self).__qualname__

    def __call__(self, context: CompletionContext) -> SimpleMatcherResult:
        """Give what fits behind what is typed."""
        before: str = context.text_until_cursor
        pattern = CELL if before.startswith("%%") else LINE
        line = pattern.fullmatch(before)
        if line is None or (pattern is CELL and context.cursor_line > 0):
            return SimpleMatcherResult(completions=[])
        said = line["said"]
        fragment = _fragment(said)
        try:
            offered = list(options_of_cell() if pattern is CELL else self._offered(said, fragment))
        except (HitlError, UsageError):
            offered = []
        fitting = [
            SimpleCompletion(text=text, type=kind)
            for text, kind in dict.fromkeys(offered)
            if text.casefold().startswith(fragment.casefold())
            or text.strip('"').casefold().startswith(fragment.strip("\"'").casefold())
        ]
        return SimpleMatcherResult(completions=fitting, suppress=True, matched_fragment=fragment, ordered=True)

    def _offered(self, said: str, fragment: str) -> Iterator[Offer]:
        action, space, rest = said.partition(" ")
        if not space:
            yield from ((name, "keyword") for name in (*ACTIONS, HELP[0]))
        elif action in ACTIONS:
            if fragment.startswith("-"):
                yield from ((option, "param") for option in options_of(ACTIONS[action]))
            if action == "answer":
                yield from self._in_answer(rest, fragment)
            elif action == "run":
                yield from self._in_run(rest, fragment)
            elif action == "renderer":
                yield from ((name, "keyword") for name in RENDERERS)
            elif action != "store":
                yield from self._runs(action)

    # -- runs ---------------------------------------------------------------------------------------------------------

    def _runs(self, action: str) -> Iterator[Offer]:
        session = _session.current()
        alive = alive_here(session)
        if action == "answer":
            asking = [run for run in alive if any(one.run.belongs_to(run) for one in list(session.questions.values()))]
            yield from _named(run.name for run in reversed(asking))
            yield from _named(one.run for one in openings.listing(session))
        elif action == "recover":
            yield from _named(run.name for run in recovery.waiting(session, session.host.notebook))
        else:
            yield from _named(run.name for run in reversed(alive))
        yield from (
            (name, "variable") for name, run in handles(self._shell).items() if action != "cancel" or run in alive
        )
        if action in ("show", "page", "again", "history"):
            yield from _named(run.name for run in session.store.read(store.overview.latest).result())

    # -- answer -------------------------------------------------------------------------------------------------------

    def _in_answer(self, rest: str, fragment: str) -> Iterator[Offer]:
        said = words(rest, partial=True)
        if fragment:
            said = said[:-1]
        if not [word for word in said if not word.raw.startswith("--")]:
            yield from self._runs("answer")
            return
        keyed = bool(said) and said[-1].raw == "--key"
        name, key, _ = arguments(_joined(said[:-1] if keyed else said), partial=True)
        asked = _asked(_session.current(), run_of(self._shell, _session.current(), name))
        if keyed:
            yield from ((quoted(one), "key") for one, _ in asked)
            return
        for one, root in asked:
            if key in (None, one):
                yield from _of_field(root, fragment, {word.pair[0] for word in said if word.pair})

    # -- run ----------------------------------------------------------------------------------------------------------

    def _in_run(self, rest: str, fragment: str) -> Iterator[Offer]:
        said = words(rest, partial=True)
        before = [word.raw for word in (said[:-1] if fragment else said)]
        if [word for word in before if not word.startswith("--")]:
            return
        if "--as-prefect" not in before:
            yield from ((f"{name}(", "function") for name in flows_of(self._shell.user_ns))
        yield from ((path, "path") for path in _scripts(fragment))


def options_of_cell() -> Iterator[Offer]:
    """Give the options of ``%%hitl``."""
    return ((option, "param") for option in options_of(cell_flow))


def _fragment(said: str) -> str:
    """Give the word that is being typed, "" behind a space."""
    found = words(said, partial=True)
    if not found or (said[-1:].isspace() and not found[-1].open_):
        return ""
    return said[found[-1].start :]


def _joined(said: Iterable[Word]) -> str:
    return " ".join(word.raw for word in said)


def _named(names: Iterable[str]) -> Iterator[Offer]:
    return ((quoted(name), "run") for name in names)


def _asked(session: Session, run: Any) -> list[tuple[str, Node | None]]:
    """Give the keys of a run's open questions, each with its form, None for a bare Resume."""
    live = run if hasattr(run, "id_text") else None
    here = [
        one
        for one in list(session.questions.values())
        if (one.run.belongs_to(live) if live is not None else one.run.id_text == run.id)
    ]
    if here:
        return [(one.key, None if one.plan is None else _root(one.plan.to_json())) for one in here]
    found = session.store.read(store.openings.open_).result()
    return [
        (pause.pause_key, None if form is None else _root(form.plan))
        for pause, of_run, _, form in found
        if of_run.id == (run.id if live is None else live.id_text)
    ]


def _root(plan: Any) -> Node:
    root: Node = plan["root"]
    return root


def _of_field(root: Node | None, fragment: str, filled: set[str]) -> Iterator[Offer]:
    """Give the names of fields that are not filled in yet; behind a name what can be chosen."""
    if root is None:
        return
    for name, node in fields(root):
        if fragment.startswith(f"{name}="):
            yield from ((f"{name}={quoted(text)}", "value") for text in _choices(node))
        elif name not in filled and node["kind"] != "secret":
            yield f"{name}=", "field"
        if name == "value" and len(root["fields"]) == 1:
            yield from ((quoted(text), "value") for text in _choices(node))


def _choices(node: Node) -> list[str]:
    if node["kind"] == "boolean":
        return ["yes", "no"]
    return [str(option["label"]) for option in node.get("options", ())]


def _scripts(fragment: str) -> list[str]:
    """Give the scripts, and the folders that may hold some, below what is typed of a path."""
    folder, slash, _ = fragment.strip("\"'").rpartition("/")
    place = Path(folder + slash or ".").expanduser()
    try:
        found = sorted(place.iterdir())[:MOST_FILES] if place.is_dir() else []
    except OSError:
        return []
    shown = [one for one in found if not one.name.startswith(".")]
    return [
        quoted(f"{folder}{slash}{one.name}" + ("/" if one.is_dir() else ""))
        for one in shown
        if one.suffix == ".py" or one.is_dir()
    ]
