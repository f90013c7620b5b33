import { beforeEach, describe, expect, it, vi } from "vitest";
import { timeline } from "../../src/runpage/timeline";
import type { Reply } from "../../src/timeline/data";
import { find } from "../make";
import { reply, sent, span } from "../timeline/make";

/** Here nothing is laid out, and what has no width is not drawn. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
});

const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

async function opened(first: Reply | Error) {
  let given = first;
  const read = vi.fn(async () => {
    if (given instanceof Error) throw given;
    return given;
  });
  const section = timeline({ read: read as never, open: vi.fn() }, new AbortController().signal);
  document.body.replaceChildren(section.element);
  await frame();
  const plot = find<HTMLElement>(section.element, "[role=listbox]");
  const press = async (...keys: string[]) => {
    for (const key of keys) plot.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    await frame();
  };
  const button = (name: string) =>
    [...section.element.querySelectorAll("button")].find(
      (one) => (one.getAttribute("aria-label") ?? one.textContent) === name,
    );
  const click = async (name: string) => {
    button(name)?.click();
    await frame();
  };
  const text = (selector: string) => find<HTMLElement>(section.element, selector).textContent ?? "";
  const give = (next: Reply | Error) => {
    given = next;
  };
  return { section, plot, press, click, text, give };
}

const RUN = reply([
  { ...sent("f", 0, 1000), kind: "flow", name: "winged-otter" },
  sent("load", 100, 300, "f"),
  { ...sent("p", 300, 900, "f"), kind: "pause", name: "<b>Sure?</b>" },
]);

describe("the timeline", () => {
  it("is gone through bar by bar, and each says what it is, with names as text", async () => {
    const { plot, press, text } = await opened(RUN);
    expect(plot.hasAttribute("aria-activedescendant")).toBe(false);
    await press("ArrowDown", "ArrowDown", "ArrowDown");
    const option = find<HTMLElement>(plot, "[role=option]");
    expect(plot.getAttribute("aria-activedescendant")).toBe(option.id);
    expect(option.getAttribute("aria-posinset")).toBe("3");
    expect(option.getAttribute("aria-label")).toMatch(
      /^<b>Sure\?<\/b>, question, Completed: .* to 11:00:00, 600 ms$/,
    );
    expect(text(".hitl-tl-detail")).toContain("<b>Sure?</b> question");
    await press("ArrowDown", "Home");
    expect(option.getAttribute("aria-label")).toContain("winged-otter, flow run");
  });

  it("is zoomed and moved by keys and buttons, and shows the whole run again", async () => {
    const { press, click, text } = await opened(RUN);
    const long = () => text(".hitl-tl-range").split(", ").at(-1);
    expect(long()).toBe("1.0 s");
    await press("+");
    expect(long()).toBe("625 ms");
    const before = find(document.body, "[data-look=waiting].hitl-tl-fill").getAttribute("d");
    await press("ArrowRight");
    expect(find(document.body, "[data-look=waiting].hitl-tl-fill").getAttribute("d")).not.toBe(before);
    await click("Zoom in");
    expect(long()).toBe("391 ms");
    await press("Home", "ArrowDown", "Enter");
    expect(long()).toBe("220 ms");
    await click("Whole run");
    expect(long()).toBe("1.0 s");
    await press("-");
    expect(long()).toBe("1.0 s");
  });

  it("grows with a run that lives, and keeps what somebody has chosen", async () => {
    const living = reply([{ ...sent("f", 0, null), kind: "flow" }], { end: null });
    const { section, press, text, give } = await opened(living);
    expect(text(".hitl-tl-legend")).toBe("RunningNow");
    await press("ArrowDown");
    const spans = [span("RUNNING", 0, 500), span("PAUSED", 500, null)];
    const flow = { ...sent("f", 0, null, null, "PAUSED"), kind: "flow" as const, spans };
    give(reply([flow, sent("t", 100, 400, "f")], { end: null }));
    await section.refresh();
    await frame();
    expect(text(".hitl-tl-legend")).toBe("RunningWaiting for a personCompletedNow");
    expect(text(".hitl-tl-detail")).toMatch(/^f flow run, Paused: .* to now, 2\.\d s, of it 1\.\d s waiting/);
  });

  it("is a table as well", async () => {
    const { section, click } = await opened(RUN);
    await click("Show as table");
    expect(find<HTMLElement>(section.element, ".hitl-tl-picture").hidden).toBe(true);
    expect(find(section.element, "[role=table]").getAttribute("aria-rowcount")).toBe("4");
    await click("Show as table");
    expect(section.element.querySelector("[role=table]")).toBeNull();
    expect(find<HTMLElement>(section.element, ".hitl-tl-picture").hidden).toBe(false);
  });

  it("says what is left out, that there is nothing, and what went wrong", async () => {
    const { section, text, give } = await opened(new Error("The run was deleted."));
    expect(text("[role=alert]")).toContain("The run was deleted.");
    expect(find<HTMLElement>(section.element, ".hitl-tl-picture").hidden).toBe(true);
    give(reply([]));
    await section.refresh();
    expect(text("[role=status]")).toBe("Nothing of this run has begun.");
    give({ ...RUN, total: 12_003 });
    await section.refresh();
    expect(text("[role=status]")).toBe("3 of 12,003 are shown: the longest and the newest.");
  });
});
