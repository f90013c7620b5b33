/**
 * A length of time in days, hours, minutes and seconds. ISO text goes in and comes out, to the last digit.
 *
 * A text that is not made of these four, such as P1Y, is shown as the text it is.
 */

import { h, on } from "../../shared/dom";
import { holding, textOf, typedEntry } from "../cells";
import type { Draw } from "../control";
import type { Cell, PlanNode } from "../plan";
import { type Face, leaf } from "./leaf";
import { showText } from "./text";

const LENGTH = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
/** What was begun in the boxes, as a draft has it. */
const BEGUN = /^(-?)P(.*)DT(.*)H(.*)M(.*)S$/;
const PARTS = ["days", "hours", "minutes", "seconds"];

export const drawDuration: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const text = textOf(spec.cell);
    return text === "" || parted(text) ? boxes(node, edit, signal) : line(node, edit, signal);
  });

function boxes(node: PlanNode, edit: (cell: Cell) => void, signal: AbortSignal): Face {
  const inputs = PARTS.map((part) =>
    h("input", {
      class: "hitl-input hitl-part",
      type: "text",
      inputmode: part === "seconds" ? "decimal" : "numeric",
      autocomplete: "off",
      "aria-label": part,
    }),
  );
  const typed = () => inputs.map(({ value }) => value.trim());
  const control = h(
    "div",
    { class: "hitl-parts", role: "group" },
    ...inputs.map((input, index) => h("label", {}, input, PARTS[index] as string)),
  );
  on(
    control,
    "input",
    () => edit(typed().some(Boolean) ? holding(joined(typed())) : typedEntry(node, "")),
    signal,
  );
  control.focus = (how?: FocusOptions) => inputs[0]?.focus(how);
  return {
    control,
    show(cell) {
      // What stands there already may be written in another way: 090 for 90.
      if (textOf(cell) === joined(typed())) return;
      const parts = parted(textOf(cell)) ?? [];
      inputs.forEach((input, index) => {
        showText(input, parts[index] ?? "");
      });
    },
    unreadable() {
      const wrong = typed().findIndex((part, index) => !/^\d*$/.test(part) && !FORMS[index]?.test(part));
      return wrong < 0 ? null : `The ${PARTS[wrong]} are no number.`;
    },
  };
}

/** What may stand in each box. A minus before the days is one before all. */
const FORMS = [/^-?\d+$/, /^\d+$/, /^\d+$/, /^\d*\.?\d+$/];

function line(node: PlanNode, edit: (cell: Cell) => void, signal: AbortSignal): Face {
  const control = h("input", { class: "hitl-input hitl-code", type: "text", autocomplete: "off" });
  on(control, "input", () => edit(typedEntry(node, control.value)), signal);
  return { control, show: (cell) => showText(control, textOf(cell)) };
}

/** Days, hours, minutes and seconds of an ISO text; null where it has other parts, or none. */
export function parted(text: string): string[] | null {
  const [, sign, ...parts] = LENGTH.exec(text) ?? BEGUN.exec(text) ?? [];
  if (!parts.some(Boolean)) return null;
  const [days = "", ...rest] = parts.map((part) => part ?? "");
  return [sign ? `-${days || 0}` : days, ...rest].map((part) => (/^0*$/.test(part) ? "" : part));
}

/** The ISO text of what stands in the boxes. */
export function joined(parts: readonly string[]): string {
  const [days = "", hours, minutes, seconds] = parts;
  const back = days.startsWith("-");
  return `${back ? "-" : ""}P${(back ? days.slice(1) : days) || 0}DT${hours || 0}H${minutes || 0}M${seconds || 0}S`;
}
