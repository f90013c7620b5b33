/** A form of its own, outside flows: what it draws, what it sends, and how it follows the kernel. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ABSENT, holding, NULL } from "../../src/form/cells";
import { REST } from "../../src/form/draft";
import type { Cell, PlanNode } from "../../src/form/plan";
import makeForm, { type FormModel } from "../../src/widgets/form";
import type { Manager } from "../../src/widgets/slots";
import { find, node, planOf, settled, type } from "../make";

const FIELDS = {
  name: node("text", { title: "Name", required: true }),
  between: node("json", { title: "Between", blank: holding("[1, 2]"), nullable: true }),
  key: node("secret", { title: "Key" }),
};

/** Stands in for anywidget's model. */
class Kernel implements FormModel {
  readonly sent: Record<string, unknown>[] = [];
  readonly widget_manager?: Manager;
  readonly #traits: Record<string, unknown>;
  readonly #listeners = new Set<(content: unknown) => void>();

  constructor(fields: Record<string, PlanNode>, slots: Record<string, string> = {}, manager?: Manager) {
    const plan = planOf(fields);
    this.#traits = { plan, cells: plan.root.blank, slots, title: "Order", description: "**Read** this." };
    if (manager) this.widget_manager = manager;
  }

  get<K extends string>(name: K): never {
    return this.#traits[name] as never;
  }

  on(_: string, callback: (content: unknown) => void): void {
    this.#listeners.add(callback);
  }

  off(_: string, callback: (content: unknown) => void): void {
    this.#listeners.delete(callback);
  }

  get heard(): number {
    return this.#listeners.size;
  }

  send(content: Record<string, unknown>): void {
    this.sent.push(content);
  }

  say(content: object): void {
    for (const callback of this.#listeners) callback(content);
  }

  /** Replies to the last request, and waits until the page has taken it in. */
  async reply(more: object): Promise<void> {
    this.say({ kind: "reply", id: this.sent.at(-1)?.id, errors: [], message: null, ...more });
    await settled();
  }
}

function opened(kernel: Kernel, views = 1): HTMLElement[] {
  const widget = makeForm();
  const { signal } = end;
  widget.initialize({ model: kernel, signal });
  const places = Array.from({ length: views }, () => document.createElement("div"));
  document.body.replaceChildren(...places);
  for (const el of places) widget.render({ model: kernel, el, signal });
  return places;
}

const input = (el: HTMLElement, title: string): HTMLInputElement => {
  const label = [...el.querySelectorAll("label")].find((one) => one.textContent === title);
  return document.getElementById(label?.htmlFor ?? "") as HTMLInputElement;
};
const press = (el: HTMLElement) => find(el, "form").dispatchEvent(new Event("submit", { cancelable: true }));
const status = (el: HTMLElement) => find(el, ".hitl-status").textContent;
const fields = (cell: unknown) => (cell as { value: Record<string, Cell> }).value;

let end: AbortController;
beforeEach(() => {
  end = new AbortController();
});
afterEach(() => end.abort());

describe("a form of its own", () => {
  it("is named by its title, and nobody can cancel it", () => {
    const [el] = opened(new Kernel(FIELDS)) as [HTMLElement];
    expect(find(el, ".hitl-title").textContent).toBe("Order");
    expect(el.textContent).not.toContain("Flow requires input");
    expect(find(el, "strong").textContent).toBe("Read");
    const buttons = [...el.querySelectorAll<HTMLElement>(".hitl-foot button")].filter((one) => !one.hidden);
    expect(buttons.map((one) => one.textContent)).toEqual(["Submit"]);
  });

  it("sends what was typed, says so, and can be changed and sent again", async () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    type(input(el, "Name"), "Jeff");
    type(input(el, "Key"), "hush");
    press(el);
    const [request] = kernel.sent;
    expect(request?.kind).toBe("submit");
    expect(fields(request?.document)).toMatchObject({ name: holding("Jeff"), key: holding("hush") });
    await kernel.reply({ status: "accepted" });
    expect(status(el)).toBe("Sent. It can be changed and sent again.");
    expect(input(el, "Key").value).toBe("");
    expect(find<HTMLFieldSetElement>(el, ".hitl-lock").disabled).toBe(false);
    type(input(el, "Name"), "Mary");
    expect(status(el)).toBe("");
    press(el);
    expect(kernel.sent.filter(({ kind }) => kind === "submit")).toHaveLength(2);
  });

  it("shows what was refused beside its field", async () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    press(el);
    await kernel.reply({ status: "refused", errors: [{ path: ["name"], message: "Please fill this in." }] });
    expect(input(el, "Name").getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(input(el, "Name"));
    expect(status(el)).toBe("");
  });

  it("says what failed after it was accepted", async () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    press(el);
    await kernel.reply({ status: "accepted", message: "It was sent, but what was to follow failed." });
    expect(find(el, "[role=alert]").textContent).toBe("It was sent, but what was to follow failed.");
  });

