/** A form of its own, outside flows: what it draws, what it sends, and how it follows the kernel. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ABSENT, holding, NULL, rowsOf } from "../../src/form/cells";
import { REST } from "../../src/form/draft";
import type { Cell, PlanNode } from "../../src/form/plan";
import makeForm, { type FormModel, type Traits } from "../../src/widgets/form";
import type { Manager, References } from "../../src/widgets/slots";
import { find, node, planOf, type } from "../make";
import { FakeWidget, settled } from "../widget";

const FIELDS = {
  name: node("text", { title: "Name", required: true }),
  between: node("json", { title: "Between", blank: { ...holding("[1, 2]"), at: "k1" }, nullable: true }),
  key: node("secret", { title: "Key" }),
};

/** A form whose kernel is the test. */
class Kernel
  extends FakeWidget<Traits, { id: string; kind: string } & Record<string, unknown>>
  implements FormModel
{
  readonly widget_manager?: Manager;

  constructor(
    fields: Record<string, PlanNode>,
    slots: References = {},
    manager?: Manager,
    places = Object.keys(slots).length ? [".between"] : [],
  ) {
    const plan = planOf(fields);
    super({ plan, cells: plan.root.blank, places, slots, title: "Order", description: "**Read** this." });
    if (manager) this.widget_manager = manager;
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
/** Submits a form with widgets in it: whether the kernel has taken in what was entered in them is not known at once. */
const send = async (el: HTMLElement) => {
  press(el);
  await settled();
};
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

  it("hands over what was typed when a program, or another page, has just sent the form", () => {
    const kernel = new Kernel(FIELDS);
    const [el] = opened(kernel) as [HTMLElement];
    type(input(el, "Name"), "Jeff");
    kernel.say({ kind: "told", by: null, status: "accepted", errors: [] });
    expect(kernel.sent.map(({ kind }) => kind)).toEqual(["draft"]);
    expect(fields(kernel.sent[0]?.document)).toMatchObject({ name: holding("Jeff") });
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
    const [el] = opened(new Kernel(FIELDS, { k1: "IPY_MODEL_17" }, manager)) as [HTMLElement];
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
    const [el] = opened(new Kernel(FIELDS, { k1: "IPY_MODEL_17" }, manager)) as [HTMLElement];
    await settled();
    expect(attach).toHaveBeenCalledWith(luminoWidget, find(el, ".hitl-slot"));
  });

  it("cannot be used while the field has no value", () => {
    const kernel = new Kernel(FIELDS, { k1: "IPY_MODEL_17" });
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const [el] = opened(kernel) as [HTMLElement];
    expect(find<HTMLElement>(el, ".hitl-slot").inert).toBe(false);
    kernel.say({ kind: "cells", by: null, cells: [{ path: [], cell: { ...NULL, at: "k1" } }] });
    expect(find<HTMLElement>(el, ".hitl-slot").inert).toBe(true);
  });

  it("says where a widget cannot be shown, and the rest of the form works", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const kernel = new Kernel(FIELDS, { k1: "IPY_MODEL_17" });
    const [el] = opened(kernel) as [HTMLElement];
    await settled();
    expect(find(el, ".hitl-slot").textContent).toBe("This control cannot be shown here.");
    expect(warn).toHaveBeenCalledOnce();
    type(input(el, "Name"), "Jeff");
    await send(el);
    expect(fields(kernel.sent.at(-1)?.document)).toMatchObject({
      name: holding("Jeff"),
      between: holding("[1, 2]"),
    });
  });

  it("is sent after what was entered in its widget, or at once where the page may be about to go", async () => {
    vi.useFakeTimers();
    const inner = { attributes: {}, _pending_msgs: 1, _msg_buffer: null as object | null };
    const model = { attributes: { children: [inner] }, _pending_msgs: 0, _msg_buffer: null };
    const manager: Manager = { get_model: async () => model, create_view: async () => view() };
    const kernel = new Kernel(FIELDS, { k1: "IPY_MODEL_17" }, manager);
    const [el] = opened(kernel) as [HTMLElement];
    await send(el);
    await vi.advanceTimersByTimeAsync(100);
    expect(kernel.sent).toEqual([]);
    Object.assign(inner, { _msg_buffer: {}, _pending_msgs: 0 });
    await vi.advanceTimersByTimeAsync(100);
    expect(kernel.sent).toEqual([]);
    inner._msg_buffer = null;
    await vi.advanceTimersByTimeAsync(100);
    expect(kernel.sent.map(({ kind }) => kind)).toEqual(["submit"]);
    await kernel.reply({ status: "accepted" });
    inner._pending_msgs = 1;
    await send(el);
    expect(kernel.sent.length).toBe(1);
    window.dispatchEvent(new Event("pagehide"));
    await settled();
    expect(kernel.sent.map(({ kind }) => kind)).toEqual(["submit", "submit"]);
    vi.useRealTimers();
  });

  it("is found in a group of the form", async () => {
    const manager: Manager = { get_model: async () => null, create_view: async () => view() };
    const inner = planOf({ between: FIELDS.between }).root;
    const [el] = opened(new Kernel({ inner }, { k1: "IPY_MODEL_1" }, manager, [".inner.between"])) as [
      HTMLElement,
    ];
    await settled();
    expect(find(el, "fieldset .hitl-slot").textContent).toBe("a widget");
  });

  it("gives way to the usual control where the kernel could not make it", async () => {
    const kernel = new Kernel(FIELDS, { k1: null });
    const [el] = opened(kernel) as [HTMLElement];
    await settled();
    expect(el.querySelector(".hitl-slot")).toBe(null);
    type(input(el, "Between"), "[5, 6]");
    press(el);
    expect(fields(kernel.sent.at(-1)?.document).between).toEqual({ ...holding("[5, 6]"), at: "k1" });
  });
});

