"""The reading end on a real pseudo-terminal, in this process."""

from __future__ import annotations

import os
import termios
import threading

import pytest

from hitl_jupyter.terminal.keyboard import LONGEST, Keyboard
from hitl_jupyter.terminal.talk import EndOfInput, Interrupted, Misfit


@pytest.fixture
def desk():
    """A keyboard and the file number at which its keys are pressed."""
    keys, terminal = os.openpty()
    yield Keyboard(terminal), keys
    os.close(keys)
    os.close(terminal)


def never():
    return False


def test_lines_come_whole_and_in_order(desk):
    """Several lines that were typed ahead are given one by one, edited as the terminal edits them."""
    keyboard, keys = desk
    os.write(keys, "Jefff\x7f\n\nÄnne\n".encode())
    assert ["Jeff", "", "Änne"] == [keyboard.line(never) for _ in range(3)]


def test_a_thread_that_reads_can_be_interrupted(desk):
    """`interrupt` ends the reading if it is over, and does nothing otherwise."""
    keyboard, keys = desk
    over = threading.Event()
    keyboard.interrupt()
    os.write(keys, b"one\n")
    assert "one" == keyboard.line(over.is_set)
    threading.Timer(0.1, lambda: (over.set(), keyboard.interrupt())).start()
    with pytest.raises(Interrupted):
        keyboard.line(over.is_set)


def test_half_a_line_can_be_dropped(desk):
    """What was typed for a question that is gone is not the beginning of the next answer."""
    keyboard, keys = desk
    os.write(keys, b"for the old one\nhalf a li")
    # The system hands keys on in its own time; what it has, it echoes.
    echo = b""
    while b"half a li" not in echo:
        echo += os.read(keys, 65536)
    keyboard.drop()
    os.write(keys, b"new\n")
    assert "new" == keyboard.line(never)


def test_a_line_that_the_system_cuts_is_refused(desk):
    """A line longer than the system keeps raises instead of giving its beginning."""
    keyboard, keys = desk

    def press():
        for start in range(0, 6000, 1000):
            os.write(keys, b"x" * min(1000, 6000 - start))
            # The echo must be taken away, or the terminal waits for that.
            os.read(keys, 65536)
        os.write(keys, b"\n")

    presses = threading.Thread(target=press)
    presses.start()
    with pytest.raises(Misfit, match=str(LONGEST)):
        keyboard.line(never)
    presses.join()
    os.write(keys, b"short\n")
    assert "short" == keyboard.line(never)


def test_what_is_no_text_is_refused(desk):
    """Bytes that are no text in the terminal's encoding raise, and the next line is read."""
    keyboard, keys = desk
    os.write(keys, b"\xff\xfe\nnext\n")
    with pytest.raises(Misfit, match="utf-8"):
        keyboard.line(never)
    assert "next" == keyboard.line(never)


def test_a_secret_is_hidden_only_while_it_is_typed(desk):
    """The echo is off while a secret is awaited and on afterwards, also when the reading is interrupted."""
    keyboard, keys = desk

    def echo():
        return bool(termios.tcgetattr(keys)[3] & termios.ECHO)

    seen = []
    over = threading.Event()
    look = threading.Timer(0.1, lambda: (seen.append(echo()), over.set(), keyboard.interrupt()))
    with keyboard.hiding(secret=True):
        look.start()
        with pytest.raises(Interrupted):
            keyboard.line(over.is_set)
    assert [False] == seen
    assert echo()


def test_a_terminal_that_hid_everything_goes_on_hiding(desk):
    """An echo that was off before is off after a secret: nothing is changed that was not changed here."""
    keyboard, keys = desk
    mode = termios.tcgetattr(keys)
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(keys, termios.TCSANOW, mode)
    os.write(keys, b"hush\n")
    with keyboard.hiding(secret=True):
        assert "hush" == keyboard.line(never)
    assert mode[3] == termios.tcgetattr(keys)[3]


def test_ctrl_d_and_a_closed_terminal_end_the_input():
    """Ctrl+D ends the input once; a terminal that is gone ends it for good."""
    keys, terminal = os.openpty()
    keyboard = Keyboard(terminal)
    os.write(keys, b"\x04")
    with pytest.raises(EndOfInput):
        keyboard.line(never)
    assert not keyboard.gone
    os.close(keys)
    with pytest.raises(EndOfInput):
        keyboard.line(never)
    assert keyboard.gone
    os.close(terminal)


def test_only_terminals_have_a_keyboard(tmp_path):
    """A file, a closed stream and no stream at all are no terminals."""
    with (tmp_path / "f").open("w+") as stream:
        assert Keyboard.of(stream) is None
    assert Keyboard.of(stream) is None
    assert Keyboard.of(None) is None
