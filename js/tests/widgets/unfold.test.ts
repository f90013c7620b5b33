import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OPEN } from "../../src/shared/trail";
import { SILENCE } from "../../src/widgets/patience";
import type { Manager } from "../../src/widgets/slots";
import { FakeModel, find, openCard, RUN } from "../make";
import { settled } from "../widget";

let model: FakeModel;
let end: AbortController;

/** Shows pages as text of their own. */
const manager: Manager = {
  get_model: async (id) => id,
  create_view: async (id) => {
    const el = document.createElement("p");
    el.textContent = `page ${id}`;
    return { el, remove: () => el.remove() };
  },
};

function open(traits: ConstructorParameters<typeof FakeModel>[0] = {}) {
  model = new FakeModel({ widget_manager: manager, ...traits });
  return openCard(model, end.signal);
}

const part = (el: Element) => find<HTMLDetailsElement>(el, ".hitl-whole");
const tail = (el: Element) => find(el, ".hitl-logs");

function unfold(el: Element, open_ = true): void {
  part(el).open = open_;
  part(el).dispatchEvent(new Event("toggle"));
}

beforeEach(() => {
  document.body.replaceChildren();
  end = new AbortController();
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

describe("the run page on a card", () => {
  it("is asked for once, when it is unfolded first, and stands in place of the tail of the log", async () => {
    const el = open()();
    expect([part(el).open, model.of("page").length]).toEqual([false, 0]);
    unfold(el);
    model.put({ run: { ...model.get("run") } });
    expect(model.of("page").length).toBe(1);
    expect(tail(el).classList.contains("hitl-folded")).toBe(true);
    await model.answer("page", { status: "ok" });
    model.put({ page: "IPY_MODEL_7" });
    await vi.waitFor(() => expect(part(el).textContent).toContain("page 7"));
    unfold(el, false);
    unfold(el);
    expect(model.of("page").length).toBe(1);
    unfold(el, false);
    expect(tail(el).classList.contains("hitl-folded")).toBe(false);
  });

  it("is folded in each view by itself, and in a new one", async () => {
    const view = open({ page: "IPY_MODEL_7" });
    const [one, other] = [view(), view()];
    unfold(one);
    await vi.waitFor(() => expect(part(one).textContent).toContain("page 7"));
    expect([part(other).open, part(view()).open]).toEqual([false, false]);
    expect(part(other).textContent).not.toContain("page 7");
    expect(model.of("page")).toEqual([]);
  });

  it("is unfolded at a run below by the button beside it, which stays where it is", async () => {
    const run = { ...RUN, id: "r2", name: "calm-fox", depth: 1 };
    const el = open({ page: "IPY_MODEL_7", tree: { runs: [run] } })();
    const button = find(el, "[aria-label='Open calm-fox']");
    const led = vi.fn();
    find(el, "[data-run]").addEventListener(OPEN, led);
    model.put({
      tree: {
        runs: [
          { ...run, id: "r3" },
          { ...run, ended: "2026-11-23T10:02:00Z" },
        ],
      },
    });
    expect(button.isConnected).toBe(true);
    button.click();
    expect([part(el).open, find(el, "[data-run]").dataset.run, led.mock.calls.length]).toEqual([
      true,
      "r2",
      1,
    ]);
    button.focus();
    model.put({ tree: { runs: [] } });
    expect(document.activeElement).toBe(find(el, "[aria-label='Subflow runs']"));
  });

  it("says why it does not come: the kernel is silent, or cannot", async () => {
    vi.useFakeTimers();
    const el = open()();
    unfold(el);
    vi.advanceTimersByTime(SILENCE);
    expect(part(el).textContent).toContain("has not answered yet");
    vi.useRealTimers();
    await model.answer("page", { status: "failed", message: "The disk is full." });
    expect(part(el).textContent).toContain("The disk is full.");
    unfold(el, false);
    unfold(el);
    await settled();
    expect(model.of("page").length).toBe(2);
  });

  it("is not offered before the run has begun", () => {
    const el = open({ run: {} })();
    expect(part(el).hidden).toBe(true);
  });
});
