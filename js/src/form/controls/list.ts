/**
 * A list, a set or a dictionary: one row per item, which can be added, removed and moved without asking the kernel.
 *
 * Rows are renamed, not redrawn, when they move, so that what a person has open or half typed stays.
 */

import { focusFirst, h, on } from "../../shared/dom";
import { blankOf, holding, NULL, rowsOf } from "../cells";
import type { Control, Draw, Spec } from "../control";
import { below } from "../errors";
import type { Cell, PlanNode } from "../plan";
import { frameSet } from "./set";

export function drawListWith(draw: Draw): Draw {
  return (spec) => {
    const { item } = spec.node;
    if (!item) throw new Error(`The plan of the list "${spec.title}" has no item.`);
    const rows = new Rows(spec, item, draw, (cell, path) => {
      frame.shown(cell);
      spec.change(cell, path);
    });
    const frame = frameSet(spec, rows.element, {
      whenOff: NULL,
      whenOn: () => holding(rows.cells()),
      show: (cell) => rows.show(cell),
    });
    frame.show(spec.cell);
    return {
      element: frame.element,
      show: frame.show,
      place(errors) {
        frame.place(errors.filter(({ path }) => !rows.has(path[0])));
        rows.place(errors);
      },
      rename(title) {
        frame.rename(title);
        rows.rename(title);
      },
      unreadable: () => rows.unreadable(),
    };
  };
}

interface Row {
  readonly control: Control;
  readonly element: HTMLElement;
  readonly up: HTMLButtonElement;
  readonly down: HTMLButtonElement;
  readonly remove: HTMLButtonElement;
  /** Ends the listeners of this row alone. */
  readonly end: AbortController;
  cell: Cell;
}

class Rows {
  readonly element: HTMLElement;
  readonly #spec: Spec;
  readonly #item: PlanNode;
  readonly #draw: Draw;
  /** What the list is called where it is a row of another one. */
  #name: string;
  readonly #change: Spec["change"];
  readonly #rows: Row[] = [];
  readonly #list = h("div", { class: "hitl-rows" });
  readonly #add = h("button", { type: "button", class: "hitl-button hitl-add" });
  readonly #doubt = h("div", { class: "hitl-doubt", role: "status" });

  constructor(spec: Spec, item: PlanNode, draw: Draw, change: Spec["change"]) {
    this.#spec = spec;
    this.#item = item;
    this.#draw = draw;
    this.#name = spec.title;
    this.#change = change;
    this.element = h("div", {}, this.#list, this.#doubt, this.#add);
    this.#list.classList.toggle("hitl-pairs", spec.node.kind === "dict");
    this.#add.textContent = spec.node.kind === "dict" ? "Add entry" : "Add item";
    on(this.#add, "click", () => this.#append(), spec.signal);
  }

  rename(title: string): void {
    this.#name = title;
    this.#number();
  }

  cells(): Cell[] {
    return this.#rows.map(({ cell }) => cell);
  }

  has(step: string | number | undefined): boolean {
    return typeof step === "number" && step < this.#rows.length;
  }

  show(cell: Cell): void {
    const cells = rowsOf(cell);
    for (const row of this.#rows.splice(cells.length)) this.#drop(row);
    cells.forEach((held, index) => {
      const row = this.#rows[index];
      if (!row) this.#insert(held);
      else if (row.cell !== held) {
        row.cell = held;
        row.control.show(held);
      }
    });
    this.#number();
  }

  place(errors: Parameters<Control["place"]>[0]): void {
    this.#rows.forEach(({ control }, index) => {
      control.place(below(errors, index));
    });
  }

  unreadable(): ReturnType<Control["unreadable"]> {
    return this.#rows.flatMap(({ control }, index) =>
      control.unreadable().map(({ path, message }) => ({ path: [index, ...path], message })),
    );
  }

