/** A nested model: a fieldset with its fields, or, at the root of a form, the fields alone. */

import { h } from "../../shared/dom";
import { fieldsOf, holding, NULL } from "../cells";
import type { Control, Draw, Spec } from "../control";
import { below } from "../errors";
import type { Cell, FieldError } from "../plan";
import { frameSet } from "./set";

/** Groups and lists draw what is below them through the one table of controls, which knows them too. */
export function drawGroupWith(draw: Draw): Draw {
  return (spec) => {
    const inner = drawFields(spec, draw, (cell, path) => {
      frame.shown(cell);
      spec.change(cell, path);
    });
    const frame = frameSet(spec, inner.element, {
      whenOff: NULL,
      // Without a draft the fields are as they look: blank.
      whenOn: () => holding(fieldsOf(spec.node, inner.cell())),
      show: inner.show,
    });
    frame.show(spec.cell);
    return {
      element: frame.element,
      show: frame.show,
      place(errors) {
        frame.place(errors.filter((error) => !inner.owns(error)));
        inner.place(errors);
      },
      rename: frame.rename,
      unreadable: inner.unreadable,
    };
  };
}

export interface FieldsOfGroup extends Omit<Control, "rename"> {
  cell(): Cell;
  /** Whether an error belongs to a field and not to the group as a whole. */
  owns(error: FieldError): boolean;
}

/** The fields of a group without a frame. */
export function drawFields(
  spec: Pick<Spec, "node" | "cell" | "signal">,
  draw: Draw,
  change: Spec["change"],
): FieldsOfGroup {
  const { node, signal } = spec;
  let current = spec.cell;
  const start = fieldsOf(node, current);
  const controls = new Map<string, Control>();
  const element = h("div", { class: "hitl-fields" });
  for (const { name, node: field } of node.fields ?? []) {
    const control = draw({
      node: field,
      title: field.title,
      cell: start[name] ?? field.blank,
      change: (cell, path) => {
        current = holding({ ...fieldsOf(node, current), [name]: cell });
        change(current, [name, ...path]);
      },
      signal,
    });
    controls.set(name, control);
    element.append(control.element);
  }
  return {
    element,
    cell: () => current,
    show(cell) {
      current = cell;
      const cells = fieldsOf(node, cell);
      for (const [name, control] of controls) control.show(cells[name] as Cell);
    },
    owns: ({ path }) => controls.has(String(path[0])),
    place(errors) {
      for (const [name, control] of controls) control.place(below(errors, name));
    },
    unreadable: () =>
      [...controls].flatMap(([name, control]) =>
        control.unreadable().map(({ path, message }) => ({ path: [name, ...path], message })),
      ),
  };
}
