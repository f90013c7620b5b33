/** How far the loops of a run are: one bar each, drawn once and moved. */

import { h, uniqueId } from "../shared/dom";
import { duration } from "../shared/time";
import type { Bar } from "./model";

interface Row {
  readonly element: HTMLElement;
  readonly text: HTMLElement;
  readonly bar: HTMLElement;
  readonly fill: HTMLElement;
}

export class Bars {
  readonly element = h("div", { class: "hitl-bars", hidden: true });
  readonly #rows = new Map<string, Row>();

  /** Of a run that is over only what was broken off is of interest. */
  show(bars: readonly Bar[], over: boolean): void {
    const shown = over ? bars.filter(({ state }) => state === "stopped") : bars;
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, { element }] of this.#rows) {
      if (ids.has(id)) continue;
      element.remove();
      this.#rows.delete(id);
    }
    for (const bar of shown) {
      const row = this.#rows.get(bar.id) ?? this.#add(bar);
      move(row, bar);
    }
    this.element.hidden = shown.length === 0;
  }

  #add({ id, title }: Bar): Row {
    const name = h("span", { class: "hitl-bar-title", id: uniqueId() }, title);
    const text = h("span", { class: "hitl-bar-text" });
    const fill = h("div", { class: "hitl-bar-fill" });
    const bar = h(
      "div",
      {
        class: "hitl-bar",
        role: "progressbar",
        "aria-labelledby": name.id,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
      },
      fill,
    );
    const element = h("div", { class: "hitl-bar-row" }, name, text, bar);
    const row = { element, text, bar, fill };
    this.#rows.set(id, row);
    this.element.append(element);
    return row;
  }
}

function move({ element, text, bar, fill }: Row, shown: Bar): void {
  const percent = shown.progress;
  element.dataset.state = shown.state;
  bar.classList.toggle("hitl-unknown", percent === null);
  fill.style.width = `${percent ?? 0}%`;
  text.textContent = textOf(shown);
  bar.setAttribute("aria-valuetext", textOf(shown));
  if (percent === null) bar.removeAttribute("aria-valuenow");
  else bar.setAttribute("aria-valuenow", String(Math.floor(percent)));
}

/** "30 %, 300 of 1,000, about 2 min 05 s left", "300", "stopped at 30 %, 300 of 1,000". */
export function textOf({ progress, count, total, left, state }: Bar): string {
  const parts = [];
  if (progress !== null) parts.push(`${Math.floor(progress)} %`);
  if (count !== null) parts.push(total === null ? number(count) : `${number(count)} of ${number(total)}`);
  if (left !== null && left >= 1) parts.push(`about ${duration(left * 1000)} left`);
  return (state === "stopped" ? "stopped at " : "") + parts.join(", ");
}

function number(value: number): string {
  return value.toLocaleString("en");
}
