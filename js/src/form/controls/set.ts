/** The frame around several controls that belong together: a fieldset with its legend, "No value" and error. */

import { h, uniqueId } from "../../shared/dom";
import type { Spec } from "../control";
import { messageOf } from "../errors";
import type { Cell, FieldError } from "../plan";
import { explain, noValue, requiredMark } from "./leaf";

interface Content {
  readonly whenOff: Cell;
  /** What the set holds when "No value" is taken back and nothing was there before. */
  whenOn(): Cell;
  show(cell: Cell): void;
}

export interface FrameSet {
  readonly element: HTMLElement;
  show(cell: Cell): void;
  /** The content changed by itself. */
  shown(cell: Cell): void;
  place(errors: readonly FieldError[]): void;
  rename(title: string): void;
}

export function frameSet(spec: Spec, content: HTMLElement, { whenOff, whenOn, show }: Content): FrameSet {
  const { node, signal } = spec;
  const name = h("span", { id: uniqueId() }, spec.title);
  const error = h("div", { class: "hitl-error", id: uniqueId(), hidden: true });
  const words = explain(spec);
  const head = h("div", { class: "hitl-set-head" });
  const legend = h("legend", {}, name);
  if (node.required && !/group|tuple/.test(node.kind)) legend.append(requiredMark());
  const element = h(
    "fieldset",
    { class: `hitl-set hitl-${node.kind}`, "data-kind": node.kind },
    legend,
    head,
  );
  if (words) element.append(words);
  element.append(error, content);
  const describe = (wrong: boolean) => {
    const ids = [words?.id, wrong ? error.id : ""].filter(Boolean).join(" ");
    if (ids) element.setAttribute("aria-describedby", ids);
    else element.removeAttribute("aria-describedby");
  };
  describe(false);

  let current = spec.cell;
  let before: Cell | null = null;
  const nothing = node.nullable ? noValue(name.id, signal) : null;
  if (nothing) head.append(nothing.element);
  const shown = (cell: Cell) => {
    current = cell;
    nothing?.show(cell);
    content.hidden = cell.is === "null";
  };
  const draw = (cell: Cell) => {
    shown(cell);
    if (cell.is !== "null") show(cell);
  };
  nothing?.onToggle((off) => {
    const next = off ? whenOff : (before ?? whenOn());
    before = off && current.is === "value" ? current : null;
    draw(next);
    spec.change(next, []);
  });
  return {
    element,
    show: draw,
    shown,
    place(errors) {
      const message = messageOf(errors);
      error.textContent = message;
      error.hidden = !message;
      element.classList.toggle("hitl-wrong", !!message);
      describe(!!message);
    },
    rename(title) {
      name.textContent = title;
    },
  };
}
