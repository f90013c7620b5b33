"""Writes the pages of docs/api from the docstrings (``make docs``), or says which are stale (``--check``).

griffe reads the package without importing it. A name has its entry on the first of the pages whose module offers it;
a name in backticks is a link to its entry.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import griffe
from signatures import call, parameters

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "api"
PACKAGE = "hitl_jupyter"
FIRST = (
    *(
        "flow",
        "task",
        "pause_flow_run",
        "resume_flow_run",
        "suspend_flow_run",
        "recover",
        "run_again",
        "RunInput",
        "history",
        "inbox",
    ),
    *("track", "get_run_logger", "tags", "unmapped", "allow_failure", "Flow", "FlowRun", "Task", "State"),
)
"""What most programs need comes first; what is refused here, with a sentence, comes last."""
MODULES = (
    "",
    "flow_runs",
    "tasks",
    "input",
    "artifacts",
    "show",
    "widgets",
    "states",
    "futures",
    "task_runners",
    "cache_policies",
    "runtime",
    "context",
    "record",
    "progress",
    "testing",
    "exceptions",
)
HOOKS = ("on_running", "on_paused", "on_resumed", "on_completion", "on_failure", "on_cancellation", "on_crashed")
MEMBERS = {
    "Flow": ("__call__", "start", "with_options", *HOOKS),
    "FlowRun": ("id", "state", "result", "done", "cancel", "suspend", "correct", "run_again", "history"),
    "Task": ("__call__", "submit", "map", "delay", "with_options", "on_running", "on_completion", "on_failure"),
    "RunInput": (
        *("with_initial_data", "description_text", "metadata", "send_to", "respond", "receive", "save", "load"),
        *("keyset_from_type", "load_from_flow_run_input", "subclass_from_base_model_type"),
    ),
    "AutomaticRunInput": ("subclass_from_type",),
    "allow_failure": (),
    "unmapped": (),
    "CachePolicy": ("compute_key", "from_cache_key_fn"),
    "CacheKeyFnPolicy": (),
    "CompoundCachePolicy": (),
    **dict.fromkeys(("FlowParameters", "Inputs", "RunId", "TaskSource"), ()),
    "PrefectFuture": ("task_run_id", "state", "done", "result", "wait", "wait_async", "add_done_callback"),
}
"""What of these classes is for people: the engine works with their other members."""

NAME = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)(\(\))?`(?!`)")
BARE = re.compile(r"^Annotated\[(.+), \w+\(.*\)\]$")
CHECKED = r"\1"
TWIN = re.compile(r"^\w+\((a\w+)")


@dataclass
class Entry:
    """A public name or a member of one: what is to be told, and where."""

    name: str
    about: griffe.Object
    page: str
    said: griffe.Object
    of: Entry | None = None
    members: list[Entry] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The text of its heading, which its anchor is made from."""
        return f"class {self.name}" if self.about.is_class and self.of is None else self.name

    @property
    def shown(self) -> str:
        """Its heading as Markdown, in which ``__call__`` would be bold."""
        return f"class `{self.name}`" if self.heading != self.name else f"`{self.name}`"

    @property
    def link(self) -> str:
        """Where it is, from another page."""
        return f"{self.page}#{anchor(self.heading)}"


