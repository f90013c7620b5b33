/** A day, in the browser's own date box. */

import { h, on } from "../../shared/dom";
import { textOf, typedEntry } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { begun, showText } from "./text";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const drawDate: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const text = textOf(spec.cell);
    // A native box shows nothing at all for what is no plain day, such as a default that Python would refuse.
    const native = text === "" || DAY.test(text);
    const { min, max } = node.hints ?? {};
    const control = h("input", {
      class: "hitl-input hitl-when",
      type: native ? "date" : "text",
      min: native && min && DAY.test(min) ? min : undefined,
      max: native && max && DAY.test(max) ? max : "9999-12-31",
    });
    on(control, "input", () => edit(typedEntry(node, control.value)), signal);
    return {
      control,
      show(cell) {
        showText(control, textOf(cell));
      },
      unreadable: () => begun(control, "date"),
    };
  });
