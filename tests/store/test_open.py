"""Opening a store: where it is, and everything that can be wrong with it."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest

from hitl_jupyter.exceptions import StoreCorrupt, StoreError, StoreTooNew, StoreUnavailable
from hitl_jupyter.store import runs
from hitl_jupyter.store.migrations import HEAD
from hitl_jupyter.store.open import open_store
from tests.store.build import Scene

ROOT = os.geteuid() == 0


@contextmanager
def mounted(*arguments):
    """Have a file system mounted for a while; skips where one may not."""
    target = arguments[-1]
    if not ROOT or subprocess.run(["mount", *map(str, arguments)], check=False, capture_output=True).returncode:
        pytest.skip("mounting a file system needs root and CAP_SYS_ADMIN")
    try:
        yield target
    finally:
        subprocess.run(["umount", "--lazy", str(target)], check=True)


@contextmanager
def read_only(directory):
    """Make a directory read-only: for root, whom permission bits do not stop, by a read-only mount over itself."""
    if not ROOT:
        directory.chmod(0o500)
        yield
        directory.chmod(0o700)
        return
    with mounted("--bind", directory, directory):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(directory)], check=True)
        yield


# -- where it is ------------------------------------------------------------------------------------------------------


def test_a_store_that_is_missing_is_made_for_this_user_alone(tmp_path):
    """Missing directories and the file are made, 0700 and 0600 whatever the umask, the journal beside it likewise."""
    path = tmp_path / "a" / "b" / "hitl.db"
    before = os.umask(0)
    try:
        store = open_store(str(path))
        modes = {each.name: each.stat().st_mode & 0o777 for each in (path.parents[1], path.parent, path)}
        beside = {each.stat().st_mode & 0o777 for each in path.parent.glob("hitl.db-*")}
        store.close()
    finally:
        os.umask(before)
    assert modes == {"a": 0o700, "b": 0o700, "hitl.db": 0o600}
    assert beside == {0o600}


def test_what_is_there_keeps_its_permissions(file):
    """An existing file and directory keep the permissions that someone gave them, to share the store for example."""
    file.chmod(0o660)
    file.parent.chmod(0o770)
    open_store(str(file)).close()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o660, 0o770)


@pytest.mark.parametrize("spell", ["{0}", "sqlite:///{0}", "sqlite+pysqlite:///{0}"])
def test_paths_and_urls_name_the_same_store(path, spell):
    """A bare path and an SQLite URL open the same file; `url` says which in one spelling."""
    store = open_store(spell.format(path))
    store.close()
    assert store.url == f"sqlite:///{path}"
    assert path.is_file()


def test_relative_and_home_paths(tmp_path, monkeypatch):
    """A relative path is meant from the working directory, ~ is the home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for text, meant in (("x.db", "x.db"), ("sqlite:///y.db", "y.db"), ("~/z.db", "home/z.db")):
        open_store(text).close()
        assert (tmp_path / meant).is_file()


def test_a_path_with_every_odd_character(tmp_path):
    """Blanks, signs that mean something in URLs, and letters of any script are fine in a path."""
    path = tmp_path / "a b?c=d#e%20 'ü☕" / "hitl.db"
    open_store(str(path)).close()
    assert path.is_file()


def test_the_environment_names_the_store(path, monkeypatch):
    """Without a URL, HITL_STORE decides."""
    monkeypatch.setenv("HITL_STORE", str(path))
    open_store().close()
    assert path.is_file()


def test_the_store_is_in_jupyter_s_data_directory_by_default(tmp_path, monkeypatch):
    """Without a URL and HITL_STORE, the store is hitl_jupyter/hitl.db among Jupyter's data."""
    monkeypatch.delenv("HITL_STORE", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    open_store().close()
    assert (tmp_path / "data" / "hitl_jupyter" / "hitl.db").is_file()


@pytest.mark.parametrize("url", ["postgresql://ana:secret@host/db", "mysql+pymysql://ana:secret@host/db"])
def test_a_database_server_is_refused_in_one_sentence(url):
    """A URL of another database says what this version takes, and shows no password."""
    with pytest.raises(StoreUnavailable, match="is on a database server") as error:
        open_store(url)
    assert "secret" not in str(error.value)
    assert "sqlite:///" in error.value.remedy


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", ":memory:", "sqlite:///file:x?uri=true", "sqlite:///x?mode=ro"]
)
def test_a_store_is_a_plain_file(url):
    """A database in memory or with options of SQLite's own is refused: a store must outlive its process."""
    with pytest.raises(StoreUnavailable, match="names no file"):
        open_store(url)