def anchor(heading: str) -> str:
    """Give the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def final(thing: Any) -> Any:
    """Give what an import leads to."""
    return thing.final_target if thing.is_alias else thing


class Reference:
    """All public names, by page."""

    def __init__(self) -> None:
        options = {"warnings": False}
        self.package = griffe.load(
            PACKAGE, search_paths=[ROOT], docstring_parser="numpy", docstring_options=options, resolve_aliases=True
        )
        self.pages: dict[str, list[Entry]] = {}
        self.modules: dict[str, Any] = {}
        self.homes: dict[str, Entry] = {}
        self.names: dict[str, list[Entry]] = {}
        self.problems: list[str] = []
        for module in MODULES:
            self._add(module)

    def _add(self, module: str) -> None:
        about = self.package[module] if module else self.package
        page = f"{module or PACKAGE}.md"
        self.modules[page], self.pages[page] = about, []
        for name in sorted(_exports(about), key=_rank):
            thing = final(about.members[name])
            if thing.path in self.homes or thing.is_module:
                continue
            entry = Entry(name, thing, page, self._told_by(thing))
            self.homes[thing.path] = entry
            self.pages[page].append(entry)
            self.names.setdefault(name, []).append(entry)
            if thing.is_class:
                entry.members = list(self._members(entry))
                for member in entry.members:
                    self.names.setdefault(member.name, []).append(member)

    def _told_by(self, thing: griffe.Object) -> griffe.Object:
        """Give what has the docstring: a function for sync and async code is made of its async form."""
        made_of = TWIN.match(str(thing.value)) if thing.is_attribute and thing.value is not None else None
        return thing.parent.members.get(made_of[1], thing) if made_of and thing.parent else thing

    def _members(self, entry: Entry) -> list[Entry]:
        """Give what a class has itself, or from a class that has no entry; the async twins go with their sync forms."""
        found: dict[str, griffe.Object] = {}
        for name, member in {**entry.about.inherited_members, **entry.about.members}.items():
            thing = final(member)
            theirs = thing.parent is not None and thing.parent is not entry.about and thing.parent.path in self.homes
            if name == "__call__" or not (name.startswith("_") or theirs or not thing.path.startswith(PACKAGE)):
                found[name] = thing
        wanted = MEMBERS.get(
            entry.name, tuple(name for name in found if name.removeprefix("a") not in found or name[0] != "a")
        )
        entries = (Entry(f"{entry.name}.{n}", found[n], entry.page, self._told_by(found[n]), entry) for n in wanted)
        return [
            one for one in entries if one.said.is_function or (one.said.docstring and "property" in one.said.labels)
        ]

    # -- text ---------------------------------------------------------------------------------------------------------

    def find(self, name: str, entry: Entry | None, page: str) -> Entry | None:
        """Give the entry that a name in a docstring means, seen from an entry."""
        name = name.removeprefix(f"{PACKAGE}.")
        owner = (entry.of or entry).name if entry else ""
        for full in (f"{owner}.{name}", name, name.rpartition(".")[2] if name.split(".")[0].islower() else name):
            found = self.names.get(full, [])
            if found:
                return next((one for one in found if one.page == page), found[0])
        return None

    def text(self, words: str, entry: Entry | None, page: str) -> str:
        """Give a docstring's text as Markdown, its names as links."""
        mine = {one.name.lstrip("*") for one in getattr(entry.said, "parameters", ())} if entry else set()

        def linked(match: re.Match[str]) -> str:
            name, called = match[1], match[2] or ""
            found = None if name in mine else self.find(name, entry, page)
            if found is None:
                if name[0].isupper() and "_" not in name and name not in mine and not name.isupper():
                    self.problems.append(f"{entry.name if entry else page}: `{name}` is no public name")
                return f"`{name}{called}`"
            return f"`{name}{called}`" if found is entry else f"[`{name}{called}`]({self._way(found, page)})"

        lines = re.split(r"(``.+?``)", words.strip(), flags=re.DOTALL)
        return "".join(f"`{one[2:-2]}`" if one.startswith("``") else NAME.sub(linked, one) for one in lines)

    def _way(self, found: Entry, page: str) -> str:
        return f"#{anchor(found.heading)}" if found.page == page else found.link

    # -- entries ------------------------------------------------------------------------------------------------------

    def written(self, entry: Entry) -> str:
        """Give the Markdown of an entry, and of its members."""
        level = "###" if entry.of else "##"
        parts = [f"{level} {entry.shown}", *self._signature(entry)]
        twin = self.names.get(entry.name[1:]) if entry.name.startswith("a") and entry.of is None else None
        if twin and twin[0].said is entry.said:
            parts.append(f"What [`{twin[0].name}`]({self._way(twin[0], entry.page)}) does, always awaited.")
        else:
            parts += self._told(entry)
        if entry.of is None and entry.about.is_class:
            parts += self._more(entry)
        twin_name = f"a{entry.name.rpartition('.')[2]}"
        if entry.of is not None and twin_name in entry.of.about.all_members:
            parts.append(f"Its twin `{twin_name}` is always awaited.")
        return "\n\n".join([*parts, *(self.written(member) for member in entry.members)])

    def _signature(self, entry: Entry) -> list[str]:
        thing, name = entry.said, entry.name.rpartition(".")[2]
        if thing.is_attribute and str(thing.value) in self.names:
            return [f"Another name of {self._kind(str(thing.value), entry.page)}."]
        if thing.is_attribute:
            kind = f": {thing.annotation}" if thing.annotation else ""
            value = f" = {thing.value}" if thing.value is not None and "property" not in thing.labels else ""
            return [f"```python\n{name}{kind}{value}\n```"]
        if thing.is_class:
            hidden = entry.page == "exceptions.md" or entry.name in {"Flow", "FlowRun", "Task"}
            made = [] if hidden or not parameters(thing) else [call(thing, name)]
            above = ", ".join(self._kind(str(base), entry.page) for base in thing.bases if "Generic" not in str(base))
            if entry.page == "exceptions.md":
                facts = [f"`{one.name}`" for one in thing.parameters if one.name not in {"self", "message"}]
                made = [f"Tells {', '.join(facts)}."] if facts else []
                made = [f"A kind of {above}.", *made] if above else made
            return made
        if thing.labels & {"classmethod", "staticmethod"}:
            name = entry.name
        awaited = entry.said is entry.about and "async" in thing.labels
        calls = [call(whole, f"await {name}" if awaited else name) for whole in thing.overloads or [thing]]
        return ["\n\n".join(calls)]

    def _kind(self, name: str, page: str) -> str:
        found = self.find(name, None, page)
        return f"[`{name}`]({self._way(found, page)})" if found else f"`{name}`"

    def _told(self, entry: Entry) -> list[str]:
        docstring = entry.said.docstring
        if docstring is None:
            if entry.of is None and not entry.said.is_attribute:
                self.problems.append(f"{entry.name} has no docstring")
            return []
        return self.sections(docstring, entry, entry.page)

    def sections(self, docstring: griffe.Docstring, entry: Entry | None, page: str) -> list[str]:
        """Give the Markdown of a docstring, section by section."""
        parts = []
        for section in docstring.parsed:
            kind = section.kind.value
            if kind == "text":
                parts.append(self.text(section.value, entry, page))
            elif kind == "examples":
                code = "\n\n".join(text for what, text in section.value if what.value == "examples")
                parts.append(f"```pycon\n{code}\n```")
            elif kind in {"parameters", "attributes", "raises", "returns", "yields"}:
                parts.append(f"**{kind.capitalize()}**\n\n" + self._list(kind, section.value, entry, page))
            else:
                self.problems.append(f"{entry.name if entry else page}: a section {kind!r} is not written")
        return parts

    def _list(self, kind: str, rows: list[Any], entry: Entry | None, page: str) -> str:
        whole = (entry.said, *(getattr(entry.said, "overloads", None) or ())) if entry else ()
        known = {one.name.lstrip("*") for thing in whole for one in getattr(thing, "parameters", ())}
        lines = []
        for words, group in groupby(rows, key=lambda row: row.description):
            same = list(group)
            if kind in {"parameters", "attributes"}:
                names = [name.strip() for row in same for name in row.name.split(",")]
                kinds = {str(row.annotation) for row in same if kind == "attributes" and row.annotation}
                if kind == "parameters":
                    unknown = [name for name in names if name.lstrip("*") not in known]
                    self.problems += [f"{entry.name if entry else page}: no parameter {name!r}" for name in unknown]
                head = ", ".join(f"`{name}`" for name in names) + "".join(f" (`{one}`)" for one in sorted(kinds))
            else:
                names = [name.strip(" ()") for row in same for name in str(row.annotation).split(",")]
                head = ", ".join(self._kind(name, page) for name in names)
            lines.append(f"- {head}: " + self.text(words, entry, page).replace("\n", "\n  "))
        return "\n".join(lines)

    def _more(self, entry: Entry) -> list[str]:
        """Give the fields of a class that has no signature, and where the rest of its members is told."""
        thing, parts = entry.about, []
        if not (parameters(thing) or entry.name in MEMBERS or entry.page == "exceptions.md"):
            rows = [
                f"- `{one.name}{_kind(one)}`"
                for name, one in {**thing.inherited_members, **thing.members}.items()
                if final(one).is_attribute
                and one.path.startswith(PACKAGE)
                and not name.startswith(("_", "model_"))
                and "property" not in one.labels
                if one.annotation or "class-attribute" in one.labels
                if not TWIN.match(str(one.value))
            ]
            parts += ["**Fields**\n\n" + "\n".join(rows)] if rows else []
        above = [self.homes[base.path] for base in thing.mro() if base.path in self.homes] if thing.bases else []
        if above and entry.page != "exceptions.md":
            parts.append(f"And all that {self._kind(above[0].name, entry.page)} has.")
        return parts

    # -- pages --------------------------------------------------------------------------------------------------------

    def page(self, page: str) -> str:
        """Give a page whole."""
        module = self.modules[page]
        parts = [f"# {module.path}", *self.sections(module.docstring, None, page)]
        entries = self.pages[page]
        if len(entries) > 1:
            parts.append(" · ".join(f"[`{one.name}`](#{anchor(one.heading)})" for one in entries))
        elsewhere = self._elsewhere(module, page)
        if elsewhere:
            parts.append("Also here: " + ", ".join(f"[`{one.name}`]({one.link})" for one in elsewhere) + ".")
        parts += [self.written(one) for one in entries]
        for name in _exports(module):
            inner = final(module.members[name])
            if inner.is_module:
                parts += [f"## `{name}`", *self.sections(inner.docstring, None, page)]
        return "\n\n".join([*parts, "---", "[All modules](README.md)"]) + "\n"

    def _elsewhere(self, module: Any, page: str) -> list[Entry]:
        exported = [final(module.members[name]) for name in _exports(module)]
        homes = [self.homes[thing.path] for thing in exported if thing.path in self.homes]
        return [one for one in homes if one.page != page]

    def index(self) -> str:
        """Give the page of all modules."""
        rows = []
        for page, module in self.modules.items():
            names = ", ".join(f"[`{one.name}`]({one.link})" for one in self.pages[page])
            what = self.text(module.docstring.value.partition("\n")[0], None, "README.md")
            rows.append(f"**[{module.path}]({page})**: {what}" + (f"\n\n{names}" if names else ""))
        return "\n\n".join(["# All public names", INTRODUCTION, *rows]) + "\n"

    def files(self) -> dict[str, str]:
        """Give every page by its name."""
        return {"README.md": self.index(), **{name: self.page(name) for name in self.pages}}


