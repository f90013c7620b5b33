"""Files and paths as a person gives them in the page, and a kernel that takes them."""

from __future__ import annotations

import hashlib
import os

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import (
    OPENS_WITHIN,
    TOO_WIDE,
    open_in_notebook_7,
    open_in_voila,
    settled,
    wear,
    write_notebook,
)
from tests.browser.test_form import BARRIERS, OwnForm, printed

PAPERS = """
import hashlib, time
from pydantic import Base64Bytes, BaseModel, Field, FilePath
from hitl_jupyter.widgets import Form

class Papers(BaseModel):
    report: bytes = Field(json_schema_extra={"hitl": {"accept": ".pdf", "max_bytes": 40_000_000}})
    signature: Base64Bytes | None = Field(None, json_schema_extra={"hitl": {"control": "file"}})
    pictures: list[bytes] = Field([], json_schema_extra={"hitl": {"max_bytes": 100_000}}, max_length=3)
    note: str = ""

def told(content):
    print(hashlib.sha256(content).hexdigest(), len(content))

form = Form(Papers, title="Papers")
form
"""
TOLD = "told(form.value.report)"
SENT = "Sent. It can be changed and sent again."


BUSY = "while not open('go').read(): time.sleep(0.05)"
"""Keeps the kernel until there is something in the file."""


def keep_busy(notebook, lab, cell):
    """Have a cell keep the kernel; gives what ends it."""
    go = lab.folder / "go"
    go.write_text("")
    notebook.run(cell)
    notebook.keeps_busy(cell)
    return lambda: go.write_text("on")


def pdf(name, content):
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def lines(form):
    """The chosen files, as they are read."""
    return form.form.locator(".hitl-files > li")


def is_here(form, name):
    """Waits until a file has arrived."""
    expect(form.form.get_by_role("button", name=f"Remove {name}", exact=True)).to_be_visible(timeout=OPENS_WITHIN)


def test_large_file_arrives_as_it_was(window, lab, tmp_path):
    """Thirty megabytes are sent while the person goes on; Submit before they are there says so, and loses nothing."""
    content = os.urandom(30_000_000)
    (tmp_path / "report.pdf").write_bytes(content)
    notebook = window.open(PAPERS, TOLD, BUSY)
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    go_on = keep_busy(notebook, lab, 2)
    form.field("Report").set_input_files(tmp_path / "report.pdf")
    form.submit()
    expect(form.form).to_contain_text("report.pdf is still being sent")
    expect(form.field("Report")).to_be_focused()
    expect(form.form.get_by_role("progressbar", name="report.pdf")).to_be_visible()
    form.field("Note").fill("typed meanwhile")
    go_on()
    is_here(form, "report.pdf")
    expect(lines(form)).to_have_text(["report.pdf 30 MB ✕"])
    form.submit()
    expect(form.form.locator(".hitl-status")).to_have_text(SENT)
    expect(printed(notebook, 1)).to_have_text(f"{hashlib.sha256(content).hexdigest()} {len(content)}\n")


def test_wrong_files_are_said_at_their_field(window):
    """Too large, of another kind, none at all: each is said beside the field, and the form waits for a good one."""
    notebook = window.open(PAPERS, "print(form.value.report, form.value.pictures, form.value.signature)")
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    form.field("Report").set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"notes"})
    expect(lines(form)).to_contain_text(["notes.txt is not of the kind that is taken (.pdf). Choose another file."])
    form.field("Pictures").set_input_files([pdf("a.png", b"x" * 100_001), pdf("b.png", b"b"), pdf("c.png", b"")])
    expect(form.form).to_contain_text("a.png has 100,001 bytes, at most 100,000 are taken. Choose a smaller file.")
    for name in ("b.png", "c.png"):
        is_here(form, name)
    form.submit()
    expect(form.form.get_by_role("alert")).to_contain_text("2 fields need attention: Report, Pictures")
    form.field("Report").set_input_files(pdf("report.pdf", b"%PDF"))
    for button in form.form.get_by_role("button", name="Remove this message").all():
        button.click()
    is_here(form, "report.pdf")
    is_here(form, "c.png")
    form.submit()
    expect(form.form.locator(".hitl-status")).to_have_text(SENT)
    expect(printed(notebook, 1)).to_have_text("b'%PDF' [b'b', b''] None\n")


