/** Logs: every line that the store has of a run, filtered, searched and copied there. */

import { button, h } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { type Line, Lines } from "./lines";
import { Scroller } from "./scroller";
import type { Reader, Section } from "./section";
import { Windows } from "./windows";

interface Found {
  total: number;
  matching: number;
  lines: readonly Line[];
}

interface Copied {
  text: string;
  lines: number;
  cut: boolean;
}

const LEVELS: readonly [least: number, title: string][] = [
  [0, "All levels"],
  [10, "Debug and above"],
  [20, "Info and above"],
  [30, "Warning and above"],
  [40, "Error and above"],
  [50, "Critical"],
];
/** Milliseconds after the last key before it is searched for. */
export const SETTLED = 200;
const HEIGHT = 20;
/** A list that is scrolled no further than this is at its beginning. */
const NEAR = 24;

export function makeLogs(reader: Reader, signal: AbortSignal): Section {
  return new Logs(reader, signal);
}

class Logs implements Section {
  readonly element: HTMLElement;
  readonly #reader: Reader;
  readonly #search = h("input", {
    type: "search",
    class: "hitl-input",
    placeholder: "Search",
    "aria-label": "Search the log",
  });
  readonly #level = h("select", { class: "hitl-input", "aria-label": "Level" });
  readonly #order = h("select", { class: "hitl-input", "aria-label": "Order" });
  readonly #copy = button("Copy");
  readonly #count = h("span", { class: "hitl-page-count", role: "status" });
  readonly #said = h("div", { class: "hitl-page-said", role: "status" });
  readonly #box = h("div", {
    class: "hitl-page-log",
    role: "log",
    "aria-label": "Logs",
    "aria-live": "off",
    tabindex: 0,
  });
  readonly #windows: Windows<Line>;
  readonly #scroller: Scroller;
  readonly #lines: Lines;
  #total = 0;
  #fresh = true;
  /** Null until it is known. */
  #lives: boolean | null = null;

  constructor(reader: Reader, signal: AbortSignal) {
    this.#reader = reader;
    this.#level.append(...LEVELS.map(([least, title]) => h("option", { value: least }, title)));
    this.#order.append(
      h("option", { value: "" }, "Oldest first"),
      h("option", { value: "newest" }, "Newest first"),
    );
    this.#lines = new Lines(() => this.#scroller.show(this.#windows.total ?? 0), signal);
    this.#windows = new Windows(
      (offset, limit) => this.#fetch(offset, limit),
      () => this.#show(),
    );
    this.#scroller = new Scroller(this.#box, this, signal);
    this.element = h(
      "div",
      { class: "hitl-page-logs" },
      h("div", { class: "hitl-page-tools" }, this.#search, this.#level, this.#order, this.#copy, this.#count),
      this.#said,
      this.#box,
    );
    this.#listen(signal);
    void this.#begin();
  }

  refresh(): void {
    this.#windows.refresh();
  }

  // -- rows, as the scroller asks for them -------------------------------------------------------------------------

  readonly height = HEIGHT;

  draw(place: number, drawn: HTMLElement | undefined): HTMLElement {
    return this.#lines.draw(this.#windows.row(this.key(place)), drawn);
  }

  seen(first: number, last: number): void {
    const [one, other] = [this.key(first), this.key(last)];
    this.#windows.look(Math.min(one, other), Math.max(one, other));
  }

  /** Lines are counted from the oldest whichever stands first, so that what is here stays right as more come. */
  key(place: number): number {
    return this.#newestFirst ? (this.#windows.total ?? 0) - 1 - place : place;
  }

  // -----------------------------------------------------------------------------------------------------------------

  get #newestFirst(): boolean {
    return this.#order.value !== "";
  }

  get #filter(): { level: number; search: string } {
    return { level: Number(this.#level.value), search: this.#search.value };
  }

  #listen(signal: AbortSignal): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      clearTimeout(timer);
      this.#again();
    };
    this.#search.addEventListener(
      "input",
      () => {
        clearTimeout(timer);
        timer = setTimeout(again, SETTLED);
      },
      { signal },
    );
    this.#search.addEventListener("search", again, { signal });
    this.#level.addEventListener("change", again, { signal });
    this.#order.addEventListener("change", again, { signal });
    this.#copy.addEventListener("click", () => void this.#copyAll(), { signal });
    atEnd(signal, () => clearTimeout(timer));
  }

  async #begin(): Promise<void> {
    this.#windows.look(0, 0);
    try {
      const { name, over } = await this.#reader.read<{ name: string; over: boolean }>("summary");
      this.#lines.of = name;
      this.#lives = !over;
    } catch {
      // The lines cannot be read either then, and say why.
      this.#lives = false;
    }
    this.#show();
  }

  async #fetch(offset: number, limit: number): Promise<{ total: number; rows: readonly Line[] }> {
    const found = await this.#reader.read<Found>("logs", {
      offset,
      limit,
      ...this.#filter,
      newest_first: false,
    });
    this.#total = found.total;
    return { total: found.matching, rows: found.lines };
  }

  /** Other lines are asked for, or in another order. */
  #again(): void {
    this.#fresh = true;
    this.#lines.search = this.#filter.search;
    this.#say("");
    // The page must not jump up and down.
    this.#box.style.minHeight = `${this.#box.offsetHeight}px`;
    this.#scroller.restart();
    this.#windows.clear();
  }

  #show(): void {
    const { total, error } = this.#windows;
    if (error !== null) this.#say(error);
    if (total === null) return;
    this.#box.style.minHeight = "";
    this.#count.textContent =
      total === this.#total ? linesOf(total) : `${total.toLocaleString("en")} of ${linesOf(this.#total)}`;
    this.#scroller.show(total, this.#newestFirst && this.#box.scrollTop > NEAR);
    if (this.#fresh && this.#lives !== null) {
      this.#fresh = false;
      this.#scroller.follow(this.#lives && !this.#newestFirst);
    }
    if (error !== null) return;
    if (this.#total === 0) this.#say("Nothing was logged in this run.");
    else if (total === 0) this.#say("No line matches.");
    else if (this.#said.dataset.lasts === undefined) this.#say("");
  }

  async #copyAll(): Promise<void> {
    this.#say("Copying…");
    try {
      const parameters = { ...this.#filter, newest_first: this.#newestFirst };
      const { text, lines, cut } = await this.#reader.read<Copied>("copy", parameters);
      await toClipboard(text);
      const first = this.#newestFirst ? "newest" : "oldest";
      this.#say(
        cut ? `Copied the ${first} ${linesOf(lines)}; more do not fit.` : `Copied ${linesOf(lines)}.`,
        true,
      );
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error), true);
    }
  }

  /** What `lasts` stays until something else is asked for. */
  #say(text: string, lasts = false): void {
    if (this.#said.textContent !== text) this.#said.textContent = text;
    if (lasts) this.#said.dataset.lasts = "";
    else delete this.#said.dataset.lasts;
  }
}

function linesOf(count: number): string {
  return count === 1 ? "1 line" : `${count.toLocaleString("en")} lines`;
}

async function toClipboard(text: string): Promise<void> {
  // Pages on plain http have no clipboard of their own.
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = h("textarea", { style: "position: fixed; opacity: 0" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("This page may not copy.");
}
