import { beforeEach, describe, expect, it, vi } from "vitest";
import { results } from "../../src/runpage/results";
import type { MakeSection, Section } from "../../src/runpage/section";
import { subflows } from "../../src/runpage/subflows";
import { tasks } from "../../src/runpage/tasks";
import { find } from "../make";
import { giveRoom, Kernel, settled } from "./reading";

let kernel: Kernel;
let section: Section;

const task = (number: number, more = {}) => ({
  id: `t${number}`,
  name: `weigh-${number}`,
  task: "weigh",
  state: { type: "COMPLETED", name: "Completed", message: null },
  started: "2026-11-23T10:00:00Z",
  ended: "2026-11-23T10:00:02Z",
  seconds: 2,
  attempts: 1,
  cached: false,
  run_name: "brave-otter",
  result: String(number),
  ...more,
});

async function open(make: MakeSection): Promise<HTMLElement> {
  section = make(kernel, new AbortController().signal);
  document.body.replaceChildren(section.element);
  await settled();
  return section.element;
}

const rows = (element: HTMLElement) => [...element.querySelectorAll<HTMLElement>(".hitl-grid-row")].slice(1);
const cells = (row: HTMLElement | undefined) => [...(row?.children ?? [])].map((cell) => cell.textContent);

beforeEach(() => {
  giveRoom();
  kernel = new Kernel();
});

describe("a table of task runs", () => {
  it("has only the rows in view on the page, and says how many there are", async () => {
    kernel.has.task_runs = Array.from({ length: 10_000 }, (_, number) => task(number));
    const el = await open(tasks);
    expect(rows(el).length).toBeLessThan(40);
    expect(cells(rows(el)[0]).slice(0, 2)).toEqual(["weigh-0", "Completed"]);
    const table = find<HTMLElement>(el, "[role=table]");
    expect(table.getAttribute("aria-rowcount")).toBe("10001");
    expect(rows(el)[0]?.getAttribute("aria-rowindex")).toBe("2");
    expect([...el.querySelectorAll("[role=columnheader]")].map((one) => one.textContent)).toEqual([
      "Name",
      "State",
      "Started",
      "Took",
      "Attempts",
      "Run",
    ]);
    expect(kernel.asked).toEqual([{ what: "task_runs", parameters: { offset: 0, limit: 200 } }]);
  });

  it("unfolds a row to its result, as text, which stays open when the run has changed", async () => {
    const all = [task(0, { result: "<b>1</b>" }), task(1, { ended: null, seconds: null, result: null })];
    kernel.has.task_runs = all;
    const el = await open(tasks);
    const button = find<HTMLButtonElement>(el, "button.hitl-unfold");
    button.focus();
    button.click();
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(find(el, ".hitl-unfolded pre").textContent).toBe("<b>1</b>");
    kernel.has.task_runs = [task(0, { result: "2", attempts: 2 }), ...all.slice(1)];
    section.refresh();
    await settled();
    expect(find(el, ".hitl-unfolded pre").textContent).toBe("2");
    expect(document.activeElement).toBe(button);
    expect(cells(rows(el)[0])[4]).toBe("2");
    button.click();
    expect(el.querySelector(".hitl-unfolded")).toBeNull();
  });

  it("counts the seconds of what still runs", async () => {
    vi.useFakeTimers({
      toFake: ["Date", "setInterval", "clearInterval"],
      now: new Date("2026-11-23T10:01:00Z"),
    });
    kernel.has.task_runs = [task(0, { ended: null, seconds: null }), task(1)];
    const el = await open(tasks);
    const lasted = () => rows(el).map((row) => cells(row)[3]);
    expect(lasted()).toEqual(["1 min 00 s", "2.0 s"]);
    vi.advanceTimersByTime(5000);
    expect(lasted()).toEqual(["1 min 05 s", "2.0 s"]);
    vi.useRealTimers();
  });

  it("says that there are none, and what went wrong, and tries again", async () => {
    kernel.has.task_runs = [];
    const el = await open(tasks);
    expect(find(el, "[role=status]").textContent).toBe("No task ran in this run.");
    expect(find<HTMLElement>(el, "[role=table]").hidden).toBe(true);
    kernel.has.task_runs = new Error("The run 'brave-otter' has been deleted.");
    section.refresh();
    await settled();
    const alert = find<HTMLElement>(el, "[role=alert]");
    expect([alert.hidden, alert.textContent]).toEqual([
      false,
      "The run 'brave-otter' has been deleted.Try again",
    ]);
    kernel.has.task_runs = [task(0)];
    find(alert, "button").click();
    await settled();
    expect(alert.hidden).toBe(true);
    expect(cells(rows(el)[0])[0]).toBe("weigh-0");
  });
});

it("a table of subflow runs tells running and waiting apart, and leads to the page of each", async () => {
  const times = { seconds_running: 0.25, seconds_waiting: 75 };
  const led = vi.spyOn(kernel, "open");
  kernel.has.subflow_runs = [{ ...task(0), flow_name: "pack", ...times }];
  const el = await open(subflows);
  const row = rows(el)[0];
  const told = ["weigh-0", "Open", "pack", "Completed", expect.any(String), "250 ms", "1 min 15 s"];
  expect(cells(row)).toEqual(told);
  const button = find(el, "[aria-label='Open weigh-0']");
  // It may be pressed just now.
  kernel.has.subflow_runs = [{ ...task(0), flow_name: "pack", ...times, seconds_running: 75 }];
  section.refresh();
  await settled();
  expect(cells(row)[5]).toBe("1 min 15 s");
  button.click();
  expect(led).toHaveBeenCalledWith("t0");
});

it("what failed says why in a line, and whole when it is unfolded", async () => {
  const message = "Task run encountered an exception ValueError: no box left\nfor <b>this</b> parcel";
  kernel.has.task_runs = [task(0, { state: { type: "FAILED", name: "Failed", message } })];
  const el = await open(tasks);
  expect(cells(rows(el)[0])[1]).toBe("Failed ValueError: no box left for <b>this</b> parcel");
  find(el, "button.hitl-unfold").click();
  const facts = [...el.querySelectorAll("dt")].map((one) => [one.textContent, one.nextSibling?.textContent]);
  expect(facts).toContainEqual(["Message", message]);
});

it("a table of results says what is kept and what is not", async () => {
  const result = { of: "task run", name: "weigh-0", at: "2026-11-23T10:00:00Z", size: 2048, kept: true };
  kernel.has.results = [
    { ...result, serializer: "json", text: "x".repeat(700) },
    { ...result, serializer: null, text: "", size: null, kept: false },
    { ...result, serializer: "parquet", text: "" },
  ];
  const el = await open(results);
  expect(rows(el).map((row) => cells(row).slice(3))).toEqual([
    ["2 kB", "x".repeat(200)],
    ["", "The value is not kept."],
    ["2 kB", "Kept as parquet."],
  ]);
  find(el, "button.hitl-unfold").click();
  // A long one is folded once more.
  const fold = find<HTMLDetailsElement>(el, ".hitl-unfolded details");
  expect(fold.querySelector("pre")).toBeNull();
  fold.open = true;
  fold.dispatchEvent(new Event("toggle"));
  expect(find(fold, "pre").textContent).toBe("x".repeat(700));
});
