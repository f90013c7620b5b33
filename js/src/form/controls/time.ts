/** A time of day, in the browser's own box; with a fraction of a second or a zone it is text, so that none is lost. */

import { h, on } from "../../shared/dom";
import { textOf, typedEntry } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { begun, pastedAsText, showText } from "./text";

const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

export const drawTime: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const text = textOf(spec.cell);
    const native = text === "" || TIME.test(text);
    const control = h("input", {
      class: "hitl-input hitl-when",
      type: native ? "time" : "text",
      autocomplete: "off",
      // Without this the box has no place for seconds; with it, they must be filled in.
      step: native && /:\d\d:(?!00)/.test(text) ? 1 : undefined,
    });
    const entered = () => edit(typedEntry(node, control.value));
    on(control, "input", entered, signal);
    pastedAsText(control, (pasted) => TIME.test(pasted), entered, signal);
    return {
      control,
      show(cell) {
        showText(control, textOf(cell));
      },
      unreadable: () => begun(control, "time"),
    };
  });