def test_files_by_the_keyboard_alone(window):
    """The control opens the browser's dialog by the space bar, a file is removed by Enter, and the focus stays."""
    notebook = window.open(PAPERS)
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    form.field("Report").focus()
    with window.page.expect_file_chooser() as opened:
        window.page.keyboard.press("Space")
    opened.value.set_files(pdf("report.pdf", b"%PDF"))
    is_here(form, "report.pdf")
    window.page.keyboard.press("Tab")
    expect(form.form.get_by_role("button", name="Remove report.pdf")).to_be_focused()
    window.page.keyboard.press("Enter")
    expect(form.form.get_by_role("button", name="Remove report.pdf")).to_have_count(0)
    expect(form.field("Report")).to_be_focused()
    assert 1 == notebook.cells.count()


def test_busy_kernel_takes_the_file_when_it_is_free(window, lab):
    """While a cell computes the page says that the file waits; then it arrives by itself."""
    notebook = window.open(PAPERS, BUSY)
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    go_on = keep_busy(notebook, lab, 1)
    form.field("Report").set_input_files(pdf("report.pdf", b"%PDF"))
    expect(lines(form)).to_contain_text(["goes on when the kernel is free"])
    go_on()
    is_here(form, "report.pdf")
    form.submit()
    expect(form.form.locator(".hitl-status")).to_have_text(SENT)


def test_cancelled_file_is_none(window, lab, tmp_path):
    """A file that is cancelled on its way is gone from the page and from the kernel's disk."""
    (tmp_path / "report.pdf").write_bytes(b"x" * 20_000_000)
    # What was done in the page is told half a second later.
    gone = "import asyncio\nwhile not form['report'].is_absent: await asyncio.sleep(0.05)\nprint(form.value)"
    notebook = window.open(PAPERS, BUSY, gone)
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    go_on = keep_busy(notebook, lab, 1)
    form.field("Report").set_input_files(tmp_path / "report.pdf")
    form.form.get_by_role("button", name="Cancel report.pdf").click()
    expect(lines(form)).to_have_count(0)
    go_on()
    expect(printed(notebook, 2)).to_have_text("None\n")


def test_file_is_there_after_a_reload(window):
    """What has arrived stays chosen in a page that is opened anew."""
    # What was done in the page is told half a second later.
    there = "import asyncio\nwhile form['report'].is_absent or 'sending' in str(form.cells): await asyncio.sleep(0.05)"
    notebook = window.open(PAPERS, there)
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    form.field("Report").set_input_files(pdf("report.pdf", b"%PDF"))
    is_here(form, "report.pdf")
    printed(notebook, 1)
    window.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    window.reload()
    form = OwnForm(window.page, title="Papers")
    expect(lines(form)).to_have_text(["report.pdf 4 bytes ✕"])
    form.submit()
    expect(form.form.locator(".hitl-status")).to_have_text(SENT)


FLOW = """
from hitl_jupyter import RunInput, flow, pause_flow_run
from pydantic import Field
import hashlib

class Upload(RunInput):
    report: bytes = Field(json_schema_extra={"hitl": {"max_bytes": 5_000_000}})

@flow(log_prints=True)
def take():
    content = pause_flow_run(Upload).report
    print(len(content), hashlib.sha256(content).hexdigest())

run = take.start()
"""


def answered(card, content):
    """Gives a file to a run that waits, and sees it go on."""
    card.asks()
    card.field("Report").set_input_files(pdf("report.pdf", content))
    expect(card.form.get_by_role("button", name="Remove report.pdf")).to_be_visible(timeout=OPENS_WITHIN)
    card.submit()
    card.completed()
    assert f"{len(content)} {hashlib.sha256(content).hexdigest()}" in card.lines()


