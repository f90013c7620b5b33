/** One of many options, found by typing a part of its words: the combobox of the ARIA practices, with a list below. */

import { h, whenLetGo } from "../../shared/dom";
import { ABSENT, holding, NULL } from "../cells";
import type { Spec } from "../control";
import type { Cell } from "../plan";
import type { Face } from "./leaf";
import { Listbox } from "./listbox";
import { showText } from "./text";

/** More than these are not listed at once: nobody reads on, and the page would be slow. */
const MOST = 100;

export function combobox(spec: Spec, labels: readonly string[], edit: (cell: Cell) => void): Face {
  const box = new Combobox(spec, labels, edit);
  const { control, row } = box;
  return { control, row, show: (cell) => box.show(cell), unreadable: () => box.unreadable() };
}

class Combobox {
  readonly control: HTMLInputElement;
  readonly row: readonly HTMLElement[];
  readonly #list: Listbox;
  readonly #nullable: boolean;
  readonly #labels: readonly string[];
  readonly #edit: (cell: Cell) => void;
  #chosen = -1;
  /** The options that are listed. */
  #found: readonly number[] = [];

  constructor({ node, signal }: Spec, labels: readonly string[], edit: (cell: Cell) => void) {
    this.#labels = labels;
    this.#edit = edit;
    this.#nullable = node.nullable;
    this.control = h("input", {
      class: "hitl-input",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "Type to search…",
    });
    this.#list = new Listbox(this.control, (place) => this.#pick(this.#found[place] as number), signal);
    this.row = [h("div", { class: "hitl-stack" }, this.control, this.#list.element)];
    this.#listen(signal);
  }

  show(cell: Cell): void {
    this.#chosen = cell.is === "value" && typeof cell.value === "number" ? cell.value : -1;
    this.#list.close();
    showText(this.control, this.#label());
  }

  unreadable(): string | null {
    this.#settle();
    return this.control.value === this.#label() ? null : "This is none of the options.";
  }

  #listen(signal: AbortSignal): void {
    const { control } = this;
    control.addEventListener("input", () => this.#open(control.value), { signal });
    control.addEventListener("click", () => this.#open(""), { signal });
    control.addEventListener("blur", () => whenLetGo(() => this.#settle(), signal), { signal });
    control.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    const { key } = event;
    const open = this.#list.isOpen;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (open) this.#list.step(key === "ArrowDown" ? 1 : -1);
      else this.#open("");
    } else if (key === "Enter" && open) {
      const index = this.#found[this.#list.active];
      if (index === undefined) return;
      this.#pick(index);
    } else if (key === "Escape" && open) {
      this.#list.close();
      this.control.value = this.#label();
    } else return;
    event.preventDefault();
  }

  /** Lists the options with these words in them, those first that begin with them. */
  #open(words: string): void {
    const sought = words.trim().toLowerCase();
    const places = this.#labels.map((label) => label.toLowerCase().indexOf(sought));
    const indices = [...this.#labels.keys()].filter((index) => (places[index] as number) >= 0);
    const first = indices.filter((index) => places[index] === 0);
    const all = [...first, ...indices.filter((index) => places[index] !== 0)];
    this.#found = all.slice(0, MOST);
    const chosen = this.#found.indexOf(this.#chosen);
    const more = all.length > MOST ? `${all.length - MOST} more: type to find them.` : "";
    const labels = this.#found.map((index) => this.#labels[index] ?? "");
    this.#list.open(labels, Math.max(0, sought ? 0 : chosen), labels.length ? more : "Nothing fits.", chosen);
  }

  #pick(index: number): void {
    this.#chosen = index;
    this.#list.close();
    this.control.value = this.#label();
    this.#edit(holding(index));
  }

  /** Takes what was typed, if it is an option to the letter; an emptied box takes the choice back. */
  #settle(): void {
    this.#list.close();
    const { value } = this.control;
    if (value === this.#label()) return;
    const index = this.#labels.findIndex((label) => label.toLowerCase() === value.trim().toLowerCase());
    if (index >= 0) this.#pick(index);
    else if (value.trim() === "") {
      this.#chosen = -1;
      this.control.value = "";
      this.#edit(this.#nullable ? NULL : ABSENT);
    }
  }

  #label(): string {
    return this.#labels[this.#chosen] ?? "";
  }
}
