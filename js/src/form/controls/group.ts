/** A nested model or a tuple: a fieldset with its fields, or, at the root of a form, the fields alone. */

import { h } from "../../shared/dom";
import { ABSENT, fieldsOf, NULL, packed } from "../cells";
import type { Control, Draw, Spec } from "../control";
import { below } from "../errors";
import type { Cell, FieldError, Fields } from "../plan";
import { frameSet } from "./set";

/** Groups and lists draw what is below them through the one table of controls, which knows them too. */
export function drawGroupWith(draw: Draw): Draw {
  return (spec) => {
    const body = h("div", {});
    // A group that is not there is drawn when somebody opens it: a model may hold itself.
    let inner: FieldsOfGroup | null = null;
    const frame = frameSet(spec, body, {
      whenOff: NULL,
      // Without a draft the fields are as they look: blank.
      whenOn: () => packed(spec.node, fieldsOf(spec.node, inner?.cell() ?? ABSENT)),
      show(cell) {
        if (inner) inner.show(cell);
        else {
          inner = drawFields({ ...spec, cell }, draw, (changed, path) => {
            frame.shown(changed);
            spec.change(changed, path);
          });
          body.append(inner.element);
        }
      },
    });
    frame.show(spec.cell);
    return {
      element: frame.element,
      show: frame.show,
      place(errors) {
        frame.place(errors.filter((error) => !inner?.owns(error)));
        inner?.place(errors);
      },
      rename: frame.rename,
      unreadable: () => inner?.unreadable() ?? [],
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
  spec: Pick<Spec, "node" | "cell" | "signal" | "services">,
  draw: Draw,
  change: Spec["change"],
): FieldsOfGroup {
  const { node, signal, services } = spec;
  let current = spec.cell;
  const start = fieldsOf(node, current);
  const controls = new Map<string | number, Control>();
  const element = h("div", { class: "hitl-fields" });
  const conditions: ((cells: Fields) => void)[] = [];
  const look = () => {
    const cells = fieldsOf(node, current);
    for (const condition of conditions) condition(cells);
  };
  let frame: string | undefined;
  let around = element;
  for (const { name, node: field } of node.fields ?? []) {
    const { hidden, readonly, show_if, group, width } = field.hints ?? {};
    if (hidden) continue;
    if (group !== frame) {
      frame = group;
      around = group ? h("div", { class: "hitl-fields" }) : element;
      if (group)
        element.append(h("fieldset", { class: "hitl-set hitl-kin" }, h("legend", {}, group), around));
    }
    const step = node.kind === "tuple" ? Number(name) : name;
    const control = draw({
      node: field,
      title: field.title,
      cell: start[name] ?? field.blank,
      change: (cell, path) => {
        current = packed(node, { ...fieldsOf(node, current), [name]: cell });
        look();
        change(current, [step, ...path]);
      },
      signal,
      services,
    });
    controls.set(step, control);
    const place = readonly
      ? h(
          "fieldset",
          { class: "hitl-lock hitl-readonly", role: "presentation", disabled: true },
          control.element,
        )
      : control.element;
    if (width) {
      place.style.setProperty("--hitl-width", String(width));
      around.classList.add("hitl-columns");
    }
    around.append(place);
    if (show_if)
      conditions.push((cells) => {
        // A control of the host's may have become the usual one.
        (readonly ? place : control.element).hidden = !holds(show_if, cells);
      });
  }
  look();
  return {
    element,
    cell: () => current,
    show(cell) {
      current = cell;
      const cells = fieldsOf(node, cell);
      for (const [step, control] of controls) control.show(cells[step] as Cell);
      look();
    },
    // What is said about a field that nobody sees is said at the head.
    owns({ path: [step = ""] }) {
      const control = controls.get(step);
      return !!control && !control.element.closest("[hidden]");
    },
    place(errors) {
      for (const [step, control] of controls) control.place(below(errors, step));
    },
    unreadable: () =>
      [...controls].flatMap(([step, control]) =>
        control.unreadable().map(({ path, message }) => ({ path: [step, ...path], message })),
      ),
  };
}

/** Whether each of these fields holds one of its cells. */
function holds(conditions: { [name: string]: Cell[] }, cells: Fields): boolean {
  return Object.entries(conditions).every(([name, wanted]) =>
    wanted.some((cell) => written(cell) === written(cells[name])),
  );
}

/** A cell as text, without the tokens of the host's controls: everything else that is called so is a cell. */
function written(cell: Cell | undefined): string {
  return JSON.stringify(cell, (key, value) =>
    key === "at" && typeof value === "string" ? undefined : value,
  );
}
