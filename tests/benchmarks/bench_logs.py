"""Logs: a run page with 100,000 lines in JupyterLab in Chromium, and a flow that logs 10,000 lines in a tight loop.

The clock is the page's own. Scrolling is from the top of the log downwards, by whole screens in every third frame and
by wheel; a frame is what the page was given by `requestAnimationFrame`. The flow that logs runs with its card on the
screen of that browser, and in a kernel that no page looks at.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.benchmarks.table import heading, quantile, row, spread
from tests.browser.alone import lab_page
from tests.browser.pages import OPENS_WITHIN, LabWindow
from tests.kernel.notebook import Notebook

LINES = (1000, 100_000)
LOGGED = 10_000
ROUNDS = 5
SCREENS = 150
"""Each is a line less than what is seen at once."""

OPEN = """
from hitl_jupyter import flow, pause_flow_run, store, _session
from tests.store.long import log_lines

@flow
def talks(count):
    store_ = _session.current().store
    store_.write(log_lines, [store_.read(store.overview.latest, 1).result()[0].id], count).result()
    pause_flow_run()

run = talks.start({count})
"""
LOOP = """
import time
from hitl_jupyter import flow, get_run_logger

@flow
def tight(count):
    log = get_run_logger()
    for number in range(count):
        log.info("line %d of a tight loop, as long as most lines are", number)

def measure(count):
    began = time.perf_counter()
    tight(count)
    return time.perf_counter() - began

def measure_in_background(count):
    began = time.perf_counter()
    tight.start(count).result()
    return time.perf_counter() - began
"""
UNFOLD = """async () => {
    const card = document.querySelector(".hitl-card");
    const summary = [...card.querySelectorAll("summary")].find(one => one.textContent === "Run page");
    const began = performance.now();
    summary.click();
    for (;;) {
        await new Promise(requestAnimationFrame);
        if (card.querySelector(".hitl-page-log .hitl-text")?.textContent) return performance.now() - began;
    }
}"""
FRAMES = """async screens => {
    const log = document.querySelector(".hitl-page-log");
    const frames = [];
    let last = performance.now();
    for (let turned = 0; turned < screens; turned += 1) {
        log.scrollBy(0, log.clientHeight - 20);
        for (let frame = 0; frame < 3; frame += 1) {
            const now = await new Promise(requestAnimationFrame);
            frames.push(now - last);
            last = now;
        }
    }
    return frames;
}"""


def main() -> None:
    """Print the rows."""
    heading(f"Logs, JupyterLab in Chromium: run pages of {LINES[0]:,} and {LINES[1]:,} lines")
    with lab_page() as (page, lab):
        window = LabWindow(page, lab)
        for count in LINES:
            look(window, count)
        shown = tight_loop_with_card(window)
    heading(f"A flow that logs {LOGGED:,} lines in a tight loop")
    for kind, alone in tight_loop_without_page().items():
        row(f"{kind}: no page looks", spread(alone))
        row(f"{kind}: its card on the screen", spread(shown[kind]))
        ratio = quantile(sorted(shown[kind]), 0.5) / quantile(sorted(alone), 0.5)
        row("  with its card to without", f"{ratio:.2f}", "<= 2")


def look(window: LabWindow, count: int) -> None:
    """Unfold the page of a long run, scroll through it, and print what that took."""
    page = window.page
    notebook = window.open(OPEN.format(count=count))
    notebook.run_all()
    notebook.card().asks()
    row(f"{count:,} lines: click to first lines drawn", f"{page.evaluate(UNFOLD):.0f} ms", "< 1000 ms")
    log = page.locator(".hitl-page-log")
    log.hover()
    frames = sorted(page.evaluate(FRAMES, SCREENS))
    row(f"  {SCREENS} screens, all at one go", frames_of(frames), "> 30 frames a second")
    wheel(page)
    row("  by wheel", frames_of(sorted(page.evaluate("window.frames_"))), "> 30 frames a second")
    last = "log => { log.scrollTop = log.scrollHeight; }"
    log.evaluate(last)
    expect(log).to_contain_text("Pausing flow", timeout=OPENS_WITHIN)
    row("  elements of the page", str(page.evaluate("document.querySelectorAll('.hitl-page *').length")))
    row("  heap of the browser's page", f"{heap(page):.1f} MB")
    window.clear()


def wheel(page: Page) -> None:
    """Turn the wheel as fast as the page takes it, and have it keep what frames it was given."""
    page.evaluate("""() => {
        window.frames_ = [];
        let last = performance.now();
        const frame = now => {
            window.frames_.push(now - last);
            last = now;
            window.next_ = requestAnimationFrame(frame);
        };
        window.next_ = requestAnimationFrame(frame);
    }""")
    for _ in range(SCREENS):
        page.mouse.wheel(0, 340)
    page.evaluate("cancelAnimationFrame(window.next_)")


def frames_of(frames: list[float]) -> str:
    """Give the frames per second, and the longest times between two of them."""
    rate = 1000 * len(frames) / sum(frames)
    return f"{rate:.0f}/s, p95 {quantile(frames, 0.95):.0f} ms, worst {frames[-1]:.0f} ms"


def heap(page: Page) -> float:
    """Give the megabytes of JavaScript objects that are in use."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used / 1e6


def tight_loop_with_card(window: LabWindow) -> dict[str, list[float]]:
    """Run the loop in cells of a notebook that is on the screen; gives the seconds."""
    times: dict[str, list[float]] = {}
    for kind, function in KINDS.items():
        cells = [f"print('took', {function}({LOGGED}))"] * (ROUNDS + 1)
        notebook = window.open(LOOP, *cells)
        notebook.run_all()
        said = notebook.page.locator(".jp-OutputArea-output").get_by_text("took ")
        expect(said).to_have_count(ROUNDS + 1, timeout=10 * OPENS_WITHIN)
        times[kind] = [float(one.split("took ")[1].split()[0]) for one in said.all_inner_texts()][1:]
        window.clear()
    return times


KINDS = {"the cell waits": "measure", "in the background": "measure_in_background"}


def tight_loop_without_page() -> dict[str, list[float]]:
    """Run the loop in a kernel whose messages nobody draws; gives the seconds."""
    times: dict[str, list[float]] = {}
    for kind, function in KINDS.items():
        with tempfile.TemporaryDirectory() as directory:
            notebook = Notebook(Path(directory) / "hitl.db")
            try:
                notebook.run("import hitl_jupyter")
                notebook.run(LOOP)
                cells = [notebook.run(f"print({function}({LOGGED}))", timeout=120) for _ in range(ROUNDS + 1)]
                times[kind] = [float(cell.text) for cell in cells][1:]
            finally:
                notebook.close()
    return times


if __name__ == "__main__":
    main()
