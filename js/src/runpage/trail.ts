/** One view of a run page: the page of its run, and of those below it to which somebody went from there. */

import { button } from "../shared/dom";
import { OPEN } from "../shared/trail";
import { Frame } from "./frame";
import type { Page } from "./page";
import type { Reader } from "./section";

interface Step {
  readonly frame: Frame;
  readonly end: AbortController;
}

export function drawPage(page: Page, parent: HTMLElement, signal: AbortSignal): void {
  void new Trail(page, parent, signal).listen();
}

class Trail {
  readonly #page: Page;
  readonly #parent: HTMLElement;
  readonly #signal: AbortSignal;
  readonly #steps: Step[] = [];

  constructor(page: Page, parent: HTMLElement, signal: AbortSignal) {
    this.#page = page;
    this.#parent = parent;
    this.#signal = signal;
    this.#step(null);
  }

  /** Goes where the card leads, on which the page stands: it knows no more of the page than its place. */
  async listen(): Promise<void> {
    while (!this.#parent.isConnected && !this.#signal.aborted) await new Promise(requestAnimationFrame);
    const around = this.#parent.closest<HTMLElement>("[data-run]");
    const open = () => {
      const { run } = around?.dataset ?? {};
      if (!run) return;
      while (this.#steps.length > 1) this.#back();
      this.#open(run);
    };
    around?.addEventListener(OPEN, open, { signal: this.#signal });
    open();
  }

  /** Shows the page of a run below, in place of this one. */
  #open(run: string): void {
    const before = this.#steps.at(-1);
    const back = this.#step(run);
    back?.focus();
    if (before) before.frame.element.hidden = true;
  }

  #back(): void {
    const gone = this.#steps.pop();
    const frame = this.#steps.at(-1)?.frame;
    if (frame) frame.element.hidden = false;
    frame?.focus();
    gone?.end.abort();
  }

  /** Gives the button that leads back, but for the page itself. */
  #step(run: string | null): HTMLElement | null {
    const end = new AbortController();
    const signal = AbortSignal.any([this.#signal, end.signal]);
    const back = run === null ? null : button("Back");
    back?.addEventListener("click", () => this.#back(), { signal });
    const reader: Reader = {
      read: (what, parameters) =>
        this.#page.read(what, run === null ? parameters : { ...parameters, run_id: run }),
      open: (other) => this.#open(other),
    };
    const frame = new Frame(this.#page, { reader, back }, this.#parent, signal);
    this.#steps.push({ frame, end });
    return back;
  }
}
