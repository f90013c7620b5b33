"""The timeline of a run page in JupyterLab: what a person sees of a run that works, waits and is over."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import Card, becomes, wear

FLOW = """
import time
from hitl_jupyter import flow, pause_flow_run, task

@task(retries=1)
def load(shelf):
    if shelf == 1 and not tried:
        tried.append(shelf)
        raise ConnectionError("once more")
    time.sleep(0.05)

@task
def weigh(parcel):
    time.sleep(0.01)
    if parcel == 30:
        raise ValueError("too heavy")

@flow
def pack(box):
    load(box)
    return box

@flow(name="send-parcels")
def send_parcels():
    load(0)
    load(1)
    pack(2)
    weigh.map(range(60))
    pause_flow_run(key="<b>All there?</b>")
    load(3)
    return "sent"

tried = []
run = send_parcels.start()
"""
WIDTHS = (1300, 420, 320)
STANDS = """async field => {
    const place = () => JSON.stringify(field.getBoundingClientRect());
    for (let before = place(), still = 0; still < 10; ) {
        await new Promise(requestAnimationFrame);
        const now = place();
        still = now === before ? still + 1 : 0;
        before = now;
    }
    return field.getBoundingClientRect().toJSON();
}"""

RESTS = "bars => { window.rests = new Promise(end => bars.addEventListener('scrollend', end, {once: true})); }"


class Timeline(Card):
    """The timeline of the page that is folded out on a card."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.element.get_by_role("tabpanel", name="Timeline"))
        self.bars = self.element.get_by_role("listbox")
        self.field = self.element.locator(".hitl-tl-field")
        self.legend = self.element.get_by_role("list", name="Legend")
        self.detail = self.element.locator(".hitl-tl-detail")
        self.range = self.element.locator(".hitl-tl-range")

    def place(self) -> dict[str, float]:
        """Give the place of the drawing, once it stands and is drawn.

        The host follows a change of width a moment later, and what a hand does is drawn in the next frame.
        """
        return self.field.evaluate(STANDS)

    def press(self, *keys: str) -> None:
        """Press keys on the drawing."""
        for key in keys:
            self.bars.press(key)

    def button(self, name: str):
        """Give a button of it."""
        return self.element.get_by_role("button", name=name, exact=True)


def opened(card) -> Timeline:
    card.element.get_by_text("Run page", exact=True).click()
    card.element.get_by_role("tab", name="Timeline").click()
    timeline = Timeline(card)
    expect(timeline.legend).to_contain_text("Completed")
    return timeline


def photograph(page, shots, timeline, name):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(300)
        timeline.element.screenshot(path=shots / f"{name}-{width}.png")
        # The table scrolls by itself. No name is cut where it is narrow.
        assert {"hitl-grid", "hitl-cell"} >= set(timeline.too_wide()), (name, width)
    page.set_viewport_size({"width": 1300, "height": 900})


