/** A value with no alternative: shown, not asked. */

import { h } from "../../shared/dom";
import type { Draw } from "../control";
import { leaf } from "./leaf";

export const drawConstant: Draw = (spec) =>
  leaf(spec, () => {
    const control = h("output", { class: "hitl-constant" }, spec.node.text ?? "");
    return {
      control,
      show(cell) {
        control.classList.toggle("hitl-struck", cell.is === "null");
      },
    };
  });