def test_a_url_that_is_none():
    """Text that is neither path nor URL is refused with the form of a URL."""
    with pytest.raises(StoreUnavailable, match="no URL that can be read"):
        open_store("://nowhere")


# -- what can be wrong ------------------------------------------------------------------------------------------------


def test_a_directory_in_the_file_s_place(path):
    """A directory where the file should be is said to be no file."""
    path.mkdir()
    with pytest.raises(StoreUnavailable, match="is not a file"):
        open_store(str(path))


def test_a_file_in_the_directory_s_place(path):
    """A file where a directory should be is named as the reason that the store cannot be made."""
    path.write_text("a file")
    with pytest.raises(StoreUnavailable, match=r"cannot be made \(.+\)"):
        open_store(str(path / "hitl.db"))


def test_a_directory_that_is_read_only(path):
    """A store that cannot be made because its directory is read-only (really: a read-only mount for root) says so."""
    path.parent.joinpath("locked").mkdir()
    with read_only(path.parent / "locked"), pytest.raises(StoreUnavailable, match="cannot be made") as error:
        open_store(str(path.parent / "locked" / "hitl.db"))
    assert "HITL_STORE" in error.value.remedy


def test_a_store_that_is_read_only(file):
    """An existing store on a read-only mount is refused when it is opened, not at the first answer."""
    home = file.parent / "locked"
    home.mkdir()
    shutil.move(file, home / "hitl.db")
    with read_only(home), pytest.raises(StoreUnavailable, match=r"is read-only|cannot be opened") as error:
        open_store(str(home / "hitl.db"))
    assert "writable" in error.value.remedy


@pytest.mark.skipif(not ROOT, reason="the immutable attribute is root's to set")
def test_a_file_that_is_immutable(file):
    """A store whose file alone is read-only (the immutable attribute: root passes by permission bits) is refused."""
    if subprocess.run(["chattr", "+i", str(file)], check=False, capture_output=True).returncode:
        pytest.skip("this file system has no immutable attribute")
    try:
        with pytest.raises(StoreUnavailable, match=r"is read-only|cannot be opened"):
            open_store(str(file))
    finally:
        subprocess.run(["chattr", "-i", str(file)], check=True)


@pytest.mark.parametrize("content", [b"not a database, but long enough to be taken for one" * 40, b"x"])
def test_a_file_that_is_no_database(path, content):
    """A file with something else in it is refused, and left as it was."""
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match="the file holds something else"):
        open_store(str(path))
    assert path.read_bytes() == content


def test_an_empty_file_is_a_new_store(path):
    """A file of no length, as a dying process may leave it, becomes a store."""
    path.touch()
    open_store(str(path)).close()
    assert path.stat().st_size > 0


def test_a_database_of_another_program(path):
    """A database with other tables, also one that Alembic manages, is refused and left as it was."""
    for table in ("notes (text)", "alembic_version (version_num)"):
        conn = sqlite3.connect(path)
        conn.execute(f"CREATE TABLE {table}")
        conn.close()
        with pytest.raises(StoreCorrupt, match="tables of another program"):
            open_store(str(path))


def test_a_store_of_a_newer_version(file):
    """A store at a revision that this version does not know says both revisions and how to go on."""
    conn = sqlite3.connect(file)
    conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.commit()
    conn.close()
    with pytest.raises(StoreTooNew, match=rf"newer version of hitl_jupyter .*revision 9999.*up to {HEAD}") as error:
        open_store(str(file))
    assert "pip install --upgrade hitl_jupyter" in error.value.remedy


