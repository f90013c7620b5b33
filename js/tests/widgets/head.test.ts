import { afterEach, describe, expect, it, vi } from "vitest";
import { clock, clockOfLog, duration } from "../../src/shared/time";
import { Head } from "../../src/widgets/head";
import type { Run } from "../../src/widgets/model";
import { dueOf, tasksOf, timesOf } from "../../src/widgets/times";
import { RUN } from "../make";

const at = (time: string) => new Date(`2026-11-23T${time}Z`);

describe("times", () => {
  it("are read in the zone of the browser", () => {
    expect(clock(at("10:42:03"), at("12:00:00"))).toBe("11:42:03");
    expect(clockOfLog(at("10:42:03.007"))).toBe("11:42:03.007");
    expect(clock(new Date("2025-01-02T10:42:03Z"), at("12:00:00"))).toMatch(/2025, 11:42$/);
  });
  it.each([
    [-5, "0 s"],
    [8, "8 s"],
    [125, "2 min 05 s"],
    [3720, "1 h 02 min"],
    [273_600, "3 d 4 h"],
  ])("of %i seconds", (seconds, text) => {
    expect(duration(seconds * 1000)).toBe(text);
  });
});

function headOf(run: Run, signal = new AbortController().signal): Head {
  const head = new Head({ run, flow: run.flow_name, tree: {}, artifacts: [], questions: [] }, [], signal);
  head.show();
  return head;
}

describe("the tasks of a run", () => {
  it("are counted as they end, those that ended badly apart", () => {
    expect(tasksOf({ tasks: { COMPLETED: 812, RUNNING: 4, PENDING: 183, FAILED: 1 } })).toEqual([
      "813 of 1,000 tasks, 1 failed",
    ]);
    expect(tasksOf({ tasks: { COMPLETED: 1 } })).toEqual(["1 task"]);
    expect(tasksOf({})).toEqual([]);
  });
});

describe("the time that is left to answer", () => {
  it("goes by the nearest deadline, and says when it is over", () => {
    const due = ["2026-11-23T10:05:00Z", null, "2026-11-23T10:04:12Z"];
    expect(dueOf(due, at("10:00:00"))).toEqual({ text: "answer within 4 min 12 s", soon: false });
    expect(dueOf(due, at("10:04:13"))).toEqual({ text: "the time to answer is over", soon: true });
    expect(dueOf([null], at("10:00:00"))).toBeNull();
  });
});

describe("the times of a run", () => {
  it("keep apart what it ran and what it waited", () => {
    const run: Run = { ...RUN, seconds_paused: 10, answered: 1 };
    expect(timesOf(run, at("10:03:00"))).toEqual([
      "started 11:00:00",
      "ran 50 s",
      "waiting 2 min 10 s",
      "1 answer",
    ]);
  });
  it("are those of a wait where a run that it called is paused", () => {
    const state = { type: "RUNNING", name: "Running", message: null, timestamp: "2026-11-23T10:00:00Z" };
    const run: Run = { ...RUN, state, paused_since: "2026-11-23T10:00:40Z" };
    expect(timesOf(run, at("10:01:00"))).toEqual(["started 11:00:00", "running 40 s", "waiting 20 s"]);
  });
  it("stand still when it is over", () => {
    const state = { type: "COMPLETED", name: "Completed", message: null, timestamp: "2026-11-23T10:02:00Z" };
    const run: Run = { ...RUN, state, ended: "2026-11-23T10:02:00Z", seconds_paused: 30, answered: 2 };
    expect(timesOf(run, at("15:00:00"))).toEqual([
      "started 11:00:00",
      "ran 1 min 30 s",
      "waited 30 s",
      "2 answers",
    ]);
  });
  it("are none before it has started", () => {
    expect(timesOf({ ...RUN, started: null }, at("10:00:00"))).toEqual([]);
  });
  it("are never below zero where the kernel's clock is ahead", () => {
    expect(timesOf(RUN, at("09:59:00"))[1]).toBe("ran 0 s");
  });
});

describe("the head of a card", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("says which run of which flow in which state", () => {
    const head = headOf(RUN);
    expect(head.element.textContent).toContain("Pausedbrave-otterflow greet");
    expect(head.element.querySelector<HTMLElement>(".hitl-badge")?.dataset.state).toBe("PAUSED");
  });
  it("says why a run ended badly", () => {
    const state = { type: "FAILED", name: "TimedOut", message: "Nobody answered.", timestamp: "" };
    expect(headOf({ ...RUN, state }).element.querySelector(".hitl-reason")?.textContent).toBe(
      "Nobody answered.",
    );
  });
  it("tells quietly that its run was taken up again", () => {
    const run: Run = { ...RUN, taken_up: "2026-11-23T10:01:00Z" };
    expect(timesOf(run, new Date("2026-11-23T10:01:05Z"))[1]).toBe("taken up again 11:01:00");
    expect(timesOf(RUN, new Date("2026-11-23T10:01:05Z")).join()).not.toContain("taken up");
  });
  it("has a clock that stops with its view", () => {
    vi.useFakeTimers({ now: new Date("2026-11-23T10:01:30Z") });
    const end = new AbortController();
    const head = headOf(RUN, end.signal);
    const before = head.element.textContent;
    vi.advanceTimersByTime(5000);
    expect(head.element.textContent).not.toBe(before);
    end.abort();
    expect(vi.getTimerCount()).toBe(0);
  });
});
