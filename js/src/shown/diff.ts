/** What has changed from one text to another: lines that have gone and come, and the words in them that differ. */

import { h } from "../shared/dom";
import type { Difference, Line } from "./model";

export function diff({ names: [before, after], rows, note }: Difference): HTMLElement {
  const lines = h("div", {
    class: "hitl-diff",
    role: "group",
    tabindex: 0,
    "aria-label": `Difference from ${before} to ${after}`,
  });
  lines.append(
    h("div", { class: "hitl-diff-names" }, h("del", {}, `- ${before}`), h("ins", {}, `+ ${after}`)),
    ...rows.map(lineOf),
  );
  if (note) lines.append(h("p", { class: "hitl-seen-rest" }, note));
  return lines;
}

function lineOf([sign, pieces]: Line): HTMLElement {
  if (sign === "…") {
    const count = Number(pieces[0]?.[0]);
    return h("div", { class: "hitl-seen-rest" }, `… ${count.toLocaleString("en")} lines that are the same`);
  }
  const text = pieces.map(([piece, changed]) => (changed ? h("strong", {}, piece) : piece));
  const tag = sign === "-" ? "del" : sign === "+" ? "ins" : "span";
  return h(
    "div",
    { class: `hitl-line-${tag}` },
    h("span", { class: "hitl-sign" }, sign),
    h(tag, {}, ...text),
  );
}
