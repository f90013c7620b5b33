"""A large file in a form, beside ipywidgets' FileUpload: ``python -m tests.benchmarks.bench_upload [megabytes]``.

In JupyterLab in Chromium, from the choice of the file to the answer in the kernel. The memory is the kernel's highest
since the file was chosen, less what it had before. FileUpload sends a file as one message: from 10 MiB on the server
ends the connection. Linux only, for the kernel's memory.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.benchmarks.table import heading, row
from tests.browser.alone import lab_page
from tests.browser.pages import LabWindow, NotebookPage
from tests.browser.test_form import OwnForm

MOST = 300_000
"""Milliseconds for one file."""

MEMORY = """
import re
from pathlib import Path

def now():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000

def highest():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000

def begin():
    global before
    Path("/proc/self/clear_refs").write_text("5")
    before = now()
"""
FORM = (
    MEMORY
    + """
from pydantic import Base64Bytes, BaseModel, Field
from hitl_jupyter.widgets import Form

class Asked(BaseModel):
    file: {kind} = Field(json_schema_extra={{"hitl": {{"control": "file"}}}})

form = Form(Asked, title="Asked")
begin()
form
"""
)
FLOW = (
    MEMORY
    + """
from pydantic import Field
from hitl_jupyter import RunInput, flow, pause_flow_run

class Asked(RunInput):
    file: bytes = Field(json_schema_extra={"hitl": {"control": "file"}})

@flow
def ask():
    return len(pause_flow_run(Asked).file)

run = ask.start()
begin()
"""
)
TOLD = "print(f'{highest() - before:.0f} MB')"
PEER = """
import ipywidgets
upload = ipywidgets.FileUpload()
upload
"""


def main(megabytes: int) -> None:
    """Print the rows."""
    heading(f"A file of {megabytes} MB, JupyterLab in Chromium")
    with lab_page() as (page, lab):
        large, small = lab.folder / "large.bin", lab.folder / "small.bin"
        large.write_bytes(os.urandom(1_000_000) * megabytes)
        small.write_bytes(os.urandom(14_000_000))
        window = LabWindow(page, lab)
        window.page.set_default_timeout(MOST)
        most = f"at most {2.5 * megabytes:.0f} MB"
        for kind in ("bytes", "Base64Bytes"):
            own(window, kind, large, most)
        in_a_flow(window, large, most)
        peer(window, small)


def own(window: LabWindow, kind: str, large: Path, most: str) -> None:
    """Measure a form of its own."""
    notebook = window.open(FORM.format(kind=kind), TOLD)
    notebook.run(0)
    form = OwnForm(window.page, title="Asked")
    began = time.perf_counter()
    form.field("File").set_input_files(large)
    expect(form.form.get_by_role("button", name="Remove large.bin")).to_be_visible(timeout=MOST)
    sent = time.perf_counter()
    form.submit()
    expect(form.form.locator(".hitl-status")).to_have_text(re.compile("Sent"), timeout=MOST)
    row(f"{kind}: chosen to arrived", f"{sent - began:.1f} s")
    row("  Submit to accepted", f"{time.perf_counter() - sent:.2f} s")
    row("  the kernel's memory at its highest", told(notebook), most)
    window.clear()


def in_a_flow(window: LabWindow, large: Path, most: str) -> None:
    """Measure the answer to a flow, which is on the disk before it counts."""
    notebook = window.open(FLOW, TOLD)
    notebook.run(0)
    card = notebook.card()
    card.asks()
    card.field("File").set_input_files(large)
    expect(card.form.get_by_role("button", name="Remove large.bin")).to_be_visible(timeout=MOST)
    sent = time.perf_counter()
    card.submit()
    card.is_in_state("Completed")
    row("the answer of a flow: Submit to completed", f"{time.perf_counter() - sent:.2f} s")
    row("  the kernel's memory at its highest", told(notebook), most)
    window.clear()


def told(notebook: NotebookPage) -> str:
    """Give what the kernel says of its memory."""
    notebook.run(1)
    notebook.done(1)
    return notebook.output(1).inner_text().strip()


def peer(window: LabWindow, small: Path) -> None:
    """See what becomes of 14 MB in a FileUpload."""
    notebook = window.open(PEER, "print([one.name for one in upload.value])")
    notebook.run(0)
    page: Page = window.page
    anew: list[str] = []
    page.on("websocket", lambda socket: anew.append(socket.url))
    with page.expect_file_chooser() as opened:
        page.locator("button.widget-upload").click()
    opened.value.set_files(small)
    page.wait_for_timeout(10_000)
    notebook.run(1)
    try:
        expect(notebook.output(1)).not_to_have_count(0, timeout=20_000)
        value = notebook.output(1).inner_text().strip()
    except AssertionError:
        value = "the kernel is out of reach"
    row("ipywidgets FileUpload, 14 MB: its value after 10 s", value)
    row("  connections that had to be opened anew meanwhile", str(len(anew)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
