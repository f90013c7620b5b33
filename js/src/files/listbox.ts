/**
 * The list below a box: what can be picked with the arrows and Enter while the focus stays in the box.
 *
 * It stands in the page and not above it: what floats is cut off at the edge of a notebook's output.
 */

import { h, uniqueId } from "../shared/dom";

export class Listbox {
  readonly element: HTMLElement;
  readonly #control: HTMLInputElement;
  #count = 0;
  /** Which option Enter would take; -1 for none. */
  active = -1;

  constructor(control: HTMLInputElement, pick: (place: number) => void, signal: AbortSignal) {
    this.#control = control;
    this.element = h("div", {
      class: "hitl-options",
      role: "listbox",
      "aria-label": "Options",
      id: uniqueId(),
      hidden: true,
    });
    const attributes = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.element.id,
    };
    for (const [name, value] of Object.entries(attributes)) control.setAttribute(name, value);
    // A pointer that took the focus along would close the list before the click.
    this.element.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
    this.element.addEventListener(
      "click",
      ({ target }) => {
        const option = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
        if (option) pick(Number(option.dataset.index));
      },
      { signal },
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Lists options, and below them what has to be said of them. */
  open(labels: readonly string[], active: number, note = "", chosen = -1): void {
    this.#count = labels.length;
    const options = labels.map((label, index) => {
      const attributes = {
        role: "option",
        id: uniqueId(),
        "data-index": index,
        "aria-selected": String(index === chosen),
      };
      return h("div", attributes, label);
    });
    this.element.replaceChildren(...options);
    if (note)
      this.element.append(h("div", { role: "option", "aria-disabled": "true", class: "hitl-help" }, note));
    this.element.hidden = false;
    this.#control.setAttribute("aria-expanded", "true");
    this.activate(active);
  }

  close(): void {
    this.element.hidden = true;
    this.#control.setAttribute("aria-expanded", "false");
    this.#control.removeAttribute("aria-activedescendant");
  }

  /** The next option or the one before, from the last to the first. */
  step(by: 1 | -1): void {
    if (this.#count) this.activate((Math.max(this.active, by < 0 ? 0 : -1) + by + this.#count) % this.#count);
  }

  activate(place: number): void {
    this.active = place;
    [...this.element.children].forEach((option, at) => {
      option.classList.toggle("hitl-active", at === place);
    });
    const option = this.#count ? this.element.children[place] : null;
    this.#control.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView?.({ block: "nearest" });
  }
}
