"""Reads a terminal line by line, so that another thread can end the reading.

The terminal stays in its usual line mode: the person edits the line with the keys they know, and Ctrl+C reaches the
main thread. Only the echo is switched off while a secret is typed, and back on whichever way that ends. Nothing is read
while the shell runs the program in the background, because the system would stop the program for it.
"""

from __future__ import annotations

import os
import selectors
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from hitl_jupyter.terminal.talk import EndOfInput, Interrupted, Misfit

try:
    import termios
except ImportError:  # no such terminals on Windows
    termios = None  # type: ignore[assignment]

LONGEST = 1023 if sys.platform == "darwin" else 4095
"""Bytes of a line that the system keeps; it drops the rest without a word."""
LOOK_AGAIN = 0.25
"""Seconds between two looks at what no event tells: who is in the foreground, whether a secret would be seen."""


class Keyboard:
    """A terminal that a person types at. One thread reads; any thread may interrupt it."""

    def __init__(self, fd: int, encoding: str = "utf-8") -> None:
        self.fd = fd
        self.gone = False
        self._encoding = encoding
        self._held = b""
        self._secret = False
        self._hidden = False
        self._echo_lock = threading.Lock()
        self._pid = os.getpid()
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        # poll, because select refuses file numbers over 1023; where poll is missing select must do.
        self._selector: selectors.BaseSelector = getattr(selectors, "PollSelector", selectors.SelectSelector)()
        self._selector.register(fd, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)

    @classmethod
    def of(cls, stream: TextIO | None) -> Keyboard | None:
        """Give the terminal behind a stream, None if there is none."""
        if stream is None or termios is None or not cls.is_at(stream):
            return None
        return cls(stream.fileno(), stream.encoding or "utf-8")

    @staticmethod
    def is_at(stream: TextIO | None) -> bool:
        """Tell whether there is a terminal behind a stream, also one that cannot be read here."""
        try:
            return stream is not None and stream.isatty() and os.isatty(stream.fileno())
        except (OSError, ValueError, AttributeError):
            return False

    def line(self, ended: Callable[[], bool]) -> str:
        """Give the next line, without its end.

        Raises
        ------
        Interrupted
            `interrupt` was called and `ended()` is true.
        EndOfInput
            The person pressed Ctrl+D on an empty line, or the terminal is gone.
        Misfit
            What was typed is too long, or no text.
        """
        while b"\n" not in self._held:
            got = self._read(ended)
            if not got and not self._held:
                raise EndOfInput
            self._held += got or b"\n"
            if len(got) > LONGEST:
                self.drop()
                raise Misfit(f"This line is too long for a terminal, which keeps {LONGEST} bytes of it.")
        line, _, self._held = self._held.partition(b"\n")
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError:
            raise Misfit(f"This is no text in {self._encoding}.") from None

    @contextmanager
    def hiding(self, *, secret: bool) -> Iterator[None]:
        """Hide what is typed inside the block, if it is a secret: to be entered before the prompt invites to type."""
        self._secret = secret
        try:
            if secret:
                self._hide()
            yield
        finally:
            self._secret = False
            self.restore()

    def wait_for_foreground(self, ended: Callable[[], bool]) -> None:
        """Return once the program is in the terminal's foreground.

        Raises
        ------
        Interrupted
            `interrupt` was called and `ended()` is true.
        """
        while not self.in_foreground():
            self.pause(LOOK_AGAIN, ended)

    def pause(self, seconds: float, ended: Callable[[], bool]) -> None:
        """Let some time pass.

        Raises
        ------
        Interrupted
            `interrupt` was called and `ended()` is true.
        """
        self._selector.unregister(self.fd)
        try:
            self._woken(self._selector.select(seconds), ended)
        finally:
            self._selector.register(self.fd, selectors.EVENT_READ)

    def interrupt(self) -> None:
        """Have the reading thread look whether it is still needed."""
        # A full pipe wakes as well as one more byte.
        with suppress(BlockingIOError):
            os.write(self._waker, b"!")

    def drop(self) -> None:
        """Forget what is typed and not yet read: it was meant for another question."""
        self._held = b""
        with suppress(termios.error):
            if self.in_foreground():
                termios.tcflush(self.fd, termios.TCIFLUSH)

    def restore(self) -> None:
        """Show again what is typed, if it was hidden; from any thread."""
        with self._echo_lock:
            if self._hidden and os.getpid() == self._pid:
                self._hidden = False
                self._echo(on=True)

    def in_foreground(self) -> bool:
        """Tell whether the program may read: it is not in the background of a shell with jobs."""
        try:
            return os.tcgetpgrp(self.fd) == os.getpgrp()
        except OSError:
            # Not this process's controlling terminal, or none any more: no shell that would mind.
            return True

    def _read(self, ended: Callable[[], bool]) -> bytes:
        while True:
            ready = self._selector.select(LOOK_AGAIN if self._secret else None)
            self._woken(ready, ended)
            if not self.in_foreground():
                self.pause(LOOK_AGAIN, ended)
                continue
            if self._secret:
                # A shell that stopped the program has set its own mode in the meantime.
                self._hide()
            if any(key.fd == self.fd for key, _ in ready):
                return self._take()

    def _take(self) -> bytes:
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        self.gone = not got and not os.isatty(self.fd)
        # A terminal that somebody left in raw mode sends the key itself.
        return got.replace(b"\r", b"\n")

    def _woken(self, ready: list[tuple[selectors.SelectorKey, int]], ended: Callable[[], bool]) -> None:
        if any(key.fd == self._wake for key, _ in ready):
            os.read(self._wake, 4096)
        if ended():
            raise Interrupted

    def _hide(self) -> None:
        with self._echo_lock:
            if self._echo(on=False):
                self._hidden = True

    def _echo(self, *, on: bool) -> bool:
        """Switch the echo and nothing else; tell whether that changed it."""
        with suppress(termios.error):
            mode = termios.tcgetattr(self.fd)
            if bool(mode[3] & termios.ECHO) is not on and self.in_foreground():
                mode[3] ^= termios.ECHO
                termios.tcsetattr(self.fd, termios.TCSANOW, mode)
                return True
        return False
