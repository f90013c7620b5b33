import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run, Traits } from "../../src/widgets/model";
import { asked, FakeModel, find, node, openCard, planOf, press, RUN } from "../make";

const plan = planOf({ name: node("text", { title: "Name", required: true }) });
const OVER: Run = {
  ...RUN,
  state: { type: "COMPLETED", name: "Completed", message: null, timestamp: "2026-11-23T10:02:00Z" },
  ended: "2026-11-23T10:02:00Z",
};

let model: FakeModel;
let end: AbortController;

/** Opens a card; each further view is made by the function it gives. */
function open(traits: Partial<Traits> = {}): () => HTMLElement {
  model = new FakeModel({ plans: { [plan.fingerprint]: plan }, ...traits });
  return openCard(model, end.signal);
}

const named = (el: Element, name: string) =>
  [...el.querySelectorAll("button")].find(
    (one) => one.textContent === name && !one.closest("[hidden]"),
  ) as HTMLButtonElement;
const folded = (el: Element) => find(el, ".hitl-card").hasAttribute("data-folded");

beforeEach(() => {
  document.body.replaceChildren();
  end = new AbortController();
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

it("a run is cancelled once somebody has said yes, and both views say so", async () => {
  const view = open();
  const [el, other] = [view(), view()];
  named(el, "Cancel").click();
  expect(document.activeElement).toBe(named(el, "No"));
  expect(named(other, "No")).toBeUndefined();
  press(named(el, "No"), "Escape");
  expect(document.activeElement).toBe(named(el, "Cancel"));
  named(el, "Cancel").click();
  expect(model.of("cancel").length).toBe(0);
  named(el, "Yes, cancel").click();
  named(el, "Cancelling…").click();
  expect(named(el, "Yes, cancel")).toBeUndefined();
  expect(named(other, "Cancelling…").getAttribute("aria-disabled")).toBe("true");
  await model.answer("cancel", { status: "gone", message: "The run is over." });
  expect(model.of("cancel").length).toBe(1);
  expect(find(el, ".hitl-notice").textContent).toBe("The run is over.");
  named(el, "Cancel").focus();
  model.put({ run: OVER });
  expect(document.activeElement).toBe(find(el, ".hitl-card"));
});

it("says so when the kernel takes long to cancel", () => {
  vi.useFakeTimers();
  const el = open()();
  named(el, "Cancel").click();
  named(el, "Yes, cancel").click();
  vi.advanceTimersByTime(1000);
  expect(find(el, ".hitl-acts [role=status]").textContent).toContain("The kernel is busy.");
});

it("Resume goes to a form; a bare pause has it in its own place, and not twice", () => {
  const el = open({ questions: [asked("p1", null)] })();
  const resumes = () =>
    [...el.querySelectorAll("button")].filter((one) => !one.hidden && one.textContent === "Resume");
  expect(resumes().map((one) => one.closest(".hitl-question") !== null)).toEqual([true]);
  resumes()[0]?.click();
  expect(model.of("submit")).toMatchObject([{ pause_id: "p1", document: null }]);
  const form = open({ questions: [asked("p2", plan)] })();
  named(find(form, ".hitl-head"), "Resume").click();
  expect(document.activeElement).toBe(find(form, "input[type=text]"));
  expect(model.of("submit").length).toBe(0);
  model.put({ questions: [] });
  expect(named(find(form, ".hitl-head"), "Resume")).toBeUndefined();
});

it("a run that completes folds by itself, in each view apart, and stays as it is put", () => {
  const view = open();
  const [el, other] = [view(), view()];
  expect(named(el, "Hide")).toBeUndefined();
  model.put({ run: OVER });
  expect([folded(el), folded(other)]).toEqual([true, true]);
  named(el, "Show").click();
  expect(named(el, "Hide").getAttribute("aria-expanded")).toBe("true");
  model.put({ run: { ...OVER, answered: 2 } });
  expect([folded(el), folded(other)]).toEqual([false, true]);
  expect(folded(view())).toBe(true);
});

it("a run does not fold under somebody", () => {
  const el = open()();
  named(el, "Cancel").focus();
  model.put({ run: OVER });
  // The button that had the focus is gone with the run.
  expect(folded(el)).toBe(true);
  const reader = open({ questions: [] })();
  find<HTMLDetailsElement>(reader, ".hitl-whole").open = true;
  model.put({ run: OVER });
  expect(folded(reader)).toBe(false);
});

it("a run that failed stays open, and can be folded", () => {
  const state = { type: "FAILED", name: "Failed", message: "It broke.", timestamp: "2026-11-23T10:02:00Z" };
  const el = open({ run: { ...OVER, state } })();
  expect(folded(el)).toBe(false);
  named(el, "Hide").click();
  expect(folded(el)).toBe(true);
  expect(find(el, ".hitl-head .hitl-reason").textContent).toBe("It broke.");
});

it("shows what the run has called, those below others further in", () => {
  const el = open()();
  expect(find(el, ".hitl-below").hidden).toBe(true);
  const runs = [
    { ...RUN, id: "r2", name: "calm-fox", depth: 1 },
    { ...OVER, id: "r3", name: "wise-elk", depth: 2 },
  ];
  model.put({ tree: { tasks: { COMPLETED: 1000, NOT_READY: 1 }, runs, more: 12 } });
  const rows = [...el.querySelectorAll<HTMLElement>(".hitl-below li")];
  expect(rows.map(({ textContent }) => textContent?.replace(/flow.*/, ""))).toEqual([
    "Pausedcalm-fox",
    "Completedwise-elk",
  ]);
  expect(rows[0]?.style.paddingLeft).not.toBe(rows[1]?.style.paddingLeft);
  expect(find(el, ".hitl-below").textContent).toContain("TasksCompleted 1,000Not ready 1");
  expect(find(el, ".hitl-below").textContent).toContain("and 12 more");
});
