/** What a run has called: how many task runs are in which state, and the flow runs below it, each in a line. */

import { button, h, hasFocus } from "../shared/dom";
import { every } from "../shared/ends";
import type { Run, Tree } from "./model";
import { spentOf } from "./times";

const TICK = 1000;

interface Row {
  run: Run;
  readonly element: HTMLElement;
  readonly badge: HTMLElement;
  readonly times: HTMLElement;
}

export class Below {
  readonly element = h("div", { class: "hitl-below", hidden: true });
  readonly #tasks = h("div", { class: "hitl-tasks" });
  readonly #list = h("ul", { "aria-label": "Subflow runs", tabindex: 0 });
  readonly #more = h("div");
  readonly #open: (run: string) => void;
  readonly #rows = new Map<string, Row>();

  /** `open` shows the page of a run. */
  constructor(open: (run: string) => void, signal: AbortSignal) {
    this.#open = open;
    this.element.append(this.#tasks, this.#list, this.#more);
    every(TICK, () => this.#tick(), signal);
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
    this.#show(runs);
    this.#more.textContent = more > 0 ? `and ${more.toLocaleString("en")} more` : "";
    this.#tick();
  }

  /** A run that stays keeps its row where it is: it may be pressed, or have the focus. */
  #show(runs: Tree["runs"]): void {
    const ids = new Set(runs.map(({ id }) => id));
    for (const [id, { element }] of this.#rows) {
      if (ids.has(id)) continue;
      if (hasFocus(element)) this.#list.focus({ preventScroll: true });
      element.remove();
      this.#rows.delete(id);
    }
    for (const [place, run] of runs.entries()) {
      const row = this.#rows.get(run.id) ?? this.#make(run);
      this.#rows.set(run.id, row);
      row.run = run;
      row.badge.textContent = run.state?.name ?? "Pending";
      row.badge.dataset.state = run.state?.type ?? "PENDING";
      const there = this.#list.children[place];
      if (there !== row.element) this.#list.insertBefore(row.element, there ?? null);
    }
  }

  #make(run: Tree["runs"][number]): Row {
    const badge = h("span", { class: "hitl-badge" });
    const times = h("span", { class: "hitl-count" });
    const open = button("Open", { class: "hitl-link", "aria-label": `Open ${run.name}` });
    open.addEventListener("click", () => this.#open(run.id));
    const element = h(
      "li",
      { "data-depth": run.depth },
      badge,
      h("span", { class: "hitl-name" }, run.name),
      h("span", { class: "hitl-flow" }, `flow ${run.flow_name}`),
      times,
      open,
    );
    element.style.paddingLeft = `${Math.min(run.depth - 1, 6)}em`;
    return { run, element, badge, times };
  }

  #tick(): void {
    const now = new Date();
    for (const { run, times } of this.#rows.values()) times.textContent = spentOf(run, now).join(", ");
  }
}

function wordOf(state: string): string {
  return state.charAt(0) + state.slice(1).toLowerCase().replace("_", " ");
}
