/** The place of what a question shows: made only where something is shown, and never in the way of the question. */

import { expect, test, vi } from "vitest";
import { mount } from "../../src/form/form";
import { FormState } from "../../src/form/state";
import { shownIn } from "../../src/widgets/exhibits";
import type { Manager } from "../../src/widgets/slots";

const { signal } = new AbortController();
const BARE = new FormState(null, null, {
  submit: async () => ({ status: "ok", errors: [], message: null }),
  keep: () => Promise.resolve({ status: "ok", errors: [], message: null }),
});

test("a question that shows nothing has no place for it", () => {
  expect([shownIn(null, undefined, signal), shownIn(undefined, undefined, signal)]).toEqual([{}, {}]);
});

test("the widget stands between the words and the fields", async () => {
  const view = { el: document.createElement("output"), remove: vi.fn() };
  const manager: Manager = {
    get_model: vi.fn(async () => "the model"),
    create_view: vi.fn(async () => view),
  };
  const end = new AbortController();
  const shown = shownIn({ widget: "IPY_MODEL_x", at: "beside" }, manager, end.signal);
  const { element } = mount(document.body, BARE, { description: "**Well?**", ...shown }, end.signal);
  await vi.waitFor(() => expect(element.querySelector(".hitl-shown output")).toBe(view.el));
  expect(manager.get_model).toHaveBeenCalledWith("x");
  expect(element.classList.contains("hitl-beside")).toBe(true);
  const order = [...element.children].map((one) => one.className || one.tagName);
  expect(order.slice(-3)).toEqual(["hitl-markdown", "hitl-shown", "FORM"]);
  end.abort();
  expect(view.remove).toHaveBeenCalledOnce();
});

test("a page without the means for it says so, and the question stays", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { shown } = shownIn({ widget: "IPY_MODEL_x", at: "above" }, undefined, signal);
  await vi.waitFor(() => expect(shown?.textContent).toBe("What this is about cannot be shown here."));
});
