/** Text of one line or many. */

import { h } from "../../shared/dom";
import { textOf, typedText } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { suggested } from "./suggestions";

/** From this length on a text is unlikely to be one line. */
const LONG = 200;

export const drawText: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const hints = node.hints ?? {};
    // A one-line box would drop the line breaks of a value that has some.
    const wide = hints.multiline ?? (hints.max_length ?? 0) > LONG;
    const long = wide || textOf(spec.cell).includes("\n");
    const control = long
      ? h("textarea", { class: "hitl-input", rows: hints.rows ?? 3, placeholder: hints.placeholder })
      : h("input", {
          class: "hitl-input",
          type: "text",
          autocomplete: "off",
          placeholder: hints.placeholder,
        });
    control.addEventListener("input", () => edit(typedText(node, control.value)), { signal });
    return {
      control,
      row: control instanceof HTMLInputElement ? [control, ...suggested(control, node, signal)] : [control],
      show(cell) {
        showText(control, textOf(cell));
      },
    };
  });

/** Sets the text of a box only if it differs: setting it moves the caret of the person who types there. */
export function showText(control: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  if (control.value !== text) control.value = text;
}

/**
 * Makes a browser's own box one of text when something is pasted that it cannot hold, such as microseconds: it would
 * take none of it, and say nothing.
 */
export function pastedAsText(
  control: HTMLInputElement,
  holds: (pasted: string) => boolean,
  entered: () => void,
  signal: AbortSignal,
): void {
  control.addEventListener(
    "paste",
    (event) => {
      const pasted = event.clipboardData?.getData("text").trim() ?? "";
      if (control.type === "text" || !pasted || holds(pasted)) return;
      event.preventDefault();
      control.type = "text";
      control.value = pasted;
      entered();
    },
    { signal },
  );
}
