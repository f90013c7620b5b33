import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { artifacts } from "../../src/runpage/artifacts";
import { details } from "../../src/runpage/details";
import { inputs } from "../../src/runpage/inputs";
import { parameters } from "../../src/runpage/parameters";
import type { MakeSection, Section } from "../../src/runpage/section";
import { find } from "../make";
import { giveRoom, Kernel, settled } from "./reading";

let kernel: Kernel;
let section: Section;
/** Brings into view what waits for it. */
let look: () => void;

async function open(make: MakeSection): Promise<HTMLElement> {
  section = make(kernel, new AbortController().signal);
  document.body.replaceChildren(section.element);
  await settled();
  return section.element;
}

async function refresh(): Promise<void> {
  await section.refresh();
  await settled();
}

const made = (type: string, data: unknown, more = {}) => ({
  id: `${type}-1`,
  key: null,
  type,
  description: null,
  created: "2026-11-23T10:00:00Z",
  updated: "2026-11-23T10:00:00Z",
  version: 1,
  run_name: "brave-otter",
  data,
  table: null,
  ...more,
});

const asked = (more = {}) => ({
  key: "1",
  title: "Where to?",
  description: "Where to?",
  run_name: "brave-otter",
  state: "answered",
  asked_at: "2026-11-23T10:00:00Z",
  answered_at: "2026-11-23T10:02:00Z",
  closed_at: "2026-11-23T10:02:00Z",
  seconds: 120,
  by: "ana",
  origin: "JupyterLab",
  deadline: null,
  answer: [{ title: "Street", value: "<b>17</b> Long Street" }],
  errors: [],
  refused: [],
  corrected: [],
  ...more,
});

const told = (element: HTMLElement) =>
  [...element.querySelectorAll(".hitl-event > p")].map((one) =>
    one.textContent?.replace(/\d\d:\d\d:\d\d/, "then"),
  );

beforeEach(() => {
  giveRoom();
  kernel = new Kernel();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(seen: (entries: { isIntersecting: boolean }[]) => void) {
        look = () => seen([{ isIntersecting: true }]);
      }
      observe() {}
      disconnect() {}
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
});

describe("artifacts", () => {
  it("of each kind are drawn, and no address but one of the web leads anywhere", async () => {
    kernel.has.artifacts = [
      made("markdown", "**bold** <script>1</script>", { key: "summary", version: 3 }),
      made("link", { link: "mailto:ana@example.org", text: "Ana" }),
      made("link", { link: "javascript:alert(1)", text: "No" }, { id: "bad" }),
      made("image", "data:text/html,x", { id: "bad-image" }),
      made("image", "https://example.org/x.png", { description: "A map" }),
      made("other", { a: ["<i>"] }),
    ];
    const el = await open(artifacts);
    expect(find(el, "strong").textContent).toBe("bold");
    expect(el.querySelector("script")).toBeNull();
    expect([...el.querySelectorAll("a")].map(({ href }) => href)).toEqual(["mailto:ana@example.org"]);
    expect([...el.querySelectorAll("img")].map(({ alt }) => alt)).toEqual(["A map"]);
    expect(find(el, "pre").textContent).toBe('{\n  "a": [\n    "<i>"\n  ]\n}');
    expect(find(el, ".hitl-entry-about").textContent).toMatch(/^Markdown · brave-otter · .* · version 3$/);
  });

  it("that are progress move, and everything else stays as it was drawn", async () => {
    const upload = made("progress", 25, { description: "Upload" });
    kernel.has.artifacts = [made("markdown", "text"), upload];
    const el = await open(artifacts);
    const before = find<HTMLElement>(el, ".hitl-markdown");
    expect(find(el, "[role=progressbar]").getAttribute("aria-valuenow")).toBe("25");
    const loop = { progress: null, count: 7, total: null, left: null, state: "stopped" };
    kernel.has.artifacts = [made("markdown", "text"), { ...upload, data: loop }];
    await refresh();
    expect(find(el, "[role=progressbar]").getAttribute("aria-valuetext")).toBe("stopped at 7");
    expect(find<HTMLElement>(el, ".hitl-markdown")).toBe(before);
  });

  it("that are tables are read when they are seen, row by row, numbers on the right", async () => {
    kernel.has.artifacts = [
      made("table", null, { key: "parcels", table: { columns: ["to", "n"], total: 1000 } }),
    ];
    kernel.has.table = Array.from({ length: 1000 }, (_, at) => [at % 2 ? `<b>${at}</b>` : null, String(at)]);
    const el = await open(artifacts);
    expect(kernel.asked.map(({ what }) => what)).toEqual(["artifacts"]);
    look();
    await settled();
    expect(kernel.asked[1]).toEqual({
      what: "table",
      parameters: { artifact_id: "table-1", offset: 0, limit: 200 },
    });
    const row = [...el.querySelectorAll(".hitl-grid-row")][2];
    expect([...(row?.children ?? [])].map((cell) => cell.textContent)).toEqual(["2", "<b>1</b>", "1"]);
    expect(row?.lastElementChild?.className).toContain("hitl-right");
    expect(el.textContent).toContain("1,000 rows, 2 columns");
    expect(
      find<HTMLElement>(el, "[role=table]").ariaLabel ?? find(el, "[role=table]").getAttribute("aria-label"),
    ).toBe("parcels");
  });

  it("come fifty at a time", async () => {
    kernel.has.artifacts = Array.from({ length: 70 }, (_, at) =>
      made("markdown", String(at), { id: String(at) }),
    );
    const el = await open(artifacts);
    expect(el.querySelectorAll("li.hitl-entry").length).toBe(50);
    const more = find<HTMLButtonElement>(el, ".hitl-list > button");
    expect(more.textContent).toBe("Show more (20 artifacts left)");
    more.click();
    await settled();
    expect([el.querySelectorAll("li.hitl-entry").length, more.hidden]).toEqual([70, true]);
  });
});

