/** What the card of a run offers that did not end well: what the run had been given, and to run it again with that. */

import { h } from "../shared/dom";
import { Again } from "./again";
import type { Cause, Said } from "./model";
import { patiently } from "./patience";
import type { CardState } from "./state";

export class Failed {
  readonly element = h("div", { class: "hitl-failed", hidden: true });
  /** Where the cards stand of the runs that it was run again as: below the card, one after the other. */
  readonly again: HTMLElement;
  readonly #given = h("div", { class: "hitl-given" });
  readonly #details = h("details", {}, h("summary", {}, "What it was given"), this.#given);
  readonly #again: Again;
  readonly #card: CardState;
  readonly #signal: AbortSignal;
  #asked = false;

  constructor(card: CardState, signal: AbortSignal) {
    this.#card = card;
    this.#signal = signal;
    this.#again = new Again(card, signal);
    this.again = this.#again.place;
    this.element.append(this.#again.button, this.#again.said, this.#details);
    this.#details.addEventListener("toggle", () => void this.#explain(), { signal });
  }

  show(): void {
    this.element.hidden = !this.#card.run?.failed;
    this.#again.show();
  }

  async #explain(): Promise<void> {
    if (!this.#details.open || this.#asked) return;
    this.#asked = true;
    const reply = await patiently(this.#given, this.#card.explain(), this.#signal);
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
