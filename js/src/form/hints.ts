/** The limits of a field in words. They are shown before anything is wrong; Python decides what is. */

import type { Hints, PlanNode } from "./plan";
import { sizeOf } from "./size";

/** "1 to 10", "at most 20 characters", or "" where a field has no limits. */
export function limitsOf(node: PlanNode): string {
  const hints = node.hints ?? {};
  switch (node.kind) {
    case "integer":
    case "number":
    case "line":
    case "duration":
      return [rangeOf(hints), hints.multiple_of ? `a multiple of ${hints.multiple_of}` : "", digitsOf(hints)]
        .filter(Boolean)
        .join(", ");
    case "date":
    case "datetime":
    case "time":
      return spanOf(hints);
    case "text":
    case "secret":
      return countOf(hints.min_length, hints.max_length, "character");
    case "file": {
      const most = hints.max_bytes === undefined ? "" : `at most ${sizeOf(hints.max_bytes)}`;
      return [most, hints.accept ?? ""].filter(Boolean).join(", ");
    }
    case "dict":
      return countOf(hints.min_items, hints.max_items, "entry");
    case "several":
    case "list": {
      const each = node.item?.kind === "file" ? `each ${limitsOf(node.item)}` : "";
      return [countOf(hints.min_items, hints.max_items, "item"), each].filter(Boolean).join(", ");
    }
    default:
      return "";
  }
}

function rangeOf(hints: Hints): string {
  if (hints.min !== undefined && hints.max !== undefined) return `${hints.min} to ${hints.max}`;
  return [
    hints.min !== undefined ? `at least ${hints.min}` : "",
    hints.exclusive_min !== undefined ? `more than ${hints.exclusive_min}` : "",
    hints.max !== undefined ? `at most ${hints.max}` : "",
    hints.exclusive_max !== undefined ? `less than ${hints.exclusive_max}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function spanOf(hints: Hints): string {
  return [
    hints.min !== undefined ? `from ${hints.min}` : "",
    hints.exclusive_min !== undefined ? `after ${hints.exclusive_min}` : "",
    hints.max !== undefined ? `until ${hints.max}` : "",
    hints.exclusive_max !== undefined ? `before ${hints.exclusive_max}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function digitsOf({ max_digits: digits, decimal_places: places }: Hints): string {
  return [
    digits === undefined ? "" : countOf(0, digits, "digit"),
    places === undefined ? "" : countOf(0, places, "decimal"),
  ]
    .filter(Boolean)
    .join(", ");
}

function countOf(least: number | undefined, most: number | undefined, what: string): string {
  const things = (count: number) =>
    `${count} ${count === 1 ? what : what.replace(/y?$/, (y) => (y ? "ies" : "s"))}`;
  const low = least || undefined;
  if (low !== undefined && low === most) return `exactly ${things(low)}`;
  if (low !== undefined && most !== undefined) return `${low} to ${things(most)}`;
  if (low !== undefined) return `at least ${things(low)}`;
  return most !== undefined ? `at most ${things(most)}` : "";
}
