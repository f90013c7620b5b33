"""What a notebook that a program has run tells of its runs, and what nbconvert makes of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unattended.notebooks import notebook, run

pytestmark = pytest.mark.kernel

FLOWS = """
from pydantic import SecretStr
from hitl_jupyter import RunInput, flow, pause_flow_run

class Parcel(RunInput):
    note: str
    secret: SecretStr

@flow
def pack():
    return pause_flow_run(Parcel.with_initial_data(description="What is *in* it?")).note

@flow
async def send():
    await pause_flow_run()

pack()
"""
ANSWERS = """
pack: [{note: <b>china</b>, secret: hush}]
send: [null]
"""


def account(cell):
    """The text and the HTML of the account below a cell."""
    found = [output.data for output in cell.outputs if "hitl-account" in output.get("data", {}).get("text/html", "")]
    assert 1 == len(found)
    return found[0]["text/plain"], found[0]["text/html"]


@pytest.mark.parametrize("way", ["nbclient", "papermill", "jupyter execute"])
def test_the_end_of_each_run_is_in_the_file(way, tmp_path):
    """In the cell that imports the package, in the background, and of what failed; without the secret."""
    (tmp_path / "answers.yaml").write_text(ANSWERS)
    given = notebook(FLOWS, "run = send.start()", "late = pack.start()")
    executed = run(way, given, tmp_path, HITL_ANSWERS="answers.yaml")
    assert executed.ok, executed.said
    packed, sent, late = (account(cell) for cell in executed.cells)
    assert packed[0].startswith("Completed: begun")
    assert "- What is in it? Note: <b>china</b> (" in packed[0]
    assert "<td" in packed[1]
    assert "Note: &lt;b&gt;china&lt;/b&gt;" in packed[1]
    assert "- Question 1: resumed (" in sent[0]
    assert late[0].startswith("Crashed: begun")
    assert "nobody is there to answer" in late[0].splitlines()[1]
    assert "hush" not in (tmp_path / "out.ipynb").read_text()


def test_nbconvert_reads_well(tmp_path):
    """As Markdown and as HTML it has the account where the card would be, also of an async cell that imports."""
    (tmp_path / "answers.yaml").write_text(ANSWERS)
    given = notebook(f"{FLOWS}\nawait send()")
    executed = run("nbclient", given, tmp_path, HITL_ANSWERS="answers.yaml")
    assert executed.ok, executed.said
    for kind, file in (("html", "out.html"), ("markdown", "out.md")):
        command = [sys.executable, "-W", "ignore", "-m", "jupyter", "nbconvert", "--to", kind, "out.ipynb"]
        subprocess.run(command, cwd=tmp_path, check=True, timeout=100, capture_output=True)
        made = (tmp_path / file).read_text()
        assert 1 == made.count("What is in it?")
        assert 2 == made.count("Completed: begun")
        assert "Note: &lt;b&gt;china&lt;/b&gt;" in made
