"""Notebooks as programs run them: nbclient, papermill and `jupyter execute`, each the real thing."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import nbformat

ROOT = pathlib.Path(__file__).parents[2]
# A kernel warns at each start that its ports on this machine are not encrypted; papermill's libraries are older.
QUIET = ["-W", "ignore"]


@dataclass(frozen=True)
class Executed:
    """A notebook that was run: whether to its end, and what its cells put out."""

    ok: bool
    said: str
    cells: list

    @property
    def text(self) -> str:
        """All text that the cells put out."""
        return "".join(_text(output) for cell in self.cells for output in cell.get("outputs", []))


def notebook(*sources: str) -> nbformat.NotebookNode:
    """Give a notebook with these cells."""
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(source).strip()) for source in sources]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def start(way: str, given: nbformat.NotebookNode, folder: pathlib.Path, **environment: str) -> subprocess.Popen:
    """Begin to run a notebook in a folder, with a store there."""
    nbformat.write(given, folder / "in.ipynb")
    program, *arguments = {
        "nbclient": [NBCLIENT],
        "papermill": [PAPERMILL, "in.ipynb", "out.ipynb", "--no-progress-bar"],
        "jupyter execute": [JUPYTER_EXECUTE, "in.ipynb", "--output=out.ipynb"],
    }[way]
    env = {key: value for key, value in os.environ.items() if key not in ("HITL_ANSWERS", "HITL_WAIT")}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    env |= {"HITL_STORE": str(folder / "hitl.db"), "PYTHONPATH": path, "IPYTHONDIR": str(folder / "ipython")}
    return subprocess.Popen(
        [sys.executable, *QUIET, "-c", FILES + program, *arguments],
        cwd=folder,
        env=env | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def end(process: subprocess.Popen, folder: pathlib.Path) -> Executed:
    """Wait until the notebook is run, and give what came of it."""
    said, _ = process.communicate(timeout=100)
    out = folder / "out.ipynb"
    return Executed(process.returncode == 0, said, nbformat.read(out, 4).cells if out.exists() else [])


def run(way: str, given: nbformat.NotebookNode, folder: pathlib.Path, **environment: str) -> Executed:
    """Run a notebook to its end."""
    return end(start(way, given, folder, **environment), folder)


def answer_elsewhere(folder: pathlib.Path, answer: object) -> None:
    """Answer the open question of the store of a folder from another process, as soon as it is there."""
    env = {**os.environ, "HITL_STORE": str(folder / "hitl.db"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ELSEWHERE.format(answer=answer)]
    subprocess.run(command, cwd=folder, env=env, check=True, timeout=60)


ELSEWHERE = """
import sqlite3, time
from hitl_jupyter import resume_flow_run
open_ = "SELECT run_id FROM pause WHERE state = 'open' AND id NOT IN (SELECT pause_id FROM submission)"
found = []
while not found:
    time.sleep(0.05)
    try:
        store = sqlite3.connect("file:hitl.db?mode=ro", uri=True)
        found = store.execute(open_).fetchall()
    except sqlite3.OperationalError:
        pass
resume_flow_run(found[0][0], {answer!r})
"""
# Its kernel talks over files: of two programs that start kernels at once, each could choose the other's ports.
FILES = """
from jupyter_client.manager import KernelManager
begin = KernelManager.__init__
KernelManager.__init__ = lambda *args, **how: begin(*args, **{"transport": "ipc", **how})
"""
PAPERMILL = "import runpy; runpy.run_module('papermill', run_name='__main__', alter_sys=True)"
JUPYTER_EXECUTE = "from nbclient.cli import main; main()"
NBCLIENT = """
import nbformat, nbclient
notebook = nbformat.read("in.ipynb", 4)
try:
    nbclient.NotebookClient(notebook, timeout=90, kernel_name="python3").execute()
finally:
    nbformat.write(notebook, "out.ipynb")
"""


def _text(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}\n"
    return str(output.data.get("text/plain", "")) + "\n"