describe("slots in rows and branches", () => {
  const COMES = "The control comes as soon as the kernel is free.";
  const level = node("integer", { title: "Level" });
  const row = planOf({ level, note: node("text", { title: "Note" }) }).root;
  const rows = node("list", { title: "Rows", item: { ...row, title: "" }, blank: holding([]) });
  /** Widgets that show their number; those that were taken off the page are in `gone`. */
  const gone: string[] = [];
  const manager: Manager = {
    get_model: async (id) => id,
    create_view: async (id) => {
      const el = document.createElement("output");
      el.textContent = `widget ${id}`;
      return { el, remove: () => void gone.push(String(id)) };
    },
  };
  const shown = (el: HTMLElement) => [...el.querySelectorAll(".hitl-slot")].map((one) => one.textContent);
  const click = (el: HTMLElement, name: string) =>
    [...el.querySelectorAll<HTMLElement>("button")]
      .find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name)
      ?.click();
  const held = (kernel: Kernel): Cell[] => {
    const { rows: cell } = fields(kernel.sent.at(-1)?.document);
    return rowsOf(cell as Cell).map((one) => fields(one).level as Cell);
  };

  /** A form with two rows of which the kernel has made the widgets. */
  async function twoRows(views = 1) {
    gone.length = 0;
    const kernel = new Kernel({ rows }, {}, manager, [".rows.*.level"]);
    const els = opened(kernel, views);
    const [el] = els as [HTMLElement];
    click(el, "Add item");
    click(el, "Add item");
    const [one, two] = held(kernel).map(({ at }) => at as string) as [string, string];
    kernel.put({ slots: { [one]: "IPY_MODEL_1", [two]: "IPY_MODEL_2" } });
    await settled();
    return { kernel, els, el, one, two };
  }

  it("asks at once for the control of a new row, which is there meanwhile", async () => {
    const kernel = new Kernel({ rows }, {}, manager, [".rows.*.level"]);
    const [el] = opened(kernel) as [HTMLElement];
    click(el, "Add item");
    expect(shown(el)).toEqual([COMES]);
    expect(kernel.sent.map(({ kind }) => kind)).toEqual(["draft"]);
    const [cell] = held(kernel) as [Cell];
    expect(cell.at).toBeTruthy();
    kernel.put({ slots: { [cell.at as string]: "IPY_MODEL_1" } });
    await settled();
    expect(shown(el)).toEqual(["widget 1"]);
  });

  it("stays with its row, in the other view too", async () => {
    const { kernel, els, el, one, two } = await twoRows(2);
    click(el, "Move item 2 up");
    await settled();
    expect(els.map(shown)).toEqual([
      ["widget 2", "widget 1"],
      ["widget 2", "widget 1"],
    ]);
    await send(el);
    expect(held(kernel).map(({ at }) => at)).toEqual([two, one]);
    await kernel.reply({ status: "refused" });
    click(el, "Remove item 1");
    await settled();
    expect(els.map(shown)).toEqual([["widget 1"], ["widget 1"]]);
    expect(gone).toContain("2");
  });

  it("tells of a move at the row that it is in now, and of none that is gone", async () => {
    const { kernel, el, one, two } = await twoRows();
    click(el, "Move item 2 up");
    kernel.say({
      kind: "told",
      by: null,
      status: "refused",
      errors: [{ path: ["rows", 1, "level"], message: "No." }],
    });
    expect(el.querySelectorAll(".hitl-wrong")).toHaveLength(1);
    kernel.say({ kind: "cells", by: null, cells: [{ path: [], cell: { ...holding("8"), at: one } }] });
    expect(el.querySelectorAll(".hitl-wrong")).toHaveLength(0);
    await send(el);
    expect(held(kernel)).toEqual([
      { is: "absent", at: two },
      { ...holding("8"), at: one },
    ]);
    await kernel.reply({ status: "refused" });
    click(el, "Remove item 2");
    kernel.say({ kind: "cells", by: null, cells: [{ path: [], cell: { ...holding("9"), at: one } }] });
    await send(el);
    expect(held(kernel)).toEqual([{ is: "absent", at: two }]);
  });

  it("has one for each branch, which is there again when its branch is", async () => {
    const branches = [
      { label: "Small", node: { ...row, title: "" } },
      { label: "Large", node: level },
    ];
    const union = node("union", { title: "Either", branches });
    const kernel = new Kernel({ either: union }, {}, manager, [".either|0.level", ".either|1"]);
    const [el] = opened(kernel) as [HTMLElement];
    const pick = (index: number) => el.querySelectorAll<HTMLInputElement>("[type=radio]")[index]?.click();
    const tokens: string[] = [];
    const made = async () => {
      JSON.stringify(kernel.sent.at(-1)?.document, (key, value) => {
        if (key === "at" && !tokens.includes(value)) tokens.push(value);
        return value;
      });
      kernel.put({ slots: Object.fromEntries(tokens.map((token, index) => [token, `IPY_MODEL_${index}`])) });
      await settled();
    };
    pick(0);
    expect(shown(el)).toEqual([COMES]);
    await made();
    pick(1);
    await made();
    expect(shown(el)).toEqual(["widget 1"]);
    pick(0);
    await settled();
    expect(shown(el)).toEqual(["widget 0"]);
    expect(tokens).toHaveLength(2);
  });

  it("is known by what it holds where another field depends on that", () => {
    const note = node("text", { title: "Note", hints: { show_if: { between: [holding("[3, 4]")] } } });
    const kernel = new Kernel({ between: FIELDS.between, note }, { k1: "IPY_MODEL_1" }, manager);
    const [el] = opened(kernel) as [HTMLElement];
    expect(input(el, "Note").closest("[hidden]")).not.toBe(null);
    kernel.say({ kind: "cells", by: null, cells: [{ path: [], cell: { ...holding("[3, 4]"), at: "k1" } }] });
    expect(input(el, "Note").closest("[hidden]")).toBe(null);
  });

  it("is made anew where the kernel has let go of it", async () => {
    const { kernel, el, one, two } = await twoRows();
    kernel.put({ slots: { [one]: "IPY_MODEL_1", [two]: "IPY_MODEL_3" } });
    await settled();
    expect(shown(el)).toEqual(["widget 1", "widget 3"]);
    expect(gone).toEqual(["2"]);
  });
});
