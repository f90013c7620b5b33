/** What the card of a run offers that did not end well: what the run had been given, and to run it again with that. */

import { button, h } from "../shared/dom";
import type { Cause, Said } from "./model";
import { patiently } from "./patience";
import { show } from "./slots";
import type { CardState } from "./state";

export class Failed {
  readonly element = h("div", { class: "hitl-failed", hidden: true });
  /** Where the cards stand of the runs that it was run again as: below the card, one after the other. */
  readonly again = h("div");
  readonly #given = h("div", { class: "hitl-given" });
  readonly #details = h("details", {}, h("summary", {}, "What it was given"), this.#given);
  readonly #button = button("Run again with the same answers");
  readonly #said = h("div", { role: "status" });
  readonly #card: CardState;
  readonly #signal: AbortSignal;
  #asked = false;
  #drawn = "";

  constructor(card: CardState, signal: AbortSignal) {
    this.#card = card;
    this.#signal = signal;
    this.element.append(this.#button, this.#said, this.#details);
    this.#button.addEventListener("click", () => void this.#runAgain(), { signal });
    this.#details.addEventListener("toggle", () => void this.#explain(), { signal });
  }

  show(): void {
    const { run, again } = this.#card;
    this.element.hidden = !run?.failed;
    if (!again || again === this.#drawn) return;
    this.#drawn = again;
    show(again, this.#card.manager, this.again, this.#signal).catch(() => {
      this.#said.textContent = "It runs again, and that cannot be shown on this page.";
    });
  }

  async #runAgain(): Promise<void> {
    if (this.#button.hasAttribute("aria-disabled")) return;
    this.#button.setAttribute("aria-disabled", "true");
    this.#said.textContent = "";
    const { status, message } = await patiently(this.#said, this.#card.ask("again"), this.#signal);
    this.#button.removeAttribute("aria-disabled");
    this.#said.textContent = status === "ok" ? "It runs again, below." : (message ?? "");
  }

  async #explain(): Promise<void> {
    if (!this.#details.open || this.#asked) return;
    this.#asked = true;
    const reply = await patiently(this.#given, this.#card.ask("explain"), this.#signal);
    this.#asked = reply.status === "ok";
    this.#given.replaceChildren(...(this.#asked ? given(reply.data as Cause) : [reply.message ?? ""]));
  }
}

/** The answers, the last one first, and then the parameters. */
function given({ parameters, answers }: Cause): Node[] {
  const parts = answers.map(({ question, said, by }, at) =>
    part(
      at === 0 ? `Last answer: ${question}` : question,
      said.length ? said : [{ name: "", value: "resumed" }],
      by,
    ),
  );
  if (answers.length === 0) parts.push(part("It had no answers.", []));
  if (parameters === null) parts.push(part("Its parameters could not be recorded.", []));
  else parts.push(part(parameters.length ? "Parameters" : "It has no parameters.", parameters));
  return parts;
}

function part(title: string, said: readonly Said[], by = ""): HTMLElement {
  const rows = said.map(({ name, value }) =>
    h("div", {}, ...(name ? [h("span", { class: "hitl-source" }, name), " "] : []), value),
  );
  const head = h("div", { class: "hitl-given-title" }, title);
  if (by) head.append(" ", h("span", { class: "hitl-source" }, `by ${by}`));
  return h("div", {}, head, ...rows);
}
