/** Runs anew what a run was that did not end well: a button, and the place of the cards of the runs that come of it. */

import { button, h } from "../shared/dom";
import { atEnd } from "../shared/ends";
import type { FullReply } from "./model";
import { patiently } from "./patience";
import { type Manager, show } from "./slots";

/** The card or the page of such a run. */
export interface Ended {
  /** The widget with the cards of the runs that it was run again as, or nothing. */
  readonly again: string | null;
  readonly manager: Manager | undefined;
  runAgain(): Promise<FullReply>;
}

export class Again {
  readonly button = button("Run again with the same answers");
  readonly said = h("div", { role: "status" });
  readonly place = h("div");
  readonly #run: Ended;
  readonly #signal: AbortSignal;
  #drawn = "";

  constructor(run: Ended, signal: AbortSignal) {
    this.#run = run;
    this.#signal = signal;
    this.button.addEventListener("click", () => void this.#press(), { signal });
    atEnd(signal, () => this.place.remove());
  }

  show(): void {
    const { again, manager } = this.#run;
    if (!again || again === this.#drawn) return;
    this.#drawn = again;
    show(again, manager, this.place, this.#signal).catch(() => {
      this.said.textContent = "It runs again, and that cannot be shown on this page.";
    });
  }

  async #press(): Promise<void> {
    if (this.button.hasAttribute("aria-disabled")) return;
    this.button.setAttribute("aria-disabled", "true");
    this.said.textContent = "";
    const { status, message } = await patiently(this.said, this.#run.runAgain(), this.#signal);
    this.button.removeAttribute("aria-disabled");
    this.said.textContent = status === "ok" ? "It runs again, below." : (message ?? "");
  }
}
