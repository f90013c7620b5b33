/** The head of a card: which run, in which state, since when, how far. Its clocks run while the run is open. */

import { h } from "../shared/dom";
import { every } from "../shared/ends";
import type { CardState } from "./state";
import { count, dueOf, tasksOf, timesOf } from "./times";

const TICK = 1000;
/** States whose message a person wants to read at once. */
const BAD = new Set(["FAILED", "CRASHED", "CANCELLED"]);

/** The part of a card that its head tells of. */
type Told = Pick<CardState, "run" | "flow" | "tree" | "artifacts" | "questions">;

export class Head {
  readonly element: HTMLElement;
  readonly #card: Told;
  readonly #name = h("span", { class: "hitl-name" });
  readonly #flow = h("span", { class: "hitl-flow" });
  readonly #badge = h("span", { class: "hitl-badge" });
  readonly #times = h("div", { class: "hitl-times" });
  readonly #reason = h("div", { class: "hitl-reason", hidden: true });

  /** `acts` are the buttons in it. */
  constructor(card: Told, acts: readonly HTMLElement[], signal: AbortSignal) {
    this.#card = card;
    this.element = h(
      "div",
      { class: "hitl-head" },
      h("div", { class: "hitl-who" }, this.#badge, this.#name, this.#flow),
      this.#times,
      ...acts,
      this.#reason,
    );
    every(TICK, () => card.run?.ended || this.#tick(), signal);
  }

  show(): void {
    const { run, flow } = this.#card;
    const state = run?.state ?? null;
    this.#name.textContent = run?.name ?? "";
    this.#flow.textContent = flow ? `flow ${flow}` : "";
    this.#badge.textContent = state?.name ?? "Starting";
    this.#badge.dataset.state = state?.type ?? "PENDING";
    const reason = state && BAD.has(state.type) ? state.message : null;
    this.#reason.textContent = reason ?? "";
    this.#reason.hidden = !reason;
    this.#tick();
  }

  #tick(): void {
    const { run, tree, artifacts, questions } = this.#card;
    if (!run) return;
    const now = new Date();
    const made = run.ended && artifacts.length > 0 ? [count(artifacts.length, "artifact")] : [];
    const parts = [...timesOf(run, now), ...tasksOf(tree), ...made].map((text) => h("span", {}, text));
    if (run.started && parts[0]) parts[0].title = new Date(run.started).toString();
    const open = questions.filter(({ form }) => form.phase === "open");
    const due = dueOf(
      open.map(({ asked }) => asked.deadline),
      now,
    );
    if (due) parts.push(h("span", { class: `hitl-due${due.soon ? " hitl-soon" : ""}` }, due.text));
    this.#times.replaceChildren(...parts);
  }
}
