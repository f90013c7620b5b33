"""Forms of 10, 50 and 200 fields, ours beside ipyautoui's and magicgui's: in the kernel, and on the screen.

The same classes and the same kernel for all, each form of a class that is new to it. On the screen the clock is the
page's: from the key press that runs the cell to the frame in which every control is there. The peers are in an
environment of their own, made once; where they cannot be had, ours is measured alone.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import uuid
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from playwright.sync_api import Page, expect

from tests.benchmarks.peers_program import KINDS
from tests.benchmarks.table import heading, row
from tests.browser import servers
from tests.browser.alone import lab_page
from tests.browser.pages import LabWindow
from tests.environment import ROOT, Environment, NotInstalled

PEERS = Environment("peers", "ipyautoui==0.9.0", "magicgui[jupyter]==0.10.2")
COUNTS = (10, 50, 200)
BUILT = {10: "<= 4 ms, 2 comms", 50: "<= 8 ms, 2 comms", 200: "<= 25 ms, 2 comms"}
SHOWN = {10: "<= 100 ms", 50: "<= 140 ms", 200: "<= 200 ms"}
NAMES = {
    "ours": "Form",
    "ipywidgets": "Form, plain ipywidgets",
    "ipyautoui": "ipyautoui 0.9.0",
    "magicgui": "magicgui 0.10.2",
}
WITHIN = 300
"""Seconds for all forms of one kind and size."""
PATIENCE = 120_000
"""Milliseconds for the import of a peer, or for two hundred fields of one, on a machine that does other things."""

WATCH = """expected => {
    const cell = document.querySelectorAll(".jp-Notebook .jp-CodeCell")[1];
    const count = () => cell.querySelectorAll(
        ".jp-OutputArea :is(input, select, textarea, button)").length;
    window.shown = null;
    const pressed = event => {
        if (event.key !== "Enter") return;
        removeEventListener("keydown", pressed, true);
        const began = performance.now();
        const observer = new MutationObserver(() => {
            if (count() < expected) return;
            observer.disconnect();
            requestAnimationFrame(() => {
                const {port1, port2} = new MessageChannel();
                port1.onmessage = () => { window.shown = performance.now() - began; };
                port2.postMessage(null);
            });
        });
        observer.observe(cell, {childList: true, subtree: true});
    };
    addEventListener("keydown", pressed, true);
}"""
CONTROLS = """() => document.querySelectorAll(
    ".jp-Notebook .jp-CodeCell:nth-child(2) .jp-OutputArea :is(input, select, textarea, button)").length"""


def main(rounds: int) -> None:
    """Print the rows."""
    try:
        PEERS.install()
    except NotInstalled as error:
        print(f"\nThe peers cannot be installed here, and are not measured:\n{error}")
        python, kinds = sys.executable, KINDS[:2]
    else:
        python, kinds = str(PEERS.python), KINDS
        os.environ["JUPYTER_PATH"] = str(PEERS.home / "share" / "jupyter")
    with tempfile.TemporaryDirectory() as home:
        kernel = Path(home) / "kernels" / "peers"
        kernel.mkdir(parents=True)
        argv = [python, "-m", "ipykernel_launcher", "--log-level=ERROR", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Peers", "language": "python", "env": {"PYTHONPATH": str(ROOT)}}
        (kernel / "kernel.json").write_text(json.dumps(spec))
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [home, os.environ.get("JUPYTER_PATH")]))
        built(kinds, rounds)
        shown(kinds, min(rounds, 7))
    heading("the script of the form")
    size = sum((ROOT / "hitl_jupyter" / "static" / name).stat().st_size for name in ("form.js", "form.css"))
    row("form.js and form.css", f"{size:,} bytes", "< 60,000 bytes")


def built(kinds: tuple[str, ...], rounds: int) -> None:
    """Print what a form costs in the kernel."""
    heading(f"a form of a new class in the kernel, median of {rounds}")
    for count in COUNTS:
        for kind in kinds:
            # A kernel for each, as a peer's widgets are not always gone when they are closed.
            try:
                found = asked(f"measure({kind!r}, {count}, {rounds})")
            except TimeoutError:
                row(f"{count} fields: {NAMES[kind]}", f"not made {rounds} times within {WITHIN} s")
                continue
            times, busy = (statistics.median(found[name]) * 1000 for name in ("times", "cpu"))
            told = f"{times:.1f} ms, of the processor {busy:.1f}"
            row(f"{count} fields: {NAMES[kind]}", f"{told}, {found['comms']} comms, {found['kib']:.0f} KiB",
                BUILT[count] if kind == "ours" else "")  # fmt: skip
    found = asked("measure_next(200)")
    row(
        "the next question of a class of 10", f"{found['p50'] * 1000:.2f} ms, {found['comms']} comms", "< 2 ms, 0 comms"
    )


def asked(call: str) -> dict:
    """Run a line in a fresh kernel and give what it prints."""
    manager = KernelManager(kernel_name="peers")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        printed: list[str] = []

        def heard(message: dict) -> None:
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                printed.append(content["text"])

        code = f"from tests.benchmarks.peers_program import *\n{call}"
        reply = client.execute_interactive(code, timeout=WITHIN, output_hook=heard)
        assert reply["content"]["status"] == "ok", reply["content"]["evalue"]
        return json.loads("".join(printed).splitlines()[-1])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def shown(kinds: tuple[str, ...], rounds: int) -> None:
    """Print how long a person waits for the controls."""
    heading(f"from the key press to all controls, JupyterLab in Chromium, median of {rounds}")
    with lab_page() as (page, lab):
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        window = LabWindow(page, lab)
        for count in COUNTS:
            for kind in kinds:
                times = sorted(seen(window, lab, kind, count, rounds))
                row(f"{count} fields: {NAMES[kind]}", f"{statistics.median(times):.0f} ms (least {times[0]:.0f})",
                    SHOWN[count] if kind == "ours" else "")  # fmt: skip


def seen(window: LabWindow, lab: servers.Server, kind: str, count: int, rounds: int) -> list[float]:
    """Give the milliseconds of each round; the first two are to warm up, and to count the controls."""
    code = f"from tests.benchmarks.peers_program import Shown\nshow = Shown({kind!r}, {count}, {rounds + 2})"
    cells = [nbformat.v4.new_code_cell(source) for source in (code, "show()")]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "peers", "display_name": "Peers", "language": "python"}
    name = f"peers-{uuid.uuid4().hex[:8]}.ipynb"
    nbformat.write(book, lab.folder / name)
    notebook = window.open_file(name)
    notebook.run(0)
    notebook.done(0)
    notebook.run(1)
    expected = settled(window.page)
    assert expected >= count, f"{kind} shows {expected} controls for {count} fields"
    times = []
    for at in range(rounds + 1):
        window.page.evaluate("jupyterapp.commands.execute('notebook:clear-cell-output').then(() => true)")
        notebook.cells.nth(1).locator(".cm-content").click()
        window.page.wait_for_timeout(500)
        window.page.evaluate(WATCH, expected)
        window.page.keyboard.press("Control+Enter")
        window.page.wait_for_function("window.shown !== null")
        if at:
            times.append(window.page.evaluate("window.shown"))
        settled(window.page)
    window.clear()
    lab.shut_down_kernels()
    return times


def settled(page: Page) -> int:
    """Give the number of controls once no more come."""
    before, same = -1, 0
    while same < 4:
        page.wait_for_timeout(500)
        now = page.evaluate(CONTROLS)
        same = same + 1 if now == before and now > 0 else 0
        before = now
    return before


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
