/** The log of a run: folded out below, following its end unless somebody scrolled up to read. */

import { h } from "../shared/dom";
import { levelName } from "../shared/levels";
import { clockOfLog } from "../shared/time";
import type { LogLine } from "./model";
import { KEPT_LINES } from "./state";

/** Nearer to the end than this many pixels counts as being there. */
const NEAR = 24;

export class Logs {
  readonly element: HTMLElement;
  readonly #lines = h("div", { class: "hitl-lines", role: "log", "aria-label": "Logs", tabindex: 0 });
  readonly #count = h("span", { class: "hitl-count" });
  /** The numbers drawn, in order. */
  #drawn: number[] = [];
  #root = "";

  constructor(signal: AbortSignal) {
    const details = h("details", { class: "hitl-logs", open: true, hidden: true });
    details.append(h("summary", {}, "Logs", this.#count), this.#lines);
    details.addEventListener("toggle", () => this.#toEnd(), { signal });
    this.element = details;
  }

  /** Draws the lines that are new. `root` is the run of the card: lines of other runs say whose they are. */
  show(lines: readonly LogLine[], root: string): void {
    this.element.hidden = lines.length === 0;
    this.#count.textContent = lines.length < KEPT_LINES ? String(lines.length) : `last ${KEPT_LINES}`;
    // The first lines may come before the run's name does.
    if (root !== this.#root) this.#clear(root);
    const known = new Set(this.#drawn);
    const last = this.#drawn.at(-1) ?? Number.NEGATIVE_INFINITY;
    const fresh = lines.filter(({ number }) => !known.has(number));
    if (fresh.length === 0) return;
    // Asked only now: it makes the browser lay out the page.
    const atEnd = this.#drawn.length === 0 || this.#isAtEnd();
    if (fresh.some(({ number }) => number < last))
      this.#lines.replaceChildren(...lines.map((line) => row(line, root)));
    else this.#lines.append(...fresh.map((line) => row(line, root)));
    while (this.#lines.childElementCount > lines.length) this.#lines.firstElementChild?.remove();
    this.#drawn = lines.map(({ number }) => number);
    if (atEnd) this.#toEnd();
  }

  /** Whether somebody has gone back to read. */
  get read(): boolean {
    return this.#drawn.length > 0 && !this.#isAtEnd();
  }

  #clear(root: string): void {
    this.#root = root;
    this.#drawn = [];
    this.#lines.replaceChildren();
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#lines;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd(): void {
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}

function row({ at, level, message, name }: LogLine, root: string): HTMLElement {
  const when = new Date(at);
  const label = levelName(level);
  const element = h(
    "div",
    { class: "hitl-log", "data-level": label },
    h("time", { datetime: at, title: when.toString() }, clockOfLog(when)),
    h("span", { class: "hitl-level" }, label),
  );
  const text = h("span", { class: "hitl-text" });
  // Most lines are the card's own run's, whose name stands at the head of the card.
  if (name && !name.includes(`'${root}'`)) text.append(h("span", { class: "hitl-source" }, name), " ");
  text.append(message);
  element.append(text);
  return element;
}
