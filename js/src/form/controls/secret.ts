/**
 * A secret: typed blind, never shown, never part of the widget's state.
 *
 * It lives in the page's memory until it has been sent, and in no trait, draft or saved notebook.
 */

import { h, on } from "../../shared/dom";
import { ABSENT, holding, textOf } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { showText } from "./text";

export const drawSecret: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const control = h("input", {
      class: "hitl-input",
      type: "password",
      // Browsers ignore "off" for passwords and would offer to fill in, or to keep, one that is not theirs.
      autocomplete: "new-password",
      spellcheck: "false",
      // A preset secret is not sent to the browser, so an empty box must say that it does not mean "none".
      placeholder: node.required || node.nullable ? undefined : "Leave empty to keep what is set",
    });
    const entered = () => edit(control.value === "" ? ABSENT : holding(swapped(control.value)));
    on(control, "input", entered, signal);
    // The box would make spaces of the lines of a key that is pasted, and nobody would see it.
    on(
      control,
      "beforeinput",
      (event) => {
        if (!event.data || !/[\r\n]/.test(event.data.trim())) return;
        event.preventDefault();
        const { selectionStart, selectionEnd } = control;
        control.setRangeText(swapped(event.data), selectionStart ?? 0, selectionEnd ?? 0, "end");
        entered();
      },
      signal,
    );
    return {
      control,
      show(cell) {
        showText(control, swapped(textOf(cell)));
      },
    };
  });

/** Line breaks, and what stands for them in the box, which holds none: halves of characters, which no text may have. */
const BREAKS = "\r\n\ud800\ud801";

/** A secret as the box holds it, and what is in the box as the secret that it is. */
function swapped(text: string): string {
  return text.replace(/[\r\n\ud800\ud801]/gu, (one) => BREAKS.charAt((BREAKS.indexOf(one) + 2) % 4));
}
