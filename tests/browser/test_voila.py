"""One Voila app, two people."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.pages import open_in_voila


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
