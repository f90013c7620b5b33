import { describe, expect, it } from "vitest";
import { type Bar, timelineOf } from "../../src/timeline/data";
import { lanesOf } from "../../src/timeline/lanes";
import { barAt, LANE, outlinesOf } from "../../src/timeline/outlines";
import { moved, type Range, reaching, wholeOf, zoomed } from "../../src/timeline/range";
import { lasted, ticksOf, timesOf } from "../../src/timeline/words";
import { reply, START, sent, span } from "./make";

/** As the zone and the language of the machine have it. */
const day = (date: string) =>
  new Date(date).toLocaleDateString(undefined, { day: "numeric", month: "short" });
const TODAY = day("2026-11-26");

const barsOf = (...bars: Parameters<typeof reply>[0]): readonly Bar[] => timelineOf(reply(bars)).bars;
const first = (bars: readonly Bar[]): Bar => {
  const [bar] = bars;
  if (!bar) throw new Error("There is no bar.");
  return bar;
};

describe("a bar", () => {
  it("keeps the microseconds, as a task may be over in less than a millisecond", () => {
    const times = { start: "2026-11-26T10:00:00.000100+00:00", end: "2026-11-26T10:00:00.000500+00:00" };
    const bar = first(barsOf({ ...sent("t", 0, 0), ...times, spans: [] }));
    expect((bar.end ?? 0) - bar.start).toBeCloseTo(0.4, 2);
  });

  it("shows each try that failed, what waited, and the rest as what became of it", () => {
    const spans = [
      span("PENDING", 0, 10),
      span("RUNNING", 10, 20),
      span("SCHEDULED", 20, 30),
      span("PENDING", 30, 31),
      span("RUNNING", 31, 40),
      span("PAUSED", 40, 50),
      span("RUNNING", 50, 60),
    ];
    const { stretches, begun } = first(barsOf({ ...sent("t", 0, 60), spans }));
    const looks = ["pending", "failed", "pending", "completed", "waiting", "completed"];
    expect(stretches.map(({ look }) => look)).toEqual(looks);
    expect(begun).toBe(START + 10);
  });

  it("says how long it took and how long of it nobody had answered", () => {
    const spans = [span("RUNNING", 0, 4000), span("PAUSED", 4000, 64_000), span("RUNNING", 64_000, 65_300)];
    const flow = first(barsOf({ ...sent("f", 0, 65_300), kind: "flow", spans }));
    expect(timesOf(flow, 0)).toBe(
      `${TODAY}, 11:00:00 to 11:01:05, 1 min 05 s, of it 1 min 00 s waiting for a person`,
    );
    const open = first(barsOf({ ...sent("p", 0, null), kind: "pause", spans: [] }));
    expect(timesOf(open, START + 250)).toBe(`${TODAY}, 11:00:00 to now, 250 ms`);
    expect([0.04, 0.4, 99.96, 999.7, 59_940].map(lasted)).toEqual([
      "0 ms",
      "0.4 ms",
      "100 ms",
      "1.0 s",
      "59.9 s",
    ]);
  });
});

describe("lanes", () => {
  it("are the tree of the run, each below what it belongs to, by their start", () => {
    const lanes = lanesOf(
      barsOf(
        sent("b", 50, 60, "s"),
        sent("s", 40, 90, "f"),
        sent("f", 0, 100),
        sent("a", 10, 20, "f"),
        sent("lost", 70, 80, "left out"),
      ),
    );
    const expected = [
      ["f", 0],
      ["a", 1],
      ["s", 1],
      ["b", 2],
      ["lost", 0],
    ];
    expect(lanes.map(({ label, depth }) => [label, depth])).toEqual(expected);
  });

  it("are shared by many of a kind, of which no two overlap", () => {
    const tasks = Array.from({ length: 2000 }, (_, at) => {
      const from = at * 7;
      const spans = [span("PENDING", 0, from), span("RUNNING", from, from + 20)];
      return { ...sent(`weigh-${at}`, 0, from + 20, "f"), spans };
    });
    const waits = { ...sent("weigh-last", 0, null, "f", "PENDING"), spans: [span("PENDING", 0, null)] };
    const lanes = lanesOf(barsOf(sent("f", 0, 20_000), sent("pack-0", 0, 5, "f"), ...tasks, waits));
    expect(lanes.map(({ label }) => label)).toEqual(["f", "pack-0", "weigh, 2,001 times", "", ""]);
    const shared = lanes.slice(2).map(({ bars }) => bars);
    expect(shared.flat().length).toBe(2000);
    const free = shared.every((bars) =>
      bars.every(({ begun }, at) => at === 0 || (begun ?? 0) >= (bars[at - 1]?.end ?? Number.NaN)),
    );
    expect(free).toBe(true);
  });
});

