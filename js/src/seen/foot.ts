/**
 * The line at the foot: a question waits off the screen, and one click goes there.
 *
 * It stands at the end of the page, unless the host puts it elsewhere. The focus moves on that click only.
 */

import { keepKeys } from "../form/keys";
import type { Question } from "../shared/board";
import { h } from "../shared/dom";
import type { Seen } from "./seen";

export class Foot {
  readonly #seen: Seen;
  readonly #words = h("span", { class: "hitl-away-words" });
  readonly #button = h("button", { type: "button", class: "hitl-button" }, "Show");
  readonly #line = h(
    "div",
    { class: "hitl hitl-away", role: "region", "aria-label": "Questions that wait", hidden: true },
    this.#words,
    this.#button,
  );
  // Apart from the line, which comes and goes: a screen reader hears only of places that it knows already.
  readonly #said = h("div", { class: "hitl hitl-said", role: "status" });
  #told = new Set<string>();

  constructor(seen: Seen) {
    this.#seen = seen;
    const page = new AbortController();
    keepKeys(this.#line, page.signal);
    this.#button.addEventListener("click", () => {
      const { next } = seen;
      if (next) void seen.go(next);
    });
    seen.changes.add(() => this.#show());
  }

  #show(): void {
    const { away, next, host } = this.#seen;
    if (next) {
      const words = wordsOf(away.length, next);
      if (this.#words.textContent !== words) this.#words.textContent = words;
      this.#words.title = words;
      this.#button.setAttribute("aria-label", `Show: ${next.subject}`);
    }
    this.#line.hidden = !next;
    if (!this.#said.isConnected) document.body.append(this.#said);
    if (host) host.stand(this.#line);
    else if (this.#line.parentNode !== document.body) document.body.append(this.#line);
    this.#tell(away);
  }

  /** Once for each question that leaves the screen; what was told before is not told again with the next. */
  #tell(away: readonly Question[]): void {
    const fresh = away.filter(({ id }) => !this.#told.has(id));
    this.#told = new Set(away.map(({ id }) => id));
    if (fresh[0]) this.#said.textContent = wordsOf(away.length, fresh[0], "");
    else if (away.length === 0) this.#said.textContent = "";
  }
}

/** "A question waits: Parcel", "3 questions wait. The next: Parcel". */
function wordsOf(count: number, { subject }: Question, which = "The next: "): string {
  return count === 1 ? `A question waits: ${subject}` : `${count} questions wait. ${which}${subject}`;
}