def problems(page, timeline) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    timeline.element.evaluate("one => one.dataset.looked = 'at'")
    result = page.evaluate("axe.run('[data-looked=at]', {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in result["violations"]]


def test_timeline(window, shots):
    """A run is seen on one axis of time: gone through by keys, zoomed and moved, live, and read as a table."""
    page = window.page
    notebook = window.open(FLOW)
    window.close_sidebar()
    notebook.run_all()
    card = notebook.card()
    card.asks()
    timeline = opened(card)
    expect(timeline.legend).to_have_text(re.compile("Waiting for a person.*Failed.*Now"))
    expect(timeline.element).to_contain_text("weigh, 60 times")
    _by_keys(timeline)
    _by_pointer(page, timeline)
    _by_touch(page, timeline)
    for theme in ("light", "dark"):
        wear(page, theme)
        # The run itself and what stands alone come first; the push of the list has taken them off the pictures.
        timeline.bars.evaluate("bars => { bars.scrollTop = 0; }")
        expect(timeline.bars).to_have_js_property("scrollTop", 0)
        photograph(page, shots, timeline, f"timeline-{theme}")
        assert [] == problems(page, timeline)
    _nothing(card)
    card.resume()
    card.is_in_state("Completed")
    expect(timeline.legend).not_to_contain_text("Now")
    timeline.button("Show as table").click()
    table = timeline.element.get_by_role("table", name="Timeline")
    table.press("End")
    expect(table.get_by_role("row").filter(has_text="<b>All there?</b>")).to_contain_text("Answered")
    photograph(page, shots, timeline, "timeline-table")
    assert [] == problems(page, timeline)


def _nothing(card):
    """A section without content says so where it is seen; the style of the host once made a dot of its words."""
    card.element.get_by_role("tab", name="Artifacts").click()
    said = card.element.get_by_role("tabpanel", name="Artifacts").get_by_role("status")
    expect(said).to_have_text(re.compile("artifact"))
    assert said.bounding_box()["width"] > 100
    card.element.get_by_role("tab", name="Timeline").click()


def _by_keys(timeline):
    """The first bar is the run; a question says so, with its key as text; no key reaches the notebook."""
    timeline.press("Home")
    expect(timeline.detail).to_contain_text("flow run, Paused")
    timeline.press("End")
    timeline.press(*["ArrowUp"] * 60)
    expect(timeline.bars.get_by_role("option")).to_have_accessible_name(
        re.compile("^<b>All there\\?</b>, question, Waiting for a person: ")
    )
    timeline.press("Enter")
    narrow = timeline.range.inner_text()
    timeline.press("-")
    expect(timeline.range).not_to_have_text(narrow)
    timeline.press("0", "Home")
    expect(timeline.detail).to_contain_text("flow run, Paused")


def length(timeline) -> float:
    """Give the seconds that are on the screen."""
    units = {"ms": 0.001, "s": 1, "min": 60}
    found = re.findall(r"([\d.]+) (ms|s|min)\b", timeline.range.inner_text().rpartition(", ")[2])
    return sum(float(number) * units[unit] for number, unit in found)


def _by_touch(page, timeline):
    """Two fingers zoom, one moves sideways and scrolls up and down, a tap chooses: on a screen as wide as a phone's."""
    page.set_viewport_size({"width": 420, "height": 1000})
    timeline.bars.scroll_into_view_if_needed()
    device = page.context.new_cdp_session(page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def touch(kind, *points):
        points = [{"x": box["x"] + x, "y": box["y"] + y, "id": finger} for finger, (x, y) in enumerate(points)]
        device.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    def swipe(*ways):
        touch("Start", *(way[0] for way in ways))
        for step in range(1, 11):
            touch("Move", *((x + (to - x) * step / 10, y + (end - y) * step / 10) for (x, y), (to, end) in ways))
        touch("End")

    timeline.bars.evaluate("bars => { bars.scrollTop = 0; }")
    box = timeline.place()
    whole = length(timeline)
    swipe(((120, 60), (70, 60)), ((140, 60), (230, 60)))
    becomes(page, True, lambda: length(timeline) < whole / 2)
    # As far as the fingers went, not only a part of it.
    box = timeline.place()
    part = timeline.range.inner_text().rpartition(", ")[2]
    drawn = timeline.field.locator(".hitl-tl-lines")
    place = drawn.get_attribute("d")
    swipe(((200, 60), (120, 62)))
    expect(drawn).not_to_have_attribute("d", place)
    expect(timeline.range).to_have_text(re.compile(f", {re.escape(part)}$"))
    timeline.button("Whole run").click()
    expect(timeline.range).not_to_have_text(re.compile(f", {re.escape(part)}$"))
    box = timeline.place()
    touch("Start", (100, 27))
    touch("End")
    expect(timeline.bars.get_by_role("option")).to_have_accessible_name(re.compile("flow run, Paused"))
    timeline.bars.evaluate(RESTS)
    # Last, because a list that was pushed rolls on.
    swipe(((120, 300), (120, 100)))
    page.evaluate("rests.then(() => true)")
    expect(timeline.bars).not_to_have_js_property("scrollTop", 0)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    device.detach()
    page.set_viewport_size({"width": 1300, "height": 900})


def _by_pointer(page, timeline):
    """The wheel zooms with Ctrl alone; a drag moves, and is no click; a click chooses what is under it."""
    # The range is told again each second while it is the whole run: what counts is its length.
    whole = length(timeline)
    timeline.bars.scroll_into_view_if_needed()
    box = timeline.place()
    x, y = box["x"] + box["width"] / 2, box["y"] + 11
    page.mouse.move(x, y)
    expect(timeline.detail).to_contain_text("flow run, Paused")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -500)
    page.keyboard.up("Control")
    becomes(page, True, lambda: length(timeline) < whole / 2)
    before = timeline.range.inner_text().rpartition(", ")[2]
    drawn = timeline.field.locator(".hitl-tl-lines")
    place = drawn.get_attribute("d")
    page.mouse.down()
    page.mouse.move(x + 120, y, steps=4)
    page.mouse.up()
    expect(drawn).not_to_have_attribute("d", place)
    expect(timeline.range).to_have_text(re.compile(f", {re.escape(before)}$"))
    timeline.button("Whole run").click()
    page.mouse.move(0, 0)
