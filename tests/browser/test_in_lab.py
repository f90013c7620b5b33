"""A form among JupyterLab's own affairs: its keys, its kernel that is busy with another cell."""

from __future__ import annotations

from playwright.sync_api import expect

ASK = """
from typing import Literal
from hitl_jupyter import RunInput, flow, pause_flow_run

class Parcel(RunInput):
    note: str = ""
    size: Literal["small", "large"]
    fragile: bool
    insured: bool = False

@flow
def ask():
    return pause_flow_run(Parcel).note
"""
BUSY_UNTIL = """
import pathlib, time
while not pathlib.Path({flag!r}).exists():
    time.sleep(0.05)
"""
BUSY = "The kernel is busy or out of reach. Your answer is kept here and goes through when it can."


def test_keys_leave_the_cell_alone(window):
    """x, d d and a, which in JupyterLab cut, delete and add cells, do nothing of it when typed in a form."""
    notebook = window.open(ASK + "ask()", "print('below')")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    controls = [
        card.form.get_by_role("radiogroup", name="Size").get_by_role("radio").first,
        card.form.get_by_role("radiogroup", name="Fragile").get_by_role("radio").last,
        card.form.get_by_role("checkbox", name="Insured"),
        card.form.get_by_role("button", name="Submit"),
        card.element.get_by_role("button", name="Cancel"),
    ]
    for control in controls:
        control.focus()
        for key in ("x", "d", "d", "a", "b", "Shift+M"):
            window.page.keyboard.press(key)
        expect(control).to_be_focused()
    assert 2 == notebook.cells.count()
    assert 0 == window.page.locator(".jp-Notebook .jp-MarkdownCell").count()
    expect(card.form).to_be_visible()


def test_ctrl_enter_submits_and_does_not_run_the_cell_again(window):
    """Ctrl+Enter in a field sends the form; the cell that holds it is run once, and the focus stays in the card."""
    notebook = window.open(ASK + "ask()")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.fill(Size="large", Fragile="Yes", Note="up this side")
    card.field("Note").press("Control+Enter")
    card.completed()
    notebook.done(0)
    notebook.has_prompt(0, "[1]:")
    assert 1 == notebook.cards()
    expect(notebook.output(0)).to_have_text(["'up this side'"])
    # A key that comes a moment late must not fall through to the notebook, where "x" would cut the cell.
    window.page.keyboard.press("x")
    assert 1 == notebook.cells.count()
    assert 1 == notebook.cards()


def test_busy_kernel_is_told_and_the_answer_goes_through(window, lab):
    """While another cell computes, Submit says that the kernel is busy and keeps the text; then it goes through."""
    notebook = window.open(ASK + "run = ask.start()", BUSY_UNTIL.format(flag="go-on"), "run.result()")
    notebook.run(0)
    card = notebook.card()
    card.asks()
    notebook.done(0)
    notebook.run(1)
    notebook.keeps_busy(1)
    card.fill(Size="small", Fragile="No", Note="while you were busy")
    card.submit()
    expect(card.form.get_by_role("status")).to_have_text(BUSY)
    expect(card.field("Note")).to_have_value("while you were busy")
    card.is_in_state("Paused")
    (lab.folder / "go-on").touch()
    card.completed()
    notebook.done(1)
    notebook.run(2)
    expect(notebook.output(2)).to_have_text(["'while you were busy'"])
