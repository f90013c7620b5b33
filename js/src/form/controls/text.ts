/** Text of one line or many. */

import { h, on } from "../../shared/dom";
import { textOf, typedText } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { suggested } from "./suggestions";

/** From this length on a text is unlikely to be one line. */
const LONG = 200;
const BREAK = /[\r\n]/;

export const drawText: Draw = (spec) =>
  leaf(spec, (edit, swap) => {
    const { node, signal } = spec;
    const { multiline, max_length = 0, rows = 3, placeholder } = node.hints ?? {};
    let whole = "";
    const make = (long: boolean) => {
      const box = long
        ? h("textarea", { class: "hitl-input", rows, placeholder })
        : h("input", { class: "hitl-input", type: "text", autocomplete: "off", placeholder });
      const entered = () => {
        whole = withBreaks(whole, box.value);
        edit(typedText(node, whole));
      };
      on(box, "input", entered, signal);
      return box;
    };
    let control = make((multiline ?? max_length > LONG) || BREAK.test(textOf(spec.cell)));
    const isLine = () => control instanceof HTMLInputElement;
    const widen = (text: string) => {
      const next = make(true);
      next.value = text;
      swap(next);
      control = next;
    };
    // A one-line box would make a space of each line break that is pasted or dropped there.
    on(
      control,
      "beforeinput",
      (event) => {
        const { data } = event as InputEvent;
        if (!isLine() || !data || !BREAK.test(data)) return;
        event.preventDefault();
        const { value, selectionStart, selectionEnd } = control;
        widen(value);
        control.focus();
        control.setSelectionRange(selectionStart, selectionEnd);
        // Whoever did not mean it can take it back: this goes into the browser's own list of what was done.
        document.execCommand("insertText", false, data);
      },
      signal,
    );
    return {
      control,
      row: control instanceof HTMLInputElement ? [control, ...suggested(control, node, signal)] : [control],
      show(cell) {
        whole = textOf(cell);
        if (isLine() && BREAK.test(whole)) widen("");
        showText(control, whole.replace(BREAKS, "\n"));
      },
    };
  });

const BREAKS = /\r\n?/g;

/** The text of a box after an edit. A box has "\n" for each line break; those that were not touched stay what they are. */
export function withBreaks(before: string, after: string): string {
  const was = before.match(/\r\n|[\s\S]/g) ?? [];
  const shown = before.replace(BREAKS, "\n");
  const most = Math.min(shown.length, after.length);
  let head = 0;
  while (head < most && shown[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && shown.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return (
    was.slice(0, head).join("") +
    after.slice(head, after.length - tail) +
    was.slice(was.length - tail).join("")
  );
}

/** Sets the text of a box only if it differs: setting it moves the caret of the person who types there. */
export function showText(control: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  if (control.value !== text) control.value = text;
}

/** What is to be said of a browser's own box that was begun: what is in it, it tells nobody. */
export function begun(control: HTMLInputElement, what: string): string | null {
  return control.validity.badInput ? `This ${what} is not complete.` : null;
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
  on(
    control,
    "paste",
    (event) => {
      const pasted = event.clipboardData?.getData("text").trim() ?? "";
      if (control.type === "text" || !pasted || holds(pasted)) return;
      event.preventDefault();
      control.type = "text";
      control.value = pasted;
      entered();
    },
    signal,
  );
}