def test_flow_gets_a_file_in_jupyterlab(window):
    """A question of a flow takes a file in its card."""
    notebook = window.open(FLOW)
    notebook.run(0)
    answered(notebook.card(), os.urandom(3_000_000))


def test_flow_gets_a_file_in_voila(voila, new_page):
    """A question of a flow takes a file from somebody who sees no notebook."""
    page = open_in_voila(new_page(), voila, write_notebook(voila, FLOW))
    answered(page.card(), os.urandom(3_000_000))


def test_path_completes_from_the_kernels_disk(window, tmp_path):
    """What is typed is completed from the kernel's machine, by Tab and by the arrows, folder by folder."""
    (tmp_path / "papers" / "old").mkdir(parents=True)
    (tmp_path / "papers" / "report.pdf").write_text("")
    notebook = window.open(
        "from pydantic import BaseModel, FilePath\nfrom hitl_jupyter.widgets import Form\n"
        "class Where(BaseModel):\n    path: FilePath\nform = Form(Where, title='Where')\nform",
        "print(form.value.path)",
    )
    notebook.run(0)
    form = OwnForm(window.page, title="Where")
    form.field("Path").press_sequentially(f"{tmp_path}/pa")
    option = form.form.get_by_role("option")
    expect(option).to_have_text([f"{tmp_path}/papers/"])
    form.field("Path").press("Tab")
    expect(option).to_have_text([f"{tmp_path}/papers/old/", f"{tmp_path}/papers/report.pdf"])
    form.field("Path").press_sequentially("rep")
    expect(option).to_have_text([f"{tmp_path}/papers/report.pdf"])
    form.field("Path").press("Enter")
    expect(option).to_have_count(0)
    form.field("Path").press("Enter")
    expect(form.form.locator(".hitl-status")).to_have_text(SENT)
    expect(printed(notebook, 1)).to_have_text(f"{tmp_path}/papers/report.pdf\n")


@pytest.mark.parametrize("width", [1300, 420])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_files_look(window, shots, theme, width):
    """In both themes and at both widths nothing is cut off, and axe finds nothing."""
    page = window.page
    wear(page, theme)
    notebook = window.open(PAPERS)
    window.close_sidebar()
    page.set_viewport_size({"width": width, "height": 1000})
    notebook.run(0)
    form = OwnForm(page, title="Papers")
    form.field("Report").set_input_files(pdf("the report of the year with a rather long name.pdf", b"x" * 1_234_567))
    form.field("Pictures").set_input_files([pdf("a.png", b"x" * 100_001), pdf("b.png", b"x" * 1234)])
    is_here(form, "b.png")
    form.submit()
    expect(form.form.get_by_role("alert")).to_contain_text("attention")
    page.add_script_tag(path=AXE)
    form.element.scroll_into_view_if_needed()
    form.element.screenshot(path=shots / f"files-{theme}-{width}.png")
    assert [] == page.evaluate(BARRIERS)
    assert [] == settled(page, lambda: form.element.evaluate(TOO_WIDE))


def test_flow_gets_a_file_in_notebook_7(lab, new_page):
    """A question of a flow takes a file in Notebook 7."""
    notebook = open_in_notebook_7(new_page(), lab, write_notebook(lab, FLOW))
    notebook.run(0)
    answered(notebook.card(), os.urandom(3_000_000))


def test_what_is_dropped_is_taken(window):
    """A file that is dropped at its place is chosen, and JupyterLab opens nothing."""
    notebook = window.open(PAPERS, "print(form.value.report)")
    notebook.run(0)
    form = OwnForm(window.page, title="Papers")
    form.field("Report").evaluate(DROP)
    is_here(form, "dropped.pdf")
    form.submit()
    expect(form.form.locator(".hitl-status")).to_have_text(SENT)
    expect(printed(notebook, 1)).to_have_text("b'%PDF'\n")


DROP = """input => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["%PDF"], "dropped.pdf", {type: "application/pdf"}));
    for (const kind of ["dragenter", "dragover", "drop"])
        input.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
}"""
