"""A person at a real terminal: a script runs in a process of its own on a pseudo-terminal; the test types and reads.

The script gets a session and a controlling terminal of its own, as a shell would give it, so Ctrl+C, Ctrl+D and the
echo are the system's own.
"""

from __future__ import annotations

import os
import pathlib
import re
import selectors
import signal
import subprocess
import sys
import termios
import textwrap
import time

import hitl_jupyter

ROOT = pathlib.Path(hitl_jupyter.__file__).parent.parent
# A test run in the background of a shell ignores SIGINT, and so would the program.
ADOPT = (
    "import fcntl, os, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
)
PATIENCE = 60
"""Seconds for one thing to be shown, on a machine that does other things as well."""
CTRL_C, CTRL_D, CTRL_Z = "\x03", "\x04", "\x1a"


def environment(store):
    """The environment of every script: this package, a store of its own, local time that is not UTC."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "HITL_STORE": str(store), "TZ": "Asia/Kolkata", "PS1": "$ "}


class Person:
    """Types at a program and reads what it shows."""

    def __init__(self, *command, store, stderr=None):
        self._keys, terminal = os.openpty()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", ADOPT, *command],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal if stderr is None else stderr,
            env=environment(store),
            start_new_session=True,
        )
        os.close(terminal)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._keys, selectors.EVENT_READ)
        self.seen = ""
        self._unread = ""
        self._half = ""

    def type(self, text):
        """Type without Enter."""
        os.write(self._keys, text.encode())

    def enter(self, text=""):
        """Type a line."""
        self.type(text + "\n")

    def read(self, pattern, timeout=PATIENCE):
        """Give the match of what the program shows next; what came before it is passed over."""
        until = time.monotonic() + timeout
        while (found := re.search(pattern, self._unread)) is None:
            left = until - time.monotonic()
            if left <= 0 or not self._more(left):
                raise AssertionError(f"{pattern!r} was not shown. Shown was:\n{self.seen}")
        self._unread = self._unread[found.end() :]
        return found

    def end(self, timeout=PATIENCE):
        """Give the exit code of the program, once it has ended."""
        until = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < until:
            self._more(0.02)
        code = self.process.wait(timeout=0.1)
        while self._more(0.05):
            pass
        return code

    @property
    def echo(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._keys)[3] & termios.ECHO)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=5)
        self._selector.close()
        os.close(self._keys)

    def _more(self, timeout):
        if not self._selector.select(timeout):
            return False
        try:
            got = os.read(self._keys, 65536)
        except OSError:
            return False
        text = self._half + got.decode(errors="replace")
        # What was read may end between the two.
        self._half = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r").replace("\r\n", "\n")
        self.seen += text
        self._unread += text
        return bool(got)


def script(folder, source):
    """Write a program that begins with the usual imports."""
    path = folder / "script.py"
    head = (
        "import asyncio, sys, time\n"
        "from typing import *\n"
        "from pydantic import *\n"
        "from hitl_jupyter import RunInput, flow, pause_flow_run, get_run_logger\n"
    )
    path.write_text(head + textwrap.dedent(source))
    return path
