/** What a run has called: how many task runs are in which state, and the flow runs below it, each in a line. */

import { h } from "../shared/dom";
import type { Run, Tree } from "./model";
import { spentOf } from "./times";

const TICK = 1000;

export class Below {
  readonly element = h("div", { class: "hitl-below", hidden: true });
  readonly #tasks = h("div", { class: "hitl-tasks" });
  readonly #list = h("ul", { "aria-label": "Subflow runs", tabindex: 0 });
  readonly #more = h("div");
  #going: { run: Run; times: HTMLElement }[] = [];

  constructor(signal: AbortSignal) {
    this.element.append(this.#tasks, this.#list, this.#more);
    const timer = setInterval(() => this.#tick(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  show({ tasks = {}, runs = [], more = 0 }: Partial<Tree>): void {
    const counts = Object.entries(tasks);
    this.element.hidden = counts.length + runs.length === 0;
    this.#tasks.hidden = counts.length === 0;
    this.#tasks.replaceChildren(
      "Tasks",
      ...counts.map(([state, count]) =>
        h(
          "span",
          { class: "hitl-badge", "data-state": state },
          `${wordOf(state)} ${count.toLocaleString("en")}`,
        ),
      ),
    );
    this.#list.hidden = runs.length === 0;
    this.#going = [];
    const { scrollTop } = this.#list;
    this.#list.replaceChildren(...runs.map((run) => this.#row(run)));
    this.#list.scrollTop = scrollTop;
    this.#more.textContent = more > 0 ? `and ${more.toLocaleString("en")} more` : "";
    this.#tick();
  }

  #row(run: Run & { depth: number }): HTMLElement {
    const times = h("span", { class: "hitl-count" }, spentOf(run, new Date()).join(", "));
    if (!run.ended) this.#going.push({ run, times });
    const row = h(
      "li",
      { "data-depth": run.depth },
      h("span", { class: "hitl-badge", "data-state": run.state?.type }, run.state?.name ?? "Pending"),
      h("span", { class: "hitl-name" }, run.name),
      h("span", { class: "hitl-flow" }, `flow ${run.flow_name}`),
      times,
    );
    row.style.paddingLeft = `${Math.min(run.depth - 1, 6)}em`;
    return row;
  }

  #tick(): void {
    const now = new Date();
    for (const { run, times } of this.#going) times.textContent = spentOf(run, now).join(", ");
  }
}

function wordOf(state: string): string {
  return state.charAt(0) + state.slice(1).toLowerCase().replace("_", " ");
}
