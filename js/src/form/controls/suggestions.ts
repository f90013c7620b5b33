/** What may be typed into a box, for a person to pick from; something else can be typed all the same. */

import { h, uniqueId } from "../../shared/dom";
import type { PlanNode } from "../plan";

/** The list that belongs into the row of a box, none where nothing is suggested. */
export function suggested(
  control: HTMLInputElement,
  { hints = {} }: PlanNode,
  signal: AbortSignal,
): HTMLElement[] {
  const given = hints.suggestions ?? (hints.format === "zone" ? zones : null);
  if (!given) return [];
  const list = h("datalist", { id: uniqueId() });
  control.setAttribute("list", list.id);
  const fill = () => {
    const texts = typeof given === "function" ? given() : given;
    list.append(...texts.map((value) => h("option", { value })));
  };
  // There are hundreds of time zones, and most forms are sent without a look at them.
  control.addEventListener("focus", fill, { signal, once: true });
  return [list];
}

const zones = () => ["UTC", ...Intl.supportedValuesOf("timeZone")];
