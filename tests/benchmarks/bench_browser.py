"""Submit to the next question painted, in JupyterLab in Chromium: what a person who answers a loop of questions feels.

The clock is the page's own. It starts at the click on Submit and stops in the first task after the frame in which the
next form was drawn. Beside it stands a bare request to the same kernel from the same page, because most of a round
trip is the server's way there and back. A loop must open no comm: its card is there already.
"""

from __future__ import annotations

import sys

from playwright.sync_api import Page

from tests.benchmarks.table import heading, quantile, row
from tests.browser.alone import lab_page
from tests.browser.pages import LabWindow

LOOP = """
from typing import Literal
from hitl_jupyter import RunInput, flow, pause_flow_run

class Label(RunInput):
    label: Literal["praise", "complaint", "question"]

@flow
def label(count):
    for number in range(count):
        text = f"**Text {{number}}**: where is my parcel?"
        pause_flow_run(Label.with_initial_data(description=text, label="question"))

{start}
"""
PAUSE_BETWEEN = 150
"""Milliseconds between one form and the click on it: nobody is quicker, and what follows an answer is over by then."""

ANSWER_ALL = """async ([count, pause]) => {
    const place = document.querySelector(".hitl-questions");
    const painted = () => new Promise(resolve => requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
    }));
    const next = form => new Promise(resolve => {
        const look = () => {
            const other = [...place.querySelectorAll(".hitl-form")].find(one => one !== form);
            if (!other) return;
            observer.disconnect();
            painted().then(resolve);
        };
        const observer = new MutationObserver(look);
        observer.observe(place, {childList: true, subtree: true});
    });
    const times = [];
    for (let answered = 0; answered < count; answered += 1) {
        await new Promise(resolve => setTimeout(resolve, pause));
        const form = place.querySelector(".hitl-form");
        const drawn = next(form);
        const clicked = performance.now();
        form.querySelector("button[type=submit]").click();
        times.push(await drawn - clicked);
    }
    return times;
}"""
BARE_REQUESTS = """async ([count, pause]) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const times = [];
    for (let asked = 0; asked < count; asked += 1) {
        await new Promise(resolve => setTimeout(resolve, pause));
        const began = performance.now();
        await kernel.requestKernelInfo();
        times.push(performance.now() - began);
    }
    return times;
}"""


class Comms:
    """Counts the comms that are opened, by either side, in what crosses the page's websockets."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        page.on("websocket", self._listen)

    def _listen(self, socket) -> None:
        socket.on("framereceived", self._look)
        socket.on("framesent", self._look)

    def _look(self, frame: str | bytes) -> None:
        text = frame if isinstance(frame, bytes) else frame.encode()
        self.opened += text.count(b"comm_open")


def main(rounds: int) -> None:
    """Print the rows."""
    heading(f"Submit to the next question painted, {rounds} questions, JupyterLab in Chromium")
    with lab_page() as (page, lab):
        comms = Comms(page)
        window = LabWindow(page, lab)
        for kind, start in (("the cell waits", "label({})"), ("in the background", "run = label.start({})")):
            measure(window, kind, LOOP.format(start=start.format(rounds + 2)), rounds, comms)


def measure(window: LabWindow, kind: str, code: str, rounds: int, comms: Comms) -> None:
    """Answer one question to warm up, then `rounds` more, and print what that took."""
    page = window.page
    notebook = window.open(code)
    notebook.run_all()
    notebook.card().asks()
    page.evaluate(ANSWER_ALL, [1, PAUSE_BETWEEN])
    before = comms.opened
    assert before > 0, "the card was opened by a comm, and should have been counted"
    row(f"{kind}: submit to next question", spread(page.evaluate(ANSWER_ALL, [rounds, PAUSE_BETWEEN])), "p50 <= 75 ms")
    row("  comms opened meanwhile", str(comms.opened - before), "0")
    row("  cards on the page", str(notebook.cards()), "1")
    # A kernel whose cell waits answers messages of widgets alone.
    notebook.card().submit()
    notebook.done(0)
    row("  a bare request to the idle kernel", spread(page.evaluate(BARE_REQUESTS, [20, PAUSE_BETWEEN])))
    window.clear()


def spread(times: list[float]) -> str:
    """Give the middle and the tail of some milliseconds."""
    ordered = sorted(times)
    return f"p50 {quantile(ordered, 0.5):.0f} ms, p95 {quantile(ordered, 0.95):.0f} ms"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
