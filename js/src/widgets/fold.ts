/**
 * A run that is over folds to its head, in one view of it; what it has printed and why it failed can be seen even so.
 *
 * One that completed does so by itself, unless somebody is at the card. Whoever has pressed the button is obeyed.
 */

import { button, hasFocus, whenLetGo } from "../shared/dom";
import type { CardState } from "./state";

export class Fold {
  readonly button = button("", { class: "hitl-link hitl-fold", hidden: true });
  readonly #card: CardState;
  readonly #element: HTMLElement;
  readonly #reads: () => boolean;
  readonly #signal: AbortSignal;
  #folded = false;
  #decided = false;

  /** `reads` tells whether somebody has gone back in the log. */
  constructor(card: CardState, element: HTMLElement, reads: () => boolean, signal: AbortSignal) {
    this.#card = card;
    this.#element = element;
    this.#reads = reads;
    this.#signal = signal;
    this.button.addEventListener("click", () => this.#put(!this.#folded), { signal });
  }

  show(): void {
    const { run } = this.#card;
    const over = run?.ended != null;
    this.button.hidden = !over;
    if (over === this.#decided) return;
    this.#decided = over;
    this.#put(false);
    if (over && run.state?.type === "COMPLETED")
      whenLetGo(() => this.#decided && !this.#isBusy() && this.#put(true), this.#signal);
  }

  #put(folded: boolean): void {
    this.#folded = folded;
    this.#element.toggleAttribute("data-folded", folded);
    this.button.textContent = folded ? "Show" : "Hide";
    this.button.setAttribute("aria-expanded", String(!folded));
  }

  /** Whether somebody is at the card. What takes the focus between two questions is nothing that somebody has chosen. */
  #isBusy(): boolean {
    const element = this.#element;
    return (
      (hasFocus(element) && element.ownerDocument.activeElement !== element) ||
      element.matches(":hover") ||
      element.querySelector("details[open]:not(.hitl-logs)") !== null ||
      this.#card.questions.some(({ form }) => form.phase === "gone") ||
      this.#reads()
    );
  }
}
