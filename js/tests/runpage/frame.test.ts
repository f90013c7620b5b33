import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PageModel, Traits } from "../../src/runpage/page";
import { OPEN } from "../../src/shared/trail";
import { SILENCE } from "../../src/widgets/patience";
import makePage from "../../src/widgets/runpage";
import { find, press } from "../make";
import { FakeWidget } from "../widget";
import { giveRoom } from "./reading";

const SUMMARY = {
  name: "brave-otter",
  flow_name: "order",
  state: { type: "PAUSED", name: "Paused", message: null },
  started: "2026-11-23T10:00:00Z",
  ended: null,
  seconds_running: 12,
  seconds_waiting: 63,
  parent: null,
  parameters: [],
  parameters_kept: true,
  tags: [],
  details: [],
  counts: { logs: 2, task_runs: 1200, subflow_runs: 0, results: 0, artifacts: 0, inputs: 1 },
  over: false,
};
const LINES = ["Weighing <b>it</b>", "Weighed"].map((message, number) => ({
  number,
  at: `2026-11-23T10:00:0${number}.000000Z`,
  level: 20,
  message,
  name: "Flow run 'brave-otter'",
  run_name: "brave-otter",
}));

type Asked = { id: string; kind: string; what: string } & Record<string, unknown>;
type Answers = Record<string, object>;

/** The kernel behind a page: it answers what a test has given it, or keeps silent. */
class FakeKernel extends FakeWidget<Traits, Asked> implements PageModel {
  answers: Answers | null = {};
  /** Of the runs below, by their ids. */
  below: Record<string, Answers> = {};

  constructor(traits: Partial<Traits> = {}) {
    super({ run_id: "r1", on_card: false, live: true, ...traits });
  }

  override send(content: { id: string; kind: string; what?: string }): void {
    const asked: Asked = { what: content.kind, ...content };
    super.send(asked);
    this.answer(asked);
  }

  answer({ id, what, run_id }: Asked): void {
    const answers = run_id === undefined ? this.answers : this.below[String(run_id)];
    if (answers) this.say({ kind: "reply", id, status: "ok", message: null, ...answers[what] });
  }

  of(what: string): Asked[] {
    return this.sent.filter((one) => one.what === what);
  }
}

let kernel: FakeKernel;
let end: AbortController;

async function turn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(20);
}

async function open(traits: Partial<Traits> = {}): Promise<HTMLElement> {
  kernel = new FakeKernel(traits);
  kernel.answers = {
    summary: { data: SUMMARY },
    logs: { data: { total: 2, matching: 2, offset: 0, lines: LINES } },
  };
  return show();
}

async function show(around: HTMLElement = document.body): Promise<HTMLElement> {
  const page = makePage();
  page.initialize({ model: kernel, signal: end.signal });
  const el = document.createElement("div");
  around.replaceChildren(el);
  page.render({ el, signal: end.signal });
  await turn();
  return el;
}

const tabs = (el: Element) => [...el.querySelectorAll<HTMLElement>("[role=tab]")];
const tab = (el: Element, title: string) =>
  tabs(el).find((one) => one.textContent?.startsWith(title)) ?? expect.fail(`There is no tab ${title}.`);
const notice = (el: Element) => find(el, ".hitl-page-notice").textContent;
const lines = (el: Element) =>
  [...el.querySelectorAll(".hitl-page-log .hitl-text")].map((one) => one.textContent);

