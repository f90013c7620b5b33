/**
 * Yes or no. A checkbox can only tell two things apart, so it is used only where there is a default; where nothing
 * has been said yet, or nothing may be said, there are buttons.
 */

import { h, on } from "../../shared/dom";
import { holding, NULL } from "../cells";
import type { Draw } from "../control";
import type { Cell } from "../plan";
import { select } from "./choice";
import { leaf } from "./leaf";
import { makeToggle } from "./toggle";

export const drawBoolean: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const asked = node.hints?.control;
    if (asked === "select") {
      const face = select(spec, ["Yes", "No"], (cell) =>
        edit(cell.is === "value" ? holding(cell.value === 0) : cell),
      );
      return {
        ...face,
        show: (cell) => face.show(cell.is === "value" ? holding(isYes(cell) ? 0 : 1) : cell),
      };
    }
    if (asked === "radio" || node.required || node.nullable || spec.cell.is !== "value") {
      const options = [
        { label: "Yes", keys: "y" },
        { label: "No", keys: "n" },
      ];
      const toggle = makeToggle(
        node.nullable ? [...options, { label: "No value" }] : options,
        (index) => edit(index === 2 ? NULL : holding(index === 0)),
        signal,
        asked,
      );
      return {
        control: toggle.element,
        ownSwitch: true,
        show: (cell) => toggle.show(cell.is === "null" ? 2 : cell.is === "absent" ? -1 : isYes(cell) ? 0 : 1),
      };
    }
    const control = h("input", { type: "checkbox", class: "hitl-check", role: asked });
    on(control, "change", () => edit(holding(control.checked)), signal);
    return {
      control,
      show(cell) {
        control.checked = isYes(cell);
      },
    };
  });

function isYes(cell: Cell): boolean {
  return cell.is === "value" && cell.value === true;
}
