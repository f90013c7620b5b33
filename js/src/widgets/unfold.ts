/** The run page on a card: folded until somebody wants it, and in this view alone. */

import { h } from "../shared/dom";
import { SILENCE, SILENT } from "./requests";
import { show } from "./slots";
import type { CardState } from "./state";

const NOT_SHOWN = "The run page cannot be shown on this page.";

export class Unfold {
  readonly element = h("details", { class: "hitl-whole", hidden: true });
  readonly #place = h("div", { class: "hitl-whole-page" });
  readonly #said = h("div", { class: "hitl-whole-said", role: "status" });
  readonly #card: CardState;
  readonly #signal: AbortSignal;
  #drawn = false;
  #asking = false;

  /** `instead` is hidden for as long as the page is unfolded, which shows it all. */
  constructor(card: CardState, instead: HTMLElement, signal: AbortSignal) {
    this.#card = card;
    this.#signal = signal;
    this.element.append(h("summary", {}, "Run page"), this.#said, this.#place);
    this.element.addEventListener(
      "toggle",
      () => {
        instead.classList.toggle("hitl-folded", this.element.open);
        this.show();
      },
      { signal },
    );
  }

  /** Shows the page if it is unfolded and there. */
  show(): void {
    this.element.hidden = this.#card.run === null;
    if (!this.element.open || this.#drawn) return;
    if (this.#card.page === null) void this.#ask();
    else {
      this.#drawn = true;
      this.#said.textContent = "";
      show(this.#card.page, this.#card.manager, this.#place, this.#signal).catch(() => {
        this.#said.textContent = NOT_SHOWN;
      });
    }
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const late = setTimeout(() => {
      this.#said.textContent = SILENT;
    }, SILENCE);
    this.#signal.addEventListener("abort", () => clearTimeout(late), { once: true });
    const why = await this.#card.askForPage();
    clearTimeout(late);
    this.#asking = false;
    if (why !== null) this.#said.textContent = why;
  }
}
