"""A failed run shows the user's own traceback, in every way to run it: our frames are one line of IPython's at most."""

from __future__ import annotations

import re

import pytest

SETUP = """
%load_ext hitl_jupyter
import asyncio, traceback
from hitl_jupyter import flow, pause_flow_run, task

def deeper(number):
    return 1 / number

@flow
def sync(number: int = 0):
    return deeper(number)

@flow
async def asynchronous():
    await asyncio.sleep(0)
    return deeper(0)

@task
def work():
    return deeper(0)

@flow
def tasks():
    return work()

@flow
def submits():
    return work.submit().result()

@flow
async def gathers():
    return await asyncio.gather(asynchronous(), asynchronous())

@flow
def late():
    return pause_flow_run(str, timeout=0.01)

@flow
def stopped():
    raise asyncio.CancelledError("enough")

@flow
async def stopped_async():
    raise asyncio.CancelledError("enough")

@flow
def wraps():
    try:
        return sync()
    except ZeroDivisionError as error:
        raise LookupError("wrapped") from error
"""
WAYS = (
    *("sync()", "await asynchronous()", "tasks()", "submits()", "await gathers()", "wraps()"),
    *("sync.start().result()", "await asynchronous.start()"),
)
PLACES = re.compile(r"^(?:File|Cell).*", re.MULTILINE)


@pytest.fixture(scope="module")
def shared(shared):
    """The kernel of the file, with its flows."""
    assert "ok" == shared.run(SETUP).status
    return shared


def shown(cell):
    """Give what a cell shows of its error, without colours."""
    assert "error" == cell.status
    return re.sub(r"\x1b\[[0-9;]*m", "", cell.traceback)


@pytest.mark.parametrize("call", WAYS)
def test_only_the_users_frames_are_shown(ready, call):
    """From the cell's line to the line that failed, whatever stands between; IPython says that frames are hidden."""
    text = shown(ready.run(call))
    places = PLACES.findall(text)
    assert places[0].startswith("Cell")
    assert "return 1 / number" in text
    assert [] == [place for place in places if not place.startswith("Cell")]
    assert "skipping hidden" in text


def test_what_the_package_raises_ends_at_the_users_call(ready):
    """Nobody answered, wrong parameters, a cancelled run: the last frame is the line that asked, or called."""
    calls = ("sync('x')", "stopped()", "await stopped_async()")
    for call, line in (("late()", "return pause_flow_run(str, timeout=0.01)"), *zip(calls, calls, strict=True)):
        text = shown(ready.run(call))
        assert [] == [place for place in PLACES.findall(text) if not place.startswith("Cell")]
        assert line in text
        assert "During handling" not in text


def test_the_exception_itself_has_all_its_frames(ready):
    """What code makes of an exception is not touched: only what IPython shows is."""
    cell = ready.run(
        "try:\n    sync()\nexcept ZeroDivisionError as error:\n    print(traceback.format_exception(error)[-1])\n"
        "    print('users_code.py' in ''.join(traceback.format_exception(error)))"
    )
    assert "True" == cell.text.split()[-1]


def test_a_fault_of_the_package_shows_where_it_is(ready):
    """An error that is none of the user's keeps its last frame."""
    text = shown(ready.run("pause_flow_run.__globals__['check_arguments'](1j, None, 'raise')"))
    assert any("flow_runs.py" in place or "pause.py" in place for place in PLACES.findall(text))


def test_a_script_shows_its_own_lines(ready, tmp_path):
    """Run with the magic, it has its file's frames and the cell's."""
    script = tmp_path / "broken.py"
    script.write_text("from hitl_jupyter import flow\n@flow\ndef broken():\n    return 1 / 0\nbroken()\n")
    text = shown(ready.run(f"%hitl run {script}"))
    assert [] == [place for place in PLACES.findall(text) if not place.startswith(("Cell", f"File {script}"))]
    assert "return 1 / 0" in text
