"""The tables that the migrations make are the tables that the code knows."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from hitl_jupyter.store import journal, migrate, openings, submissions
from hitl_jupyter.store.migrations import HEAD, REVISIONS
from hitl_jupyter.store.open import open_store
from hitl_jupyter.store.tables import metadata
from tests.store.build import Build, T


def test_an_upgraded_empty_file_has_the_tables_of_the_code(store):
    """Alembic finds no difference between an upgraded file and the tables, types and defaults included."""

    def differences(conn):
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)

    assert store.write(differences).result(30) == []


def test_constraints_and_indexes_are_those_of_the_code(store):
    """What Alembic does not compare holds too: names and columns of constraints, keys and partial indexes."""

    def found(conn):
        look = inspect(conn)
        return {
            name: (
                look.get_pk_constraint(name)["name"],
                sorted((key["name"], *key["constrained_columns"]) for key in look.get_foreign_keys(name)),
                sorted((key["name"], *key["column_names"]) for key in look.get_unique_constraints(name)),
                sorted(
                    (index["name"], *index["column_names"], str(index["dialect_options"].get("sqlite_where", "")))
                    for index in look.get_indexes(name)
                ),
            )
            for name in metadata.tables
        }

    migrated = store.write(found).result(30)

    def from_code(conn):
        metadata.drop_all(conn)
        metadata.create_all(conn)
        return found(conn)

    assert store.write(from_code).result(30) == migrated


def test_the_list_of_revisions_is_that_of_the_files():
    """REVISIONS, which opening a store reads in place of Alembic, names the migration files in order."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    script = ScriptDirectory.from_config(config)
    assert [revision.revision for revision in script.walk_revisions()][::-1] == list(REVISIONS)
    assert script.get_current_head() == HEAD


def test_a_store_that_is_up_to_date_is_opened_without_alembic(file):
    """Opening an existing store does not import Alembic, which costs a third of a second."""
    code = (
        "import sys; from hitl_jupyter.store.open import open_store; open_store(sys.argv[1]).close();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_many_who_open_a_new_store_at_once_make_one(path):
    """Threads and processes that open a file which is not there yet all get the same store."""
    code = "import sys; from hitl_jupyter.store.open import open_store; open_store(sys.argv[1]).close()"
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(lambda _: open_store(str(path), patience=20), range(4)):
            store.close()
    assert [process.wait(60) for process in processes] == [0, 0]
    with sqlite3.connect(path) as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    conn.close()


OF_THE_FIRST_VERSION = """
INSERT INTO owner VALUES ('o', 'ada', 7, 'ana', 'kernel', :at, :at);
INSERT INTO flow_run VALUES ('r', 'merry-puma', 'greet', 'o', 1, NULL, 's2', 'PAUSED', 'Paused', :at, NULL, '{}', :at,
    NULL, NULL, NULL, '[]', :at, NULL, NULL);
INSERT INTO flow_run_state VALUES (1, 'r', 's1', 'RUNNING', 'Running', :at, NULL, '{}');
INSERT INTO flow_run_state VALUES (2, 'r', 's2', 'PAUSED', 'Paused', :at, NULL, '{}');
INSERT INTO task_run VALUES ('t', 'r', 1, '', 'fetch#1', 'fetch-1', 'fetch', 's3', 'COMPLETED', 'Completed', :at, NULL,
    '{}', :at, :at, :at, '5', 1);
INSERT INTO pause VALUES ('p', 'r', 1, '', '#1', '1', 'open', :at, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO event VALUES (1, 'pause.opened', :at, 'r', NULL, NULL, 'p', '{}');
"""


def test_a_store_of_the_first_version_is_brought_up_to_date(path):
    """A file that the first release wrote keeps all its rows, and its open question can be answered."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as conn:
        migrate.upgrade(conn, to="0001")
    engine.dispose()
    old = sqlite3.connect(path)
    for statement in OF_THE_FIRST_VERSION.replace(":at", "'2026-11-23T10:00:00.000000Z'").split(";\n")[:-1]:
        old.execute(statement)
    old.commit()
    old.close()
    store = open_store(str(path))
    (found,) = store.read(openings.open_).result(30)
    question, run, owner, _ = found
    assert ("p", None, None) == (question.id, question.draft, question.within)
    assert ("r", False, None) == (run.id, run.result_kept, run.notebook)
    assert ("o", "", None) == (owner.id, owner.machine, owner.ended_at)
    journaled = store.read(journal.load, "r", 1).result(30)
    assert [("t", 5, True, None)] == [(one.id, one.result, one.result_kept, one.inputs) for one in journaled.tasks]
    make = Build()
    answer = make.submission(question, received_at=datetime.now(UTC))
    store.write(submissions.receive, answer).result(30)
    assert store.write(submissions.accept, answer.id, 1, make.now(), make.state(T.RUNNING)).result(30) is None
    store.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    """A migration is one transaction: an error in its middle leaves nothing, and the next try succeeds."""
    whole = migrate.upgrade

    def breaks(connection):
        whole(connection)
        raise RuntimeError("in the middle")

    monkeypatch.setattr(migrate, "upgrade", breaks)
    with pytest.raises(RuntimeError, match="in the middle"):
        open_store(str(path))
    conn = sqlite3.connect(path)
    assert conn.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    conn.close()
    monkeypatch.undo()
    open_store(str(path)).close()


def test_the_package_may_lie_under_any_path(tmp_path, path):
    """Migrations are found where the package is, also under a directory with a per cent sign and a blank."""
    package = tmp_path / "100 %(odd)s"
    root = Path(migrate.__file__).parents[1]
    for part in ("core", "store"):
        shutil.copytree(root / part, package / "hitl_jupyter" / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "exceptions", package / "hitl_jupyter" / "exceptions")
    (package / "hitl_jupyter" / "__init__.py").touch()
    code = "import sys; from hitl_jupyter.store.open import open_store; open_store(sys.argv[1]).close()"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, cwd=package)
    assert path.exists()
