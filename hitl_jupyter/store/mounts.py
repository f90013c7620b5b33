"""What kind of file system a path is on.

SQLite's write-ahead log needs memory that all processes share, which a file system between two machines does not give;
there the store keeps a rollback journal. Linux tells; elsewhere a disk is taken to be local.
"""

from __future__ import annotations

import re
from pathlib import Path

REMOTE = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p"),
        *("ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ocfs2", "gfs2", "orangefs", "pvfs2"),
        *("virtiofs", "vboxsf", "vmhgfs", "prl_fs", "fakeowner", "osxfs"),
    }
)
"""Network file systems, and those that a virtual machine shares with its host."""


def is_remote(path: Path) -> bool:
    """Tell whether the path is on a file system where shared memory cannot be relied on."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    kind = kind_of(path.resolve(), mounts)
    return kind in REMOTE or kind.startswith("fuse.")


def kind_of(path: Path, mounts: str) -> str:
    """Give the file system type of an absolute path by a mount table, "" where the table does not say."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[1]))
        depth = len(point.parts)
        # Of two mounts at one place the later covers the earlier.
        if depth >= best and path.is_relative_to(point):
            best, kind = depth, fields[2]
    return kind
