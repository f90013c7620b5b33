"""The pages of docs/api: made from the docstrings as they are, whole, with links that lead somewhere."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import GenericAlias
from typing import get_overloads

import pytest

import hitl_jupyter

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "api"
ON_THE_ROOT_PAGE = {"flows", "deployments", "logging", "utilities"}
"""Modules all of whose names are the root's, too."""
NOT_FOR_PROGRAMS = {"core", "engine", "exhibits", "forms", "magics", "scripts", "store", "terminal"}
MODULES = [
    "hitl_jupyter",
    *(f"hitl_jupyter.{m.name}" for m in pkgutil.iter_modules(hitl_jupyter.__path__) if m.name[0] != "_"),
]
FACES = [name for name in MODULES if name.partition(".")[2] not in ON_THE_ROOT_PAGE | NOT_FOR_PROGRAMS]


def page_of(module: str) -> str:
    return (PAGES / f"{module.partition('.')[2] or module}.md").read_text()


@cache
def entries() -> dict[str, str]:
    """Give the text under each heading of each page, those of members by their full name."""
    found = {}
    for page in PAGES.glob("*.md"):
        for part in re.split(r"^##", page.read_text(), flags=re.MULTILINE)[1:]:
            name = re.search(r"`(.+?)`", part.splitlines()[0])
            found[name[1]] = part
    return found


def test_the_pages_are_as_the_docstrings_say():
    """They are made again and compared; no docstring names a parameter or a class that is not there."""
    made = subprocess.run(
        [sys.executable, "docs/make_api.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (0, "") == (made.returncode, made.stderr)


@pytest.mark.parametrize("module", FACES)
def test_every_public_name_has_its_entry(module):
    """The page of a module has each of its names, or a link to the page that has it."""
    page = page_of(module)
    public = [
        name for name in import_module(module).__all__ if not inspect.ismodule(getattr(import_module(module), name))
    ]
    missing = [name for name in public if f"[`{name}`](" not in page and f"`{name}`\n" not in page]
    assert [] == missing
    assert [] == [name for name in public if name not in entries()]


@pytest.mark.parametrize("module", FACES)
def test_every_parameter_is_in_its_entry(module):
    """What Python itself says a function takes is on the page, with those of its overloads in place of `options`."""
    missing = []
    for name in import_module(module).__all__:
        thing = getattr(import_module(module), name)
        if not callable(thing) or (inspect.isclass(thing) and issubclass(thing, BaseException | dict | list | str)):
            continue
        if name in {"Flow", "FlowRun", "Task"}:  # made by `@flow` and `@task`, never by hand
            continue
        if isinstance(thing, GenericAlias):
            continue
        entry = entries()[getattr(thing, "__name__", name)]  # of what it is another name of
        forms = get_overloads(thing) if inspect.isfunction(thing) else ()
        taken = [one for form in forms or [getattr(thing, "aio", thing)] for one in inspect.signature(form).parameters]
        missing += [
            f"{name}({one})"
            for one in taken
            if one not in {"_", "__", "_sync", "_submit", "args", "kwargs"} and not re.search(rf"\b{one}\b", entry)
        ]
    assert [] == missing


def test_every_value_of_runtime_is_told():
    """Those of ``runtime.flow_run`` and its siblings are looked up by name, and have no other place."""
    from hitl_jupyter.runtime import deployment, flow_run, task_run

    told = {name: entries()[name] for name in ("flow_run", "task_run", "deployment")}
    assert [] == [name for name in dir(flow_run) if f"`{name}`" not in told["flow_run"]]
    assert [] == [name for name in dir(task_run) if f"`{name}`" not in told["task_run"]]
    assert [] == [name for name in deployment.__all__ if f"`{name}`" not in told["deployment"]]


def test_links_lead_to_headings():
    """Each link within the pages names a page that is there, and a heading on it."""
    anchors = {page.name: headings(page.read_text()) for page in PAGES.glob("*.md")}
    broken = []
    for page in PAGES.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text()):
            name, _, heading = target.partition("#")
            there = not name or (page.parent / name).exists()
            if not there or (heading and heading not in anchors[name or page.name]):
                broken.append(f"{page.name}: {target}")
    assert [] == broken


def headings(text: str) -> set[str]:
    """Give the anchors of a page as GitHub makes them: a second heading of the same words gets a number."""
    seen: dict[str, int] = {}
    found = set()
    for heading in re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    ):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        seen[slug] = seen.get(slug, -1) + 1
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
    return found


EXAMPLES = [
    "hitl_jupyter",
    "hitl_jupyter.flows",
    "hitl_jupyter.tasks",
    "hitl_jupyter.progress",
    "hitl_jupyter.testing",
    "hitl_jupyter.forms.run_input",
    "hitl_jupyter.widgets.form",
]


@pytest.mark.parametrize("module", EXAMPLES)
def test_the_examples_of_the_docstrings_run(module):
    """Typed in as they stand, in a store of their own, they give what they say."""
    with hitl_jupyter.testing.answers():
        found = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS)
    assert 0 < found.attempted
    assert 0 == found.failed


def test_no_example_is_forgotten():
    """Every file of the package with an example is among those that run."""
    files = [path for path in (ROOT / "hitl_jupyter").rglob("*.py") if ">>> " in path.read_text()]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files}
    assert set(EXAMPLES) == names
