/** Things one below the other, as far as somebody has asked for them: drawn once each, and anew when they change. */

import { button, h, hasFocus } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { many, Said } from "./parts";
import type { Reader, Section } from "./section";
import type { Rows } from "./windows";

export interface Listed<Item> {
  /** As the kernel calls them. */
  readonly what: string;
  /** One of them, in words. */
  readonly one: string;
  /** Said where there are none. */
  readonly none: string;
  key(item: Item): string;
  /** The signal aborts when the item is drawn anew, or goes. */
  draw(item: Item, signal: AbortSignal): HTMLElement;
}

interface Drawn {
  readonly json: string;
  readonly element: HTMLElement;
  readonly end: AbortController;
}

const PAGE = 50;
/** A section that is as high as what is in it, up to a height from where on it scrolls, also by its keys. */
export const SCROLLS = { class: "hitl-list", tabindex: 0 };

export class List<Item> implements Section {
  readonly element: HTMLElement;
  readonly #listed: Listed<Item>;
  readonly #reader: Reader;
  readonly #signal: AbortSignal;
  readonly #said: Said;
  readonly #items = h("ul", { class: "hitl-entries" });
  readonly #more = button("", { hidden: true });
  readonly #drawn = new Map<string, Drawn>();
  #wanted = PAGE;
  #reading = false;
  #again = false;

  constructor(listed: Listed<Item>, reader: Reader, signal: AbortSignal) {
    this.#listed = listed;
    this.#reader = reader;
    this.#signal = signal;
    this.#said = new Said(() => void this.refresh(), signal);
    this.element = h("div", SCROLLS, this.#said.element, this.#items, this.#more);
    this.#more.addEventListener(
      "click",
      () => {
        this.#wanted += PAGE;
        void this.refresh();
      },
      { signal },
    );
    atEnd(signal, () => {
      for (const { end } of this.#drawn.values()) end.abort();
    });
    void this.refresh();
  }

  async refresh(): Promise<void> {
    this.#again = this.#reading;
    if (this.#reading) return;
    this.#reading = true;
    try {
      const { total, rows } = await this.#read();
      if (this.#signal.aborted) return;
      this.#show(rows, total);
      this.#said.say(total === 0 ? this.#listed.none : null, null);
    } catch (error) {
      this.#said.say(null, error instanceof Error ? error.message : String(error));
    } finally {
      this.#reading = false;
    }
    if (this.#again) await this.refresh();
  }

  async #read(): Promise<Rows<Item>> {
    const rows: Item[] = [];
    for (;;) {
      const { what } = this.#listed;
      const page = await this.#reader.read<Rows<Item>>(what, { offset: rows.length, limit: PAGE });
      rows.push(...page.rows);
      if (rows.length >= Math.min(this.#wanted, page.total) || page.rows.length === 0)
        return { total: page.total, rows };
    }
  }

  #show(items: readonly Item[], total: number): void {
    const keys = new Set(items.map((item) => this.#listed.key(item)));
    for (const [key, { element, end }] of this.#drawn) {
      if (keys.has(key)) continue;
      end.abort();
      element.remove();
      this.#drawn.delete(key);
    }
    for (const [place, item] of items.entries()) {
      const element = this.#put(item);
      if (this.#items.children[place] !== element)
        this.#items.insertBefore(element, this.#items.children[place] ?? null);
    }
    this.#more.hidden = items.length >= total;
    this.#more.textContent = `Show more (${many(total - items.length, this.#listed.one)} left)`;
  }

  #put(item: Item): HTMLElement {
    const key = this.#listed.key(item);
    const json = JSON.stringify(item);
    const before = this.#drawn.get(key);
    if (before?.json === json) return before.element;
    const end = new AbortController();
    const element = h("li", { class: "hitl-entry" }, this.#listed.draw(item, end.signal));
    if (before) {
      unfoldAs(before.element, element);
      const focused = hasFocus(before.element);
      before.element.replaceWith(element);
      before.end.abort();
      if (focused) element.querySelector<HTMLElement>("summary, a, button, [tabindex='0']")?.focus();
    }
    this.#drawn.set(key, { json, element, end });
    return element;
  }
}

/** What somebody has unfolded in an item stays unfolded when it is drawn anew. */
function unfoldAs(before: HTMLElement, after: HTMLElement): void {
  const open = new Set(
    [...before.querySelectorAll<HTMLElement>("details[open]")].map(({ dataset }) => dataset.fold),
  );
  for (const details of after.querySelectorAll("details"))
    if (open.has(details.dataset.fold)) details.open = true;
}
