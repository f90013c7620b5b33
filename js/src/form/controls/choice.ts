/** One of several options, sent as its index: labels may repeat, and 1, "1" and True look alike. */

import { h, on } from "../../shared/dom";
import { ABSENT, holding, NULL } from "../cells";
import type { Draw, Spec } from "../control";
import type { Cell } from "../plan";
import { combobox } from "./combobox";
import { type Face, leaf } from "./leaf";
import { makeToggle } from "./toggle";

/** More options than this, or longer ones, go into a list that folds. */
const BUTTONS = 4;
const LETTERS = 40;
/** Nobody likes to read through a longer list: from here on a person types a part of the words. */
const FOLDED = 15;

export const drawChoice: Draw = (spec) =>
  leaf(spec, (edit) => {
    const labels = (spec.node.options ?? []).map(({ label }) => label);
    const short = labels.join("").length <= LETTERS;
    const asked = spec.node.hints?.control;
    if (asked === "radio" || (!asked && labels.length <= BUTTONS && short))
      return buttons(spec, labels, edit);
    return asked || labels.length <= FOLDED ? select(spec, labels, edit) : combobox(spec, labels, edit);
  });

function buttons({ node, signal }: Spec, labels: string[], edit: (cell: Cell) => void): Face {
  const all = node.nullable ? [...labels, "No value"] : labels;
  const toggle = makeToggle(
    all.map((label) => ({ label })),
    (index) => edit(index === labels.length ? NULL : holding(index)),
    signal,
    node.hints?.control,
  );
  return {
    control: toggle.element,
    ownSwitch: true,
    show: (cell) => toggle.show(cell.is === "null" ? labels.length : indexOf(cell)),
  };
}

export function select({ node, signal }: Spec, labels: string[], edit: (cell: Cell) => void): Face {
  const control = h("select", { class: "hitl-input" });
  const unchosen = h("option", { value: "" }, "Choose…");
  control.append(...labels.map((label, index) => h("option", { value: index }, label)));
  if (node.nullable) control.append(h("option", { value: "null" }, "No value"));
  on(
    control,
    "change",
    () => {
      const { value } = control;
      edit(value === "" ? ABSENT : value === "null" ? NULL : holding(Number(value)));
      if (value !== "") unchosen.remove();
    },
    signal,
  );
  return {
    control,
    ownSwitch: true,
    show(cell) {
      // Once something is chosen there is no way back to "not chosen", as with the buttons.
      if (cell.is === "absent") control.prepend(unchosen);
      else unchosen.remove();
      control.value = cell.is === "null" ? "null" : cell.is === "absent" ? "" : String(indexOf(cell));
    },
  };
}

function indexOf(cell: Cell): number {
  return cell.is === "value" && typeof cell.value === "number" ? cell.value : -1;
}
