"""Whether the process that owns a run is still there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hitl_jupyter.core.records import Owner
from hitl_jupyter.engine.process import SILENCE, describe, is_alive, machine

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=1)


def owner(pid, *, began=NOW, beat=LONG_AGO, where=None, ended=None):
    return Owner("id", "ada", pid, "ana", "kernel", began, beat, machine() if where is None else where, ended)


@pytest.fixture
def child():
    """Another process, which sleeps."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield child
    child.kill()
    child.wait()


def after(child):
    """Give a time at which that process surely was there."""
    import psutil

    return datetime.fromtimestamp(psutil.Process(child.pid).create_time(), tz=UTC) + timedelta(seconds=1)


def test_a_process_of_this_machine_is_alive_however_silent(child):
    """On one machine the system decides: a process that computes for hours without a heartbeat is alive."""
    assert is_alive(owner(child.pid, began=after(child)), NOW)
    assert is_alive(owner(os.getpid()), NOW)


def test_a_stopped_process_is_alive(child):
    """A process that was stopped, as by a debugger or a job control key, may go on: it is not taken for dead."""
    child.send_signal(signal.SIGSTOP)
    assert is_alive(owner(child.pid, began=after(child)), NOW)


@pytest.mark.parametrize("waited_for", [True, False])
def test_a_killed_process_is_dead_at_once(child, waited_for):
    """A killed process is dead, however fresh its heartbeat, also while its parent has not taken notice of its end."""
    its = owner(child.pid, began=after(child), beat=NOW)
    child.kill()
    if waited_for:
        child.wait()
    else:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(its, NOW)


def test_another_process_under_the_same_number_is_not_the_owner(child):
    """A process younger than the owner has only inherited its number, unless the owner has just given a sign."""
    before = after(child) - timedelta(hours=1)
    assert not is_alive(owner(child.pid, began=before), NOW)
    assert is_alive(owner(child.pid, began=before, beat=NOW), NOW)


@pytest.mark.parametrize(("silence", "alive"), [(timedelta(0), True), (SILENCE, False)])
@pytest.mark.parametrize("where", ["elsewhere", ""])
def test_on_another_machine_the_heartbeat_tells(where, silence, alive):
    """A number means nothing on another machine, or where the machine is not known: the last sign of life counts."""
    assert alive is is_alive(owner(os.getpid(), beat=NOW - silence, where=where), NOW)


def test_who_has_left_is_dead():
    """A session that was closed owns nothing any more, though its process lives and was just heard of."""
    assert not is_alive(owner(os.getpid(), beat=NOW, ended=NOW), NOW)
    assert not is_alive(replace(owner(1, beat=NOW, where="elsewhere"), ended_at=NOW), NOW)


def test_processes_of_one_machine_know_it(tmp_path):
    """Two processes name their machine alike."""
    code = "from hitl_jupyter.engine.process import machine; print(machine(), end='')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert machine() == done.stdout
    assert machine()


def test_a_process_is_named_to_people():
    """A person is told the number and the host."""
    assert "process 4711 on host ada" == describe(owner(4711))
