/** The head of a table: text in every cell, numbers to the right; wider than its place it scrolls inside itself. */

import { markdown } from "../form/markdown";
import { h } from "../shared/dom";
import type { Rows } from "./model";

export function table(item: Rows): HTMLElement {
  const { head, index, rows, numbers, caption } = item;
  const top = h("tr", {}, ...(index ? [h("td")] : []));
  head.forEach((name, column) => void top.append(h("th", { scope: "col", ...side(numbers[column]) }, name)));
  const body = h("tbody");
  rows.forEach((cells, at) => {
    const row = h("tr", {}, ...(index ? [h("th", { scope: "row" }, index[at] ?? "")] : []));
    cells.forEach((cell, column) => void row.append(h("td", side(numbers[column]), cell ?? "")));
    body.append(row);
  });
  const inner = h("table", {}, h("thead", {}, top), body);
  const box = h("div", { class: "hitl-table", tabindex: 0, role: "group", "aria-label": "Table" }, inner);
  const figure = h("figure", { class: "hitl-figure" }, box);
  const left = leftOut(item);
  if (left) figure.append(h("p", { class: "hitl-seen-rest" }, left));
  if (caption) figure.append(h("figcaption", {}, markdown(caption)));
  return figure;
}

function side(right: boolean | undefined): { class?: string } {
  return right ? { class: "hitl-right" } : {};
}

function leftOut({ rows, total, head, width }: Rows): string {
  if (total === 0) return "The table has no rows.";
  const many = (count: number) => count.toLocaleString("en");
  return [
    rows.length < total ? `${many(rows.length)} of ${many(total)} rows` : "",
    head.length < width ? `${many(head.length)} of ${many(width)} columns` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
