/** The head of a card: which run, in which state, since when. Its clocks run while the run is open. */

import { h } from "../shared/dom";
import { clock, duration } from "../shared/time";
import type { Run } from "./model";

const TICK = 1000;
/** States whose message a person wants to read at once. */
const BAD = new Set(["FAILED", "CRASHED", "CANCELLED"]);

export class Head {
  readonly element: HTMLElement;
  readonly #name = h("span", { class: "hitl-name" });
  readonly #flow = h("span", { class: "hitl-flow" });
  readonly #badge = h("span", { class: "hitl-badge" });
  readonly #times = h("div", { class: "hitl-times" });
  readonly #reason = h("div", { class: "hitl-reason", hidden: true });
  #run: Run | null = null;

  constructor(signal: AbortSignal) {
    this.element = h(
      "div",
      { class: "hitl-head" },
      h("div", { class: "hitl-who" }, this.#badge, this.#name, this.#flow),
      this.#times,
      this.#reason,
    );
    const timer = setInterval(() => {
      if (this.#run && !this.#run.ended) this.#tick(this.#run);
    }, TICK);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  show(run: Run | null): void {
    this.#run = run;
    const state = run?.state ?? null;
    this.#name.textContent = run?.name ?? "";
    this.#flow.textContent = run ? `flow ${run.flow_name}` : "";
    this.#badge.textContent = state?.name ?? "Starting";
    this.#badge.dataset.state = state?.type ?? "PENDING";
    const reason = state && BAD.has(state.type) ? state.message : null;
    this.#reason.textContent = reason ?? "";
    this.#reason.hidden = !reason;
    if (run) this.#tick(run);
  }

  #tick(run: Run): void {
    const now = new Date();
    const parts = timesOf(run, now).map((text) => h("span", {}, text));
    if (run.started && parts[0]) parts[0].title = new Date(run.started).toString();
    this.#times.replaceChildren(...parts);
  }
}

/** "started 10:42:03", "taken up again 11:02:41", "ran 12 s", "waited 1 min 03 s", "3 answers". */
export function timesOf(run: Run, now: Date): string[] {
  if (!run.started) return [];
  const started = new Date(run.started);
  const until = run.ended ? new Date(run.ended) : now;
  const since = run.state?.type === "PAUSED" && !run.ended ? Date.parse(run.state.timestamp) : null;
  // The kernel's clock may be ahead of the browser's: no time is below 0.
  const waited = run.seconds_paused * 1000 + (since === null ? 0 : Math.max(0, now.getTime() - since));
  const ran = until.getTime() - started.getTime() - waited;
  const times = [
    `started ${clock(started, now)}`,
    ...(run.taken_up ? [`taken up again ${clock(new Date(run.taken_up), now)}`] : []),
    `${run.state?.type === "RUNNING" ? "running" : "ran"} ${duration(ran)}`,
  ];
  if (since !== null) times.push(`waiting ${duration(waited)}`);
  else if (waited >= TICK) times.push(`waited ${duration(waited)}`);
  if (run.answered > 0) times.push(`${run.answered} answer${run.answered === 1 ? "" : "s"}`);
  return times;
}