  #append(): void {
    const row = this.#insert(blankOf(this.#item));
    this.#changed();
    focusFirst(row.element);
  }

  #insert(cell: Cell): Row {
    const end = new AbortController();
    const signal = AbortSignal.any([this.#spec.signal, end.signal]);
    const control = this.#draw({
      node: this.#item,
      title: this.#title(this.#rows.length),
      cell,
      change: (changed, path) => {
        row.cell = changed;
        this.#compare();
        this.#change(holding(this.cells()), [this.#rows.indexOf(row), ...path]);
      },
      signal,
      services: this.#spec.services,
    });
    const [up, down, remove] = [tool("↑"), tool("↓"), tool("✕")];
    const tools = h("div", { class: "hitl-tools" }, up, down, remove);
    const element = h("div", { class: "hitl-item" }, control.element, tools);
    const row: Row = { control, element, up, down, remove, end, cell };
    on(up, "click", () => this.#move(row, -1), signal);
    on(down, "click", () => this.#move(row, 1), signal);
    on(remove, "click", () => this.#remove(row), signal);
    this.#rows.push(row);
    this.#list.append(element);
    return row;
  }

  #move(row: Row, by: -1 | 1): void {
    const from = this.#rows.indexOf(row);
    const other = this.#rows[from + by];
    if (!other) return;
    this.#rows[from] = other;
    this.#rows[from + by] = row;
    // The neighbour moves, not the row itself: a node that is moved loses the focus.
    if (by < 0) row.element.after(other.element);
    else row.element.before(other.element);
    this.#changed();
    const button = by < 0 ? row.up : row.down;
    if (button.disabled) (by < 0 ? row.down : row.up).focus();
  }

  #remove(row: Row): void {
    const at = this.#rows.indexOf(row);
    this.#rows.splice(at, 1);
    this.#drop(row);
    this.#changed();
    const next = this.#rows[Math.min(at, this.#rows.length - 1)];
    if (next && !next.remove.disabled) next.remove.focus();
    else this.#add.focus();
  }

  #drop(row: Row): void {
    row.end.abort();
    row.element.remove();
  }

  #changed(): void {
    this.#number();
    this.#change(holding(this.cells()), []);
  }

  /** Says what a set or a dictionary has twice. */
  #compare(): void {
    const { kind, hints } = this.#spec.node;
    const dict = kind === "dict";
    if (!dict && !hints?.unique) return;
    const seen = new Map<string, number>();
    const words = this.#rows.flatMap(({ cell }, index) => {
      const one = dict ? rowsOf(cell)[0] : cell;
      const text = one?.is === "value" && one.value !== "" ? JSON.stringify(one.value) : "";
      const first = seen.get(text);
      if (text && first === undefined) seen.set(text, index);
      if (first === undefined) return [];
      return dict
        ? `Entries ${first + 1} and ${index + 1} have the same key.`
        : `Items ${first + 1} and ${index + 1} are the same: they count once.`;
    });
    this.#doubt.textContent = words.join(" ");
  }

  /** Names the rows by their place and switches off what the limits do not allow. */
  #number(): void {
    this.#compare();
    const { min_items: least = 0, max_items: most = Number.POSITIVE_INFINITY } = this.#spec.node.hints ?? {};
    const count = this.#rows.length;
    this.#rows.forEach((row, index) => {
      row.control.rename(this.#title(index));
      row.up.setAttribute("aria-label", `Move item ${index + 1} up`);
      row.down.setAttribute("aria-label", `Move item ${index + 1} down`);
      row.remove.setAttribute("aria-label", `Remove item ${index + 1}`);
      row.up.disabled = index === 0;
      row.down.disabled = index === count - 1;
      row.remove.disabled = count <= least;
    });
    this.#add.disabled = count >= most;
  }

  #title(index: number): string {
    const title = this.#item.title || this.#spec.node.title;
    return title ? `${title} ${index + 1}` : `${this.#name}.${index + 1}`;
  }
}

function tool(sign: string): HTMLButtonElement {
  return h("button", { type: "button", class: "hitl-tool" }, h("span", { "aria-hidden": "true" }, sign));
}
