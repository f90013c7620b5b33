"""``%hitl`` in JupyterLab: each action with its card or table, and names completed with Tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

FLOWS = """
%load_ext hitl_jupyter
from typing import Literal
from hitl_jupyter import RunInput, flow, pause_flow_run

class Parcel(RunInput):
    size: Literal["small", "large"]
    note: str = ""

@flow(flow_run_name="Änne's <i>parcel</i>")
def pack(item):
    return f"{item}: {pause_flow_run(Parcel)}"
"""


def text_of(notebook, number):
    """What stands below a cell."""
    return notebook.cells.nth(number).locator(".jp-Cell-outputArea")


def test_each_action(window):
    """Started, listed, answered, shown, cancelled: the cards and tables of each, without an error anywhere."""
    # Tall, because JupyterLab takes cells off the page that are out of sight.
    window.page.set_viewport_size({"width": 1300, "height": 3000})
    notebook = window.open(
        FLOWS,
        "run = %hitl run pack('a teapot')",
        "%hitl",
        '%hitl answer run size=large note="this side up"',
        "run.result()",
        "%hitl show run",
        "again = %hitl run pack('a cup')",
        "%hitl show again",
        "%hitl cancel Änne's <i>parcel</i>",
        "%hitl history run",
        "%hitl store",
        "%hitl -h",
    )
    notebook.run_all()
    notebook.done(11)
    expect(notebook.card(0).element).to_contain_text("Änne's <i>parcel</i>")
    notebook.card(0).completed()
    expect(text_of(notebook, 2).get_by_role("row", name="Änne's <i>parcel</i> pack")).to_have_count(1)
    expect(text_of(notebook, 3)).to_contain_text("is answered.")
    expect(text_of(notebook, 5).get_by_role("row", name="this side up")).to_contain_text("%hitl answer")
    # The card of the second run went to the line that showed it again.
    expect(window.page.locator(".hitl-card")).to_have_count(2)
    expect(notebook.cells.nth(7).locator(".hitl-card")).to_have_count(1)
    notebook.card(1).is_in_state("Cancelled")
    expect(text_of(notebook, 9).get_by_role("row").nth(1)).to_contain_text("accepted")
    expect(text_of(notebook, 10)).to_contain_text("hitl.db: ")
    expect(text_of(notebook, 11)).to_contain_text("%hitl recover")
    assert [] == notebook.failures()


def test_a_wrong_line_is_one_line(window):
    """And Run All stops there."""
    notebook = window.open(FLOWS, "%hitl run pakc()", "'not reached'")
    notebook.run_all()
    notebook.done(1)
    expect(text_of(notebook, 1)).to_have_text("UsageError: There is no 'pakc' here. Did you mean pack?")
    notebook.has_prompt(2, "[ ]:")


def test_a_cell_as_a_flow(window):
    """It asks below itself, Run All waits for it, and its variables are the notebook's."""
    notebook = window.open(FLOWS, "%%hitl --name look\nfound = await pause_flow_run(int)\nfound * 2", "found")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    notebook.has_prompt(1, "[*]:")
    card.answer(Value="21")
    card.completed()
    notebook.done(2)
    expect(notebook.output(1)).to_have_text(["42"])
    expect(notebook.output(2)).to_have_text(["21"])


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("%hitl rec", "%hitl recover"),
        ("%hitl run pac", "%hitl run pack("),
        ("%hitl cancel Än", '''%hitl cancel "Änne's <i>parcel</i>"'''),
        ("%hitl answer run siz", "%hitl answer run size="),
        ("%hitl answer run size=l", "%hitl answer run size=large"),
        ("%hitl answer --k", "%hitl answer --key"),
        ("%%hitl --back", "%%hitl --background"),
    ],
)
def test_tab_completes(window, typed, completed):
    """What the kernel offers comes first, before the words of the cell that JupyterLab adds; Enter takes it."""
    notebook = opened(window)
    complete(window, notebook, typed)
    window.page.keyboard.press("Enter")
    expect(notebook.cells.nth(2).locator(".cm-content")).to_have_text(completed)


def test_tab_lists_what_there_is(window):
    """Behind a space too; the arrow keys choose."""
    notebook = opened(window)
    offered = complete(window, notebook, "%hitl answer run ")
    expect(offered.nth(0)).to_have_text("size=")
    expect(offered.nth(1)).to_have_text("note=")
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    expect(notebook.cells.nth(2).locator(".cm-content")).to_have_text("%hitl answer run note=")


def complete(window, notebook, typed):
    """Type into the last cell, press Tab, and give what is offered."""
    notebook.cells.nth(2).locator(".cm-content").click()
    # CodeMirror closes quotes and brackets by itself, which is not what is tested.
    window.page.keyboard.insert_text(typed)
    # Until JupyterLab has made its completer for this cell, the key indents.
    expect(notebook.cells.nth(2).locator(".jp-mod-completer-enabled")).to_be_attached()
    window.page.keyboard.press("Tab")
    offered = window.page.locator(".jp-Completer:visible .jp-Completer-item .jp-Completer-match")
    expect(offered.first).to_be_visible()
    return offered


def opened(window):
    """A notebook with a run that waits, and an empty cell at its end."""
    notebook = window.open(FLOWS, "run = %hitl run pack('a teapot')", "")
    notebook.run(0)
    notebook.done(0)
    notebook.run(1)
    notebook.card().asks()
    return notebook