def test_a_store_with_a_damaged_page(file):
    """A store in which a page was overwritten is refused when it is opened."""
    size = file.stat().st_size
    with file.open("r+b") as raw:
        raw.seek(4096 * 3)
        raw.write(os.urandom(4096 * 8))
    assert size == file.stat().st_size
    with pytest.raises(StoreCorrupt, match="is damaged") as error:
        open_store(str(file))
    assert "backup" in error.value.remedy


def test_a_store_that_was_cut_off(file):
    """A store that lost its second half is refused when it is opened."""
    os.truncate(file, file.stat().st_size // 2 // 4096 * 4096)
    with pytest.raises(StoreCorrupt, match="is damaged"):
        open_store(str(file))


LOCK = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(path):
    """Have another process hold the write lock of a database."""
    holder = subprocess.Popen(
        [sys.executable, "-c", LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "locked\n"
    try:
        yield
    finally:
        holder.communicate()


def test_a_store_that_another_process_has_locked(file):
    """A store that stays locked for longer than one waits is refused; when it is free it opens."""
    with locked(file), pytest.raises(StoreUnavailable, match="locked by another process"):
        open_store(str(file), patience=0.2)
    open_store(str(file), patience=0.2).close()


def test_a_new_file_that_another_process_has_locked(path):
    """A file that is still empty and locked is refused too, and not waited for without end."""
    path.touch()
    with locked(path), pytest.raises(StoreUnavailable, match="locked by another process"):
        open_store(str(path), patience=0.2)


def test_a_store_that_is_locked_later(file):
    """A lock taken after the opening fails the write with the same error, loses nothing else, and passes."""
    store = open_store(str(file), patience=0.2)
    scene = Scene.begin(store)
    with locked(file):
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            scene.open("1")
        assert scene.present() == scene.see(runs.get, scene.run.id)
    scene.open("1")
    store.close()


def fill(store):
    """Write until the store is unwell; gives the error and how many writes were confirmed."""
    scene = Scene.begin(store)
    for number in range(10_000):
        try:
            scene.open(str(number), description="x" * 2000)
        except StoreError as error:
            return scene, error, number
    raise AssertionError("the disk was not full")


def test_a_disk_that_is_full(tmp_path, file):
    """On a full disk (a file system of one megabyte) the write says so, what was confirmed is there, room heals it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk):
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 300_000)
        store = open_store(str(shutil.copy(file, disk)))
        scene, error, confirmed = fill(store)
        assert isinstance(error, StoreUnavailable)
        assert "the disk is full" in error.what
        ballast.unlink()
        scene.open("after")
        store.close()
        assert_holds(disk / "hitl.db", confirmed + 1)


def test_a_new_store_on_a_full_disk(tmp_path):
    """A store that cannot be made for want of room is refused when it is opened."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=32k", "tmpfs", disk), pytest.raises(StoreUnavailable):
        open_store(str(disk / "hitl.db"))


def assert_holds(path, pauses):
    conn = sqlite3.connect(path)
    assert conn.execute("SELECT count(*) FROM pause").fetchone() == (pauses,)
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    conn.close()


LIMITED = """
import sys
from hitl_jupyter.store.open import open_store
from tests.store.test_open import fill
store = open_store(sys.argv[1])
scene, error, confirmed = fill(store)
print(type(error).__name__, confirmed, error.what)
"""


def test_a_file_that_may_not_grow(file):
    """A limit on the size of files (RLIMIT_FSIZE, which binds root too) fails the write, not what was there."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(file)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)),
    )
    kind, confirmed, what = done.stdout.rstrip().split(" ", 2)
    assert kind == "StoreUnavailable"
    assert "full" in what or "could not be read or written" in what
    assert_holds(file, int(confirmed))


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_goes_away_while_it_is_open(file, blank, how):
    """A write to a store whose file was deleted or replaced fails: it would be lost without a sound."""
    store = open_store(str(file))
    scene = Scene.begin(store)
    file.unlink()
    if how == "replaced":
        shutil.copy(blank, file)
    with pytest.raises(StoreUnavailable, match="was deleted, moved or replaced"):
        scene.open("1")
    store.close()
