/**
 * One of many options, found by typing a part of its words: the combobox of the ARIA practices, with a list below.
 *
 * The list stands in the page and not above it: what floats is cut off at the edge of a notebook's output.
 */

import { h, on, uniqueId, whenLetGo } from "../../shared/dom";
import { ABSENT, holding, NULL } from "../cells";
import type { Spec } from "../control";
import type { Cell } from "../plan";
import type { Face } from "./leaf";
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
  readonly #list = h("div", {
    class: "hitl-options",
    role: "listbox",
    "aria-label": "Options",
    id: uniqueId(),
    hidden: true,
  });
  readonly #nullable: boolean;
  readonly #labels: readonly string[];
  readonly #edit: (cell: Cell) => void;
  #chosen = -1;
  /** The options that are listed, and which of them Enter would take. */
  #found: readonly number[] = [];
  #active = -1;

  constructor({ node, signal }: Spec, labels: readonly string[], edit: (cell: Cell) => void) {
    this.#labels = labels;
    this.#edit = edit;
    this.#nullable = node.nullable;
    this.control = h("input", {
      class: "hitl-input",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "Type to search…",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#list.id,
    });
    this.row = [h("div", { class: "hitl-stack" }, this.control, this.#list)];
    this.#listen(signal);
  }

  show(cell: Cell): void {
    this.#chosen = cell.is === "value" && typeof cell.value === "number" ? cell.value : -1;
    this.#close();
    showText(this.control, this.#label());
  }

  unreadable(): string | null {
    this.#settle();
    return this.control.value === this.#label() ? null : "This is none of the options.";
  }

  #listen(signal: AbortSignal): void {
    const { control } = this;
    on(control, "input", () => this.#open(control.value), signal);
    on(control, "click", () => this.#open(""), signal);
    on(control, "blur", () => whenLetGo(() => this.#settle(), signal), signal);
    on(control, "keydown", (event) => this.#press(event), signal);
    // A pointer that took the focus along would close the list before the click.
    on(this.#list, "mousedown", (event) => event.preventDefault(), signal);
    on(
      this.#list,
      "click",
      ({ target }) => {
        const option = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
        if (option) this.#pick(Number(option.dataset.index));
      },
      signal,
    );
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    const { key } = event;
    const open = !this.#list.hidden;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const step = key === "ArrowDown" ? 1 : -1;
      if (!open) this.#open("");
      else this.#activate((this.#active + step + this.#found.length) % this.#found.length);
    } else if (key === "Enter" && open) {
      const index = this.#found[this.#active];
      if (index === undefined) return;
      this.#pick(index);
    } else if (key === "Escape" && open) {
      this.#close();
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
    this.#list.replaceChildren(...this.#found.map((index) => this.#option(index)));
    if (this.#found.length === 0) this.#list.append(note("Nothing fits."));
    if (all.length > MOST) this.#list.append(note(`${all.length - MOST} more: type to find them.`));
    this.#list.hidden = false;
    this.control.setAttribute("aria-expanded", "true");
    this.#activate(Math.max(0, sought ? 0 : this.#found.indexOf(this.#chosen)));
  }

  #option(index: number): HTMLElement {
    const chosen = String(index === this.#chosen);
    const attributes = { role: "option", id: uniqueId(), "data-index": index, "aria-selected": chosen };
    return h("div", attributes, this.#labels[index] ?? "");
  }

  #activate(place: number): void {
    this.#active = place;
    [...this.#list.children].forEach((option, at) => {
      option.classList.toggle("hitl-active", at === place);
    });
    const option = this.#found.length ? this.#list.children[place] : null;
    this.control.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView?.({ block: "nearest" });
  }

  #pick(index: number): void {
    this.#chosen = index;
    this.#close();
    this.control.value = this.#label();
    this.#edit(holding(index));
  }

  #close(): void {
    this.#list.hidden = true;
    this.control.setAttribute("aria-expanded", "false");
    this.control.removeAttribute("aria-activedescendant");
  }

  /** Takes what was typed, if it is an option to the letter; an emptied box takes the choice back. */
  #settle(): void {
    this.#close();
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

function note(words: string): HTMLElement {
  return h("div", { role: "option", "aria-disabled": "true", class: "hitl-help" }, words);
}
