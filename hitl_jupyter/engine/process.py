"""Whether the process that owns a run is still there.

On one machine the system knows; from another one only the heartbeats tell. Take-up, the inbox and the notice of waiting
runs ask here and nowhere else. In doubt a process counts as alive: two processes that execute one run would be worse
than one that waits half a minute.
"""

from __future__ import annotations

import platform
import sys
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from hitl_jupyter.core.records import Owner

SILENCE = timedelta(seconds=30)
"""How long a process may give no sign of life before it counts as dead to other machines."""
_CLOCK = timedelta(seconds=2)
"""How much later a process may seem to have begun than it says: the system rounds, and clocks are corrected."""


@cache
def machine() -> str:
    """Name what a process id means something in: this boot of this machine, and this container of it."""
    if sys.platform == "linux":
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
        except OSError:
            # A container may hide both.
            pass
    return platform.node()


def is_alive(owner: Owner, now: datetime) -> bool:
    """Tell whether a process is still there, as far as can be known here."""
    if owner.ended_at is not None:
        return False
    if owner.machine and owner.machine == machine():
        return _runs(owner, now)
    return _beats(owner, now)


def describe(owner: Owner) -> str:
    """Name a process to a person: "process 4711 on host ada"."""
    return f"process {owner.pid} on host {owner.host}"


def _beats(owner: Owner, now: datetime) -> bool:
    return now - owner.heartbeat_at < SILENCE


def _runs(owner: Owner, now: datetime) -> bool:
    import psutil

    try:
        process = psutil.Process(owner.pid)
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return False
        begun = datetime.fromtimestamp(process.create_time(), tz=owner.started_at.tzinfo)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
    # A younger process has only inherited the number. But if somebody has put the clock forward, the process itself
    # looks younger than it is; then it goes on beating.
    return begun <= owner.started_at + _CLOCK or _beats(owner, now)
