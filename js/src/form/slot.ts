/**
 * A field whose control is the host's: something that is drawn elsewhere, such as an ipywidget, in its place in the form.
 *
 * The form draws its title, description, limits and error, and "No value". What is entered goes to the host, which
 * tells the form.
 */

import { h } from "../shared/dom";
import type { Draw } from "./control";
import { leaf } from "./controls/leaf";

export const drawSlot: Draw = (spec) =>
  leaf(spec, () => {
    const control = h("div", { class: "hitl-slot", role: "group" });
    spec.node.place?.(control, spec.signal);
    return {
      control,
      show(cell) {
        // With "No value" there is nothing to be entered.
        control.inert = cell.is === "null";
      },
    };
  });
