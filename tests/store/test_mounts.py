"""Which file systems get a rollback journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from hitl_jupyter.store import sqlite
from hitl_jupyter.store.mounts import REMOTE, is_remote, kind_of
from hitl_jupyter.store.open import open_store

MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/ana/scratch tmpfs rw 0 0
sshfs#x /mnt/my\040disk fuse.sshfs rw 0 0
/dev/sdb1 /mnt/twice ext4 rw 0 0
//server/share /mnt/twice cifs rw 0 0
odd line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/hitl.db", "ext4"),
        ("/home/ana/hitl.db", "nfs4"),
        ("/home/ana/scratch/hitl.db", "tmpfs"),
        ("/homes/hitl.db", "ext4"),
        ("/mnt/my disk/hitl.db", "fuse.sshfs"),
        ("/mnt/twice/hitl.db", "cifs"),
    ],
)
def test_the_deepest_and_latest_mount_decides(path, kind):
    """The file system of a path is that of the deepest mount above it, of the last one where two cover each other."""
    assert kind == kind_of(Path(path), MOUNTS)


def test_a_path_that_the_table_does_not_know():
    """Without a mount table there is no kind, and a disk is taken to be local."""
    assert kind_of(Path("/x"), "") == ""
    assert "" not in REMOTE


def test_the_disk_of_this_test_is_local(tmp_path):
    """A file that is not there yet is judged by its directory."""
    assert not is_remote(tmp_path / "not" / "there.db")


@pytest.mark.parametrize(("remote", "journal"), [(True, "delete"), (False, "wal")])
def test_the_journal_follows_the_file_system(path, monkeypatch, remote, journal):
    """A store on a network file system keeps a rollback journal, another a write-ahead log; one that moves changes."""
    for now in (not remote, remote):
        monkeypatch.setattr(sqlite, "is_remote", lambda _, now=now: now)
        store = open_store(str(path))
        found = store.write(lambda conn: conn.exec_driver_sql("PRAGMA journal_mode").scalar()).result(10)
        store.close()
    assert journal == found
