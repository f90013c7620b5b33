"""The presenter where nobody types: on fake questions and runs, in this process."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from hitl_jupyter.core.records import ArtifactRecord, LogRecord
from hitl_jupyter.engine.bridge import Program
from hitl_jupyter.exceptions import NoPages
from hitl_jupyter.terminal import Terminal, words
from hitl_jupyter.terminal.keyboard import Keyboard
from tests.terminal.fakes import ID, fake_question
from tests.terminal.person import PATIENCE


@pytest.fixture
def terminal():
    """A presenter of its own, ended after the test."""
    made = Terminal()
    yield made
    made.close()


async def test_a_log_line_has_the_format_of_prefects_handler(terminal, capsys):
    """Time, level in seven places, who, and the message; one record per line."""
    at = datetime(2026, 11, 23, 10, 0, 0, 7999).astimezone()
    records = [LogRecord(ID, level, "Flow run 'brave-otter'", "Hello", at) for level in (20, 30, 40)]
    terminal.logged(fake_question().run, records)
    assert [
        "10:00:00.007 | INFO    | Flow run 'brave-otter' - Hello",
        "10:00:00.007 | WARNING | Flow run 'brave-otter' - Hello",
        "10:00:00.007 | ERROR   | Flow run 'brave-otter' - Hello",
    ] == capsys.readouterr().err.splitlines()


async def test_a_run_has_no_page_where_no_notebook_shows_it(terminal):
    """It is refused with the run's name and what there is instead."""
    with pytest.raises(NoPages, match=r"The page of run 'brave-otter' is a widget.*hitl_jupyter\.history"):
        terminal.page(fake_question().run)


async def test_progress_is_a_line_for_each_tenth(terminal, capsys):
    """What a flow says of its own progress is shown sparsely; a loop's stands in the log, and the rest not at all."""
    at, run = datetime(2026, 11, 23, 10, 0, 0).astimezone(), fake_question().run
    for type_, data in [("progress", 5.0), ("progress", 9.9), ("progress", 50), ("progress", {}), ("markdown", "x")]:
        terminal.artifact_changed(run, ArtifactRecord("a", type_, data, at, at, description="Load\x1b[2J\nall"))
    assert [
        "10:00:00.000 | INFO    | Flow run 'brave-otter' - Load\\x1b[2J all: 5 %",
        "10:00:00.000 | INFO    | Flow run 'brave-otter' - Load\\x1b[2J all: 50 %",
    ] == capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("question", "program"),
    [
        (fake_question(foreground=False), f'resume_flow_run("{ID}")'),
        (fake_question(str, foreground=False), f'resume_flow_run("{ID}", {{"value": ...}})'),
        (
            fake_question(str, key="a", others=1, foreground=False),
            f'resume_flow_run("{ID}", {{"value": ...}}, key="a")',
        ),
    ],
)
async def test_the_notice_holds_the_python_that_answers(terminal, capsys, monkeypatch, question, program):
    """One line, ready to be pasted, with the key where the run has several open questions."""
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    terminal.question_opened(question)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"To answer: {program}")


async def test_at_pythons_own_prompt_a_background_run_only_says_that_it_waits(terminal, capsys, monkeypatch):
    """Two readers of one terminal would each get half of what is typed, so the person's own prompt has it."""
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    monkeypatch.setattr(Keyboard, "of", lambda stream: pytest.fail("the terminal was looked for"))
    terminal.question_opened(fake_question(str, foreground=False))
    assert "Waiting for an answer (Value)" in capsys.readouterr().err


async def test_without_a_terminal_nobody_can_be_asked(terminal, capsys, monkeypatch):
    """Then nothing is shown, and the engine learns why; at Python's own prompt there is somebody."""
    monkeypatch.setattr(sys, "stdin", None)
    terminal.question_opened(fake_question(str))
    assert ("", "standard input is no terminal") == (capsys.readouterr().err, await terminal.absent(lambda: False))
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert await terminal.absent(lambda: False) is None


async def test_nothing_is_shown_after_the_end(terminal, capsys):
    """A closed presenter is silent: a write in the interpreter's last moment could end it badly."""
    terminal.close()
    terminal.question_opened(fake_question(str))
    await asyncio.sleep(0)
    assert "" == capsys.readouterr().err


def test_the_end_waits_for_what_is_still_to_be_shown(terminal, capsys):
    """Lines that the home loop has not come to when the program ends are shown before it does."""
    host, line = Program(), LogRecord(ID, 20, "Flow run 'brave-otter'", "Finished", datetime.now(UTC))
    home, begun = host.home(), threading.Event()
    run = fake_question().run
    home.call_soon_threadsafe(lambda: (terminal.logged(run, [line]), begun.set()))
    assert begun.wait(PATIENCE)
    home.call_soon_threadsafe(time.sleep, 0.2)
    home.call_soon_threadsafe(terminal.logged, run, [line])
    terminal.close()
    home.call_soon_threadsafe(home.stop)
    while home.is_running():
        time.sleep(0.01)
    home.close()
    assert 2 == capsys.readouterr().err.count("Finished")


def test_limits_are_said_in_words():
    """What a field takes is said before anything is wrong."""
    hints = {"min": "1", "max": "10", "multiple_of": "2"}
    assert "a whole number, 1 to 10, a multiple of 2" == words.limits({"kind": "integer", "hints": hints})
    assert "more than 0" in words.limits({"kind": "number", "hints": {"exclusive_min": "0"}})
    assert "YYYY-MM-DD" == words.limits({"kind": "date"})
    assert "" == words.limits({"kind": "text"})
