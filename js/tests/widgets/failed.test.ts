import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import makeCard from "../../src/widgets/card";
import type { Run } from "../../src/widgets/model";
import { SILENCE, SILENT } from "../../src/widgets/requests";
import { FakeModel, find, RUN } from "../make";

const STATE = { type: "FAILED", name: "Failed", message: "no", timestamp: "2026-11-23T10:01:00Z" };
const FAILED: Run = { ...RUN, state: STATE, ended: "2026-11-23T10:01:00Z", failed: true };

let model: FakeModel;
let end: AbortController;

function open(run = FAILED): HTMLElement {
  model = new FakeModel({ run });
  end = new AbortController();
  const card = makeCard();
  card.initialize({ model, signal: end.signal });
  const el = document.createElement("div");
  document.body.append(el);
  card.render({ el, signal: end.signal });
  return find(el, ".hitl-failed");
}

/** Unfolds what the run was given. */
function unfold(el: HTMLElement): void {
  const details = find<HTMLDetailsElement>(el, "details");
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
}

const button = (el: HTMLElement) => find<HTMLButtonElement>(el, "button");
const said = (el: HTMLElement) => find(el, "[role=status]").textContent;

beforeEach(() => {
  document.body.replaceChildren();
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

describe("a run that did not end well", () => {
  it("offers nothing as long as it lives, and when it has completed", () => {
    expect(open(RUN).hidden).toBe(true);
    expect(open({ ...FAILED, failed: false }).hidden).toBe(true);
    expect(open().hidden).toBe(false);
  });

  it("is run again once for a press, and says what came of it", async () => {
    const el = open();
    button(el).click();
    button(el).click();
    expect(model.of("again").length).toBe(1);
    await model.reply("again", { status: "failed", message: "It runs again already." });
    expect(said(el)).toBe("It runs again already.");
    button(el).click();
    await model.reply("again", { status: "ok" });
    expect(said(el)).toBe("It runs again, below.");
  });

  it("says that the kernel is silent, and what it says later", async () => {
    vi.useFakeTimers();
    const el = open();
    button(el).click();
    vi.advanceTimersByTime(SILENCE);
    expect(said(el)).toBe(SILENT);
    await model.reply("again", { status: "ok" });
    expect(said(el)).toBe("It runs again, below.");
  });

  it("tells what it was given when that is unfolded: the last answer first, and texts as texts", async () => {
    const el = open();
    expect(model.of("explain")).toEqual([]);
    unfold(el);
    const answers = [
      { question: "Age?", run_name: "r", said: [{ name: "", value: "<b>0</b>" }], by: "Ada" },
      { question: "Go on?", run_name: "r", said: [], by: "Bob" },
    ];
    const parameters = [{ name: "count", value: "7" }];
    await model.reply("explain", { status: "ok", data: { answers, parameters } });
    const parts = [...find(el, ".hitl-given").children].map(({ textContent }) => textContent);
    expect(parts).toEqual(["Last answer: Age? by Ada<b>0</b>", "Go on? by Bobresumed", "Parameterscount 7"]);
  });

  it("asks once more where it could not be told", async () => {
    const el = open();
    unfold(el);
    await model.reply("explain", { status: "failed", message: "The store is gone." });
    expect(find(el, ".hitl-given").textContent).toBe("The store is gone.");
    unfold(el);
    await model.reply("explain", { status: "ok", data: { answers: [], parameters: null } });
    expect(find(el, ".hitl-given").textContent).toBe(
      "It had no answers.Its parameters could not be recorded.",
    );
  });
});
