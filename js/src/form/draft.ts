/**
 * Hands over what was typed and not yet sent, a moment after the last edit, so that it outlives the page.
 *
 * Of several edits only the last is handed over; what is sent as an answer, or can no longer be one, never is.
 */

import type { Cell } from "./plan";

/** After this many milliseconds without an edit. */
export const REST = 500;

export class Draft {
  readonly #keep: (document: Cell) => void;
  #pending: Cell | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(keep: (document: Cell) => void) {
    this.#keep = keep;
  }

  /** There is something new to hand over. */
  touch(document: Cell): void {
    this.#pending = document;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), REST);
  }

  /** Hands over at once what is waiting. */
  flush(): void {
    const pending = this.drop();
    if (pending) this.#keep(pending);
  }

  /** Forgets what is waiting, and gives it. */
  drop(): Cell | null {
    const pending = this.#pending;
    this.#pending = null;
    clearTimeout(this.#timer);
    return pending;
  }
}
