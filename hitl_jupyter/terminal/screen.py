"""Writes to the terminal: log lines and questions take turns, and an open prompt is shown again below what came.

Log lines go to stderr. So do questions where stderr is the terminal; where it is a file they go to the terminal itself.
After `close` nothing is written: a thread that the interpreter's end stops in the middle of a write would crash it.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TextIO

PATIENCE = 1.0
"""Seconds that the end of the program waits for a write that does not come to its end."""


class Screen:
    """The writing end of the terminal, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._prompt = ""
        self._own: TextIO | None = None
        self._closed = False

    def ask_on(self, fd: int) -> None:
        """Show questions on the terminal that is read from `fd`."""
        with self._lock:
            if self._own is None and not _is_terminal(sys.stderr):
                with suppress(OSError):
                    self._own = os.fdopen(
                        os.open(os.ttyname(fd), os.O_WRONLY | os.O_NOCTTY), "w", errors="backslashreplace"
                    )

    def log(self, text: str) -> None:
        """Show lines on stderr."""
        with self._lock:
            if self._own is None:
                self._above_prompt(text)
            else:
                self._write(sys.stderr, text + "\n")

    def say(self, text: str) -> None:
        """Show lines where questions are shown."""
        with self._lock:
            self._above_prompt(text)

    def prompt(self, text: str) -> None:
        """Open a prompt."""
        with self._lock:
            self._prompt = text
            self._write(self._own or sys.stderr, text)

    def end_prompt(self, *, on_new_line: bool) -> None:
        """Close the prompt; `on_new_line` tells that the person's Enter has ended its line."""
        with self._lock:
            if self._prompt and not on_new_line:
                self._write(self._own or sys.stderr, "\n")
            self._prompt = ""

    def close(self) -> None:
        """End an open prompt's line and write nothing from now on."""
        held = self._lock.acquire(timeout=PATIENCE)
        try:
            if held:
                self.end_prompt(on_new_line=False)
            self._closed = True
            if held and self._own is not None:
                with suppress(OSError):
                    self._own.close()
        finally:
            if held:
                self._lock.release()

    def _above_prompt(self, text: str) -> None:
        # The line begun stays as it is, for what is typed on it already cannot be moved.
        before, after = ("\n", self._prompt) if self._prompt else ("", "")
        self._write(self._own or sys.stderr, f"{before}{text}\n{after}")

    def _write(self, stream: TextIO | None, text: str) -> None:
        if stream is None or self._closed:
            return
        stream.write(text)
        stream.flush()


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
