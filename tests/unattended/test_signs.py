"""Whether a person is there: each sign with the real front end or program that gives it."""

from __future__ import annotations

import html
import re
import time
import urllib.request

import nbformat
import pytest

from tests.browser import servers
from tests.kernel.notebook import Notebook
from tests.unattended.notebooks import answer_elsewhere, end, notebook, run, start

SETUP = """
import time
from hitl_jupyter import _session, flow, pause_flow_run
from hitl_jupyter.widgets import signs

@flow
def ask():
    return pause_flow_run(str)

@flow
async def aask():
    return await pause_flow_run(str)

async def who():
    return await _session.current().presenter.absent(lambda: False)
"""
TELLS = """
from pathlib import Path
from hitl_jupyter.engine import unattended

say = unattended._say

def tell(text):
    say(text)
    Path("told").touch()

unattended._say = tell
"""
NOBODY = "this notebook is run by a program that takes no input, and no page shows its cards"
WAYS = ["nbclient", "papermill", "jupyter execute"]
pytestmark = pytest.mark.kernel


# -- a client of the kernel -------------------------------------------------------------------------------------------


@pytest.fixture
def client(tmp_path):
    """A kernel of its own, and a client that can be told to take no input."""
    client = Notebook(tmp_path / "hitl.db")
    yield client
    client.close()


def test_a_client_that_takes_input_has_a_person(client):
    """As every front end that people use says it of itself: nobody's card need come into view."""
    client.run(SETUP + "signs.PATIENCE = 0")
    assert "[None]" == client.run("[await who()]").result


def test_a_client_that_takes_no_input_has_none(client):
    """Nor in the cell that imports the package, nor in a later one, nor for a run in the background."""
    client.client.allow_stdin = False
    assert NOBODY in client.run(SETUP + "signs.PATIENCE = 0.05\nprint(await who())").text
    for call in ("ask()", "await aask()", "ask.start().result()", "await aask.start()"):
        cell = client.run(call)
        assert cell.error.startswith("NobodyThere: "), call
        assert NOBODY in cell.error


def test_a_card_that_comes_into_view_is_a_person(client):
    """Whatever the client says of input: the page that shows the card answers, and the run waits for it."""
    client.client.allow_stdin = False
    client.run(SETUP + "signs.PATIENCE = 60")
    cell = client.start("ask()")
    [(card, question)] = client.asked()
    assert "ok" == client.request(card, kind="hello")["status"]
    client.answer(card, question, value="Ana")
    assert "'Ana'" == client.finish(cell).result
    assert "[None]" == client.run("signs.PATIENCE = 0\n[await who()]").result


def test_a_cancel_while_the_signs_are_looked_for(client):
    """Looking for a person holds nobody up: the cell can be interrupted, and the run is over."""
    client.client.allow_stdin = False
    client.run(SETUP + "signs.PATIENCE = 60")
    cell = client.start("await aask()")
    client.asked()
    client.interrupt()
    assert "KeyboardInterrupt" in client.finish(cell).error or "CancelledError" in cell.error


def test_a_cell_that_nobody_sees_ends_with_the_runs_it_has_started(client):
    """A program ends the kernel after its last cell, so a background run would be cut off; also the importing cell."""
    client.client.allow_stdin = False
    cell = client.start(SETUP + "signs.PATIENCE = 60\nrun = ask.start()")
    [(card, question)] = client.asked()
    assert cell.status is None
    client.answer(card, question, value="Ana")
    client.finish(cell)
    assert "(True, 'Ana')" == client.run("run.done(), run.result()").result
    cell = client.start("async def begin():\n    return ask.start()\nrun = await begin()")
    [(card, question)] = client.asked()
    client.answer(card, question, value="Eve")
    client.finish(cell)
    assert "(True, 'Eve')" == client.run("run.done(), run.result()").result


@pytest.mark.parametrize("code", ["run = ask.start()", "run = aask.start(); await asyncio.sleep(0)"])
def test_a_cell_on_a_page_does_not_wait_for_them(client, code):
    """As soon as a card comes into view the cell is done; an interrupt ends it too. The run goes on."""
    client.client.allow_stdin = False
    client.run(SETUP + "import asyncio\nsigns.PATIENCE = 60")
    cell = client.start(code)
    [(card, question)] = client.asked()
    client.interrupt()
    client.finish(cell)
    client.request(card, kind="hello")
    cell = client.run(code.replace("run", "another"))
    assert "ok" == cell.status
    assert "(False, False)" == client.run("run.done(), another.done()").result
    client.answer(card, question, value="Ana")
    assert "'Ana'" == client.run("run.result()").result


# -- programs that run notebooks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_without_an_answer_the_notebook_fails_and_says_how(way, tmp_path):
    """The program ends with an error; the question and the lines that answer it are in the notebook's output."""
    executed = run(way, notebook(SETUP, "ask()", "print('not', 'reached')"), tmp_path)
    assert not executed.ok
    for text in (executed.said, executed.text) if way != "jupyter execute" else (executed.said,):
        assert NOBODY in text
        assert 'ask:\n  "1": ...  # a text' in text
    assert "not reached" not in executed.text


@pytest.mark.parametrize("way", WAYS)
def test_with_answers_the_notebook_runs(way, tmp_path):
    """Sync, async and background runs get the answers that HITL_ANSWERS names."""
    (tmp_path / "answers.yaml").write_text("ask: [Ana, Eve]\naask: {1: Jeff}")
    cells = SETUP, "print(ask())", "print(await aask())", "print(ask.start().result(), await aask.start())"
    executed = run(way, notebook(*cells), tmp_path, HITL_ANSWERS="answers.yaml")
    assert executed.ok, executed.said
    assert ["Ana", "Jeff", "Eve Jeff"] == re.findall(r"^(?:Ana|Jeff|Eve).*$", executed.text, re.MULTILINE)


@pytest.mark.parametrize("way", ["nbclient", "papermill"])
def test_waiting(way, tmp_path):
    """With HITL_WAIT=1 it waits; the line that it prints, pasted into another process, is the answer."""
    cells = SETUP + TELLS, "print('Hello,', ask())"
    process = start(way, notebook(*cells), tmp_path, HITL_WAIT="1")
    try:
        # Who answers before it is sure that nobody is there needs no line.
        while not (tmp_path / "told").exists():
            assert process.poll() is None
            time.sleep(0.05)
        answer_elsewhere(tmp_path, {"value": "Ana"})
        executed = end(process, tmp_path)
    finally:
        process.kill()
    assert executed.ok, executed.said
    assert "Hello, Ana" in executed.text
    printed = re.search(r'Waiting for an answer \(Value\)\. To answer: (resume_flow_run\("(.*)", .*\))', executed.text)
    assert f'resume_flow_run("{printed.group(2)}", {{"value": ...}})' == printed.group(1)


# -- Voila ------------------------------------------------------------------------------------------------------------


def test_voila_has_a_person(tmp_path):
    """Its cells are run by nbclient too, which takes no input; but somebody looks at the page that comes of it."""
    with servers.voila(tmp_path) as server:
        cells = SETUP, "signs.PATIENCE = 0\nprint('absent:', await who())"
        nbformat.write(notebook(*cells), server.folder / "signs.ipynb")
        page = urllib.request.urlopen(f"{server.url}voila/render/signs.ipynb?token={servers.TOKEN}", timeout=60)
        assert "absent: None" in html.unescape(page.read().decode())
