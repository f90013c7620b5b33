"""The look into a store that a new kernel takes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from hitl_jupyter.core.states import FINAL, StateType
from hitl_jupyter.store import peek, runs
from tests.store.build import T


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}"])
def test_it_counts_what_waits_in_a_notebook(scene, path, monkeypatch, url):
    """Unfinished and crashed root runs of the notebook count, as runs.waiting gives them, in the store that is set."""
    scene.open("1", run=scene.add_run(notebook="a b.ipynb"))
    scene.advance(T.CRASHED, scene.add_run(notebook="a b.ipynb"))
    scene.advance(T.COMPLETED, scene.add_run(notebook="a b.ipynb"))
    scene.add_run(notebook="a b.ipynb", parent_run_id=scene.run.id)
    scene.add_run(notebook="other.ipynb")
    assert 2 == len(scene.see(runs.waiting, "a b.ipynb"))
    monkeypatch.setenv("HITL_STORE", url.format(path))
    assert 2 == peek.waiting("a b.ipynb")
    assert 0 == peek.waiting("nobody's.ipynb")


def test_it_counts_the_states_that_lead_on(scene, path):
    """Every state that is not final counts, and Crashed: the look spells out what the table of states says."""
    waits = {type_.value for type_ in StateType if type_ not in FINAL or type_ is T.CRASHED}
    assert waits == {
        word for word in peek._WAITING.replace("'", " ").replace(",", " ").split() if word in set(StateType)
    }
    assert 0 == peek.waiting("any", str(path))


def test_there_may_be_no_store(tmp_path):
    """Where no store is, or something else, the look finds nothing and makes nothing."""
    nowhere, text = tmp_path / "nowhere.db", tmp_path / "text.db"
    text.write_text("no database " * 100)
    old = tmp_path / "old.db"
    conn = sqlite3.connect(old)
    conn.execute("CREATE TABLE flow_run (id TEXT)")
    conn.close()
    for url in (nowhere, text, old, "postgresql://host/db"):
        assert 0 == peek.waiting("any", str(url))
    assert ["old.db", "text.db"] == sorted(file.name for file in tmp_path.iterdir())


def test_a_locked_store_is_not_waited_for(scene, path):
    """While another process holds the file exclusively, nothing is said."""
    scene.add_run(notebook="any")
    scene.store.close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA journal_mode=delete")
    holder.execute("BEGIN EXCLUSIVE")
    assert 0 == peek.waiting("any", str(path))
    holder.execute("ROLLBACK")
    assert 1 == peek.waiting("any", str(path))
    holder.close()


def test_it_loads_no_sqlalchemy(file):
    """The look costs an import next to nothing: SQLAlchemy is not loaded for it."""
    code = (
        "import sys; from hitl_jupyter.store import peek; peek.waiting('any', sys.argv[1]);"
        "print('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout
