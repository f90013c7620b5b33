/** What a person can do with a run that goes on: go to what it asks, and cancel it, which is asked once more. */

import { button, h, hasFocus } from "../shared/dom";
import type { CardState } from "./state";

const SURE = "Cancel the run?";
const BUSY = "The kernel is busy. The run is cancelled when it is free.";

export class Acts {
  readonly element: HTMLElement;
  readonly #card: CardState;
  readonly #rest: HTMLElement;
  readonly #resume = button("Resume");
  readonly #cancel = button("Cancel");
  readonly #no = button("No");
  readonly #yes = button("Yes, cancel");
  readonly #sure: HTMLElement;
  readonly #said = h("span", { role: "status" });
  #asks = false;

  /** `resume` does what the button says; `rest` takes the focus of what goes. */
  constructor(card: CardState, resume: () => void, rest: HTMLElement, signal: AbortSignal) {
    this.#card = card;
    this.#rest = rest;
    this.#sure = h(
      "span",
      { class: "hitl-acts", role: "group", "aria-label": SURE },
      SURE,
      this.#yes,
      this.#no,
    );
    this.element = h("div", { class: "hitl-acts" }, this.#said, this.#resume, this.#cancel, this.#sure);
    const on = (one: HTMLElement, what: () => void) => one.addEventListener("click", what, { signal });
    on(this.#resume, resume);
    on(this.#cancel, () => card.cancelling === "no" && this.#ask(true));
    on(this.#no, () => this.#ask(false));
    on(this.#yes, () => {
      void card.cancel();
      this.#ask(false);
    });
    this.#sure.addEventListener("keydown", ({ key }) => key === "Escape" && this.#ask(false), { signal });
  }

  show(): void {
    const { run, questions, cancelling } = this.#card;
    const alive = run !== null && !run.ended;
    // What is hidden loses the focus to the page, and the next key is the notebook's.
    if (!alive && hasFocus(this.element)) this.#rest.focus({ preventScroll: true });
    this.#asks &&= alive;
    // What asks for nothing else has this button in its place.
    const next = questions.find(({ form }) => form.phase === "open");
    this.#resume.hidden = !alive || this.#asks || !next?.form.plan;
    this.#cancel.hidden = !alive || this.#asks;
    this.#sure.hidden = !this.#asks;
    this.#cancel.textContent = cancelling === "no" ? "Cancel" : "Cancelling…";
    this.#cancel.setAttribute("aria-disabled", String(cancelling !== "no"));
    const said = alive && cancelling === "busy" ? BUSY : "";
    if (this.#said.textContent !== said) this.#said.textContent = said;
  }

  #ask(asks: boolean): void {
    this.#asks = asks;
    this.show();
    (asks ? this.#no : this.#cancel).focus();
  }
}