  it("hands over what was typed, without secrets, and is in step in all its views", async () => {
    vi.useFakeTimers();
    const kernel = new Kernel(FIELDS);
    const [el, other] = opened(kernel, 2) as [HTMLElement, HTMLElement];
    type(input(el, "Name"), "Je");
    type(input(el, "Key"), "hush");
    expect(input(other, "Name").value).toBe("Je");
    vi.advanceTimersByTime(REST);
    vi.useRealTimers();
    expect(kernel.sent.map(({ kind }) => kind)).toEqual(["draft"]);
    expect(fields(kernel.sent[0]?.document)).toMatchObject({ name: holding("Je"), key: ABSENT });
  });

  it("follows what a program fills in, and leaves all else that is typed", () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    type(input(el, "Key"), "hush");
    kernel.say({ kind: "told", by: null, status: "refused", errors: [{ path: ["name"], message: "No." }] });
    expect(input(el, "Name").getAttribute("aria-invalid")).toBe("true");
    kernel.say({ kind: "cells", by: null, cells: [{ path: ["name"], cell: holding("Set") }] });
    expect(input(el, "Name").value).toBe("Set");
    expect(input(el, "Name").getAttribute("aria-invalid")).toBe(null);
    expect(input(el, "Key").value).toBe("hush");
    kernel.say({ kind: "told", by: null, status: "accepted", errors: [] });
    expect(status(el)).toBe("Sent. It can be changed and sent again.");
  });

  it("does not take for news what it has said itself", () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    type(input(el, "Name"), "Jeff");
    press(el);
    const by = kernel.sent[0]?.id;
    kernel.say({ kind: "cells", by, cells: [{ path: ["name"], cell: holding("Je") }] });
    kernel.say({ kind: "cells", by: "elsewhere-1", cells: [{ path: ["between"], cell: holding("[3, 4]") }] });
    expect(input(el, "Name").value).toBe("Jeff");
    expect(input(el, "Between").value).toBe("[3, 4]");
  });

  it("leaves nothing behind", () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    type(input(el, "Name"), "Jeff");
    end.abort();
    expect(kernel.sent.map(({ kind }) => kind)).toEqual(["draft"]);
    expect(kernel.heard).toBe(0);
    expect(el.childElementCount).toBe(0);
  });
});

describe("a slot", () => {
  const view = () => {
    const el = document.createElement("output");
    el.textContent = "a widget";
    return { el, remove: vi.fn() };
  };

  it("shows a widget of the page under the title of its field", async () => {
    const shown = view();
    const manager: Manager = {
      get_model: vi.fn(async (id: string) => `model ${id}`),
      create_view: vi.fn(async () => shown),
    };
    const [el] = opened(new Kernel(FIELDS, { between: "IPY_MODEL_17" }, manager)) as [HTMLElement];
    await settled();
    const slot = find<HTMLElement>(el, ".hitl-slot");
    expect(slot.textContent).toBe("a widget");
    expect(document.getElementById(slot.getAttribute("aria-labelledby") ?? "")?.textContent).toBe("Between");
    expect(manager.get_model).toHaveBeenCalledWith("17");
    expect(manager.create_view).toHaveBeenCalledWith("model 17");
    end.abort();
    expect(shown.remove).toHaveBeenCalled();
  });

  it("attaches a widget of Lumino's as the page's own outputs are", async () => {
    const attach = vi.fn();
    const luminoWidget = { constructor: { attach } };
    const manager: Manager = {
      get_model: async () => null,
      create_view: async () => ({ ...view(), luminoWidget }),
    };
    const [el] = opened(new Kernel(FIELDS, { between: "IPY_MODEL_17" }, manager)) as [HTMLElement];
    await settled();
    expect(attach).toHaveBeenCalledWith(luminoWidget, find(el, ".hitl-slot"));
  });

  it("cannot be used while the field has no value", () => {
    const kernel = new Kernel(FIELDS, { between: "IPY_MODEL_17" });
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const [el] = opened(kernel) as [HTMLElement];
    expect(find<HTMLElement>(el, ".hitl-slot").inert).toBe(false);
    kernel.say({ kind: "cells", by: null, cells: [{ path: ["between"], cell: NULL }] });
    expect(find<HTMLElement>(el, ".hitl-slot").inert).toBe(true);
  });

  it("says where a widget cannot be shown, and the rest of the form works", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const kernel = new Kernel(FIELDS, { between: "IPY_MODEL_17" });
    const [el] = opened(kernel) as [HTMLElement];
    await settled();
    expect(find(el, ".hitl-slot").textContent).toBe("This control cannot be shown here.");
    expect(warn).toHaveBeenCalledOnce();
    type(input(el, "Name"), "Jeff");
    press(el);
    expect(fields(kernel.sent.at(-1)?.document)).toMatchObject({
      name: holding("Jeff"),
      between: holding("[1, 2]"),
    });
  });

  it("is found in a group of the form", async () => {
    const manager: Manager = { get_model: async () => null, create_view: async () => view() };
    const inner = planOf({ between: FIELDS.between }).root;
    const [el] = opened(new Kernel({ inner }, { "inner.between": "IPY_MODEL_1" }, manager)) as [HTMLElement];
    await settled();
    expect(find(el, "fieldset .hitl-slot").textContent).toBe("a widget");
  });
});
