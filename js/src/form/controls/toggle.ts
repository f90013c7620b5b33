/**
 * A few options side by side, of which one can be pressed: radio buttons that look like one bar.
 *
 * Nothing is pressed until somebody presses it. Inside, the digit of an option picks it: the one that it is called, or
 * its place where none is called by a digit.
 */

import { h, on, uniqueId } from "../../shared/dom";

export interface Option {
  label: string;
  /** Keys that pick this option, besides its digit. */
  keys?: string;
}

export interface Toggle {
  readonly element: HTMLElement;
  /** Presses one option, or none for -1. */
  show(index: number): void;
}

export function makeToggle(
  options: readonly Option[],
  pick: (index: number) => void,
  signal: AbortSignal,
  look?: string,
): Toggle {
  const group = uniqueId();
  const inputs = options.map(() => h("input", { type: "radio", name: group }));
  const named = options.some(({ label }) => /^\d$/.test(label));
  const element = h(
    "div",
    { class: look === "radio" ? "hitl-radios" : "hitl-toggle", role: "radiogroup" },
    ...options.map(({ label }, index) => h("label", {}, inputs[index] as HTMLElement, h("span", {}, label))),
  );
  inputs.forEach((input, index) => {
    on(input, "change", () => pick(index), signal);
  });
  on(
    element,
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const index = options.findIndex(
        ({ label, keys }, at) =>
          event.key === (named ? label : String(at + 1)) || !!keys?.includes(event.key.toLowerCase()),
      );
      const input = inputs[index];
      if (!input) return;
      event.preventDefault();
      input.focus();
      if (input.checked) return;
      input.checked = true;
      pick(index);
    },
    signal,
  );
  // The face's focus() must reach a button: a radiogroup itself cannot have the focus.
  element.focus = (how?: FocusOptions) => (inputs.find((input) => input.checked) ?? inputs[0])?.focus(how);
  return {
    element,
    show(index) {
      inputs.forEach((input, at) => {
        input.checked = at === index;
      });
    },
  };
}