describe("what is drawn", () => {
  const sight = { range: { from: START, to: START + 1000 }, width: 500, now: START + 1000, lane: LANE };

  it("is one outline for each look, in the lanes", () => {
    const lanes = lanesOf(barsOf(sent("f", 0, 1000), sent("t", 500, 600, "f", "FAILED")));
    const outlines = outlinesOf(lanes, sight);
    expect([...outlines.keys()]).toEqual(["completed", "failed"]);
    expect(outlines.get("completed")).toBe("M0,4H500v14H0z");
    expect(outlines.get("failed")).toBe(`M250,${LANE + 2}H300v18H250z`);
    // Where lanes are higher, the bars are at their foot.
    expect(outlinesOf(lanes, { ...sight, lane: LANE + 10 }).get("failed")).toBe(
      `M250,${LANE + 22}H300v18H250z`,
    );
  });

  it("leaves out what nobody could see, and finds a bar that is hardly to be seen", () => {
    const many = Array.from({ length: 1000 }, (_, at) => sent(`t-${at}`, at, at + 1, "f"));
    const lanes = lanesOf(barsOf(sent("f", 0, 1000), ...many));
    const outline = outlinesOf(lanes, sight).get("completed") ?? "";
    expect(outline.split("z").length).toBeLessThan(510);
    const zoomedIn = { ...sight, range: { from: START + 100, to: START + 110 } };
    expect(outlinesOf(lanes, zoomedIn).get("completed")?.split("M").length).toBe(1 + 13);
    expect(barAt(lanes[1], 25, zoomedIn)?.id).toBe("t-100");
    const alone = lanesOf(barsOf(sent("f", 0, 0.1)));
    expect(barAt(alone[0], 5, sight)?.id).toBe("f");
    expect(barAt(alone[0], 50, sight)).toBeNull();
    expect(barAt(undefined, 5, sight)).toBeNull();
  });
});

describe("the range", () => {
  const whole = wholeOf(0, 1000);

  it("keeps what is under the pointer where it is", () => {
    const range = zoomed(whole, whole, 0.5, 200);
    expect(range).toEqual({ from: 100, to: 600 });
    expect(zoomed(range, whole, 2, 200)).toEqual(whole);
  });

  it("never leaves the run, nor gets narrower than a millisecond", () => {
    expect(zoomed(whole, whole, 3)).toEqual(whole);
    expect(moved({ from: 0, to: 100 }, whole, -50)).toEqual({ from: 0, to: 100 });
    expect(moved({ from: 800, to: 900 }, whole, 500)).toEqual({ from: 900, to: 1000 });
    expect(zoomed(whole, whole, 1e-9, 1000)).toEqual({ from: 999, to: 1000 });
    expect(wholeOf(5, 5)).toEqual({ from: 5, to: 6 });
  });

  it("moves as little as it takes to reach a bar", () => {
    const range: Range = { from: 400, to: 500 };
    expect(reaching(range, whole, 420, 450)).toEqual(range);
    expect(reaching(range, whole, 300, 310)).toEqual({ from: 300, to: 400 });
    expect(reaching(range, whole, 490, 520)).toEqual({ from: 420, to: 520 });
    expect(reaching(range, whole, 600, 900)).toEqual({ from: 600, to: 700 });
  });
});

describe("ticks", () => {
  const DAY = 86_400_000;
  const labels = (length: number, width: number, from = START) =>
    ticksOf({ from, to: from + length }, width).map(({ label }) => label);

  it("are whole in the browser's zone, and fit, from milliseconds to years", () => {
    expect(labels(3, 400)).toEqual(["11:00:00.000", "11:00:00.001", "11:00:00.002", ""]);
    expect(labels(60_000, 400)).toEqual(["11:00:00", "11:00:15", "11:00:30", "11:00:45", ""]);
    expect(labels(2 * DAY, 400)).toEqual([
      "12:00",
      "18:00",
      day("2026-11-27"),
      "06:00",
      "12:00",
      "18:00",
      day("2026-11-28"),
      "",
    ]);
    expect(labels(21 * DAY, 400)).toEqual(["2026-11-29", "2026-12-06", "2026-12-13"].map(day));
    expect(labels(900 * DAY, 500)[0]).toContain("2027");
  });

  it("do not overlap at any zoom", () => {
    for (let length = 2; length < 800 * DAY; length *= 2.3)
      for (const width of [120, 200, 460, 900]) {
        const ticks = ticksOf({ from: START, to: START + length }, width).filter(({ label }) => label);
        ticks.slice(1).forEach(({ x }, at) => {
          const before = ticks[at];
          expect(x - (before?.x ?? 0)).toBeGreaterThan((before?.label.length ?? 0) * 6);
        });
      }
  });

  it("know the night in which the clock is put back", () => {
    const evening = Date.parse("2026-10-24T20:00:00Z");
    expect(labels(0.5 * DAY, 340, evening)).toEqual([day("2026-10-25"), "03:00", "06:00", ""]);
  });
});
