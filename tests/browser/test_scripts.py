"""The programs of Prefect's guide as script files, ``from prefect import`` unchanged, run in JupyterLab."""

from __future__ import annotations

import pathlib
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.pages import COMPLETED, PAUSING, RESUMING
from tests.browser.test_guide import ASYNC, SHIRT, SYNC

LOAD = "%load_ext hitl_jupyter"


@pytest.fixture
def written(lab):
    """Writes a script beside the notebooks and gives its name."""
    made: list[pathlib.Path] = []

    def write(program: str) -> str:
        path = lab.folder / f"script-{uuid.uuid4().hex[:8]}.py"
        path.write_text(program)
        made.append(path)
        return path.name

    yield write
    for path in made:
        path.unlink()


def as_script(cell: str, last: str, becomes: str) -> str:
    """Make a cell of the guide a program, with Prefect's own imports."""
    program = cell.replace("hitl_jupyter", "prefect")
    assert program.endswith(f"\n{last}\n")
    return program.removesuffix(f"{last}\n") + f'\nif __name__ == "__main__":\n    {becomes}\n'


def test_sync_flow(window, written):
    """In the very cell that loads the magic: the form, the value, Run All waits."""
    name = written(as_script(SYNC, "greet()", 'print("name:", greet())'))
    notebook = window.open(f"{LOAD}\n%hitl run {name}", "print('below', 1 + 1)")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.is_in_state("Paused")
    notebook.has_prompt(0, "[*]:")
    assert [] == notebook.output(1).all_inner_texts()
    card.answer(Value="Jeff")
    card.completed()
    notebook.done(1)
    assert [PAUSING, RESUMING, "Hello, Jeff!", COMPLETED] == card.lines()[1:]
    expect(notebook.output(0)).to_have_text(["name: Jeff"])
    expect(notebook.output(1)).to_have_text(["below 2"])


def test_async_flow_with_initial_data(window, written):
    """asyncio.run(greet()) in the script, in a later cell; the arguments are the script's."""
    name = written(
        "import asyncio, sys\n" + as_script(ASYNC, "await greet()", "print(sys.argv[1:], asyncio.run(greet()))")
    )
    notebook = window.open(LOAD, f"%hitl run {name} --fast 'two words'")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    expect(card.field("Name")).to_have_value("anonymous")
    card.answer(Age="41")
    card.completed()
    assert [PAUSING, RESUMING, "Hello, stranger!", COMPLETED] == card.lines()[1:]
    expect(notebook.output(1)).to_have_text(["['--fast', 'two words'] 41"])


def test_shirt_order(window, written):
    """The validator refuses in the flow, which logs it and asks again; run again, the script asks anew."""
    name = written(as_script(SHIRT, "order()", "print(*order())"))
    notebook = window.open(LOAD, f"%hitl run {name}", f"%hitl run {name}")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.answer(Size="small", Color="green")
    card.asks()
    expect(card.log).to_contain_text("Invalid size and color combination.")
    card.answer(Size="large", Color="green")
    card.completed()
    expect(notebook.output(1)).to_have_text(["large green"])
    again = notebook.card(1)
    again.asks()
    again.answer(Size="small", Color="red")
    again.completed()
    expect(notebook.output(2)).to_have_text(["small red"])


def test_wrong_scripts_get_a_line(window, written):
    """A missing file, a syntax error and an exit code fail their cell in the page, each in its own few lines."""
    broken, leaves = written("def f(:\n    pass\n"), written("import sys\nsys.exit('no data today')\n")
    notebook = window.open(LOAD, f"%hitl run {broken[:-4]}x.py", f"%hitl run {broken}", f"%hitl run {leaves}")
    for cell in range(4):
        notebook.run(cell)
        notebook.done(cell)
    expect(notebook.errors).to_contain_text(["Did you mean", "SyntaxError: invalid syntax", "no data today"])
    missing, syntax, left = notebook.failures()
    assert f"cannot be run as a script: there is no such file. Did you mean {broken}?" in missing
    assert 1 == len(missing.strip().splitlines())
    assert ["    def f(:", "          ^", "SyntaxError: invalid syntax"] == syntax.splitlines()[1:4]
    assert f'{broken}", line 1' in syntax.splitlines()[0]
    assert f"{leaves} ended with exit code 1: no data today" == left.strip()