describe("inputs", () => {
  it("say who answered what, when, from where, and after how long; and what came before and after", async () => {
    kernel.has.inputs = [
      asked({
        refused: [{ at: "2026-11-23T10:01:00Z", by: "bob", answer: [], errors: ["Street: too short"] }],
        corrected: [
          {
            at: "2026-11-23T11:00:00Z",
            by: "eve",
            reason: "mistyped",
            answer: [{ title: "Street", value: "18" }],
          },
        ],
      }),
    ];
    const el = await open(inputs);
    expect(told(el)).toEqual([
      "Did not count · bob · then",
      "Answered · ana · then · from JupyterLab · after 2 min 00 s",
      "Corrected · eve · then · mistyped",
    ]);
    expect(find(el, ".hitl-errors").textContent).toBe("Street: too short");
    expect([...el.querySelectorAll("dd")].map((one) => one.textContent)).toEqual([
      "<b>17</b> Long Street",
      "18",
    ]);
    expect(find(el, ".hitl-badge").textContent).toBe("Answered");
  });

  it.each([
    [{ state: "open", deadline: "2026-11-23T11:00:00Z" }, "To be answered by then"],
    [{ state: "open" }, "Waits for an answer, without a deadline"],
    [{ state: "timed_out" }, "Nobody answered in time (then)"],
    [
      { state: "timed_out", answer: [{ title: "", value: "M" }] },
      "Nobody answered in time (then): the default counts",
    ],
    [{ state: "cancelled" }, "Closed before anybody answered (then)"],
    [
      { state: "interrupted" },
      "Closed from outside before anybody answered (then); asked again when the run is taken up",
    ],
  ])("without an answer say why: %o", async (more, words) => {
    const nobody = { answered_at: null, seconds: null, by: null, origin: null, answer: null };
    kernel.has.inputs = [asked({ ...nobody, ...more })];
    expect(told(await open(inputs))).toEqual([words]);
  });

  it("keep what is unfolded when they change", async () => {
    kernel.has.inputs = [asked({ description: "# Where\n\n**to?**" })];
    const el = await open(inputs);
    const fold = () => find<HTMLDetailsElement>(el, "details");
    fold().open = true;
    fold().dispatchEvent(new Event("toggle"));
    expect(find(fold(), "strong").textContent).toBe("to?");
    kernel.has.inputs = [asked({ description: "# Where\n\n**to?**", by: "eve" })];
    await refresh();
    await settled();
    expect([fold().open, find(fold(), "strong").textContent]).toEqual([true, "to?"]);
    expect(told(el)[0]).toContain("eve");
  });

  it("of a bare pause say that it went on", async () => {
    kernel.has.inputs = [asked({ answer: [] })];
    expect(told(await open(inputs))[0]).toMatch(/^Resumed · ana · then/);
  });
});

describe("parameters and details", () => {
  const summary = { parameters: [], parameters_kept: true, details: [], tags: [] };

  it("are names with their values, as text", async () => {
    kernel.has.summary = { ...summary, parameters: [{ name: "to", value: '"<b>"', kept: true }] };
    const el = await open(parameters);
    expect([find(el, "dt").textContent, find(el, "dd").textContent]).toEqual(["to", '"<b>"']);
    kernel.has.summary = { ...summary, details: [{ name: "Run ID", value: "3f" }], tags: ["a", "b"] };
    expect([...(await open(details)).querySelectorAll("dd")].map((one) => one.textContent)).toEqual([
      "3f",
      "a, b",
    ]);
  });

  it("that are not there say why", async () => {
    kernel.has.summary = summary;
    expect(find(await open(parameters), "[role=status]").textContent).toBe(
      "The flow was called without parameters.",
    );
    kernel.has.summary = { ...summary, parameters_kept: false };
    await refresh();
    expect(find(section.element, "[role=status]").textContent).toContain("could not be kept");
  });
});
