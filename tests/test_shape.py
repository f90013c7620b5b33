"""Guards on the shape of the code: what is public, what is imported when, how long things are, what version it is."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = sorted((ROOT / "hitl_jupyter").rglob("*.py"))

PUBLIC = [
    "Flow",
    "FlowRun",
    "RunInput",
    "State",
    "Task",
    "Transaction",
    "allow_failure",
    "apause_flow_run",
    "aresume_flow_run",
    "aserve",
    "asuspend_flow_run",
    "deploy",
    "flow",
    "get_client",
    "get_run_logger",
    "history",
    "inbox",
    "pause_flow_run",
    "recover",
    "resume_flow_run",
    "run_again",
    "serve",
    "suspend_flow_run",
    "tags",
    "task",
    "track",
    "unmapped",
]


def test_public_names():
    """The shop window holds these names and no other."""
    import hitl_jupyter

    assert PUBLIC == hitl_jupyter.__all__
    for name in PUBLIC:
        assert getattr(hitl_jupyter, name).__doc__


def test_importing_the_package_is_light():
    """It loads neither the notebook's libraries nor the store's, and no form before a question needs one."""
    theirs = ("IPython", "ipywidgets", "anywidget", "traitlets", "sqlalchemy", "alembic", "greenback", "jsonschema")
    ours = ("hitl_jupyter.forms.document", "hitl_jupyter.forms.plan", "hitl_jupyter.exhibits.recognise")
    heavy = (*theirs, *ours)
    code = f"import sys, hitl_jupyter; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == found.stdout.strip()


def test_imports_only_go_down():
    """The levels of DESIGN.md hold, and only `widgets` knows the notebook."""
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert 0 == found.returncode, found.stdout


@pytest.mark.parametrize("path", PACKAGE, ids=lambda p: str(p.relative_to(ROOT)))
def test_length(path):
    """A file has at most 400 lines, a function at most 60."""
    text = path.read_text()
    assert 400 >= text.count("\n")
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    # A migration writes tables down; there is nothing to divide.
    assert [] == [name for name in long if "migrations" not in path.parts]


def test_one_version():
    """js/package.json is the version's only home; what is installed agrees."""
    assert json.loads((ROOT / "js/package.json").read_text())["version"] == version("hitl_jupyter")


def test_no_lock_file_names_a_registry():
    """A lock file says what, not from where."""
    assert '"resolved"' not in (ROOT / "js/package-lock.json").read_text()
