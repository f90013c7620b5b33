"""One Voila app, two people, and what is left of it when they go."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import psutil
from playwright.sync_api import expect

from tests.browser.pages import OPENS_WITHIN, open_in_voila, write_notebook

ASKS_WHERE = """
import os

from hitl_jupyter import RunInput, flow, pause_flow_run

class Here(RunInput):
    here: bool

@flow
def ask():
    pause_flow_run(Here.with_initial_data(description=f"Process {os.getpid()} asks."))

run = ask.start()
"""


def test_two_people_do_not_disturb_each_other(voila, new_page):
    """Two browsers open one app: each gets a run of its own, answers differently, and sees nothing of the other's."""
    ana, ben = (open_in_voila(new_page(), voila, "09_approval.ipynb") for _ in range(2))
    of_ana, of_ben = ana.card(), ben.card()
    of_ana.asks()
    of_ben.asks()
    of_ana.fill(Decision="reject", Reason="too expensive")
    of_ben.fill(Decision="approve")
    of_ben.submit()
    of_ben.completed()
    expect(of_ana.form).to_be_visible()
    expect(of_ana.field("Reason")).to_have_value("too expensive")
    of_ana.is_in_state("Paused")
    of_ana.submit()
    of_ana.completed()
    assert "Rejected: too expensive" in of_ana.lines()
    expect(ana.page.get_by_text(re.compile("^Decision: reject, by .+ UTC. too expensive$"))).to_be_visible()
    assert "Approved." in of_ben.lines()
    assert "too expensive" not in ben.page.inner_text("body")
    assert "Approved." not in ana.page.inner_text("body")
    assert [1, 1] == [ana.cards(), ben.cards()]


def test_a_page_that_is_left_ends_its_kernel(voila, new_page):
    """Loaded again and closed, a page leaves no kernel behind, also where it was the first that was opened."""
    name = write_notebook(voila, ASKS_WHERE)
    page = new_page()
    first = process(open_in_voila(page, voila, name))
    second = process(open_in_voila(page, voila, name))
    ended(first)
    page.close(run_before_unload=True)
    ended(second)


def process(opened) -> psutil.Process:
    """Give the kernel of a page, from what its question says."""
    told = opened.card().form.get_by_text(re.compile(r"^Process \d+ asks\.$"))
    return psutil.Process(int(re.sub(r"\D", "", told.inner_text(timeout=OPENS_WITHIN))))


def ended(kernel: psutil.Process) -> None:
    """Wait for the end of a kernel, which its server may be slow to reap."""
    end = time.monotonic() + OPENS_WITHIN / 1000
    # It may be gone between two looks.
    with suppress(psutil.NoSuchProcess):
        while kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < end, kernel
            time.sleep(0.1)
