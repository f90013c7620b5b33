/**
 * The frame around a control that has nothing below it: title, description, limits, "No value", error.
 *
 * The families (text, number, choice, ...) bring only their face: the element a person uses, and how it shows a cell.
 */

import { h, on, uniqueId } from "../../shared/dom";
import { ABSENT, holding, NULL } from "../cells";
import type { Control, Spec } from "../control";
import { messageOf } from "../errors";
import { limitsOf } from "../hints";
import { inline } from "../markdown";
import type { Cell, Kind, Value } from "../plan";

export interface Face {
  /** The element that carries the name, the description and the error of the field. */
  readonly control: HTMLElement;
  /** What stands in the row; the control alone if left out. */
  readonly row?: readonly HTMLElement[];
  /** False where the face itself offers "No value" among its options. */
  readonly ownSwitch?: boolean;
  show(cell: Cell): void;
  unreadable?(): string | null;
}

/** What is there when "No value" is taken back, for kinds that can be empty. */
const EMPTIED: Partial<Record<Kind, Value>> = { text: "", constant: null, several: [] };

/** Puts another control into the place of the one there is, with its name and all that is said of it. */
export type Swap = (next: HTMLElement) => void;

/** Frames a face. `face` gets the function that takes what the person entered. */
export function leaf(spec: Spec, face: (edit: (cell: Cell) => void, swap: Swap) => Face): Control {
  const { node } = spec;
  let current = spec.cell;
  let typed = false;
  let left = false;
  const take = (cell: Cell) => {
    current = cell;
    typed = true;
    nothing?.show(cell);
    spec.change(cell, []);
  };
  const swap: Swap = (next) => {
    for (const { name, value } of [...control.attributes])
      if (/^(id$|aria-)/.test(name)) next.setAttribute(name, value);
    control.replaceWith(next);
    control = next;
  };
  let { control, row, ownSwitch, show, unreadable } = face(take, swap);
  const name = nameFor(control, spec.title);
  const words = explain(spec);
  const error = h("div", { class: "hitl-error", id: uniqueId(), hidden: true });
  const unit = node.hints?.unit ? h("span", { class: "hitl-none", id: uniqueId() }, node.hints.unit) : null;
  const describe = (wrong: boolean) =>
    setOrRemove(
      control,
      "aria-describedby",
      [unit?.id, words?.id, wrong ? error.id : ""].filter(Boolean).join(" "),
    );
  // A plain group cannot be required; its boxes are.
  if (node.required && node.kind !== "constant" && control.getAttribute("role") !== "group")
    control.setAttribute("aria-required", "true");
  describe(false);

  const nothing = node.nullable && !ownSwitch ? noValue(name.id, spec.signal) : null;
  nothing?.onToggle((off) => {
    const back =
      before ?? (Object.hasOwn(EMPTIED, node.kind) ? holding(EMPTIED[node.kind] as Value) : ABSENT);
    before = off ? current : null;
    take(off ? NULL : back);
    show(current);
    if (!off) control.focus();
  });
  let before: Cell | null = null;

  const line = h("div", { class: "hitl-line" }, ...(row ?? [control]));
  if (unit) control.after(unit);
  if (nothing) line.append(nothing.element);
  const body = h("div", { class: "hitl-body" }, line);
  if (words) body.append(words);
  body.append(error);
  const label = h("div", { class: "hitl-label" }, name);
  if (node.required && node.kind !== "constant") label.append(requiredMark());
  const element = h("div", { class: "hitl-field", "data-kind": node.kind }, label, body);

  on(
    element,
    "focusout",
    () => {
      // Of a secret nobody is told before it is sent.
      left = typed && node.kind !== "secret";
    },
    spec.signal,
  );

  const draw = (cell: Cell) => {
    current = cell;
    nothing?.show(cell);
    show(cell);
  };
  draw(spec.cell);
  return {
    element,
    show: draw,
    place(errors) {
      const message = messageOf(errors, left);
      error.textContent = message;
      error.hidden = !message;
      element.classList.toggle("hitl-wrong", !!message);
      setOrRemove(control, "aria-invalid", message ? "true" : "");
      describe(!!message);
    },
    rename(title) {
      name.textContent = title;
    },
    unreadable() {
      const message = unreadable?.();
      return message ? [{ path: [], message }] : [];
    },
  };
}

/** The word "required" beside a title. It is not part of the name: `aria-required` says it to a screen reader. */
export function requiredMark(): HTMLElement {
  return h("span", { class: "hitl-required", "aria-hidden": "true" }, "required");
}

/** Description and limits of a field, or null where it has neither. */
export function explain({ node }: Spec): HTMLElement | null {
  const limits = limitsOf(node);
  if (!node.description && !limits) return null;
  const words = h("div", { class: "hitl-help", id: uniqueId() });
  if (node.description) words.append(h("span", {}, ...inline(node.description)));
  if (node.description && limits) words.append(" ");
  if (limits)
    words.append(h("span", { class: "hitl-limits" }, `${limits[0]?.toUpperCase()}${limits.slice(1)}`));
  return words;
}

interface Switch {
  readonly element: HTMLElement;
  show(cell: Cell): void;
  onToggle(callback: (off: boolean) => void): void;
}

/** The switch that says "there is none", which is not the same as leaving a field empty. */
export function noValue(titleId: string, signal: AbortSignal): Switch {
  // Named "No value" alone: with the title in its name, a search for the field by its title would find two.
  const box = h("input", { type: "checkbox", "aria-describedby": titleId });
  const element = h("label", { class: "hitl-none" }, box, h("span", {}, "No value"));
  return {
    element,
    show(cell) {
      box.checked = cell.is === "null";
    },
    onToggle(callback) {
      on(box, "change", () => callback(box.checked), signal);
    },
  };
}

/** Names a control by a visible title: a label where HTML has one, else by reference. */
function nameFor(control: HTMLElement, title: string): HTMLElement {
  if (/^(input|select|textarea)$/i.test(control.tagName)) {
    control.id = uniqueId();
    return h("label", { id: uniqueId(), for: control.id }, title);
  }
  const name = h("span", { id: uniqueId() }, title);
  control.setAttribute("aria-labelledby", name.id);
  return name;
}

function setOrRemove(element: HTMLElement, attribute: string, text: string): void {
  if (text) element.setAttribute(attribute, text);
  else element.removeAttribute(attribute);
}
