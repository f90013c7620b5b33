import { describe, expect, it } from "vitest";
import { Bars, textOf } from "../../src/widgets/bars";
import type { Bar } from "../../src/widgets/model";
import { find, nameOf } from "../make";

const bar = (more: Partial<Bar> = {}): Bar => ({
  id: "b1",
  title: "Labelling",
  progress: 30.4,
  count: 1304,
  total: 4290,
  left: 125,
  state: "going",
  ...more,
});

function drawn(): Bars {
  const bars = new Bars();
  document.body.replaceChildren(bars.element);
  return bars;
}

const rows = (bars: Bars) => [...bars.element.querySelectorAll("[role=progressbar]")];

describe("a bar", () => {
  it("says to a screen reader what it is and how far", () => {
    const bars = drawn();
    bars.show([bar()], false);
    const shown = find(bars.element, "[role=progressbar]");
    expect(nameOf(shown)).toBe("Labelling");
    expect(shown.getAttribute("aria-valuenow")).toBe("30");
    expect(shown.getAttribute("aria-valuetext")).toBe("30 %, 1,304 of 4,290, about 2 min 05 s left");
  });

  it("only counts where nobody knows how much there is", () => {
    const bars = drawn();
    bars.show([bar({ progress: null, total: null, left: null })], false);
    const shown = find(bars.element, "[role=progressbar]");
    expect(shown.hasAttribute("aria-valuenow")).toBe(false);
    expect(shown.getAttribute("aria-valuetext")).toBe("1,304");
  });

  it("moves, and is not drawn anew", () => {
    const bars = drawn();
    bars.show([bar()], false);
    const [before] = rows(bars);
    bars.show([bar({ progress: 50, count: 2145 }), bar({ id: "b2" })], false);
    const [after, second] = rows(bars);
    expect(after).toBe(before);
    expect(after?.getAttribute("aria-valuenow")).toBe("50");
    bars.show([bar({ id: "b2" })], false);
    expect(rows(bars)).toEqual([second]);
  });

  it("goes with its run, unless its loop was broken off", () => {
    const bars = drawn();
    const all = [bar({ state: "done" }), bar({ id: "b2" }), bar({ id: "b3", state: "stopped", left: null })];
    bars.show(all, false);
    expect(rows(bars).length).toBe(3);
    bars.show(all, true);
    expect(bars.element.textContent).toBe("Labellingstopped at 30 %, 1,304 of 4,290");
    bars.show([], true);
    expect(bars.element.hidden).toBe(true);
  });

  it("rounds down, so that 100 % is the end", () => {
    expect(textOf(bar({ progress: 99.99, count: null, left: 0.4 }))).toBe("99 %");
  });

  it("takes a title as text", () => {
    const bars = drawn();
    bars.show([bar({ title: "<img src=x onerror=alert(1)>" })], false);
    expect(bars.element.querySelector("img")).toBeNull();
  });
});