INTRODUCTION = (
    "Made from the docstrings by `make docs`. In a notebook `pause_flow_run?` shows the same. Where Prefect has a name "
    "it is found in the module of that name, with Prefect's meaning: [coming from Prefect](../from_prefect.md)."
)


def _kind(one: Any) -> str:
    """Give the type of a field, without what checks it."""
    return f": {BARE.sub(CHECKED, str(one.annotation))}" if one.annotation else ""


def _exports(module: Any) -> list[str]:
    return [str(getattr(one, "name", one)) for one in module.exports or ()]


def _rank(name: str) -> tuple[int, str, bool]:
    """Put what most programs need first, and an async twin behind its sync form."""
    sync = name.removeprefix("a") if name.startswith("a") else name
    base = sync if sync in FIRST else name
    return (FIRST.index(base) if base in FIRST else len(FIRST), sync.lower(), name != sync)


def main(check: bool) -> int:
    """Write the pages, or compare them; give what a command gives."""
    reference = Reference()
    files = reference.files()
    for problem in reference.problems:
        print(problem, file=sys.stderr)
    there = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in files.keys() | there.keys() if files.get(name) != there.get(name))
    if check:
        if stale:
            print(f"Not as the docstrings say: {', '.join(stale)}. Run 'make docs'.", file=sys.stderr)
        return 1 if stale or reference.problems else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        if name in files:
            (FOLDER / name).write_text(files[name])
        else:
            (FOLDER / name).unlink()
    return 1 if reference.problems else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
