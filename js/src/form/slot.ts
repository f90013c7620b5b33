/**
 * A field whose control is the host's: something that is drawn elsewhere, such as an ipywidget, in its place in the form.
 *
 * The form draws its title, description, limits and error, and "No value". What is entered goes to the host, which
 * tells the form. Where the host has no control after all, the field has its usual one.
 */

import { h } from "../shared/dom";
import type { Control, Draw, Spec } from "./control";
import { leaf } from "./controls/leaf";
import type { Cell } from "./plan";

export function drawSlotWith(draw: Draw): Draw {
  return (spec) => {
    let { cell, title } = spec;
    let usual = false;
    let inner: Control;
    const open = () => {
      const whole: Spec = {
        ...spec,
        title,
        cell,
        change(changed, path) {
          cell = cell.at ? { ...changed, at: cell.at } : changed;
          spec.change(cell, path);
        },
      };
      const before = inner?.element;
      inner = usual
        ? draw({ ...whole, node: { ...spec.node, place: undefined } })
        : framed(whole, (at) => {
            if (at !== cell.at || usual) return;
            usual = true;
            open();
          });
      if (before) inner.element.hidden = before.hidden;
      before?.replaceWith(inner.element);
    };
    open();
    return {
      get element() {
        return inner.element;
      },
      show(shown) {
        const other = usual && shown.at !== cell.at;
        cell = shown;
        if (other) {
          usual = false;
          open();
        } else inner.show(shown);
      },
      place: (errors) => inner.place(errors),
      rename(renamed) {
        title = renamed;
        inner.rename(renamed);
      },
      unreadable: () => inner.unreadable(),
    };
  };
}

function framed(spec: Spec, usual: (at: string) => void): Control {
  return leaf(spec, () => {
    const control = h("div", { class: "hitl-slot", role: "group" });
    // Not at once: the frame may not be whole yet.
    const show = spec.node.place?.(control, spec.signal, (at) => queueMicrotask(() => usual(at)));
    return {
      control,
      show(cell: Cell) {
        // With "No value" there is nothing to be entered.
        control.inert = cell.is === "null";
        if (cell.at) show?.(cell.at);
      },
    };
  });
}