beforeEach(() => {
  vi.useFakeTimers();
  end = new AbortController();
  giveRoom();
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

describe("the frame", () => {
  it("says which run it is, and has a tab with its count for each section", async () => {
    const el = await open();
    expect(find(el, ".hitl-page-head").textContent).toContain("Pausedbrave-otterflow order");
    expect(tabs(el).map((one) => one.textContent)).toEqual([
      "Logs2",
      "Task Runs1,200",
      "Subflow Runs0",
      "Results0",
      "Artifacts0",
      "Parameters",
      "Details",
      "Inputs1",
      "Timeline",
    ]);
    const [first] = tabs(el);
    const panel = find(el, "[role=tabpanel]:not([hidden])");
    expect([first?.getAttribute("aria-controls"), panel.getAttribute("aria-labelledby")]).toEqual([
      panel.id,
      first?.id,
    ]);
  });

  it("counts on while the run lives here, and no longer when it is read once", async () => {
    const el = await open();
    expect(find(el, ".hitl-page-times").textContent).toContain("ran 12 swaiting 1 min 03 s");
    await vi.advanceTimersByTimeAsync(5000);
    expect(find(el, ".hitl-page-times").textContent).toContain("ran 12 swaiting 1 min 08 s");
    const elsewhere = await open({ live: false });
    await vi.advanceTimersByTimeAsync(5000);
    expect(find(elsewhere, ".hitl-page-times").textContent).toContain("waiting 1 min 03 s");
  });

  it("leaves the head to the card it stands on", async () => {
    expect(find(await open({ on_card: true }), ".hitl-page-head").hidden).toBe(true);
  });

  it("makes a section when its tab is chosen first, with the keys or the pointer", async () => {
    const el = await open();
    expect(kernel.of("task_runs")).toEqual([]);
    press(tab(el, "Logs"), "ArrowRight");
    await turn();
    expect(kernel.of("task_runs").length).toBe(1);
    expect(document.activeElement).toBe(tab(el, "Task Runs"));
    press(tab(el, "Task Runs"), "End");
    expect(tab(el, "Timeline").getAttribute("aria-selected")).toBe("true");
    press(tab(el, "Timeline"), "ArrowRight");
    expect(tabs(el).filter((one) => one.tabIndex === 0)).toEqual([tab(el, "Logs")]);
  });

  it("scrolls the tab that is chosen into view, where there is no room for all", async () => {
    const el = await open();
    const row = find(el, "[role=tablist]");
    vi.spyOn(HTMLElement.prototype, "offsetLeft", "get").mockImplementation(function (this: HTMLElement) {
      return tabs(el).indexOf(this) * 100;
    });
    vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(100);
    const scrolled = (title: string) => {
      tab(el, title).click();
      return row.scrollLeft;
    };
    expect([scrolled("Artifacts"), scrolled("Results"), scrolled("Logs")]).toEqual([132, 132, -32]);
  });

  it("reads the run and the section on the screen again when the run has changed, and nothing else", async () => {
    const el = await open();
    tab(el, "Task Runs").click();
    tab(el, "Logs").click();
    await turn();
    const before = kernel.sent.length;
    kernel.say({ kind: "changed" });
    kernel.say({ kind: "changed" });
    await turn();
    expect(new Set(kernel.sent.slice(before).map(({ what }) => what))).toEqual(new Set(["summary", "logs"]));
  });

  it("says in the kernel's words that there is no such run, and shows no tabs", async () => {
    kernel = new FakeKernel({ live: false });
    kernel.answers = { summary: { status: "gone", message: "There is no flow run r1 in this store." } };
    const el = await show();
    expect(notice(el)).toBe("There is no flow run r1 in this store.");
    expect(find(el, "[role=tablist]").closest("[hidden]")).not.toBeNull();
  });

  it("keeps what was read when the kernel is silent, says so, and no longer once it answers", async () => {
    const el = await open();
    kernel.answers = null;
    kernel.say({ kind: "changed" });
    await vi.advanceTimersByTimeAsync(SILENCE + 20);
    expect(notice(el)).toContain("has not answered yet");
    expect(lines(el)).toEqual(["Weighing <b>it</b>", "Weighed"]);
    kernel.answers = { summary: { data: SUMMARY }, logs: { status: "failed", message: "The disk is full." } };
    for (const asked of kernel.sent.slice(-2)) kernel.answer(asked);
    await turn();
    expect(notice(el)).toBe("");
    expect(find(el, ".hitl-page-said").textContent).toBe("The disk is full.");
  });

  it("says how to open it again when its kernel is gone", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const el = await open();
    vi.spyOn(kernel, "send").mockImplementation(() => {
      throw new Error("Cannot send");
    });
    kernel.say({ kind: "changed" });
    await turn();
    expect(notice(el)).toBe(
      "The kernel that gave this page is gone. %hitl page r1 opens it again in a new one.",
    );
    expect(lines(el).length).toBe(2);
  });

  it("offers to refresh a run that lives elsewhere, and none that is over or tells by itself", async () => {
    const again = (el: Element) => find<HTMLButtonElement>(el, ".hitl-page-head .hitl-button");
    expect(again(await open()).hidden).toBe(true);
    const el = await open({ live: false });
    expect(again(el).hidden).toBe(false);
    kernel.answers = { ...kernel.answers, summary: { data: { ...SUMMARY, over: true } } };
    again(el).click();
    await turn();
    expect(again(el).hidden).toBe(true);
  });
});

describe("the runs below", () => {
  const name = (el: Element) => find(el, ".hitl-page:not([hidden]) .hitl-page-name").textContent;
  const press_ = (el: Element, text: string) =>
    [...el.querySelectorAll<HTMLElement>(".hitl-page:not([hidden]) button")]
      .find((one) => one.textContent === text)
      ?.click();
  const below = (run: string) => ({
    summary: { data: { ...SUMMARY, name: run, parent: { id: "r1", name: "brave-otter" } } },
    logs: { data: { total: 0, matching: 0, offset: 0, lines: [] } },
  });

  it("are opened in place of the page, however deep, and the way back leads through each", async () => {
    const el = await open();
    kernel.below = { r2: below("calm-fox"), r3: below("wise-elk") };
    const rows = (id: string, run: string) => ({
      data: {
        total: 1,
        rows: [
          {
            id,
            name: run,
            flow_name: "pack",
            state: { type: "COMPLETED", name: "Completed", message: null },
            started: null,
            ended: null,
          },
        ],
      },
    });
    kernel.answers = { ...kernel.answers, subflow_runs: rows("r2", "calm-fox") };
    Object.assign(kernel.below.r2 ?? {}, { subflow_runs: rows("r3", "wise-elk") });
    for (const [run, inside] of [
      ["brave-otter", "calm-fox"],
      ["calm-fox", "wise-elk"],
    ]) {
      expect(name(el)).toBe(run);
      tab(find(el, ".hitl-page:not([hidden])"), "Subflow Runs").click();
      await turn();
      find(el, `.hitl-page:not([hidden]) [aria-label="Open ${inside}"]`).click();
      await turn();
    }
    expect(name(el)).toBe("wise-elk");
    expect(document.activeElement?.textContent).toBe("Back");
    kernel.say({ kind: "changed" });
    await turn();
    expect(kernel.of("summary").at(-1)?.run_id).toBe("r3");
    press_(el, "Back");
    expect(name(el)).toBe("calm-fox");
    press_(el, "Back");
    expect(name(el)).toBe("brave-otter");
    expect(document.activeElement).toBe(tab(el, "Subflow Runs"));
    expect(el.querySelectorAll(".hitl-page").length).toBe(1);
  });

  it("are opened by the card on which the page stands, before it is drawn or after", async () => {
    kernel = new FakeKernel({ on_card: true });
    kernel.answers = { summary: { data: SUMMARY } };
    kernel.below = { r2: below("calm-fox"), r3: below("wise-elk") };
    const around = document.createElement("div");
    around.dataset.run = "r2";
    document.body.replaceChildren(around);
    const el = await show(around);
    expect(name(el)).toBe("calm-fox");
    around.dataset.run = "r3";
    around.dispatchEvent(new Event(OPEN));
    await turn();
    expect(name(el)).toBe("wise-elk");
    press_(el, "Back");
    expect(find(el, ".hitl-page-head").hidden).toBe(true);
    expect(el.querySelectorAll(".hitl-page").length).toBe(1);
  });
});

describe("a run that failed", () => {
  const FAILED = {
    ...SUMMARY,
    state: { type: "FAILED", name: "Failed", message: "no" },
    over: true,
  };
  const again = async (traits: Partial<Traits>, summary: object) => {
    kernel = new FakeKernel(traits);
    kernel.answers = { summary: { data: summary }, again: { status: "failed", message: "Define it first." } };
    const el = await show();
    return [...el.querySelectorAll<HTMLElement>(":not([hidden]) > button")].find((one) =>
      one.textContent?.startsWith("Run again"),
    );
  };

  it("can be run again from its page, which says why it cannot, and shows what comes of it below", async () => {
    const button = (await again({ live: false }, FAILED)) as HTMLElement;
    button.click();
    await turn();
    expect(kernel.of("again")).toEqual([
      { what: "again", kind: "again", id: expect.any(String), origin: null, user: null },
    ]);
    expect(button.nextElementSibling?.textContent).toBe("Define it first.");
    kernel.answers = { again: {} };
    button.click();
    await turn();
    expect(button.nextElementSibling?.textContent).toBe("It runs again, below.");
  });

  it.each([
    ["on a card, which offers it", { on_card: true }, FAILED],
    ["of a subflow", {}, { ...FAILED, parent: { id: "r0", name: "calm-fox" } }],
    ["that completed", {}, { ...FAILED, state: { type: "COMPLETED", name: "Completed", message: null } }],
    ["that lives", {}, SUMMARY],
  ])("is not offered to be run again %s", async (_, traits, summary) => {
    expect(await again(traits, summary)).toBeUndefined();
  });
});

describe("the log", () => {
  it("asks for what matches, marks it, and says how many there are", async () => {
    const el = await open();
    expect(find(el, ".hitl-page-count").textContent).toBe("2 lines");
    kernel.answers = {
      ...kernel.answers,
      logs: { data: { total: 2, matching: 1, offset: 0, lines: LINES.slice(1) } },
    };
    const search = find(el, "[type=search]");
    for (const text of ["W", "w", "wei", "weighed"]) {
      search.value = text;
      search.dispatchEvent(new Event("input"));
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(kernel.of("logs").map(({ search: said }) => said)).toEqual(["", "weighed"]);
    expect(find(el, ".hitl-page-count").textContent).toBe("1 of 2 lines");
    expect(find(el, "mark").textContent).toBe("Weighed");
    const level = find<HTMLSelectElement>(el, "select[aria-label=Level]");
    level.value = "40";
    level.dispatchEvent(new Event("change"));
    await turn();
    expect(kernel.of("logs").at(-1)).toMatchObject({ level: 40, search: "weighed", offset: 0 });
  });

  it("opens a line that is very long when asked to", async () => {
    const el = await open();
    const long = { ...LINES[0], number: 7, message: "parcel ".repeat(1000) };
    kernel.answers = {
      ...kernel.answers,
      logs: { data: { total: 1, matching: 1, offset: 0, lines: [long] } },
    };
    kernel.say({ kind: "changed" });
    await turn();
    expect(lines(el)[0]?.length).toBeLessThan(1100);
    find(el, ".hitl-text .hitl-link").click();
    expect(lines(el)).toEqual([long.message]);
  });

  it("copies all that matches, and says how much did not fit", async () => {
    const written = vi.fn(async () => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText: written } });
    const el = await open();
    kernel.answers = { ...kernel.answers, copy: { data: { text: "Weighed", lines: 1, cut: true } } };
    find(el, ".hitl-panel .hitl-page-tools .hitl-button").click();
    await turn();
    expect(written).toHaveBeenCalledWith("Weighed");
    expect(find(el, ".hitl-page-said").textContent).toBe("Copied the oldest 1 line; more do not fit.");
    vi.unstubAllGlobals();
  });
});
