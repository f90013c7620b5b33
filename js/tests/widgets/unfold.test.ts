import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SILENCE } from "../../src/widgets/requests";
import type { Manager } from "../../src/widgets/slots";
import { FakeModel, find, openCard, settled } from "../make";

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
    await model.reply("page", { status: "ok" });
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

  it("says why it does not come: the kernel is silent, or cannot", async () => {
    vi.useFakeTimers();
    const el = open()();
    unfold(el);
    vi.advanceTimersByTime(SILENCE);
    expect(part(el).textContent).toContain("has not answered yet");
    vi.useRealTimers();
    await model.reply("page", { status: "failed", message: "The disk is full." });
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
