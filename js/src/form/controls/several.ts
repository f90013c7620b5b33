/** Any number of options, as checkboxes. They travel as indices, in the order in which they were picked. */

import { h, on } from "../../shared/dom";
import { holding } from "../cells";
import type { Draw } from "../control";
import type { Cell } from "../plan";
import { leaf } from "./leaf";

export const drawSeveral: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    let picked: readonly number[] = [];
    const boxes = (node.options ?? []).map(() => h("input", { type: "checkbox" }));
    const control = h(
      "div",
      { class: "hitl-several", role: "group" },
      ...boxes.map((box, index) => h("label", {}, box, h("span", {}, node.options?.[index]?.label ?? ""))),
    );
    boxes.forEach((box, index) => {
      on(
        box,
        "change",
        () => {
          const others = picked.filter((one) => one !== index);
          picked = box.checked ? [...others, index] : others;
          edit(holding(picked));
        },
        signal,
      );
    });
    control.focus = (how?: FocusOptions) => boxes[0]?.focus(how);
    return {
      control,
      show(cell) {
        picked = pickedIn(cell);
        boxes.forEach((box, index) => {
          box.checked = picked.includes(index);
        });
      },
    };
  });

function pickedIn(cell: Cell): readonly number[] {
  return cell.is === "value" && Array.isArray(cell.value) ? (cell.value as readonly number[]) : [];
}
