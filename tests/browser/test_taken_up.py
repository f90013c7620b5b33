"""A page that is reloaded and a kernel that is restarted in the middle: nothing that was sent is asked again."""

from __future__ import annotations

import uuid

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.pages import OPENS_WITHIN, becomes, wear
from tests.browser.servers import NOTEBOOKS

FLOWS = """
from hitl_jupyter import RunInput, flow, get_run_logger, pause_flow_run

class Note(RunInput):
    text: str
    size: int = 1

@flow
def keep_notes() -> list[str]:
    notes = [pause_flow_run(Note, key=key, timeout=None).text for key in ("one", "two")]
    get_run_logger().info(f"Kept {notes}.")
    return notes
"""
WAITS = "1 run of this notebook waits"


@pytest.fixture
def labelling(lab):
    """A copy of the labelling notebook whose run nobody else has begun; gives its name."""
    book = nbformat.read(NOTEBOOKS / "07_labelling.ipynb", as_version=4)
    begin = next(cell for cell in book.cells if "messages of November" in cell.source)
    begin.source = begin.source.replace("messages of November", f"messages {uuid.uuid4().hex}")
    name = f"labelling-{uuid.uuid4().hex[:8]}.ipynb"
    nbformat.write(book, lab.folder / name)
    return name


def with_a_key(call):
    return f"keep_notes.with_options(idempotency_key='{uuid.uuid4().hex}'){call}"


def photograph(window, element, shots, name):
    """Take pictures of an element in a wide and in a narrow window."""
    window.close_sidebar()
    for width in (420, 1300):
        window.page.set_viewport_size({"width": width, "height": 900})
        window.page.wait_for_timeout(500)
        element.scroll_into_view_if_needed()
        window.page.screenshot(path=shots / f"{name}-{width}.png")


def chosen(card, label):
    return card.form.get_by_role("radiogroup", name="Label").get_by_role("radio", name=label, exact=True)


def test_labelling_goes_on_after_a_reload_and_a_restart(window, labelling, shots):
    """Two of three are sent, the third is chosen and not sent, then page and kernel go: only the third is asked."""
    notebook = window.open_file(labelling)
    notebook.run_all()
    card = notebook.card()
    for label in ("complaint", "question"):
        card.asks()
        card.answer(Label=label)
    card.asks()
    expect(card.form).to_contain_text("Is it supposed to make that noise?")
    card.fill(Label="complaint")
    # At once: what was chosen a moment ago is handed over by the page that goes.
    window.reload()
    notebook = window.open_file(labelling)
    notebook.restart_and_run_all()
    card = notebook.card()
    card.asks()
    expect(card.form).to_contain_text("Is it supposed to make that noise?")
    expect(chosen(card, "complaint")).to_be_checked()
    expect(card.element).to_contain_text("taken up again")
    row = window.page.get_by_role("row", name="I would love to know where my parcel is.")
    expect(row).to_contain_text("question")
    photograph(window, card.element, shots, "taken-up")
    card.submit()
    card.completed()
    assert "6 texts have a label, 3 of them from a person." in card.lines()
    expect(window.page.get_by_role("row", name="Is it supposed to make that noise?")).to_contain_text("complaint")
    assert [] == notebook.failures()


def test_a_run_that_is_over_gives_its_labels_again(window, labelling):
    """On another day everything is labelled: nothing is asked, and the table is there."""
    notebook = window.open_file(labelling)
    notebook.run_all()
    for label in ("complaint", "question", "complaint"):
        notebook.card().asks()
        notebook.card().answer(Label=label)
    notebook.card().completed()
    notebook.restart_and_run_all()
    notebook.card().is_in_state("Completed")
    row = window.page.get_by_role("row", name="Is it supposed to make that noise?")
    expect(row).to_contain_text("complaint")
    expect(notebook.card().form).to_have_count(0)
    assert [] == notebook.failures()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_click_takes_a_run_up(window, theme, shots):
    """After a restart the first cell says that a run waits; one click, and its card asks what is still open."""
    notebook = window.open("import hitl_jupyter", FLOWS, "run = keep_notes.start()")
    wear(window.page, theme)
    notebook.run_all()
    notebook.card().asks()
    notebook.card().answer(Text="first")
    notebook.card().asks()
    name = notebook.card().element.locator(".hitl-name").inner_text()
    notebook.restart()
    notebook.clear_outputs()
    notebook.run(0)
    notice = window.page.get_by_role("group", name=WAITS)
    expect(notice).to_be_visible(timeout=OPENS_WITHIN)
    expect(notice).to_contain_text("flow keep-notes")
    button = notice.get_by_role("button", name=f"Take up {name}", exact=True)
    button.click()
    expect(notice.get_by_role("alert")).to_contain_text("def keep_notes")
    photograph(window, notice, shots, f"notice-{theme}")
    # The key "x" cuts the cell, where it reaches the notebook.
    button.press("x")
    assert 3 == notebook.cells.count()
    notebook.run(1)
    notebook.done(1)
    button.click()
    card = notebook.card()
    card.asks()
    expect(notice).to_have_count(0)
    assert 1 == notebook.cards()
    photograph(window, card.element, shots, f"notice-taken-up-{theme}")
    assert [] == card.too_wide()
    card.answer(Text="second")
    card.completed()
    assert "Kept ['first', 'second']." in card.lines()


def test_a_restart_while_a_cell_waits(window, lab):
    """A cell waits for the second answer, half typed; the kernel is restarted: what was typed is in the form again."""
    notebook = window.open(FLOWS + with_a_key("()"))
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.answer(Text="first")
    card.asks()
    card.fill(Text="half of the sec", Size="7")
    becomes(window.page, True, lambda: lab.keeps("half of the sec", '"7"'))
    notebook.restart_and_run_all()
    card = notebook.card()
    card.asks()
    expect(card.field("Text")).to_have_value("half of the sec")
    expect(card.field("Size")).to_have_value("7")
    card.answer(Text="half of the second")
    card.completed()
    notebook.done(0)
    expect(notebook.output(0)).to_have_text(["['first', 'half of the second']"])


def test_a_reload_alone_and_run_all_again(window, labelling):
    """The kernel lives on: run again, the cell shows the card of the run that waits there, with what was chosen."""
    notebook = window.open_file(labelling)
    notebook.run_all()
    notebook.card().asks()
    notebook.card().answer(Label="complaint")
    notebook.card().asks()
    notebook.card().fill(Label="question")
    window.reload()
    notebook = window.open_file(labelling)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    expect(card.form).to_contain_text("I would love to know where my parcel is.")
    expect(chosen(card, "question")).to_be_checked()
    card.answer(Label="question")
    expect(card.form).to_contain_text("Is it supposed to make that noise?")
    card.answer(Label="complaint")
    card.completed()
    assert 1 == notebook.cards()
    assert [] == notebook.failures()


def test_a_run_that_cannot_begin_says_so_on_its_card(window, labelling):
    """A run that was cancelled under this key is not begun anew: its card says what to do."""
    notebook = window.open_file(labelling)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.cancel()
    card.is_in_state("Cancelled")
    notebook.restart_and_run_all()
    card = notebook.card()
    card.is_in_state("Not begun")
    expect(card.element.locator(".hitl-reason")).to_contain_text("idempotency_key")
